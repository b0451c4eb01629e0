/* search-hit.c - a row. The marks are attributes; their colours follow the theme. */
#include "widgets/search-hit.h"

#include "core/complete.h"
#include "core/rich.h"
#include "core/wording.h"
#include "widgets/avatar.h"
#include "widgets/parts.h"
#include "widgets/theme.h"

#include <glib/gi18n.h>
#include <string.h>

#define SHOWN_CHARACTERS 300

typedef struct {
  gint64 conversation, seq, at;
} Place;

static const Place *
place_of (GtkWidget *row)
{
  return g_object_get_data (G_OBJECT (row), "kith-place");
}

gint64
kith_search_hit_at (GtkWidget *row)
{
  return place_of (row)->at;
}

gint64
kith_search_hit_seq (GtkWidget *row)
{
  return place_of (row)->seq;
}

gint64
kith_search_hit_conversation (GtkWidget *row)
{
  return place_of (row)->conversation;
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
update_marks (GtkWidget *label, GArray *spans)
{
  PangoAttrList *list = pango_attr_list_new ();
  for (guint i = 0; i < spans->len; i++) {
    const KithFoundWord *span = &g_array_index (spans, KithFoundWord, i);
    mark (list, label, span->start, span->end);
  }
  gtk_label_set_attributes (GTK_LABEL (label), list);
  pango_attr_list_unref (list);
}

static GtkWidget *
new_text (const char *text, const char *query)
{
  g_autofree char *line = kith_rich_one_line (text, SHOWN_CHARACTERS);
  GtkWidget *label = kith_text_new (line, NULL, 90);
  GArray *spans = kith_complete_find_words (line, query);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  g_object_set_data_full (G_OBJECT (label), "kith-spans", spans, (GDestroyNotify) g_array_unref);
  g_signal_connect (label, "style-updated", G_CALLBACK (update_marks), spans);
  return label;
}

static GtkWidget *
new_head (KithSession *session, const KithHit *hit)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  KithChat *chat = kith_session_chat (session, hit->conversation);
  gboolean room = chat != NULL && kith_chat_kind (chat) == KITH_KIND_ROOM;
  g_autofree char *where =
      g_strdup_printf ("%s%s", room ? "#" : "", chat != NULL ? kith_chat_title (chat) : _ ("a conversation"));
  gint64 at = kith_post_at (hit->post);
  g_autofree char *when = kith_wording_short_moment (at, g_get_real_time () / 1000), *moment = kith_wording_moment (at);
  GtkWidget *stamp = kith_label_new (when, "stamp");
  KithContact *contact = kith_session_contact (session, kith_post_from (hit->post));
  gtk_container_add (GTK_CONTAINER (box), kith_label_new (kith_contact_name (contact), "sender"));
  gtk_container_add (GTK_CONTAINER (box), kith_label_new (_ ("in"), "stamp"));
  gtk_container_add (GTK_CONTAINER (box), kith_label_new (where, "t-small accent-text t-strong"));
  gtk_label_set_ellipsize (GTK_LABEL (stamp), PANGO_ELLIPSIZE_NONE); /* names give way to it */
  gtk_widget_set_tooltip_text (stamp, moment);
  gtk_container_add (GTK_CONTAINER (box), stamp);
  return box;
}

GtkWidget *
kith_search_hit_new (KithSession *session, const KithHit *hit, const char *query)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  KithContact *contact = kith_session_contact (session, kith_post_from (hit->post));
  GtkWidget *avatar = kith_avatar_new (contact, 30, "on-raised", FALSE);
  Place *place = g_new (Place, 1);
  *place = (Place){hit->conversation, kith_post_seq (hit->post), kith_post_at (hit->post)};
  gtk_widget_set_valign (avatar, GTK_ALIGN_START);
  g_object_set (box, "margin", 9, "margin-start", 15, "margin-end", 15, NULL);
  gtk_container_add (GTK_CONTAINER (lines), new_head (session, hit));
  gtk_container_add (GTK_CONTAINER (lines), new_text (kith_post_text (hit->post), query));
  gtk_container_add (GTK_CONTAINER (box), avatar);
  gtk_box_pack_start (GTK_BOX (box), lines, TRUE, TRUE, 0);
  GtkWidget *row = kith_row_new (box, "activatable");
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "kith-place", place, g_free);
  g_autofree char *name = g_strdup_printf ("%s: %s", kith_contact_name (contact), kith_post_text (hit->post));
  atk_object_set_name (gtk_widget_get_accessible (row), name);
  return row;
}
