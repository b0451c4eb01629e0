/* message-actions.c - one table: icon, words, key, when, what. The menu, the keys and the hover bar are made from it.
 */
#include "widgets/message-actions.h"

#include "core/rights.h"
#include "core/wording.h"
#include "widgets/dialogs.h"
#include "widgets/emoji-picker.h"
#include "widgets/main-window.h"
#include "widgets/menu.h"
#include "widgets/message-bar.h"
#include "widgets/message-list.h"
#include "widgets/message-selection.h"
#include "widgets/message-text.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

struct _KithMessageActions {
  GObject parent_instance;
  KithSession *session;
  KithMessageView *view; /* borrowed: it owns this */
  GtkWidget *bar, *selection;
  KithMessageRow *row; /* weak: the bar's, or the menu's */
  char *link;          /* that the menu is about, too; NULL: none */
  guint menus;         /* open, or just closed: the row stays theirs */
};

G_DEFINE_FINAL_TYPE (KithMessageActions, kith_message_actions, G_TYPE_OBJECT)

enum { REPLY, EDIT, N_SIGNALS };
static guint signals[N_SIGNALS];

static KithPost *
post_of (KithMessageActions *self)
{
  return self->row != NULL ? kith_message_row_post (self->row) : NULL;
}

static KithChat *
chat_of (KithMessageActions *self)
{
  return kith_message_view_chat (self->view);
}

static void
toast (KithMessageActions *self, const char *text)
{
  KithMainWindow *window = self->view != NULL ? kith_main_window_of (GTK_WIDGET (self->view)) : NULL;
  if (window != NULL)
    kith_main_window_toast (window, text, NULL, NULL, NULL, NULL);
}

/* What a call that can fail says when it did. */
static void
tell (KithMessageActions *self, gboolean done, GError *error)
{
  if (!done)
    toast (self, error->message);
  g_clear_error (&error);
}

/* ---- when ---- */

static gboolean
is_stored (gpointer data)
{
  KithPost *post = post_of (data);
  return post != NULL && kith_post_seq (post) != 0 && !kith_post_is_deleted (post);
}

static gboolean
can_write (gpointer data)
{
  return is_stored (data) && kith_chat_can_write (chat_of (data));
}

static gboolean
can_edit (gpointer data)
{
  KithPost *post = post_of (data);
  return post != NULL && kith_post_is_mine (post) && !kith_post_is_deleted (post) &&
         kith_post_state (post) != KITH_POST_FAILED && kith_post_state (post) != KITH_POST_WRITTEN &&
         kith_chat_can_write (chat_of (data));
}

static gboolean
can_delete (gpointer data)
{
  KithPost *post = post_of (data);
  if (post == NULL || kith_post_is_deleted (post))
    return FALSE;
  return kith_post_is_mine (post) ||
         (kith_post_seq (post) != 0 &&
          kith_rights_may (((KithMessageActions *) data)->session, chat_of (data), KITH_RIGHT_MODERATE));
}

static gboolean
can_pin (gpointer data)
{
  return can_write (data) && !kith_post_is_pinned (post_of (data));
}

static gboolean
can_unpin (gpointer data)
{
  return can_write (data) && kith_post_is_pinned (post_of (data));
}

static gboolean
has_text (gpointer data)
{
  KithPost *post = post_of (data);
  return post != NULL && !kith_post_is_deleted (post);
}

static gboolean
can_ask_readers (gpointer data)
{
  KithPost *post = post_of (data);
  return post != NULL && kith_seen_by_may_show (((KithMessageActions *) data)->session, chat_of (data), post);
}

/* ---- what ---- */

static void
do_reply (gpointer data)
{
  KithMessageActions *self = data;
  g_signal_emit (self, signals[REPLY], 0, post_of (self));
}

static void
do_edit (gpointer data)
{
  KithMessageActions *self = data;
  g_signal_emit (self, signals[EDIT], 0, post_of (self));
}

typedef struct {
  KithMessageActions *actions;
  KithChat *chat;
  KithPost *post;
  gboolean undone;
} Pending;

static void
react (KithMessageActions *self, KithPost *post, const char *emoji, gboolean on)
{
  GError *error = NULL;
  gboolean done = kith_session_react (self->session, chat_of (self), post, emoji, on, &error);
  tell (self, done, error);
}

static Pending *
new_pending (KithMessageActions *self, KithPost *post)
{
  Pending *pending = g_new0 (Pending, 1);
  pending->actions = g_object_ref (self);
  pending->chat = g_object_ref (chat_of (self));
  pending->post = g_object_ref (post);
  return pending;
}

static void
free_pending (gpointer data)
{
  Pending *pending = data;
  g_object_unref (pending->actions);
  g_object_unref (pending->chat);
  g_object_unref (pending->post);
  g_free (pending);
}

static void
on_emoji (const char *emoji, gpointer data)
{
  Pending *pending = data;
  react (pending->actions, pending->post, emoji, TRUE);
}

static void
pick_reaction (KithMessageActions *self, GtkWidget *beside)
{
  kith_emoji_picker_popup (beside, on_emoji, new_pending (self, post_of (self)), free_pending);
}

static void
do_react (gpointer data)
{
  KithMessageActions *self = data;
  pick_reaction (self, GTK_WIDGET (self->row));
}

static void
do_copy (gpointer data)
{
  KithMessageActions *self = data;
  GtkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self->view), GDK_SELECTION_CLIPBOARD);
  gtk_clipboard_set_text (clipboard, kith_post_text (post_of (self)), -1);
}

static void
do_forward (gpointer data)
{
  KithMessageActions *self = data;
  g_autoptr (GPtrArray) posts = g_ptr_array_new ();
  g_ptr_array_add (posts, post_of (self));
  kith_forward_show (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self->view))), self->session, posts);
}

static void
set_pinned (KithMessageActions *self, gboolean on)
{
  GError *error = NULL;
  gboolean done = kith_session_pin_post (self->session, chat_of (self), post_of (self), on, &error);
  tell (self, done, error);
}

static void
do_pin (gpointer data)
{
  set_pinned (data, TRUE);
}

static void
do_unpin (gpointer data)
{
  set_pinned (data, FALSE);
}

static void
do_show_readers (gpointer data)
{
  KithMessageActions *self = data;
  kith_seen_by_show (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self->view))), self->session, chat_of (self),
                     post_of (self));
}

static void
do_mark_unread (gpointer data)
{
  KithMessageActions *self = data;
  kith_message_view_hold_read (self->view);
  kith_session_mark_unread (self->session, chat_of (self), kith_post_seq (post_of (self)));
}

static void
do_select (gpointer data)
{
  kith_message_view_set_selecting (((KithMessageActions *) data)->view, TRUE);
}

static void
on_undo (gpointer data)
{
  Pending *pending = data;
  pending->undone = TRUE;
  kith_session_set_going (pending->actions->session, pending->chat, pending->post, FALSE);
}

/* The time for undoing is over, or the window has gone. */
static void
delete_now (gpointer data)
{
  Pending *pending = data;
  KithMessageActions *self = pending->actions;
  GError *error = NULL;
  if (!pending->undone) {
    gboolean done = kith_session_delete (self->session, pending->chat, pending->post, &error);
    tell (self, done, error);
  }
  kith_session_set_going (self->session, pending->chat, pending->post, FALSE);
  free_pending (pending);
}

static void
do_delete (gpointer data)
{
  KithMessageActions *self = data;
  KithMainWindow *window = kith_main_window_of (GTK_WIDGET (self->view));
  Pending *pending = new_pending (self, post_of (self));
  kith_message_actions_hide_bar (self);
  if (window == NULL || kith_post_seq (pending->post) == 0) {
    delete_now (pending);
    return;
  }
  kith_session_set_going (self->session, pending->chat, pending->post, TRUE);
  kith_main_window_toast (window, _ ("The message will be deleted for everyone."), _ ("Undo"), G_CALLBACK (on_undo),
                          pending, delete_now);
}

static gboolean
has_link (gpointer data)
{
  return ((KithMessageActions *) data)->link != NULL;
}

static void
do_open_link (gpointer data)
{
  KithMessageActions *self = data;
  kith_message_open_link (GTK_WIDGET (self->view), self->link);
}

static void
do_copy_link (gpointer data)
{
  KithMessageActions *self = data;
  gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self->view), GDK_SELECTION_CLIPBOARD), self->link, -1);
}

/* The keys work on a focused row, too. */
static const KithMenuItem table[] = {
    {"document-open-symbolic", N_ ("Open link"), NULL, do_open_link, has_link, FALSE, 0},
    {"edit-copy-symbolic", N_ ("Copy address"), NULL, do_copy_link, has_link, FALSE, 0},
    {0},
    {"kith-reply-symbolic", N_ ("Reply"), "R", do_reply, can_write, FALSE, GDK_KEY_r},
    {"face-smile-symbolic", N_ ("React…"), "+", do_react, can_write, FALSE, GDK_KEY_plus},
    {"edit-copy-symbolic", N_ ("Copy text"), "C", do_copy, has_text, FALSE, GDK_KEY_c},
    {"mail-forward-symbolic", N_ ("Forward…"), "F", do_forward, is_stored, FALSE, GDK_KEY_f},
    {0},
    {"view-pin-symbolic", N_ ("Pin"), "P", do_pin, can_pin, FALSE, GDK_KEY_p},
    {"view-pin-symbolic", N_ ("Unpin"), "P", do_unpin, can_unpin, FALSE, GDK_KEY_p},
    {"kith-ticks-symbolic", N_ ("Seen by…"), "S", do_show_readers, can_ask_readers, FALSE, GDK_KEY_s},
    {"mail-unread-symbolic", N_ ("Mark unread from here"), "U", do_mark_unread, is_stored, FALSE, GDK_KEY_u},
    {"object-select-symbolic", N_ ("Select…"), NULL, do_select, is_stored, FALSE, 0},
    {0},
    {"document-edit-symbolic", N_ ("Edit"), "E", do_edit, can_edit, FALSE, GDK_KEY_e},
    {"user-trash-symbolic", N_ ("Delete…"), "Del", do_delete, can_delete, TRUE, GDK_KEY_Delete},
};

static void
set_row (KithMessageActions *self, KithMessageRow *row)
{
  g_set_weak_pointer (&self->row, row);
}

static gboolean
let_row_go (gpointer data)
{
  ((KithMessageActions *) data)->menus--;
  return G_SOURCE_REMOVE;
}

/* The item does its work after the menu has closed, and with that the focus goes back to some row, which is not meant. */
static void
on_menu_gone (KithMessageActions *self)
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
  GtkWidget *menu = kith_menu_popup (GTK_WIDGET (row), place, table, G_N_ELEMENTS (table), self);
  self->menus++;
  g_signal_connect_object (menu, "destroy", G_CALLBACK (on_menu_gone), self, G_CONNECT_SWAPPED);
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
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].keyval != 0 && table[i].keyval == key && table[i].is_shown (self)) {
      table[i].activate (self);
      return TRUE;
    }
  return FALSE;
}

/* ---- what a row itself asks for ---- */

static void
on_react (KithMessageRow *row, const char *emoji, gboolean on, KithMessageActions *self)
{
  react (self, kith_message_row_post (row), emoji, on);
}

static void
on_add_reaction (KithMessageRow *row, GtkWidget *button, KithMessageActions *self)
{
  set_row (self, row);
  pick_reaction (self, button);
}

static void
on_quote (KithMessageRow *row, gint64 seq, KithMessageActions *self)
{
  kith_message_view_jump (self->view, seq);
}

static void
on_versions (KithMessageRow *row, KithMessageActions *self)
{
  kith_versions_show (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (row))), self->session, chat_of (self),
                      kith_message_row_post (row));
}

static void
on_retry (KithMessageRow *row, KithMessageActions *self)
{
  GError *error = NULL;
  tell (self, kith_session_retry (self->session, chat_of (self), kith_message_row_post (row), &error), error);
}

static void
on_discard (KithMessageRow *row, KithMessageActions *self)
{
  GError *error = NULL;
  tell (self, kith_session_delete (self->session, chat_of (self), kith_message_row_post (row), &error), error);
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
  if (kith_post_seq (post) == 0 || kith_post_is_deleted (post) || !kith_chat_can_write (chat_of (self)) ||
      kith_message_view_is_selecting (self->view)) {
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
    react (self, post_of (self), gtk_button_get_label (button), TRUE);
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
    pick_reaction (self, GTK_WIDGET (button));
}

static void
on_bar_reply (GtkButton *button, gpointer data)
{
  if (can_write (data))
    do_reply (data);
}

static void
on_bar_forward (GtkButton *button, gpointer data)
{
  if (is_stored (data))
    do_forward (data);
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
  signals[REPLY] = g_signal_new ("reply", KITH_TYPE_MESSAGE_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, KITH_TYPE_POST);
  signals[EDIT] = g_signal_new ("edit", KITH_TYPE_MESSAGE_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, KITH_TYPE_POST);
}

static void
kith_message_actions_init (KithMessageActions *self)
{
}
