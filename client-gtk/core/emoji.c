/* emoji.c - a list of words in one setting: the last one taken stands first, the oldest falls out. */
#include "emoji.h"

#include "complete.h"
#include "rich-private.h"

#include <string.h>

#define SETTING "recent-emoji"

enum { BEGINNING = 3, WORD = 2 }; /* of kith_complete_fit */
enum { FAVOURITE = 1000, STEP = 100 };

static const char *const usual[KITH_EMOJI_SHOWN] = {
    "👍", "❤️", "😂", "🎉", "👏", "🙏", "👀", "✅", "😀", "🙂", "😍", "🤔", "😅", "😮", "😢", "😡", "🔥", "💯",
    "👋", "🤝",   "💪", "🚀", "☕", "🎧", "🏠", "🚢", "🐛", "📌",    "⏳", "❓",    "❌", "➕", "🙌", "💡", "🌞", "🎈"};

static gboolean
holds (const GPtrArray *list, const char *emoji, guint *position)
{
  return g_ptr_array_find_with_equal_func ((GPtrArray *) list, emoji, g_str_equal, position);
}

static void
append (GPtrArray *list, const char *emoji, guint most)
{
  if (list->len < most && !holds (list, emoji, NULL))
    g_ptr_array_add (list, g_strdup (emoji));
}

static gboolean
is_emoji (const char *text)
{
  return *text != '\0' && g_utf8_validate (text, -1, NULL) && kith_rich_emoji_length (text) == strlen (text);
}

/* The file is of this computer, but anybody may have written into it. */
static void
append_recent (GPtrArray *list, KithSettings *settings, guint most)
{
  g_autofree char *text = settings != NULL ? kith_settings_get_string (settings, SETTING) : NULL;
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", " ", KITH_EMOJI_RECENT + 1);
  for (guint i = 0; words[i] != NULL && i < KITH_EMOJI_RECENT; i++)
    if (is_emoji (words[i]))
      append (list, words[i], most);
}

GPtrArray *
kith_emoji_favourites (KithSettings *settings)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  append_recent (list, settings, KITH_EMOJI_SHOWN);
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    append (list, usual[i], KITH_EMOJI_SHOWN);
  return list;
}

void
kith_emoji_used (KithSettings *settings, const char *emoji)
{
  g_autofree char *bare = g_strstrip (g_strdup (emoji));
  if (settings == NULL || !is_emoji (bare))
    return;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  append (list, bare, KITH_EMOJI_RECENT);
  append_recent (list, settings, KITH_EMOJI_RECENT);
  g_ptr_array_add (list, NULL);
  g_autofree char *text = g_strjoinv (" ", (char **) list->pdata);
  g_object_set (settings, SETTING, text, NULL);
}

char *
kith_emoji_as_picture (const char *text)
{
  g_autofree char *varied = g_strconcat (text, "\xef\xb8\x8f", NULL); /* U+FE0F */
  return g_strdup (is_emoji (text) ? text : is_emoji (varied) ? varied : NULL);
}

guint
kith_emoji_fit (const char *query, gsize length, const char *emoji, const char *name, const char *const *keywords,
                const GPtrArray *favourites)
{
  guint fit = kith_complete_fit (query, length, name), position;
  for (; fit == 0 && keywords != NULL && *keywords != NULL; keywords++)
    fit = kith_complete_fit (query, length, *keywords) == BEGINNING ? 1 : 0;
  if (fit == 0 || !holds (favourites, emoji, &position))
    return fit * STEP;
  return (fit >= WORD ? FAVOURITE : fit * STEP) + KITH_EMOJI_SHOWN - MIN (position, KITH_EMOJI_SHOWN);
}
