/* switcher.c - a layer over the window: what is below is dimmed and cannot be clicked.
 *
 * The rooms that one could join are asked for when it opens; they join the results when they come, unless the person has
 * begun to choose: then nothing moves any more until something else is typed. */
#include "widgets/switcher.h"

#include "widgets/dialogs.h"
#include "widgets/main-window.h"
#include "widgets/parts.h"
#include "widgets/switcher-results.h"
#include "widgets/switcher-row.h"

#include <glib/gi18n.h>

#define WIDTH 560
#define TOP 96
#define NARROW 620 /* pixels: below, it takes the width that there is */
#define ROOMS_MAX 2000
#define PAGE 200

struct _KithSwitcher {
  GtkOverlay parent;
  GtkWidget *panel, *empty, *foot;
  GtkEntry *entry;
  GtkListBox *list;
  KithSession *session;
  GPtrArray *rooms; /* KithOpenRoom */
  GCancellable *cancellable;
  GtkWidget *focus; /* where the keyboard was before; weak */
  KithResultsUse use;
  gboolean choosing;
};

enum { CHOSEN, SEARCH, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KithSwitcher, kith_switcher, GTK_TYPE_OVERLAY)

static void
select_row (KithSwitcher *self, int index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, index);
  if (row == NULL)
    return;
  gtk_list_box_select_row (self->list, row);
  /* The entry keeps the keyboard: what is chosen is told through it. */
  gtk_entry_set_icon_tooltip_text (self->entry, GTK_ENTRY_ICON_PRIMARY, NULL);
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self->entry)),
                              atk_object_get_name (gtk_widget_get_accessible (GTK_WIDGET (row))));
}

static void
refresh (KithSwitcher *self)
{
  if (self->session == NULL)
    return;
  g_autofree char *query = g_strdup (gtk_entry_get_text (self->entry));
  g_strstrip (query);
  g_autoptr (GPtrArray) results = kith_results_find (self->session, query, self->rooms, self->use);
  kith_switcher_rows_show (self->list, results);
  gtk_widget_set_visible (self->empty, results->len == 0);
  g_object_set_data_full (G_OBJECT (self->list), "results", g_steal_pointer (&results),
                          (GDestroyNotify) g_ptr_array_unref);
  self->choosing = FALSE;
  select_row (self, 0);
}

static void ask_rooms (KithSwitcher *self, const char *after);

static void
on_rooms (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KithSwitcher) self = data;
  json_object *answer = kith_session_call_finish (KITH_SESSION (source), result, NULL), *more = NULL;
  if (answer == NULL)
    return;
  const char *last = kith_open_rooms_take (self->rooms, answer);
  if (!self->choosing && gtk_widget_get_visible (GTK_WIDGET (self)))
    refresh (self);
  if (last != NULL && self->rooms->len < ROOMS_MAX && json_object_object_get_ex (answer, "more", &more) &&
      json_object_get_boolean (more))
    ask_rooms (self, last);
  json_object_put (answer);
}

static void
ask_rooms (KithSwitcher *self, const char *after)
{
  json_object *request = kith_client_message ("rooms", 0, FALSE);
  json_object_object_add (request, "limit", json_object_new_int (PAGE));
  if (after != NULL)
    json_object_object_add (request, "after", json_object_new_string (after));
  kith_session_call_async (self->session, request, self->cancellable, on_rooms, g_object_ref (self));
}

static void
set_focus (KithSwitcher *self, GtkWidget *focus)
{
  g_set_weak_pointer (&self->focus, focus);
}

static void
open_as (KithSwitcher *self, KithSession *session, KithResultsUse use)
{
  if (session == NULL)
    return;
  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    set_focus (self, gtk_window_get_focus (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self)))));
  g_cancellable_cancel (self->cancellable);
  g_set_object (&self->session, session);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->use = use;
  g_ptr_array_set_size (self->rooms, 0);
  gtk_entry_set_placeholder_text (self->entry,
                                  use == KITH_RESULTS_BROWSE ? _("Find a room to join") : _("Jump to…"));
  gtk_entry_set_text (self->entry, "");
  refresh (self);
  gtk_widget_show (GTK_WIDGET (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  if (kith_session_is_online (session))
    ask_rooms (self, NULL);
}

void
kith_switcher_open (KithSwitcher *self, KithSession *session)
{
  g_return_if_fail (KITH_IS_SWITCHER (self));
  open_as (self, session, KITH_RESULTS_JUMP);
}

void
kith_switcher_browse (KithSwitcher *self, KithSession *session)
{
  g_return_if_fail (KITH_IS_SWITCHER (self));
  open_as (self, session, KITH_RESULTS_BROWSE);
}

void
kith_switcher_close (KithSwitcher *self)
{
  g_return_if_fail (KITH_IS_SWITCHER (self));
  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  g_cancellable_cancel (self->cancellable);
  gtk_widget_hide (GTK_WIDGET (self));
  if (self->focus != NULL && gtk_widget_get_mapped (self->focus))
    gtk_widget_grab_focus (self->focus);
  set_focus (self, NULL);
}

static void
on_chat (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KithSwitcher) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KithChat) chat = kith_session_chat_finish (KITH_SESSION (source), result, &error);
  KithMainWindow *window = kith_main_window_of (GTK_WIDGET (self));
  if (chat != NULL)
    g_signal_emit (self, signals[CHOSEN], 0, chat);
  else if (window != NULL)
    kith_main_window_toast (window, error->message, NULL, NULL, NULL, NULL);
}

static void
search (KithSwitcher *self)
{
  g_autofree char *text = g_strdup (gtk_entry_get_text (self->entry));
  kith_switcher_close (self);
  g_signal_emit (self, signals[SEARCH], 0, g_strstrip (text));
}

static void
choose (KithSwitcher *self, const KithResult *result)
{
  g_autofree char *text = g_strdup (gtk_entry_get_text (self->entry));
  gint64 account = result->contact != NULL ? kith_contact_id (result->contact) : 0;
  switch (result->kind) {
  case KITH_RESULT_CHAT:
    kith_switcher_close (self);
    g_signal_emit (self, signals[CHOSEN], 0, result->chat);
    break;
  case KITH_RESULT_PERSON:
    kith_session_open_people_async (self->session, &account, 1, NULL, on_chat, g_object_ref (self));
    kith_switcher_close (self);
    break;
  case KITH_RESULT_ROOM:
    kith_session_join_async (self->session, result->room, NULL, on_chat, g_object_ref (self));
    kith_switcher_close (self);
    break;
  case KITH_RESULT_SEARCH:
    search (self);
    break;
  case KITH_RESULT_CREATE:
    kith_switcher_close (self);
    kith_new_room_show (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self))), self->session, g_strstrip (text));
    break;
  }
}

static void
on_activated (KithSwitcher *self, GtkListBoxRow *row)
{
  GPtrArray *results = g_object_get_data (G_OBJECT (self->list), "results");
  guint index = (guint) gtk_list_box_row_get_index (row);
  if (results == NULL || index >= results->len)
    return;
  g_ptr_array_ref (results);
  choose (self, g_ptr_array_index (results, index));
  g_ptr_array_unref (results);
}

static void
move (KithSwitcher *self, int by)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  self->choosing = TRUE;
  select_row (self, row != NULL ? gtk_list_box_row_get_index (row) + by : 0);
}

static gboolean
on_key (KithSwitcher *self, GdkEventKey *event)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  switch (event->keyval) {
  case GDK_KEY_Escape:
    kith_switcher_close (self);
    return GDK_EVENT_STOP;
  case GDK_KEY_Down:
  case GDK_KEY_Tab:
    move (self, 1);
    return GDK_EVENT_STOP;
  case GDK_KEY_Up:
  case GDK_KEY_ISO_Left_Tab:
    move (self, -1);
    return GDK_EVENT_STOP;
  case GDK_KEY_Return:
  case GDK_KEY_KP_Enter:
    if ((event->state & GDK_CONTROL_MASK) != 0)
      search (self);
    else if (row != NULL)
      on_activated (self, row);
    return GDK_EVENT_STOP;
  default:
    return GDK_EVENT_PROPAGATE;
  }
}

static gboolean
on_scrim (KithSwitcher *self)
{
  kith_switcher_close (self);
  return GDK_EVENT_STOP;
}

/* In a narrow window it is as wide as there is room. */
static void
kith_switcher_size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  KithSwitcher *self = KITH_SWITCHER (widget);
  gboolean narrow = allocation->width < NARROW;
  int margin = narrow ? 12 : 0;
  gtk_widget_set_halign (self->panel, narrow ? GTK_ALIGN_FILL : GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (self->panel, narrow ? -1 : WIDTH, -1);
  gtk_widget_set_margin_start (self->panel, margin);
  gtk_widget_set_margin_end (self->panel, margin);
  gtk_widget_set_margin_top (self->panel, narrow ? margin : TOP);
  gtk_widget_set_visible (self->foot, !narrow);
  GTK_WIDGET_CLASS (kith_switcher_parent_class)->size_allocate (widget, allocation);
  gtk_widget_queue_draw (widget); /* the panel's shadow reaches beyond what GTK draws anew when it shrinks */
}

static void
kith_switcher_dispose (GObject *object)
{
  KithSwitcher *self = KITH_SWITCHER (object);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_clear_weak_pointer (&self->focus);
  G_OBJECT_CLASS (kith_switcher_parent_class)->dispose (object);
}

static void
kith_switcher_finalize (GObject *object)
{
  g_ptr_array_unref (KITH_SWITCHER (object)->rooms);
  G_OBJECT_CLASS (kith_switcher_parent_class)->finalize (object);
}

static void
kith_switcher_class_init (KithSwitcherClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = kith_switcher_dispose;
  G_OBJECT_CLASS (klass)->finalize = kith_switcher_finalize;
  GTK_WIDGET_CLASS (klass)->size_allocate = kith_switcher_size_allocate;
  signals[CHOSEN] =
      g_signal_new ("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, KITH_TYPE_CHAT);
  signals[SEARCH] =
      g_signal_new ("search", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static GtkWidget *
make_foot (void)
{
  static const struct {
    const char *keys, *text;
  } hints[] = {{N_ ("↑ ↓"), N_ ("choose")},
               {N_ ("Enter"), N_ ("open")},
               {N_ ("Ctrl Enter"), N_ ("search messages")},
               {N_ ("Esc"), N_ ("close")}};
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_margin_start (foot, 9);
  gtk_widget_set_margin_end (foot, 9);
  gtk_widget_set_margin_top (foot, 6);
  for (gsize i = 0; i < G_N_ELEMENTS (hints); i++) {
    if (i + 1 == G_N_ELEMENTS (hints))
      gtk_box_pack_start (GTK_BOX (foot), gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0), TRUE, TRUE, 0);
    GtkWidget *keys = kith_label_new (_(hints[i].keys), "kbd");
    gtk_widget_set_valign (keys, GTK_ALIGN_CENTER);
    gtk_box_pack_start (GTK_BOX (foot), keys, FALSE, FALSE, 0);
    gtk_box_pack_start (GTK_BOX (foot), kith_label_new (_(hints[i].text), "t-micro faint"), FALSE, FALSE, 0);
  }
  return foot;
}

static void
make_panel (KithSwitcher *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);
  self->panel = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->entry = GTK_ENTRY (gtk_entry_new ());
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  self->empty = kith_label_new (_("Nothing to join: you are in every room that is open."), "dim");
  self->foot = make_foot ();
  gtk_entry_set_icon_from_icon_name (self->entry, GTK_ENTRY_ICON_PRIMARY, "system-search-symbolic");
  gtk_entry_set_icon_activatable (self->entry, GTK_ENTRY_ICON_PRIMARY, FALSE);
  gtk_entry_set_max_length (self->entry, 200);
  kith_set_name (GTK_WIDGET (self->entry), _("Jump to a conversation or a person"));
  kith_set_name (GTK_WIDGET (self->list), _("Results"));
  gtk_widget_set_margin_start (self->empty, 12);
  gtk_widget_set_margin_bottom (self->empty, 6);
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_BROWSE);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 420);
  gtk_container_add (GTK_CONTAINER (scroller), GTK_WIDGET (self->list));
  gtk_container_add (GTK_CONTAINER (self->panel), GTK_WIDGET (self->entry));
  gtk_container_add (GTK_CONTAINER (self->panel), kith_separator_new ());
  gtk_container_add (GTK_CONTAINER (self->panel), scroller);
  gtk_container_add (GTK_CONTAINER (self->panel), self->empty);
  gtk_container_add (GTK_CONTAINER (self->panel), self->foot);
  gtk_widget_set_valign (self->panel, GTK_ALIGN_START);
  kith_add_classes (self->panel, "switcher");
  gtk_widget_show_all (self->panel);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (refresh), self);
  g_signal_connect_swapped (self->entry, "key-press-event", G_CALLBACK (on_key), self);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (on_activated), self);
}

static void
kith_switcher_init (KithSwitcher *self)
{
  GtkWidget *scrim = gtk_event_box_new ();
  self->rooms = g_ptr_array_new_with_free_func (kith_open_room_free);
  make_panel (self);
  kith_add_classes (scrim, "scrim");
  gtk_widget_show (scrim);
  gtk_container_add (GTK_CONTAINER (self), scrim);
  gtk_overlay_add_overlay (GTK_OVERLAY (self), self->panel);
  gtk_widget_set_no_show_all (GTK_WIDGET (self), TRUE);
  g_signal_connect_swapped (scrim, "button-press-event", G_CALLBACK (on_scrim), self);
}

GtkWidget *
kith_switcher_new (void)
{
  return g_object_new (KITH_TYPE_SWITCHER, NULL);
}
