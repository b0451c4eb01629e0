/* fuzzy.h - how well a few typed letters fit a name, whatever case and accents.
 *
 * From best to worst: the whole name, its beginning, the beginning of a word, somewhere inside, the beginnings of words
 * one after the other ("dr" in "design-review"), the letters in their order with gaps. Pure. */
#pragma once

#include <glib.h>

/* Bytes of the text that were matched. */
typedef struct {
  guint start, end;
} KithFuzzyRange;

#define KITH_FUZZY_BEST 1000
#define KITH_FUZZY_MAX 128 /* characters: of more, only these are looked at */

/* 0: it does not fit. An empty query fits everything, with 1. ranges (KithFuzzyRange, ascending; may be NULL) is emptied
 * first. */
guint kith_fuzzy_match (const char *query, const char *text, GArray *ranges);
