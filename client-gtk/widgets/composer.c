/* composer.c - the text: kept as the chat's draft while one writes (but for the text of an edit), completed, sent. */
#include "widgets/composer-private.h"

#include "widgets/composer-commands.h"
#include "widgets/composer-send.h"
#include "widgets/emoji-picker.h"
#include "widgets/parts.h"
#include "widgets/spell.h"

G_DEFINE_FINAL_TYPE (KithComposer, kith_composer, GTK_TYPE_BOX)

enum { SENT, FIRST, EDIT_LAST, REPLY_ABOVE, SCROLL, FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

static char *
get_text (KithComposer *self)
{
  GtkTextIter begin, end;
  gtk_text_buffer_get_bounds (self->buffer, &begin, &end);
  return gtk_text_buffer_get_text (self->buffer, &begin, &end, FALSE);
}

void
kith_composer_set_text (KithComposer *self, const char *text)
{
  GtkTextIter end;
  self->ours = TRUE;
  gtk_text_buffer_set_text (self->buffer, text, -1);
  self->ours = FALSE;
  gtk_text_buffer_get_end_iter (self->buffer, &end);
  gtk_text_buffer_place_cursor (self->buffer, &end);
}

/* ---- while one writes ---- */

static void
update_suggestions (KithComposer *self, const char *text)
{
  GtkTextIter at, begin;
  gtk_text_buffer_get_iter_at_mark (self->buffer, &at, gtk_text_buffer_get_insert (self->buffer));
  gtk_text_buffer_get_start_iter (self->buffer, &begin);
  g_autofree char *before = gtk_text_buffer_get_text (self->buffer, &begin, &at, FALSE);
  if (gtk_widget_has_focus (self->view) && !self->ours)
    kith_suggest_update (self->suggest, text, strlen (before));
  else
    kith_suggest_hide (self->suggest);
}

static void
on_changed (KithComposer *self)
{
  g_autofree char *text = get_text (self);
  gboolean empty = *text == '\0';
  gtk_widget_set_visible (self->placeholder, empty);
  gtk_widget_set_sensitive (self->send, !empty);
  kith_composer_update_count (self, text);
  kith_composer_update_hint (self);
  update_suggestions (self, text);
  if (self->ours || self->mode == KITH_COMPOSER_EDIT)
    return;
  kith_chat_set_draft (self->chat, text);
  if (!empty && text[0] != '/')
    kith_session_typing (self->session, self->chat);
}

static void
on_preedit (KithComposer *self, const char *preedit)
{
  gtk_widget_set_visible (self->placeholder, *preedit == '\0' && kith_composer_is_empty (self));
}

gboolean
kith_composer_escape (KithComposer *self)
{
  if (kith_suggest_is_shown (self->suggest)) {
    kith_suggest_hide (self->suggest);
    return TRUE;
  }
  if (self->mode == KITH_COMPOSER_WRITE)
    return FALSE;
  kith_composer_end_context (self);
  return TRUE;
}

/* ---- sending ---- */

void
kith_composer_clear (KithComposer *self)
{
  kith_composer_set_text (self, "");
  kith_chat_set_draft (self->chat, "");
  kith_composer_end_context (self);
}

static gboolean
fail (KithComposer *self, GError *error)
{
  g_signal_emit (self, signals[FAILED], 0, error->message);
  g_error_free (error);
  return FALSE;
}

static gboolean
save_edit (KithComposer *self, const char *text)
{
  GError *error = NULL;
  if (!kith_session_edit (self->session, self->chat, self->post, text, &error))
    return fail (self, error);
  kith_composer_end_context (self);
  return TRUE;
}

static gboolean
post (KithComposer *self, const char *text, gboolean urgent)
{
  GError *error = NULL;
  gint64 reply_to = self->mode == KITH_COMPOSER_REPLY ? kith_post_seq (self->post) : 0;
  if (kith_chat_id (self->chat) == 0) {
    g_signal_emit (self, signals[FIRST], 0, text, urgent);
    return TRUE;
  }
  gboolean posted = urgent ? kith_session_post_urgent (self->session, self->chat, text, reply_to, &error)
                           : kith_session_post (self->session, self->chat, text, reply_to, &error);
  if (!posted)
    return fail (self, error);
  kith_composer_clear (self);
  g_signal_emit (self, signals[SENT], 0);
  return TRUE;
}

static void
send (KithComposer *self, gboolean urgent)
{
  g_autofree char *text = get_text (self), *problem = NULL;
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  if (*stripped == '\0' || !kith_chat_can_write (self->chat))
    return;
  if (self->mode == KITH_COMPOSER_EDIT) {
    save_edit (self, stripped);
    return;
  }
  const char *words = kith_composer_urgent_words (stripped);
  if (words != NULL && kith_composer_may_be_urgent (self)) {
    post (self, words, TRUE);
    return;
  }
  if (kith_composer_run_command (self->session, self->chat, stripped, GTK_WIDGET (self), &problem)) {
    if (problem == NULL)
      kith_composer_clear (self);
    else
      g_signal_emit (self, signals[FAILED], 0, problem);
    return;
  }
  post (self, g_str_has_prefix (stripped, "//") ? stripped + 1 : stripped, urgent);
}

/* ---- keys: composer-keys.c has the table ---- */

void
kith_composer_accept_suggestion (KithComposer *self)
{
  gsize begin;
  g_autofree char *word = kith_suggest_take (self->suggest, &begin);
  g_autofree char *text = get_text (self);
  GtkTextIter from, to;
  if (word == NULL || begin > strlen (text))
    return;
  gtk_text_buffer_get_iter_at_offset (self->buffer, &from, (int) g_utf8_strlen (text, (gssize) begin));
  gtk_text_buffer_get_iter_at_mark (self->buffer, &to, gtk_text_buffer_get_insert (self->buffer));
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_delete (self->buffer, &from, &to);
  gtk_text_buffer_insert (self->buffer, &from, word, -1);
  gtk_text_buffer_end_user_action (self->buffer);
  gtk_widget_grab_focus (self->view);
}

void
kith_composer_send (KithComposer *self)
{
  send (self, FALSE);
}

void
kith_composer_send_urgent (KithComposer *self)
{
  send (self, TRUE);
}

gboolean
kith_composer_may_be_urgent (KithComposer *self)
{
  return self->mode != KITH_COMPOSER_EDIT && kith_chat_kind (self->chat) != KITH_KIND_NOTES;
}

void
kith_composer_ask_edit_last (KithComposer *self)
{
  g_signal_emit (self, signals[EDIT_LAST], 0);
}

void
kith_composer_ask_reply_above (KithComposer *self)
{
  g_signal_emit (self, signals[REPLY_ABOVE], 0, self->above++);
}

void
kith_composer_ask_scroll (KithComposer *self, GtkScrollType scroll)
{
  g_signal_emit (self, signals[SCROLL], 0, scroll);
}

KithSuggest *
kith_composer_suggest (KithComposer *self)
{
  return self->suggest;
}

GtkTextView *
kith_composer_view (KithComposer *self)
{
  return GTK_TEXT_VIEW (self->view);
}

gboolean
kith_composer_enter_sends (KithComposer *self)
{
  return kith_settings_get_boolean (self->settings, "enter-sends");
}

/* ---- the rest of the interface ---- */

gboolean
kith_composer_is_empty (KithComposer *self)
{
  return gtk_text_buffer_get_char_count (self->buffer) == 0;
}

void
kith_composer_focus (KithComposer *self)
{
  if (gtk_widget_get_sensitive (self->view))
    gtk_widget_grab_focus (self->view);
}

void
kith_composer_insert (KithComposer *self, const char *text)
{
  gtk_text_buffer_insert_interactive_at_cursor (self->buffer, text, -1, TRUE);
  kith_composer_focus (self);
}

gboolean
kith_composer_type (KithComposer *self, GdkEventKey *event)
{
  if (!gtk_widget_get_sensitive (self->view) || gtk_widget_has_focus (self->view))
    return FALSE;
  gtk_widget_grab_focus (self->view);
  return gtk_widget_event (self->view, (GdkEvent *) event);
}

GtkWidget *
kith_composer_suggestions (KithComposer *self)
{
  return GTK_WIDGET (self->suggest);
}

static void
on_emoji_chosen (const char *emoji, gpointer data)
{
  kith_composer_insert (data, emoji);
}

void
kith_composer_pick_emoji (KithComposer *self)
{
  if (!gtk_widget_get_sensitive (self->emoji) || !gtk_widget_get_mapped (self->emoji))
    return;
  kith_composer_focus (self);
  kith_emoji_picker_popup (self->emoji, on_emoji_chosen, g_object_ref (self), g_object_unref);
}

static void
on_focus (KithComposer *self)
{
  gboolean focused = gtk_widget_has_focus (self->view);
  kith_set_class (self->frame, "focused", focused);
  kith_composer_update_hint (self);
  if (!focused)
    kith_suggest_hide (self->suggest);
}

/* ---- life ---- */

static void
watch (KithComposer *self)
{
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->view, "preedit-changed", G_CALLBACK (on_preedit), self);
  g_signal_connect_swapped (self->view, "notify::has-focus", G_CALLBACK (on_focus), self);
  g_signal_connect_swapped (self->emoji, "clicked", G_CALLBACK (kith_composer_pick_emoji), self);
  g_signal_connect_swapped (self->send, "clicked", G_CALLBACK (kith_composer_send), self);
  kith_composer_keys_watch (self);
  kith_composer_watch_send (self, self->send);
  kith_spell_watch (GTK_TEXT_VIEW (self->view), self->settings);
}

GtkWidget *
kith_composer_new (KithSession *session, KithSettings *settings, KithChat *chat)
{
  KithComposer *self = g_object_new (KITH_TYPE_COMPOSER, "orientation", GTK_ORIENTATION_VERTICAL, NULL);
  self->session = g_object_ref (session);
  self->settings = g_object_ref (settings);
  self->chat = g_object_ref (chat);
  self->suggest = KITH_SUGGEST (g_object_ref_sink (kith_suggest_new (session, chat)));
  g_signal_connect_object (self->suggest, "clicked", G_CALLBACK (kith_composer_accept_suggestion), self,
                           G_CONNECT_SWAPPED);
  kith_composer_build (self);
  watch (self);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (kith_composer_update_placeholder), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chat, "notify", G_CALLBACK (kith_composer_update_can_write), self, G_CONNECT_SWAPPED);
  kith_composer_set_text (self, kith_chat_draft (chat));
  kith_composer_update_can_write (self);
  on_changed (self);
  return GTK_WIDGET (self);
}

static void
kith_composer_dispose (GObject *object)
{
  KithComposer *self = KITH_COMPOSER (object);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  g_clear_object (&self->chat);
  g_clear_object (&self->post);
  g_clear_object (&self->suggest);
  G_OBJECT_CLASS (kith_composer_parent_class)->dispose (object);
}

static guint
new_signal (const char *name, GType type)
{
  return g_signal_new (name, KITH_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       type != G_TYPE_NONE, type);
}

static void
kith_composer_class_init (KithComposerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_composer_dispose;
  signals[SENT] = new_signal ("sent", G_TYPE_NONE);
  signals[FIRST] = g_signal_new ("first", KITH_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                 G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[EDIT_LAST] = new_signal ("edit-last", G_TYPE_NONE);
  signals[REPLY_ABOVE] = new_signal ("reply-above", G_TYPE_UINT);
  signals[SCROLL] = new_signal ("scroll", GTK_TYPE_SCROLL_TYPE);
  signals[FAILED] = new_signal ("failed", G_TYPE_STRING);
}

static void
kith_composer_init (KithComposer *self)
{
}
