/* sidebar.h - the left pane: server menu, jump, conversations, own status. ui: sidebar.ui. */
#pragma once

#include "core/session.h"

#include <handy.h>

#define KITH_TYPE_SIDEBAR (kith_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (KithSidebar, kith_sidebar, KITH, SIDEBAR, GtkBox)

GtkWidget *kith_sidebar_new (void);
void kith_sidebar_set_session (KithSidebar *sidebar, KithSession *session);
void kith_sidebar_select (KithSidebar *sidebar, KithChat *chat);      /* NULL: nothing; emits nothing */
void kith_sidebar_set_narrow (KithSidebar *sidebar, gboolean narrow); /* two-line rows, latest first */
HdyHeaderBar *kith_sidebar_header (KithSidebar *sidebar);
/* Where the keyboard goes. */
typedef enum { KITH_SIDEBAR_LIST, KITH_SIDEBAR_SEARCH, KITH_SIDEBAR_STATUS } KithSidebarPlace;
gboolean kith_sidebar_focus (KithSidebar *sidebar, KithSidebarPlace place);
GtkWidget *kith_sidebar_place (KithSidebar *sidebar, KithSidebarPlace place); /* borrowed */
void kith_sidebar_show_new (KithSidebar *sidebar);                             /* message, room, invitation */
/* Signal: "opened" (KithChat): a row was activated. */
