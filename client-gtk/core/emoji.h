/* emoji.h - the emoji that somebody uses: what they took last first, then the usual ones. Kept in the setting
 * "recent-emoji". */
#pragma once

#include "settings.h"

#define KITH_EMOJI_RECENT 24 /* remembered */
#define KITH_EMOJI_SHOWN 36  /* offered at once: fills a grid */

/* KITH_EMOJI_SHOWN texts, each once. settings NULL: the usual ones. Free with g_ptr_array_unref. */
GPtrArray *kith_emoji_favourites (KithSettings *settings);
/* It was taken just now. What is no emoji is not remembered. settings may be NULL. */
void kith_emoji_used (KithSettings *settings, const char *emoji);
/* How well an emoji fits what is being typed (query: length bytes): 0 not at all. Favourites whose name has a word that
 * begins so come first, then names that begin so, then those with such a word, then the rest. keywords:
 * NULL-terminated, may be NULL. */
guint kith_emoji_fit (const char *query, gsize length, const char *emoji, const char *name, const char *const *keywords,
                      const GPtrArray *favourites);
/* The text as it is shown as a picture: itself, or with the sign behind it that asks for one ("❤" is a letter, "❤️" is
 * not). NULL: it is no emoji. */
char *kith_emoji_as_picture (const char *text);
