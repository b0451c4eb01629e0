/* fingerprint-words.h - the words that a fingerprint is written in, ascending, and the pictures of some. */
#pragma once

#include <glib.h>

#define KITH_WORD_LIST 2048

typedef struct {
  const char *word, *emoji;
} KithWordEmoji;

extern const char *const kith_words[KITH_WORD_LIST];
extern const KithWordEmoji kith_word_emoji[]; /* ascending by word */
extern const guint kith_word_emoji_count;
