/* composer.c - a text view with a placeholder, a strip above it that says what is answered or edited, and two buttons.
 *
 * The text is kept as the chat's draft while one writes, but for the text of an edit. */
#include "widgets/composer.h"

#include "core/rich.h"
#include "core/wording.h"
#include "widgets/composer-commands.h"
#include "widgets/composer-keys.h"
#include "widgets/composer-send.h"
#include "widgets/composer-suggest.h"
#include "widgets/emoji-picker.h"
#include "widgets/parts.h"
#include "widgets/spell.h"

#include <glib/gi18n.h>

#define LINES_MAX 8
#define LINE_HEIGHT 18
#define COUNT_FROM 2000 /* characters; from here on what is left is shown */

typedef enum { MODE_WRITE, MODE_REPLY, MODE_EDIT } Mode;

struct _KithComposer {
  GtkBox parent_instance;
  KithSession *session;
  KithSettings *settings;
  KithChat *chat;
  GtkWidget *frame, *context, *context_title, *context_text, *scroll, *view, *placeholder, *emoji, *send, *hint, *count;
  KithSuggest *suggest;
  GtkTextBuffer *buffer;
  Mode mode;
  KithPost *post; /* what is answered or edited */
  guint above;    /* how many messages above are answered: Ctrl+Up goes further */
  gboolean ours;  /* this change of the buffer is not the person's */
};

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

static void
set_text (KithComposer *self, const char *text)
{
  GtkTextIter end;
  self->ours = TRUE;
  gtk_text_buffer_set_text (self->buffer, text, -1);
  self->ours = FALSE;
  gtk_text_buffer_get_end_iter (self->buffer, &end);
  gtk_text_buffer_place_cursor (self->buffer, &end);
}

/* ---- what is shown ---- */

static const char *
short_title (KithChat *chat)
{
  return kith_chat_title (chat);
}

static char *
placeholder_text (KithComposer *self)
{
  const char *title = short_title (self->chat);
  gboolean room = kith_chat_kind (self->chat) == KITH_KIND_ROOM;
  if (kith_chat_kind (self->chat) == KITH_KIND_BROADCASTS)
    return g_strdup (kith_chat_can_write (self->chat) ? _ ("Message to everybody on this server")
                                                      : _ ("Only owners and admins of this server write here"));
  if (!kith_chat_can_write (self->chat))
    return g_strdup_printf (_ ("You cannot write in %s%s"), room ? "#" : "", title);
  if (kith_chat_kind (self->chat) == KITH_KIND_NOTES)
    return g_strdup (_ ("A note to yourself"));
  if (!kith_session_is_online (self->session))
    return g_strdup_printf (_ ("Message %s%s. Sent when you are back online"), room ? "#" : "", title);
  return g_strdup_printf (_ ("Message %s%s"), room ? "#" : "", title);
}

static void
update_placeholder (KithComposer *self)
{
  g_autofree char *text = placeholder_text (self);
  g_autofree char *name = g_strdup_printf (
      _ ("Message to %s%s"), kith_chat_kind (self->chat) == KITH_KIND_ROOM ? "#" : "", short_title (self->chat));
  if (g_strcmp0 (text, gtk_label_get_text (GTK_LABEL (self->placeholder))) != 0)
    gtk_label_set_text (GTK_LABEL (self->placeholder), text);
  kith_set_name (self->view, name);
}

static void
update_can_write (KithComposer *self)
{
  gboolean can = kith_chat_can_write (self->chat);
  gtk_widget_set_sensitive (self->view, can);
  gtk_widget_set_sensitive (self->emoji, can);
  kith_set_class (self->frame, "disabled", !can);
  update_placeholder (self);
}

/* What does not fit into a message any more, or how much does. */
static void
update_count (KithComposer *self, const char *text)
{
  int characters = gtk_text_buffer_get_char_count (self->buffer);
  gint64 left = kith_session_text_max (self->session) - (gint64) strlen (text);
  gtk_widget_set_visible (self->count, characters >= COUNT_FROM);
  g_autofree char *words = left >= 0
                               ? g_strdup_printf (ngettext ("%d more byte", "%d more bytes", (gulong) left), (int) left)
                               : g_strdup_printf (ngettext ("%d byte too long", "%d bytes too long", (gulong) -left),
                                                  (int) -left);
  gtk_label_set_text (GTK_LABEL (self->count), words);
  kith_set_class (self->count, "error-text", left < 0);
}

static void
update_hint (KithComposer *self)
{
  gboolean several = gtk_text_buffer_get_line_count (self->buffer) > 1;
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->hint), several && gtk_widget_has_focus (self->view));
}

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
  update_count (self, text);
  update_hint (self);
  update_suggestions (self, text);
  if (self->ours || self->mode == MODE_EDIT)
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

/* ---- reply and edit ---- */

static void
end_context (KithComposer *self)
{
  Mode was = self->mode;
  self->mode = MODE_WRITE;
  self->above = 0;
  g_clear_object (&self->post);
  gtk_widget_hide (self->context);
  if (was == MODE_EDIT)
    set_text (self, kith_chat_draft (self->chat));
}

static void
begin_context (KithComposer *self, Mode mode, KithPost *post, const char *title)
{
  g_autofree char *line = kith_rich_one_line (kith_post_text (post), 120);
  g_set_object (&self->post, post);
  self->mode = mode;
  gtk_label_set_text (GTK_LABEL (self->context_title), title);
  gtk_label_set_text (GTK_LABEL (self->context_text), line);
  kith_set_class (self->context, "edit", mode == MODE_EDIT);
  atk_object_set_description (gtk_widget_get_accessible (self->view), title);
  gtk_widget_show (self->context);
  gtk_widget_grab_focus (self->view);
}

void
kith_composer_reply (KithComposer *self, KithPost *post)
{
  const char *name = kith_contact_name (kith_session_contact (self->session, kith_post_from (post)));
  g_autofree char *title = g_strdup_printf (_ ("Replying to %s"), name);
  if (self->mode == MODE_EDIT)
    end_context (self);
  begin_context (self, MODE_REPLY, post, title);
}

void
kith_composer_edit (KithComposer *self, KithPost *post)
{
  g_autofree char *time = kith_wording_time (kith_post_at (post));
  g_autofree char *title = g_strdup_printf (_ ("Editing your message · %s"), time);
  begin_context (self, MODE_EDIT, post, title);
  set_text (self, kith_post_text (post));
}

gboolean
kith_composer_escape (KithComposer *self)
{
  if (kith_suggest_is_shown (self->suggest)) {
    kith_suggest_hide (self->suggest);
    return TRUE;
  }
  if (self->mode == MODE_WRITE)
    return FALSE;
  end_context (self);
  return TRUE;
}

/* ---- sending ---- */

void
kith_composer_clear (KithComposer *self)
{
  set_text (self, "");
  kith_chat_set_draft (self->chat, "");
  end_context (self);
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
  end_context (self);
  return TRUE;
}

static gboolean
post (KithComposer *self, const char *text, gboolean urgent)
{
  GError *error = NULL;
  gint64 reply_to = self->mode == MODE_REPLY ? kith_post_seq (self->post) : 0;
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
  if (self->mode == MODE_EDIT) {
    save_edit (self, stripped);
    return;
  }
  const char *words = kith_composer_urgent_words (stripped);
  if (words != NULL) {
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

static void
on_send (KithComposer *self)
{
  send (self, FALSE);
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
  on_send (self);
}

void
kith_composer_send_urgent (KithComposer *self)
{
  send (self, TRUE);
}

gboolean
kith_composer_may_be_urgent (KithComposer *self)
{
  return self->mode != MODE_EDIT && kith_chat_kind (self->chat) != KITH_KIND_NOTES;
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
  update_hint (self);
  if (!focused)
    kith_suggest_hide (self->suggest);
}

/* ---- making it ---- */

static GtkWidget *
new_context (KithComposer *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *cancel = kith_icon_button_new ("window-close-symbolic", 14, _ ("Cancel (Esc)"), "flat");
  self->context_title = kith_label_new ("", "sender");
  self->context_text = kith_label_new ("", "t-small dim");
  gtk_container_add (GTK_CONTAINER (lines), self->context_title);
  gtk_container_add (GTK_CONTAINER (lines), self->context_text);
  gtk_box_pack_start (GTK_BOX (box), lines, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (box), cancel);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (end_context), self);
  kith_add_classes (box, "context");
  gtk_widget_show_all (box);
  gtk_widget_set_no_show_all (box, TRUE);
  gtk_widget_hide (box);
  return box;
}

static void
set_up_view (KithComposer *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (gtk_text_view_new ());
  self->view = GTK_WIDGET (view);
  self->buffer = gtk_text_view_get_buffer (view);
  gtk_text_view_set_wrap_mode (view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (view, FALSE);
  g_object_set (view, "top-margin", 7, "bottom-margin", 7, "left-margin", 4, "right-margin", 4, "hexpand", TRUE,
                "input-hints", GTK_INPUT_HINT_SPELLCHECK | GTK_INPUT_HINT_EMOJI, NULL);
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (view, "preedit-changed", G_CALLBACK (on_preedit), self);
  g_signal_connect_swapped (view, "notify::has-focus", G_CALLBACK (on_focus), self);
  kith_composer_keys_watch (self);
}

static GtkWidget *
new_text (KithComposer *self)
{
  GtkWidget *overlay = gtk_overlay_new ();
  set_up_view (self);
  self->scroll = gtk_scrolled_window_new (NULL, NULL);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroll), GTK_POLICY_NEVER, GTK_POLICY_EXTERNAL);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroll), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroll), LINES_MAX * LINE_HEIGHT + 16);
  gtk_container_add (GTK_CONTAINER (self->scroll), self->view);
  gtk_widget_set_size_request (overlay, -1, 34);
  gtk_container_add (GTK_CONTAINER (overlay), self->scroll);
  self->placeholder = kith_label_new ("", "faint");
  gtk_widget_set_margin_start (self->placeholder, 5);
  kith_set_decoration (self->placeholder);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->placeholder);
  gtk_overlay_set_overlay_pass_through (GTK_OVERLAY (overlay), self->placeholder, TRUE);
  return overlay;
}

static GtkWidget *
new_line (KithComposer *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  self->emoji = kith_icon_button_new ("face-smile-symbolic", 16, _ ("Emoji (Ctrl+.)"), "flat");
  self->send = kith_icon_button_new ("kith-send-symbolic", 16, _ ("Send (Enter)"), "flat send");
  gtk_widget_set_valign (self->emoji, GTK_ALIGN_END);
  gtk_widget_set_valign (self->send, GTK_ALIGN_END);
  gtk_widget_set_margin_bottom (self->emoji, 1);
  gtk_widget_set_margin_bottom (self->send, 1);
  gtk_box_pack_start (GTK_BOX (box), new_text (self), TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (box), self->emoji);
  gtk_container_add (GTK_CONTAINER (box), self->send);
  g_signal_connect_swapped (self->emoji, "clicked", G_CALLBACK (kith_composer_pick_emoji), self);
  g_signal_connect_swapped (self->send, "clicked", G_CALLBACK (on_send), self);
  kith_composer_watch_send (self, self->send);
  return box;
}

static GtkWidget *
new_hint (KithComposer *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *revealer = gtk_revealer_new ();
  GtkWidget *marks = kith_label_new (_ ("*bold*  _italic_  ~strike~  `code`  ```block```  > quote"), "composer-hint");
  gboolean enter = kith_settings_get_boolean (self->settings, "enter-sends");
  GtkWidget *keys = kith_label_new (enter ? _ ("Enter to send · Shift+Enter for a new line") : _ ("Ctrl+Enter to send"),
                                    "composer-hint");
  g_object_set (box, "margin-top", 3, "margin-start", 6, "margin-end", 6, NULL);
  gtk_box_pack_start (GTK_BOX (box), marks, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (box), keys);
  gtk_container_add (GTK_CONTAINER (revealer), box);
  return revealer;
}

static void
build (KithComposer *self)
{
  self->frame = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->context = new_context (self);
  kith_add_classes (self->frame, "composer");
  kith_add_classes (GTK_WIDGET (self), "composer-wrap");
  gtk_container_add (GTK_CONTAINER (self->frame), self->context);
  gtk_container_add (GTK_CONTAINER (self->frame), new_line (self));
  self->count = kith_label_new ("", "composer-hint");
  gtk_label_set_xalign (GTK_LABEL (self->count), 1);
  gtk_widget_set_no_show_all (self->count, TRUE);
  self->hint = new_hint (self);
  gtk_container_add (GTK_CONTAINER (self), self->frame);
  gtk_container_add (GTK_CONTAINER (self), self->count);
  gtk_container_add (GTK_CONTAINER (self), self->hint);
  gtk_widget_show_all (GTK_WIDGET (self));
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
  build (self);
  kith_spell_watch (GTK_TEXT_VIEW (self->view), settings);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (update_placeholder), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chat, "notify", G_CALLBACK (update_can_write), self, G_CONNECT_SWAPPED);
  set_text (self, kith_chat_draft (chat));
  update_can_write (self);
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
