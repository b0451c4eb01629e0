/* message-deeds.c - one table of what can be done with a message: icon, words, key, when, what. The menu, the keys and
 * the hover bar (message-actions.c) are made from it. */
#include "widgets/message-actions-private.h"

#include "core/rights.h"
#include "widgets/dialogs.h"
#include "widgets/emoji-picker.h"
#include "widgets/main-window.h"
#include "widgets/message-text.h"

#include <glib/gi18n.h>

KithPost *
kith_message_actions_post (KithMessageActions *self)
{
  return self->row != NULL ? kith_message_row_post (self->row) : NULL;
}

KithChat *
kith_message_actions_chat (KithMessageActions *self)
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
void
kith_message_actions_tell (KithMessageActions *self, gboolean done, GError *error)
{
  if (!done)
    toast (self, error->message);
  g_clear_error (&error);
}

/* ---- when ---- */

static gboolean
is_stored (gpointer data)
{
  KithPost *post = kith_message_actions_post (data);
  return post != NULL && kith_post_seq (post) != 0 && !kith_post_is_deleted (post);
}

static gboolean
can_write (gpointer data)
{
  return is_stored (data) && kith_chat_can_write (kith_message_actions_chat (data));
}

static gboolean
can_edit (gpointer data)
{
  KithPost *post = kith_message_actions_post (data);
  return post != NULL && kith_post_is_mine (post) && !kith_post_is_deleted (post) &&
         kith_post_state (post) != KITH_POST_FAILED && kith_post_state (post) != KITH_POST_WRITTEN &&
         kith_chat_can_write (kith_message_actions_chat (data));
}

static gboolean
can_delete (gpointer data)
{
  KithPost *post = kith_message_actions_post (data);
  if (post == NULL || kith_post_is_deleted (post))
    return FALSE;
  return kith_post_is_mine (post) ||
         (kith_post_seq (post) != 0 && kith_rights_may (((KithMessageActions *) data)->session,
                                                        kith_message_actions_chat (data), KITH_RIGHT_MODERATE));
}

static gboolean
can_pin (gpointer data)
{
  return can_write (data) && !kith_post_is_pinned (kith_message_actions_post (data));
}

static gboolean
can_unpin (gpointer data)
{
  return can_write (data) && kith_post_is_pinned (kith_message_actions_post (data));
}

static gboolean
has_text (gpointer data)
{
  KithPost *post = kith_message_actions_post (data);
  return post != NULL && !kith_post_is_deleted (post);
}

static gboolean
can_ask_readers (gpointer data)
{
  KithPost *post = kith_message_actions_post (data);
  return post != NULL &&
         kith_seen_by_may_show (((KithMessageActions *) data)->session, kith_message_actions_chat (data), post);
}

/* ---- what ---- */

static void
do_reply (gpointer data)
{
  KithMessageActions *self = data;
  g_signal_emit_by_name (self, "reply", kith_message_actions_post (self));
}

static void
do_edit (gpointer data)
{
  KithMessageActions *self = data;
  g_signal_emit_by_name (self, "edit", kith_message_actions_post (self));
}

typedef struct {
  KithMessageActions *actions;
  KithChat *chat;
  KithPost *post;
  gboolean undone;
} Pending;

void
kith_message_actions_react (KithMessageActions *self, KithPost *post, const char *emoji, gboolean on)
{
  GError *error = NULL;
  gboolean done = kith_session_react (self->session, kith_message_actions_chat (self), post, emoji, on, &error);
  kith_message_actions_tell (self, done, error);
}

static Pending *
new_pending (KithMessageActions *self, KithPost *post)
{
  Pending *pending = g_new0 (Pending, 1);
  pending->actions = g_object_ref (self);
  pending->chat = g_object_ref (kith_message_actions_chat (self));
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
  kith_message_actions_react (pending->actions, pending->post, emoji, TRUE);
}

static void
on_picker_gone (gpointer data)
{
  kith_message_actions_menu_gone (((Pending *) data)->actions);
  free_pending (data);
}

void
kith_message_actions_pick_reaction (KithMessageActions *self, GtkWidget *beside)
{
  self->menus++;
  kith_emoji_picker_popup (beside, on_emoji, new_pending (self, kith_message_actions_post (self)), on_picker_gone);
}

static void
do_react (gpointer data)
{
  KithMessageActions *self = data;
  kith_message_actions_pick_reaction (self, GTK_WIDGET (self->row));
}

static void
do_copy (gpointer data)
{
  KithMessageActions *self = data;
  GtkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self->view), GDK_SELECTION_CLIPBOARD);
  gtk_clipboard_set_text (clipboard, kith_post_text (kith_message_actions_post (self)), -1);
}

static void
do_forward (gpointer data)
{
  KithMessageActions *self = data;
  g_autoptr (GPtrArray) posts = g_ptr_array_new ();
  g_ptr_array_add (posts, kith_message_actions_post (self));
  kith_forward_show (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self->view))), self->session, posts);
}

static void
set_pinned (KithMessageActions *self, gboolean on)
{
  GError *error = NULL;
  gboolean done = kith_session_pin_post (self->session, kith_message_actions_chat (self),
                                         kith_message_actions_post (self), on, &error);
  kith_message_actions_tell (self, done, error);
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
  kith_seen_by_show (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self->view))), self->session,
                     kith_message_actions_chat (self), kith_message_actions_post (self));
}

static void
do_mark_unread (gpointer data)
{
  KithMessageActions *self = data;
  kith_message_view_hold_read (self->view);
  kith_session_mark_unread (self->session, kith_message_actions_chat (self),
                            kith_post_seq (kith_message_actions_post (self)));
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
    kith_message_actions_tell (self, done, error);
  }
  kith_session_set_going (self->session, pending->chat, pending->post, FALSE);
  free_pending (pending);
}

static void
do_delete (gpointer data)
{
  KithMessageActions *self = data;
  KithMainWindow *window = kith_main_window_of (GTK_WIDGET (self->view));
  Pending *pending = new_pending (self, kith_message_actions_post (self));
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

void
kith_message_actions_reply (KithMessageActions *self)
{
  if (can_write (self))
    do_reply (self);
}

void
kith_message_actions_forward (KithMessageActions *self)
{
  if (is_stored (self))
    do_forward (self);
}

/* The keys work on a focused row, too. */
const KithMenuItem kith_message_actions_table[] = {
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

const gsize kith_message_actions_n = G_N_ELEMENTS (kith_message_actions_table);
