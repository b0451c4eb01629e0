/* message-actions.c - from where something is done with a message: the menu, the keys, the row itself, the bar that
 * hovers over it. What can be done is the table in message-deeds.c. */
#include "widgets/message-actions-private.h"

#include "widgets/dialogs.h"
#include "widgets/message-bar.h"
#include "widgets/message-selection.h"
#include "widgets/message-text.h"
#include "widgets/parts.h"

G_DEFINE_FINAL_TYPE (KithMessageActions, kith_message_actions, G_TYPE_OBJECT)

static void
set_row (KithMessageActions *self, KithMessageRow *row)
{
  g_set_weak_pointer (&self->row, row);
}

static gboolean
let_row_go (gpointer data)
{
  KithMessageActions *self = data;
  if (--self->menus == 0)
    g_signal_emit_by_name (self, "menu-closed");
  return G_SOURCE_REMOVE;
}

/* The item does its work after the menu has closed, and with that the focus goes back to some row, which is not meant.
 */
void
kith_message_actions_menu_gone (KithMessageActions *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, let_row_go, g_object_ref (self), g_object_unref);
}

static void
find_link (GtkWidget *label, gpointer link)
{
  const KithSpan *span = kith_message_label_first_link (label);
  if (span != NULL && *(const char **) link == NULL)
    *(const char **) link = span->target;
}

/* NULL: there is none. */
static const char *
first_link (KithMessageRow *row)
{
  const char *link = NULL;
  kith_message_text_each_label (GTK_WIDGET (row), find_link, &link);
  return link;
}

void
kith_message_actions_popup (KithMessageActions *self, KithMessageRow *row, const char *link, const GdkEvent *event)
{
  GdkRectangle at, *place = NULL;
  double x, y;
  set_row (self, row);
  g_free (self->link);
  self->link = g_strdup (event != NULL ? link : first_link (row));
  if (event != NULL && gdk_event_get_root_coords (event, &x, &y)) {
    GtkWidget *top = gtk_widget_get_toplevel (GTK_WIDGET (row));
    int left, above;
    gdk_window_get_origin (gtk_widget_get_window (top), &left, &above);
    at = (GdkRectangle){.width = 1, .height = 1};
    if (gtk_widget_translate_coordinates (top, GTK_WIDGET (row), (int) x - left, (int) y - above, &at.x, &at.y))
      place = &at;
  }
  GtkWidget *menu = kith_menu_popup (GTK_WIDGET (row), place, kith_message_actions_table, kith_message_actions_n, self);
  self->menus++;
  g_signal_connect_object (menu, "destroy", G_CALLBACK (kith_message_actions_menu_gone), self, G_CONNECT_SWAPPED);
}

static gboolean
open_first_link (KithMessageRow *row)
{
  const char *link = first_link (row);
  if (link != NULL)
    kith_message_open_link (GTK_WIDGET (row), link);
  return link != NULL;
}

gboolean
kith_message_actions_key (KithMessageActions *self, KithMessageRow *row, const GdkEventKey *event)
{
  GdkModifierType modifiers = event->state & gtk_accelerator_get_default_mod_mask ();
  guint key = gdk_keyval_to_lower (event->keyval);
  gboolean copy = modifiers == GDK_CONTROL_MASK && key == GDK_KEY_c;
  if ((modifiers & ~(guint) GDK_SHIFT_MASK) != 0 && !copy)
    return FALSE;
  if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter)
    return open_first_link (row);
  set_row (self, row);
  for (gsize i = 0; i < kith_message_actions_n; i++) {
    const KithMenuItem *item = &kith_message_actions_table[i];
    if (item->keyval != 0 && item->keyval == key && item->is_shown (self)) {
      item->activate (self);
      return TRUE;
    }
  }
  return FALSE;
}

/* ---- what a row itself asks for ---- */

static void
on_react (KithMessageRow *row, const char *emoji, gboolean on, KithMessageActions *self)
{
  kith_message_actions_react (self, kith_message_row_post (row), emoji, on);
}

static void
on_add_reaction (KithMessageRow *row, GtkWidget *button, KithMessageActions *self)
{
  set_row (self, row);
  kith_message_actions_pick_reaction (self, button);
}

static void
on_quote (KithMessageRow *row, gint64 seq, KithMessageActions *self)
{
  kith_message_view_jump (self->view, seq);
}

static void
on_versions (KithMessageRow *row, KithMessageActions *self)
{
  kith_versions_show (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (row))), self->session,
                      kith_message_actions_chat (self), kith_message_row_post (row));
}

static void
on_retry (KithMessageRow *row, KithMessageActions *self)
{
  GError *error = NULL;
  KithChat *chat = kith_message_actions_chat (self);
  gboolean done = kith_session_retry (self->session, chat, kith_message_row_post (row), &error);
  kith_message_actions_tell (self, done, error);
}

static void
on_discard (KithMessageRow *row, KithMessageActions *self)
{
  GError *error = NULL;
  KithChat *chat = kith_message_actions_chat (self);
  gboolean done = kith_session_delete (self->session, chat, kith_message_row_post (row), &error);
  kith_message_actions_tell (self, done, error);
}

static void
on_load (KithMessageRow *row, KithMessageActions *self)
{
  kith_log_load_gap (kith_message_view_log (self->view), kith_message_row_post (row));
}

static void
on_person (KithMessageRow *row, gint64 account, GtkWidget *part, KithMessageActions *self)
{
  kith_person_show (part, self->session, account);
}

static void
on_selected (KithMessageRow *row, KithMessageActions *self)
{
  kith_message_selection_update (KITH_MESSAGE_SELECTION (self->selection));
}

void
kith_message_actions_watch (KithMessageActions *self, KithMessageRow *row)
{
  static const struct {
    const char *signal;
    GCallback callback;
  } handlers[] = {{"react", G_CALLBACK (on_react)},      {"add-reaction", G_CALLBACK (on_add_reaction)},
                  {"quote", G_CALLBACK (on_quote)},      {"versions", G_CALLBACK (on_versions)},
                  {"retry", G_CALLBACK (on_retry)},      {"discard", G_CALLBACK (on_discard)},
                  {"load", G_CALLBACK (on_load)},        {"person", G_CALLBACK (on_person)},
                  {"selected", G_CALLBACK (on_selected)}};
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (row, handlers[i].signal, handlers[i].callback, self, 0);
}

/* ---- the bar ---- */

void
kith_message_actions_show_bar (KithMessageActions *self, KithMessageRow *row)
{
  KithPost *post = kith_message_row_post (row);
  if (self->menus > 0)
    return;
  if (kith_post_seq (post) == 0 || kith_post_is_deleted (post) ||
      !kith_chat_can_write (kith_message_actions_chat (self)) || kith_message_view_is_selecting (self->view)) {
    gtk_widget_hide (self->bar);
    return;
  }
  set_row (self, row);
  kith_message_bar_refresh (self->bar);
  gtk_widget_show (self->bar);
  gtk_widget_queue_resize (self->bar);
}

void
kith_message_actions_hide_bar (KithMessageActions *self)
{
  gtk_widget_hide (self->bar);
}

gboolean
kith_message_actions_are_pointed_at (KithMessageActions *self)
{
  return self->menus > 0 || kith_is_pointed_at (self->bar);
}

/* The view's windows are those of what lies over it. */
static gboolean
on_left (KithMessageActions *self, GdkEvent *event)
{
  g_signal_emit_by_name (self, "left", event);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
place_bar (KithMessageActions *self, GtkWidget *child, GdkRectangle *at)
{
  if (child != self->bar)
    return FALSE;
  kith_message_bar_place (child, GTK_WIDGET (self->view), self->row != NULL ? GTK_WIDGET (self->row) : NULL, at);
  return TRUE;
}

static void
on_bar_emoji (GtkButton *button, gpointer data)
{
  KithMessageActions *self = data;
  if (self->row != NULL)
    kith_message_actions_react (self, kith_message_actions_post (self), gtk_button_get_label (button), TRUE);
}

static void
on_bar_more (GtkButton *button, gpointer data)
{
  KithMessageActions *self = data;
  if (self->row != NULL)
    kith_message_actions_popup (self, self->row, NULL, NULL);
}

static void
on_bar_add (GtkButton *button, gpointer data)
{
  KithMessageActions *self = data;
  if (self->row != NULL)
    kith_message_actions_pick_reaction (self, GTK_WIDGET (button));
}

static void
on_bar_reply (GtkButton *button, gpointer data)
{
  kith_message_actions_reply (data);
}

static void
on_bar_forward (GtkButton *button, gpointer data)
{
  kith_message_actions_forward (data);
}

void
kith_message_actions_set_selecting (KithMessageActions *self, gboolean selecting)
{
  gtk_widget_hide (self->bar);
  gtk_widget_set_visible (self->selection, selecting);
  kith_message_selection_update (KITH_MESSAGE_SELECTION (self->selection));
}

/* ---- life ---- */

KithMessageActions *
kith_message_actions_new (KithSession *session, KithMessageView *view)
{
  KithMessageActions *self = g_object_new (KITH_TYPE_MESSAGE_ACTIONS, NULL);
  self->session = g_object_ref (session);
  g_set_weak_pointer (&self->view, view);
  static const KithMessageBarHooks hooks = {on_bar_emoji, on_bar_add, on_bar_reply, on_bar_forward, on_bar_more};
  self->bar = kith_message_bar_new (&hooks, self);
  gtk_widget_show_all (self->bar);
  gtk_widget_set_no_show_all (self->bar, TRUE);
  gtk_widget_hide (self->bar);
  gtk_overlay_add_overlay (GTK_OVERLAY (view), self->bar);
  gtk_widget_add_events (GTK_WIDGET (view), GDK_LEAVE_NOTIFY_MASK);
  g_signal_connect_object (view, "leave-notify-event", G_CALLBACK (on_left), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "get-child-position", G_CALLBACK (place_bar), self, G_CONNECT_SWAPPED);
  self->selection = kith_message_selection_new (session, view);
  gtk_overlay_add_overlay (GTK_OVERLAY (view), self->selection);
  return self;
}

static void
kith_message_actions_dispose (GObject *object)
{
  KithMessageActions *self = KITH_MESSAGE_ACTIONS (object);
  g_clear_weak_pointer (&self->row);
  g_clear_weak_pointer (&self->view);
  g_clear_object (&self->session);
  g_clear_pointer (&self->link, g_free);
  G_OBJECT_CLASS (kith_message_actions_parent_class)->dispose (object);
}

static void
kith_message_actions_class_init (KithMessageActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_message_actions_dispose;
  static const char *const asked[] = {"reply", "edit"};
  for (gsize i = 0; i < G_N_ELEMENTS (asked); i++)
    g_signal_new (asked[i], KITH_TYPE_MESSAGE_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                  KITH_TYPE_POST);
  g_signal_new ("left", KITH_TYPE_MESSAGE_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                GDK_TYPE_EVENT | G_SIGNAL_TYPE_STATIC_SCOPE);
  g_signal_new ("menu-closed", KITH_TYPE_MESSAGE_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kith_message_actions_init (KithMessageActions *self)
{
}
