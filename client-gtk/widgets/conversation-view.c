/* conversation-view.c - puts the parts together and passes what one wants from another. */
#include "widgets/conversation-view.h"

#include "widgets/banner.h"
#include "widgets/composer.h"
#include "widgets/conversation-gate.h"
#include "widgets/conversation-header.h"
#include "widgets/empty-state.h"
#include "widgets/main-window.h"
#include "widgets/message-view.h"
#include "widgets/parts.h"
#include "widgets/typing-strip.h"

#include <glib/gi18n.h>

struct _KithConversationView {
  GtkBox parent_instance;
  KithSession *session;
  KithChat *chat;
  GtkWidget *header, *banner, *middle, *messages, *typing, *composer, *gate, *back;
  GtkWidget *start; /* over the messages as long as there is none; NULL: none of those */
};

G_DEFINE_FINAL_TYPE (KithConversationView, kith_conversation_view, GTK_TYPE_BOX)

static void
toast (KithConversationView *self, const char *text)
{
  KithMainWindow *window = kith_main_window_of (GTK_WIDGET (self));
  if (window != NULL)
    kith_main_window_toast (window, text, NULL, NULL, NULL, NULL);
}

/* ---- what the parts ask for ---- */

static void
on_reply (KithConversationView *self, KithPost *post)
{
  kith_composer_reply (KITH_COMPOSER (self->composer), post);
}

static void
on_edit (KithConversationView *self, KithPost *post)
{
  kith_composer_edit (KITH_COMPOSER (self->composer), post);
}

static void
on_edit_last (KithConversationView *self)
{
  KithPost *post = self->messages != NULL ? kith_message_view_find (KITH_MESSAGE_VIEW (self->messages), TRUE, 0) : NULL;
  if (post != NULL)
    on_edit (self, post);
}

static void
on_reply_above (KithConversationView *self, guint step)
{
  KithPost *post =
      self->messages != NULL ? kith_message_view_find (KITH_MESSAGE_VIEW (self->messages), FALSE, step) : NULL;
  if (post != NULL && kith_post_seq (post) != 0)
    on_reply (self, post);
}

static void
on_scroll (KithConversationView *self, GtkScrollType scroll)
{
  if (self->messages != NULL)
    kith_message_view_scroll (KITH_MESSAGE_VIEW (self->messages), scroll);
}

static void
on_sent (KithConversationView *self)
{
  if (self->messages != NULL)
    kith_message_view_to_newest (KITH_MESSAGE_VIEW (self->messages));
}

/* ---- the first message to somebody ---- */

static void on_chat (KithConversationView *self);

typedef struct {
  KithConversationView *view;
  char *text;
  gboolean urgent, written; /* written: it is what the composer has */
} First;

static gboolean
post_first (KithSession *session, KithChat *chat, const First *first, GError **error)
{
  return first->urgent ? kith_session_post_urgent (session, chat, first->text, 0, error)
                       : kith_session_post (session, chat, first->text, 0, error);
}

static void
on_opened (GObject *object, GAsyncResult *result, gpointer data)
{
  First *first = data;
  KithSession *session = KITH_SESSION (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (KithChat) chat = kith_session_chat_finish (session, result, &error);
  KithMainWindow *window = kith_main_window_of (GTK_WIDGET (first->view));
  if (chat != NULL && post_first (session, chat, first, &error)) {
    if (first->written) {
      kith_chat_set_draft (first->view->chat, "");
      kith_composer_clear (KITH_COMPOSER (first->view->composer));
    }
    on_chat (first->view);
    if (window != NULL)
      kith_main_window_show_chat (window, chat);
  }
  if (error != NULL)
    toast (first->view, error->message);
  g_object_unref (first->view);
  g_free (first->text);
  g_free (first);
}

static void
begin (KithConversationView *self, const char *text, gboolean urgent, gboolean written)
{
  First *first = g_new (First, 1);
  *first = (First){g_object_ref (self), g_strdup (text), urgent, written};
  kith_session_open_chat_async (self->session, self->chat, NULL, on_opened, first);
}

static void
on_first (KithConversationView *self, const char *text, gboolean urgent)
{
  begin (self, text, urgent, TRUE);
}

/* ---- what the window asks for ---- */

KithChat *
kith_conversation_view_chat (KithConversationView *self)
{
  return self->chat;
}

HdyHeaderBar *
kith_conversation_view_header (KithConversationView *self)
{
  return HDY_HEADER_BAR (self->header);
}

void
kith_conversation_view_jump (KithConversationView *self, gint64 seq, gboolean back)
{
  gtk_widget_set_visible (self->back, back);
  if (self->messages != NULL)
    kith_message_view_jump (KITH_MESSAGE_VIEW (self->messages), seq);
}

void
kith_conversation_view_focus_composer (KithConversationView *self)
{
  kith_composer_focus (KITH_COMPOSER (self->composer));
}

void
kith_conversation_view_pick_emoji (KithConversationView *self)
{
  kith_composer_pick_emoji (KITH_COMPOSER (self->composer));
}

void
kith_conversation_view_focus_messages (KithConversationView *self)
{
  if (self->messages != NULL)
    kith_message_view_focus (KITH_MESSAGE_VIEW (self->messages));
}

gboolean
kith_conversation_view_escape (KithConversationView *self)
{
  KithMessageView *messages = self->messages != NULL ? KITH_MESSAGE_VIEW (self->messages) : NULL;
  if (kith_composer_escape (KITH_COMPOSER (self->composer)))
    return TRUE;
  if (messages == NULL)
    return FALSE;
  if (kith_message_view_is_selecting (messages)) {
    kith_message_view_set_selecting (messages, FALSE);
    return TRUE;
  }
  if (kith_message_view_is_at_bottom (messages) && gtk_container_get_focus_child (GTK_CONTAINER (messages)) == NULL)
    return FALSE;
  gtk_widget_hide (self->back);
  kith_message_view_to_newest (messages);
  kith_conversation_view_focus_composer (self);
  return TRUE;
}

void
kith_conversation_view_set_narrow (KithConversationView *self, gboolean narrow)
{
  kith_conversation_header_set_narrow (self->header, narrow);
}

gboolean
kith_conversation_view_type (KithConversationView *self, GdkEventKey *event)
{
  return kith_composer_type (KITH_COMPOSER (self->composer), event);
}

/* ---- making it ---- */

#define HELLO "👋"

static void
on_hello (KithConversationView *self)
{
  begin (self, HELLO, FALSE, FALSE); /* a draft stays */
}

static GtkWidget *
new_empty (KithConversationView *self)
{
  g_autofree char *title = g_strdup_printf (_ ("This is the start of your chat with %s"), kith_chat_title (self->chat));
  g_autofree char *label = g_strdup_printf (_ ("Send a %s"), HELLO);
  gboolean two = kith_chat_contact (self->chat) != NULL;
  GtkWidget *state =
      kith_empty_state_new ("avatar-default-symbolic", title,
                            two ? _ ("Only the two of you can read it.") : _ ("Only those who are in it can read it."));
  GtkWidget *button = kith_empty_state_add_button (state, label, NULL, FALSE);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_hello), self);
  return state;
}

static void
update_start (KithConversationView *self)
{
  KithLog *log = kith_message_view_log (KITH_MESSAGE_VIEW (self->messages));
  gtk_widget_set_visible (self->start, kith_log_at_start (log) && kith_log_at_end (log) &&
                                           g_list_model_get_n_items (G_LIST_MODEL (log)) == 0);
}

/* It may have been opened, and nobody has said a word. */
static void
add_start (KithConversationView *self, KithLog *log)
{
  self->start = new_empty (self);
  gtk_widget_show_all (self->start);
  gtk_widget_set_no_show_all (self->start, TRUE);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->middle), self->start);
  g_signal_connect_object (log, "notify", G_CALLBACK (update_start), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (log, "items-changed", G_CALLBACK (update_start), self, G_CONNECT_SWAPPED);
  update_start (self);
}

static void
add_messages (KithConversationView *self)
{
  if (kith_chat_id (self->chat) == 0) {
    gtk_container_add (GTK_CONTAINER (self->middle), new_empty (self));
    return;
  }
  g_autoptr (KithLog) log = kith_session_log (self->session, self->chat);
  self->messages = kith_message_view_new (self->session, log);
  gtk_container_add (GTK_CONTAINER (self->middle), self->messages);
  g_signal_connect_swapped (self->messages, "reply", G_CALLBACK (on_reply), self);
  g_signal_connect_swapped (self->messages, "edit", G_CALLBACK (on_edit), self);
  if (kith_chat_kind (self->chat) == KITH_KIND_DIRECT)
    add_start (self, log);
}

/* A person's chat has become a conversation. */
static void
on_chat (KithConversationView *self)
{
  if (self->messages != NULL || kith_chat_id (self->chat) == 0)
    return;
  gtk_widget_destroy (gtk_bin_get_child (GTK_BIN (self->middle)));
  add_messages (self);
}

static void
on_back (KithConversationView *self)
{
  gtk_widget_hide (self->back);
}

gboolean
kith_conversation_view_back (KithConversationView *self)
{
  g_return_val_if_fail (KITH_IS_CONVERSATION_VIEW (self), FALSE);
  if (!gtk_widget_get_visible (self->back))
    return FALSE;
  gtk_button_clicked (GTK_BUTTON (self->back));
  return TRUE;
}

static void
add_back (KithConversationView *self)
{
  self->back = gtk_button_new_with_label (_ ("Back to results"));
  kith_add_classes (self->back, "jump-pill");
  gtk_widget_set_tooltip_text (self->back, _ ("Alt+Left"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->back), "win.results");
  g_signal_connect_swapped (self->back, "clicked", G_CALLBACK (on_back), self);
  g_object_set (self->back, "halign", GTK_ALIGN_START, "valign", GTK_ALIGN_START, "margin", 12, "no-show-all", TRUE,
                NULL);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->middle), self->back);
}

static void
add_composer (KithConversationView *self, KithSettings *settings)
{
  static const struct {
    const char *signal;
    GCallback callback;
  } handlers[] = {{"sent", G_CALLBACK (on_sent)},           {"first", G_CALLBACK (on_first)},
                  {"edit-last", G_CALLBACK (on_edit_last)}, {"reply-above", G_CALLBACK (on_reply_above)},
                  {"scroll", G_CALLBACK (on_scroll)},       {"failed", G_CALLBACK (toast)}};
  self->composer = kith_composer_new (self->session, settings, self->chat);
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_swapped (self->composer, handlers[i].signal, handlers[i].callback, self);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->middle), kith_composer_suggestions (KITH_COMPOSER (self->composer)));
}

/* Whoever came in wants to write. */
static void
on_gate (KithConversationView *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && kith_chat_can_write (self->chat))
    kith_composer_focus (KITH_COMPOSER (self->composer));
}

static void
build (KithConversationView *self, KithSettings *settings)
{
  GtkBox *box = GTK_BOX (self);
  self->header = kith_conversation_header_new (self->session, self->chat);
  self->banner = kith_banner_new (self->session);
  self->middle = gtk_overlay_new ();
  self->typing = kith_typing_strip_new (self->chat);
  gtk_widget_set_vexpand (self->middle, TRUE);
  add_messages (self);
  add_back (self);
  add_composer (self, settings);
  self->gate = kith_conversation_gate_new (self->session, self->chat);
  gtk_box_pack_start (box, self->header, FALSE, FALSE, 0);
  gtk_box_pack_start (box, self->banner, FALSE, FALSE, 0);
  gtk_box_pack_start (box, self->middle, TRUE, TRUE, 0);
  gtk_box_pack_start (box, self->typing, FALSE, FALSE, 0);
  gtk_box_pack_start (box, self->composer, FALSE, FALSE, 0);
  gtk_box_pack_start (box, self->gate, FALSE, FALSE, 0);
  g_object_bind_property (self->gate, "visible", self->composer, "visible",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
  g_signal_connect_swapped (self->gate, "notify::visible", G_CALLBACK (on_gate), self);
}

GtkWidget *
kith_conversation_view_new (KithSession *session, KithSettings *settings, KithChat *chat)
{
  KithConversationView *self =
      g_object_new (KITH_TYPE_CONVERSATION_VIEW, "orientation", GTK_ORIENTATION_VERTICAL, "hexpand", TRUE, NULL);
  self->session = g_object_ref (session);
  self->chat = g_object_ref (chat);
  kith_add_classes (GTK_WIDGET (self), "conversation");
  build (self, settings);
  g_signal_connect_object (chat, "notify", G_CALLBACK (on_chat), self, G_CONNECT_SWAPPED);
  gtk_widget_set_no_show_all (self->composer, TRUE);
  gtk_widget_show_all (GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

static void
kith_conversation_view_dispose (GObject *object)
{
  KithConversationView *self = KITH_CONVERSATION_VIEW (object);
  g_clear_object (&self->session);
  g_clear_object (&self->chat);
  G_OBJECT_CLASS (kith_conversation_view_parent_class)->dispose (object);
}

static void
kith_conversation_view_class_init (KithConversationViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_conversation_view_dispose;
}

static void
kith_conversation_view_init (KithConversationView *self)
{
}
