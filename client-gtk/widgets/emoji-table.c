/* emoji-table.c - the table that GTK's chooser reads, too. Its texts become as kith_emoji_as_picture has them. */
#include "widgets/emoji-table.h"

#include "core/emoji.h"

#include <gio/gio.h>

#define PLACE "/org/gtk/libgtk/emoji/en.data"
#define TYPE "a(ausasu)" /* code points, name, keywords, group */

static GVariant *
read_table (void)
{
  g_autoptr (GBytes) bytes = g_resources_lookup_data (PLACE, 0, NULL);
  g_autoptr (GVariant) table =
      bytes != NULL ? g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (TYPE), bytes, FALSE)) : NULL;
  return table != NULL && g_variant_is_normal_form (table) ? g_steal_pointer (&table) : NULL;
}

/* 0 is where a skin tone could be. */
static char *
text_of (GVariant *codes)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (gsize i = 0; i < g_variant_n_children (codes); i++) {
    guint32 code;
    g_variant_get_child (codes, i, "u", &code);
    if (code != 0)
      g_string_append_unichar (text, code);
  }
  return kith_emoji_as_picture (text->str);
}

/* Names and keywords stay in the table, which is never freed. */
static GArray *
parse (void)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (KithEmoji));
  GVariant *table = read_table ();
  for (gsize i = 0; table != NULL && i < g_variant_n_children (table); i++) {
    KithEmoji emoji = {NULL};
    g_autoptr (GVariant) row = g_variant_get_child_value (table, i);
    g_autoptr (GVariant) codes = g_variant_get_child_value (row, 0), words = g_variant_get_child_value (row, 2);
    guint32 group;
    g_variant_get_child (row, 1, "&s", &emoji.name);
    g_variant_get_child (row, 3, "u", &group);
    emoji.text = group != KITH_EMOJI_PARTS ? text_of (codes) : NULL;
    if (emoji.text == NULL)
      continue;
    emoji.keywords = g_variant_get_strv (words, NULL);
    emoji.group = (KithEmojiGroup) group;
    g_array_append_val (list, emoji);
  }
  return list;
}

const KithEmoji *
kith_emoji_table (guint *n)
{
  static GArray *table;
  static gsize once;
  if (g_once_init_enter (&once)) {
    table = parse ();
    g_once_init_leave (&once, 1);
  }
  *n = table->len;
  return (const KithEmoji *) (gpointer) table->data;
}

const char *
kith_emoji_name (const char *emoji)
{
  guint n;
  const KithEmoji *table = kith_emoji_table (&n);
  for (guint i = 0; i < n; i++)
    if (g_str_equal (table[i].text, emoji))
      return table[i].name;
  return NULL;
}
