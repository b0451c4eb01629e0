/* search-hit.c - a row, for one hit after the other. The marks are attributes; their colours follow the theme. */
#include "widgets/search-hit.h"

#include "core/complete.h"
#include "core/rich.h"
#include "core/wording.h"
#include "widgets/avatar.h"
#include "widgets/parts.h"
#include "widgets/theme.h"
#include "widgets/wrapped-label.h"

#include <glib/gi18n.h>

#define SHOWN_CHARACTERS 300
#define LINE_CHARACTERS 90

struct _KithSearchHit {
  GtkListBoxRow parent_instance;
  gint64 conversation, seq, at;
  GtkWidget *box, *avatar, *sender, *where, *stamp, *text;
  GArray *spans; /* KithFoundWord, of text */
};

G_DEFINE_FINAL_TYPE (KithSearchHit, kith_search_hit, GTK_TYPE_LIST_BOX_ROW)

gint64
kith_search_hit_at (KithSearchHit *self)
{
  return self->at;
}

gint64
kith_search_hit_seq (KithSearchHit *self)
{
  return self->seq;
}

gint64
kith_search_hit_conversation (KithSearchHit *self)
{
  return self->conversation;
}

static void
insert (PangoAttrList *list, PangoAttribute *attribute, guint start, guint end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (list, attribute);
}

static void
mark (PangoAttrList *list, GtkWidget *label, guint start, guint end)
{
  GdkRGBA back, fore;
  insert (list, pango_attr_weight_new (PANGO_WEIGHT_SEMIBOLD), start, end);
  if (!kith_theme_color (label, "k_hit", &back) || !kith_theme_color (label, "k_hit_fg", &fore))
    return;
  insert (list,
          pango_attr_background_new ((guint16) (back.red * 65535), (guint16) (back.green * 65535),
                                     (guint16) (back.blue * 65535)),
          start, end);
  insert (list,
          pango_attr_foreground_new ((guint16) (fore.red * 65535), (guint16) (fore.green * 65535),
                                     (guint16) (fore.blue * 65535)),
          start, end);
}

static void
update_marks (KithSearchHit *self)
{
  PangoAttrList *list = pango_attr_list_new ();
  for (guint i = 0; self->spans != NULL && i < self->spans->len; i++) {
    const KithFoundWord *span = &g_array_index (self->spans, KithFoundWord, i);
    mark (list, self->text, span->start, span->end);
  }
  gtk_label_set_attributes (GTK_LABEL (self->text), list);
  pango_attr_list_unref (list);
}

static void
show_text (KithSearchHit *self, const char *text, const char *query)
{
  g_autofree char *line = kith_rich_one_line (text, SHOWN_CHARACTERS);
  g_clear_pointer (&self->spans, g_array_unref);
  self->spans = kith_complete_find_words (line, query);
  kith_wrapped_label_set_text (self->text, line);
  update_marks (self);
}

static void
show_head (KithSearchHit *self, KithSession *session, KithContact *contact)
{
  KithChat *chat = kith_session_chat (session, self->conversation);
  gboolean room = chat != NULL && kith_chat_kind (chat) == KITH_KIND_ROOM;
  g_autofree char *where =
      g_strdup_printf ("%s%s", room ? "#" : "", chat != NULL ? kith_chat_title (chat) : _ ("a conversation"));
  g_autofree char *when = kith_wording_short_moment (self->at, g_get_real_time () / 1000);
  g_autofree char *moment = kith_wording_moment (self->at);
  gtk_label_set_text (GTK_LABEL (self->sender), kith_contact_name (contact));
  gtk_label_set_text (GTK_LABEL (self->where), where);
  gtk_label_set_text (GTK_LABEL (self->stamp), when);
  gtk_widget_set_tooltip_text (self->stamp, moment);
}

static void
show_avatar (KithSearchHit *self, KithContact *contact)
{
  if (self->avatar != NULL) {
    kith_avatar_set_contact (KITH_AVATAR (self->avatar), contact);
    return;
  }
  self->avatar = kith_avatar_new (contact, 30, "on-raised", FALSE);
  gtk_widget_set_valign (self->avatar, GTK_ALIGN_START);
  gtk_box_pack_start (GTK_BOX (self->box), self->avatar, FALSE, FALSE, 0);
  gtk_box_reorder_child (GTK_BOX (self->box), self->avatar, 0);
  gtk_widget_show (self->avatar);
}

void
kith_search_hit_show (KithSearchHit *self, KithSession *session, const KithHit *hit, const char *query)
{
  g_return_if_fail (KITH_IS_SEARCH_HIT (self));
  KithContact *contact = kith_session_contact (session, kith_post_from (hit->post));
  g_autofree char *name = g_strdup_printf ("%s: %s", kith_contact_name (contact), kith_post_text (hit->post));
  self->conversation = hit->conversation;
  self->seq = kith_post_seq (hit->post);
  self->at = kith_post_at (hit->post);
  show_avatar (self, contact);
  show_head (self, session, contact);
  show_text (self, kith_post_text (hit->post), query);
  kith_set_name (GTK_WIDGET (self), name);
  gtk_widget_show (GTK_WIDGET (self));
  gtk_list_box_row_changed (GTK_LIST_BOX_ROW (self));
}

void
kith_search_hit_clear (KithSearchHit *self)
{
  g_return_if_fail (KITH_IS_SEARCH_HIT (self));
  self->conversation = self->seq = self->at = 0;
  gtk_widget_hide (GTK_WIDGET (self));
  gtk_list_box_row_changed (GTK_LIST_BOX_ROW (self));
}

static void
kith_search_hit_finalize (GObject *object)
{
  g_clear_pointer (&KITH_SEARCH_HIT (object)->spans, g_array_unref);
  G_OBJECT_CLASS (kith_search_hit_parent_class)->finalize (object);
}

static void
kith_search_hit_class_init (KithSearchHitClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kith_search_hit_finalize;
}

static GtkWidget *
new_head (KithSearchHit *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->sender = kith_label_new (NULL, "sender");
  self->where = kith_label_new (NULL, "t-small accent-text t-strong");
  self->stamp = kith_label_new (NULL, "stamp");
  gtk_label_set_ellipsize (GTK_LABEL (self->stamp), PANGO_ELLIPSIZE_NONE); /* names give way to it */
  gtk_container_add (GTK_CONTAINER (head), self->sender);
  gtk_container_add (GTK_CONTAINER (head), kith_label_new (_ ("in"), "stamp"));
  gtk_container_add (GTK_CONTAINER (head), self->where);
  gtk_container_add (GTK_CONTAINER (head), self->stamp);
  return head;
}

static void
kith_search_hit_init (KithSearchHit *self)
{
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  self->text = kith_wrapped_label_new ("", LINE_CHARACTERS);
  g_object_set (self->box, "margin", 9, "margin-start", 15, "margin-end", 15, NULL);
  gtk_container_add (GTK_CONTAINER (lines), new_head (self));
  gtk_container_add (GTK_CONTAINER (lines), self->text);
  gtk_box_pack_start (GTK_BOX (self->box), lines, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (self), self->box);
  gtk_widget_show_all (self->box);
  kith_add_classes (GTK_WIDGET (self), "activatable");
  g_signal_connect_swapped (self->text, "style-updated", G_CALLBACK (update_marks), self);
}

GtkWidget *
kith_search_hit_new (void)
{
  return g_object_new (KITH_TYPE_SEARCH_HIT, NULL);
}
