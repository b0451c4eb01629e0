/* main-window-private.h - what the files of the main window share: main-window.c (what is shown), main-window-layout.c
 * (where it has room), main-window-actions.c (what can be done), main-window-keys.c (regions, Esc, typing anywhere). */
#pragma once

#include "widgets/conversation-view.h"
#include "widgets/details-pane.h"
#include "widgets/main-window.h"
#include "widgets/pane.h"
#include "widgets/sidebar.h"
#include "widgets/switcher.h"
#include "widgets/toast.h"

/* Where one has been. */
typedef struct {
  KithSession *session;
  KithChat *chat;
} KithVisit;

struct _KithMainWindow {
  HdyApplicationWindow parent;
  /* of the template */
  GtkOverlay *shell;
  HdyLeaflet *leaflet;
  KithSidebar *sidebar;
  KithPane *side, *content, *aside;
  HdyFlap *flap;
  GtkStack *pages;
  KithDetailsPane *details;
  GtkWidget *empty;
  HdyHeaderBar *empty_bar;

  KithToast *toast;
  GtkWidget *search; /* NULL: nobody has searched yet */
  KithSwitcher *switcher;
  KithSettings *settings; /* borrowed: the application's */
  KithSession *session;
  KithChat *chat;
  GQueue views;       /* KithConversationView, borrowed from pages; the last that was shown first */
  GPtrArray *history; /* KithVisit */
  guint visit;        /* position in history; its length: nowhere */

  gboolean wide;   /* room for three panes */
  gboolean tiny;   /* room for one window button only */
  gboolean laying_out;
  guint first;     /* idle: the first conversation is chosen */
  gboolean begins; /* somebody has joined, and waits for the first conversation */
};

/* main-window.c */
KithConversationView *kith_main_window_view (KithMainWindow *self); /* what is shown, or NULL */
void kith_main_window_go (KithMainWindow *self, int step);          /* -1 back, 1 forward */
void kith_main_window_to_sidebar (KithMainWindow *self);

/* main-window-layout.c */
void kith_main_window_layout_init (KithMainWindow *self);
gboolean kith_main_window_is_narrow (KithMainWindow *self);
/* Details: shown or not, as far as this page has any. At full width the wish is kept. */
void kith_main_window_set_details (KithMainWindow *self, gboolean open);
gboolean kith_main_window_has_details (KithMainWindow *self);
/* Another page is shown, or another conversation. */
void kith_main_window_page_changed (KithMainWindow *self);

/* main-window-actions.c */
void kith_main_window_actions_init (KithMainWindow *self);
void kith_main_window_update_actions (KithMainWindow *self);
/* An action that has keys, for the window of shortcuts; group and title are translated by who shows them. */
typedef struct {
  const char *group, *title, *action;
  const char *keys[3]; /* NULL ends */
} KithShortcut;
const KithShortcut *kith_main_window_shortcuts (gsize *n);

/* main-window-keys.c */
void kith_main_window_menu (KithMainWindow *self); /* of the conversation that is shown */
void kith_main_window_region (KithMainWindow *self, int step);
gboolean kith_main_window_key (KithMainWindow *self, GdkEventKey *event);

/* main-window-search.c */
void kith_main_window_search (KithMainWindow *self, KithChat *chat, const char *text); /* chat NULL: everywhere */
void kith_main_window_search_here (KithMainWindow *self);
void kith_main_window_search_all (KithMainWindow *self);
void kith_main_window_results (KithMainWindow *self); /* shows them again */
