#include "widgets/switcher-row.h"

#include "widgets/avatar.h"
#include "widgets/parts.h"
#include "widgets/presence-text.h"
#include "widgets/theme.h"

#include "core/fuzzy.h"

#include <glib/gi18n.h>

#define FACE 26
#define LEAD 30

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

static GtkWidget *
make_lead (const KithResult *result)
{
  if (result->contact != NULL)
    return kith_avatar_new (result->contact, FACE, "on-raised", TRUE);
  GtkWidget *icon = kith_icon_new (icon_of (result), 16, "dim");
  gtk_widget_set_size_request (icon, LEAD, -1);
  return icon;
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

GtkWidget *
kith_switcher_row_new (const KithResult *result)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = kith_label_new (result->title, NULL);
  GtkWidget *end = make_end (result);
  g_autofree char *description = describe (result);
  gtk_widget_set_valign (lines, GTK_ALIGN_CENTER);
  gtk_box_pack_start (GTK_BOX (lines), title, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (lines), kith_label_new (description, "t-small faint"), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), make_lead (result), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), lines, TRUE, TRUE, 0);
  if (end != NULL) {
    gtk_widget_set_valign (end, GTK_ALIGN_CENTER);
    gtk_box_pack_start (GTK_BOX (box), end, FALSE, FALSE, 0);
  }
  if (result->ranges != NULL)
    mark (title, result->ranges);
  GtkWidget *row = kith_row_new (box, NULL);
  g_autofree char *name = g_strdup_printf ("%s, %s", result->title, description);
  kith_set_name (row, name);
  gtk_widget_show_all (row);
  return row;
}
