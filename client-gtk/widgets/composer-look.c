/* composer-look.c - the widgets of the composer, and what they say: the placeholder, the hint, how much fits. */
#include "widgets/composer-private.h"

#include "widgets/parts.h"

#include <glib/gi18n.h>
#include <string.h>

#define LINES_MAX 8
#define LINE_HEIGHT 18
#define MARGIN 7 /* above and below the text */
#define COUNT_FROM 2000 /* characters; from here on what is left is shown */

/* ---- what they say ---- */

static char *
placeholder_text (KithComposer *self)
{
  const char *title = kith_chat_title (self->chat);
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

void
kith_composer_update_placeholder (KithComposer *self)
{
  g_autofree char *text = placeholder_text (self);
  g_autofree char *name = g_strdup_printf (
      _ ("Message to %s%s"), kith_chat_kind (self->chat) == KITH_KIND_ROOM ? "#" : "", kith_chat_title (self->chat));
  if (g_strcmp0 (text, gtk_label_get_text (GTK_LABEL (self->placeholder))) != 0)
    gtk_label_set_text (GTK_LABEL (self->placeholder), text);
  kith_set_name (self->view, name);
}

void
kith_composer_update_can_write (KithComposer *self)
{
  gboolean can = kith_chat_can_write (self->chat);
  gtk_widget_set_sensitive (self->view, can);
  gtk_widget_set_sensitive (self->emoji, can);
  kith_set_class (self->frame, "disabled", !can);
  kith_composer_update_placeholder (self);
}

/* What does not fit into a message any more, or how much does. */
void
kith_composer_update_count (KithComposer *self, const char *text)
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

void
kith_composer_update_hint (KithComposer *self)
{
  gboolean several = gtk_text_buffer_get_line_count (self->buffer) > 1;
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->hint), several && gtk_widget_has_focus (self->view));
}

/* ---- making them ---- */

static void
set_up_view (KithComposer *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (gtk_text_view_new ());
  self->view = GTK_WIDGET (view);
  self->buffer = gtk_text_view_get_buffer (view);
  gtk_text_view_set_wrap_mode (view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (view, FALSE);
  g_object_set (view, "top-margin", MARGIN, "bottom-margin", MARGIN, "left-margin", 4, "right-margin", 4, "hexpand", TRUE,
                "input-hints", GTK_INPUT_HINT_SPELLCHECK | GTK_INPUT_HINT_EMOJI, NULL);
}

/* The view goes to the caret before it grows, and GTK notes its new height too late: text that has room stands where it
 * belongs. */
static void
on_allocated (GtkWidget *view, const GdkRectangle *place, GtkAdjustment *a)
{
  if (gtk_adjustment_get_upper (a) - place->height > 2 * MARGIN)
    return;
  gtk_adjustment_set_page_size (a, place->height);
  gtk_adjustment_set_value (a, 0);
}

static GtkWidget *
new_text (KithComposer *self)
{
  GtkWidget *overlay = gtk_overlay_new ();
  set_up_view (self);
  self->scroll = gtk_scrolled_window_new (NULL, NULL);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroll), GTK_POLICY_NEVER, GTK_POLICY_EXTERNAL);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroll), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroll), LINES_MAX * LINE_HEIGHT + 2 * MARGIN);
  GtkAdjustment *height = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroll));
  g_signal_connect_object (self->view, "size-allocate", G_CALLBACK (on_allocated), height, G_CONNECT_AFTER);
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

void
kith_composer_build (KithComposer *self)
{
  self->frame = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->context = kith_composer_context_new (self);
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
