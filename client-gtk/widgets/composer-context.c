/* composer-context.c - the strip above the text: which message is answered or edited. The text of an edit is no draft. */
#include "widgets/composer-private.h"

#include "core/rich.h"
#include "core/wording.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

void
kith_composer_end_context (KithComposer *self)
{
  KithComposerMode was = self->mode;
  self->mode = KITH_COMPOSER_WRITE;
  self->above = 0;
  g_clear_object (&self->post);
  gtk_widget_hide (self->context);
  if (was == KITH_COMPOSER_EDIT)
    kith_composer_set_text (self, kith_chat_draft (self->chat));
}

static void
begin_context (KithComposer *self, KithComposerMode mode, KithPost *post, const char *title)
{
  g_autofree char *line = kith_rich_one_line (kith_post_text (post), 120);
  g_set_object (&self->post, post);
  self->mode = mode;
  gtk_label_set_text (GTK_LABEL (self->context_title), title);
  gtk_label_set_text (GTK_LABEL (self->context_text), line);
  kith_set_class (self->context, "edit", mode == KITH_COMPOSER_EDIT);
  atk_object_set_description (gtk_widget_get_accessible (self->view), title);
  gtk_widget_show (self->context);
  gtk_widget_grab_focus (self->view);
}

void
kith_composer_reply (KithComposer *self, KithPost *post)
{
  const char *name = kith_contact_name (kith_session_contact (self->session, kith_post_from (post)));
  g_autofree char *title = g_strdup_printf (_ ("Replying to %s"), name);
  if (self->mode == KITH_COMPOSER_EDIT)
    kith_composer_end_context (self);
  begin_context (self, KITH_COMPOSER_REPLY, post, title);
}

void
kith_composer_edit (KithComposer *self, KithPost *post)
{
  g_autofree char *time = kith_wording_time (kith_post_at (post));
  g_autofree char *title = g_strdup_printf (_ ("Editing your message · %s"), time);
  begin_context (self, KITH_COMPOSER_EDIT, post, title);
  kith_composer_set_text (self, kith_post_text (post));
}

GtkWidget *
kith_composer_context_new (KithComposer *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *cancel = kith_icon_button_new ("window-close-symbolic", 14, _ ("Cancel (Esc)"), "flat");
  self->context_title = kith_label_new ("", "sender");
  self->context_text = kith_label_new ("", "t-small dim");
  gtk_container_add (GTK_CONTAINER (lines), self->context_title);
  gtk_container_add (GTK_CONTAINER (lines), self->context_text);
  gtk_box_pack_start (GTK_BOX (box), lines, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (box), cancel);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (kith_composer_end_context), self);
  kith_add_classes (box, "context");
  gtk_widget_show_all (box);
  gtk_widget_set_no_show_all (box, TRUE);
  gtk_widget_hide (box);
  return box;
}
