/* server-row.c - avatar, name, address, people, tag. */
#include "widgets/server-row.h"

#include "widgets/parts.h"

#include <glib/gi18n.h>
#include <handy.h>

struct _KithServerRow {
  GtkListBoxRow parent;
  KithNearby *nearby;
  KithAcquaintance acquaintance;
};

G_DEFINE_FINAL_TYPE (KithServerRow, kith_server_row, GTK_TYPE_LIST_BOX_ROW)

static const struct {
  const char *text, *classes, *icon;
} tags[] = {
    [KITH_ACQUAINTANCE_NONE] = {N_("First contact"), "tag info", NULL},
    [KITH_ACQUAINTANCE_KNOWN] = {N_("Known"), "tag ok", "kith-shield-symbolic"},
    [KITH_ACQUAINTANCE_VERIFIED] = {N_("Verified"), "tag ok", "kith-shield-symbolic"},
    [KITH_ACQUAINTANCE_CHANGED] = {N_("Changed!"), "tag error", "dialog-warning-symbolic"},
};

GtkWidget *
kith_acquaintance_tag_new (KithAcquaintance acquaintance)
{
  GtkWidget *tag = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  kith_add_classes (tag, tags[acquaintance].classes);
  if (tags[acquaintance].icon != NULL)
    gtk_container_add (GTK_CONTAINER (tag), kith_icon_new (tags[acquaintance].icon, 12, NULL));
  gtk_container_add (GTK_CONTAINER (tag), gtk_label_new (_(tags[acquaintance].text)));
  gtk_widget_set_valign (tag, GTK_ALIGN_CENTER);
  gtk_widget_show_all (tag);
  return tag;
}

static char *
people_text (KithNearby *nearby)
{
  int n = kith_nearby_people (nearby);
  if (n == 0)
    return g_strdup (_("Nobody yet"));
  return g_strdup_printf (ngettext ("%d person", "%d people", (gulong) n), n);
}

static void
set_margins (GtkWidget *widget, int vertical, int horizontal)
{
  g_object_set (widget, "margin-top", vertical, "margin-bottom", vertical, "margin-start", horizontal, "margin-end",
                horizontal, NULL);
}

static GtkWidget *
make_texts (KithNearby *nearby)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_container_add (GTK_CONTAINER (texts), kith_label_new (kith_nearby_name (nearby), "t-heading"));
  gtk_container_add (GTK_CONTAINER (texts), kith_label_new (kith_nearby_address (nearby), "t-small faint"));
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  return texts;
}

static void
kith_server_row_dispose (GObject *object)
{
  g_clear_object (&KITH_SERVER_ROW (object)->nearby);
  G_OBJECT_CLASS (kith_server_row_parent_class)->dispose (object);
}

static void
kith_server_row_class_init (KithServerRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_server_row_dispose;
}

static void
kith_server_row_init (KithServerRow *row)
{
}

GtkWidget *
kith_server_row_new (KithNearby *nearby, KithAcquaintance acquaintance)
{
  KithServerRow *row = g_object_new (KITH_TYPE_SERVER_ROW, NULL);
  g_autofree char *people = people_text (nearby);
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12));
  HdyAvatar *avatar = HDY_AVATAR (hdy_avatar_new (40, kith_nearby_name (nearby), FALSE));
  row->nearby = g_object_ref (nearby);
  row->acquaintance = acquaintance;
  hdy_avatar_set_icon_name (avatar, "kith-server-symbolic");
  gtk_widget_set_valign (GTK_WIDGET (avatar), GTK_ALIGN_CENTER);
  gtk_box_pack_start (box, GTK_WIDGET (avatar), FALSE, FALSE, 0);
  gtk_box_pack_start (box, make_texts (nearby), TRUE, TRUE, 0);
  gtk_box_pack_start (box, kith_label_new (people, "t-small dim"), FALSE, FALSE, 0);
  gtk_box_pack_start (box, kith_acquaintance_tag_new (acquaintance), FALSE, FALSE, 0);
  gtk_box_pack_start (box, kith_icon_new ("go-next-symbolic", 16, "faint"), FALSE, FALSE, 0);
  set_margins (GTK_WIDGET (box), 12, 15);
  gtk_container_add (GTK_CONTAINER (row), GTK_WIDGET (box));
  kith_add_classes (GTK_WIDGET (row), "activatable");
  g_autofree char *name = g_strdup_printf ("%s, %s, %s, %s", kith_nearby_name (nearby), kith_nearby_address (nearby),
                                           people, _(tags[acquaintance].text));
  kith_set_name (GTK_WIDGET (row), name);
  gtk_widget_show_all (GTK_WIDGET (row));
  return GTK_WIDGET (row);
}

KithNearby *
kith_server_row_nearby (KithServerRow *row)
{
  return row->nearby;
}

KithAcquaintance
kith_server_row_acquaintance (KithServerRow *row)
{
  return row->acquaintance;
}

static gboolean
is_friend (KithServerRow *row)
{
  return row->acquaintance == KITH_ACQUAINTANCE_KNOWN || row->acquaintance == KITH_ACQUAINTANCE_VERIFIED;
}

gboolean
kith_server_row_is_above (KithServerRow *row, KithServerRow *other)
{
  if (is_friend (row) != is_friend (other))
    return is_friend (row);
  return kith_nearby_people (row->nearby) > kith_nearby_people (other->nearby);
}
