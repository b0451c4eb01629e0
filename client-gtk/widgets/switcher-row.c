/* switcher-row.c - a letter more is other results in the same rows: new ones would cost ten times as much. */
#include "widgets/switcher-row.h"

#include "widgets/avatar.h"
#include "widgets/parts.h"
#include "widgets/presence-text.h"
#include "widgets/theme.h"

#include "core/fuzzy.h"

#include <glib/gi18n.h>

#define FACE 26
#define LEAD 30

struct _KithSwitcherRow {
  GtkListBoxRow parent_instance;
  GtkWidget *box, *lead, *title, *description;
  GtkWidget *end; /* NULL: nothing */
};

G_DEFINE_FINAL_TYPE (KithSwitcherRow, kith_switcher_row, GTK_TYPE_LIST_BOX_ROW)

/* What was typed, in bold and in the colour of links. */
static void
mark (GtkWidget *label, const GArray *ranges)
{
  GdkRGBA color;
  gboolean colored = kith_theme_color (label, "k_link", &color);
  PangoAttrList *attributes = pango_attr_list_new ();
  for (guint i = 0; i < ranges->len; i++) {
    const KithFuzzyRange *range = &g_array_index (ranges, KithFuzzyRange, i);
    PangoAttribute *both[] = {pango_attr_weight_new (PANGO_WEIGHT_BOLD),
                              pango_attr_foreground_new ((guint16) (color.red * 65535), (guint16) (color.green * 65535),
                                                         (guint16) (color.blue * 65535))};
    for (gsize k = 0; k < (colored ? 2 : 1); k++) {
      both[k]->start_index = range->start;
      both[k]->end_index = range->end;
      pango_attr_list_insert (attributes, both[k]);
    }
    if (!colored)
      pango_attribute_destroy (both[1]);
  }
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  pango_attr_list_unref (attributes);
}

static const char *
icon_of (const KithResult *result)
{
  switch (result->kind) {
  case KITH_RESULT_SEARCH:
    return "system-search-symbolic";
  case KITH_RESULT_CREATE:
    return "list-add-symbolic";
  case KITH_RESULT_ROOM:
    return "kith-hash-symbolic";
  default:
    break;
  }
  if (kith_chat_kind (result->chat) == KITH_KIND_ROOM)
    return kith_chat_is_private (result->chat) ? "kith-lock-symbolic" : "kith-hash-symbolic";
  if (kith_chat_kind (result->chat) == KITH_KIND_BROADCASTS)
    return "kith-broadcast-symbolic";
  return kith_chat_kind (result->chat) == KITH_KIND_NOTES ? "user-bookmarks-symbolic" : "system-users-symbolic";
}

/* A face takes another contact, an icon another name: what is there stays where it can. */
static void
show_lead (KithSwitcherRow *self, const KithResult *result)
{
  if (self->lead != NULL && KITH_IS_AVATAR (self->lead) != (result->contact != NULL))
    g_clear_pointer (&self->lead, gtk_widget_destroy);
  if (self->lead != NULL && result->contact != NULL) {
    kith_avatar_set_contact (KITH_AVATAR (self->lead), result->contact);
  } else if (self->lead != NULL) {
    gtk_image_set_from_icon_name (GTK_IMAGE (self->lead), icon_of (result), GTK_ICON_SIZE_MENU);
  } else {
    self->lead = result->contact != NULL ? kith_avatar_new (result->contact, FACE, "on-raised", TRUE)
                                         : kith_icon_new (icon_of (result), 16, "dim");
    if (result->contact == NULL)
      gtk_widget_set_size_request (self->lead, LEAD, -1);
    gtk_box_pack_start (GTK_BOX (self->box), self->lead, FALSE, FALSE, 0);
    gtk_box_reorder_child (GTK_BOX (self->box), self->lead, 0);
    gtk_widget_show (self->lead);
  }
}

static char *
describe_room (gint64 members, gint64 mentions, gboolean member)
{
  GString *text = g_string_new (_("Room"));
  if (members > 0)
    g_string_append_printf (text, g_dngettext (NULL, " · %d member", " · %d members", (gulong) members), (int) members);
  if (mentions > 0)
    g_string_append_printf (text, g_dngettext (NULL, " · %d mention", " · %d mentions", (gulong) mentions),
                            (int) mentions);
  if (!member)
    g_string_append (text, _(" · you are not a member"));
  return g_string_free (text, FALSE);
}

static char *
describe (const KithResult *result)
{
  if (result->contact != NULL)
    return g_strdup_printf ("@%s · %s", kith_contact_handle (result->contact), kith_presence_word (result->contact));
  switch (result->kind) {
  case KITH_RESULT_SEARCH:
    return g_strdup (_("In every conversation, here and on the server"));
  case KITH_RESULT_CREATE:
    return g_strdup (_("You become its owner"));
  case KITH_RESULT_ROOM:
    return describe_room (result->members, 0, FALSE);
  default:
    break;
  }
  if (kith_chat_kind (result->chat) == KITH_KIND_NOTES)
    return g_strdup (_("Only for you"));
  if (kith_chat_kind (result->chat) == KITH_KIND_BROADCASTS)
    return g_strdup (_("To everybody on this server"));
  if (kith_chat_kind (result->chat) != KITH_KIND_ROOM)
    return g_strdup (_("Group"));
  return describe_room (kith_chat_members (result->chat), kith_chat_mentions (result->chat), TRUE);
}

static GtkWidget *
make_end (const KithResult *result)
{
  if (result->kind == KITH_RESULT_SEARCH)
    return kith_label_new (_("Ctrl Enter"), "kbd");
  if (result->kind == KITH_RESULT_ROOM)
    return kith_label_new (_("Join"), "tag");
  if (result->chat == NULL || kith_chat_unread (result->chat) == 0)
    return NULL;
  gint64 mentions = kith_chat_mentions (result->chat);
  g_autofree char *text = g_strdup_printf ("%s%" G_GINT64_FORMAT, mentions > 0 ? "@" : "",
                                           mentions > 0 ? mentions : kith_chat_unread (result->chat));
  return kith_badge_new (text, mentions > 0 ? "mention" : result->contact != NULL ? "accent" : NULL);
}

static void
show_end (KithSwitcherRow *self, const KithResult *result)
{
  g_clear_pointer (&self->end, gtk_widget_destroy);
  self->end = make_end (result);
  if (self->end == NULL)
    return;
  gtk_widget_set_valign (self->end, GTK_ALIGN_CENTER);
  gtk_box_pack_start (GTK_BOX (self->box), self->end, FALSE, FALSE, 0);
  gtk_widget_show (self->end);
}

void
kith_switcher_row_show (KithSwitcherRow *self, const KithResult *result)
{
  g_return_if_fail (KITH_IS_SWITCHER_ROW (self));
  g_autofree char *description = describe (result);
  g_autofree char *name = g_strdup_printf ("%s, %s", result->title, description);
  gtk_label_set_text (GTK_LABEL (self->title), result->title);
  gtk_label_set_text (GTK_LABEL (self->description), description);
  if (result->ranges != NULL)
    mark (self->title, result->ranges);
  else
    gtk_label_set_attributes (GTK_LABEL (self->title), NULL);
  show_lead (self, result);
  show_end (self, result);
  kith_set_name (GTK_WIDGET (self), name);
}

static void
kith_switcher_row_class_init (KithSwitcherRowClass *klass)
{
  (void) klass;
}

static void
kith_switcher_row_init (KithSwitcherRow *self)
{
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  self->title = kith_label_new (NULL, NULL);
  self->description = kith_label_new (NULL, "t-small faint");
  gtk_widget_set_valign (lines, GTK_ALIGN_CENTER);
  gtk_box_pack_start (GTK_BOX (lines), self->title, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (lines), self->description, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (self->box), lines, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (self), self->box);
}

GtkWidget *
kith_switcher_row_new (const KithResult *result)
{
  GtkWidget *row = g_object_new (KITH_TYPE_SWITCHER_ROW, NULL);
  kith_switcher_row_show (KITH_SWITCHER_ROW (row), result);
  gtk_widget_show_all (row);
  return row;
}

void
kith_switcher_rows_show (GtkListBox *list, const GPtrArray *results)
{
  for (guint i = 0; i < results->len; i++) {
    GtkListBoxRow *row = gtk_list_box_get_row_at_index (list, (int) i);
    if (row == NULL)
      gtk_container_add (GTK_CONTAINER (list), kith_switcher_row_new (results->pdata[i]));
    else
      kith_switcher_row_show (KITH_SWITCHER_ROW (row), results->pdata[i]);
  }
  for (GtkListBoxRow *row; (row = gtk_list_box_get_row_at_index (list, (int) results->len)) != NULL;)
    gtk_widget_destroy (GTK_WIDGET (row));
}
