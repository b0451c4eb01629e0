/* complete.h - what is being typed at the cursor, for completion: "@ma", "#bu", ":smi", "/to". Pure. */
#pragma once

#include <glib.h>

typedef enum {
  KITH_COMPLETE_NONE,
  KITH_COMPLETE_PERSON,
  KITH_COMPLETE_ROOM,
  KITH_COMPLETE_EMOJI,
  KITH_COMPLETE_COMMAND
} KithCompletion;

/* text, cursor: the text and the byte that the cursor stands before. out: where the word begins (at its sign) and what
 * follows the sign (borrowed from text, up to the cursor). A sign counts at the beginning or after white space or an
 * opening bracket; a command only at the beginning of the text; an emoji from two characters on. */
KithCompletion kith_complete_at (const char *text, gsize cursor, gsize *begin, const char **query, gsize *query_length);
/* How well query (length bytes) fits name, whatever case and accents: 0 not at all; beginning of the name is best, then
 * of a word, then a part. */
guint kith_complete_fit (const char *query, gsize length, const char *name);

/* Where the words of query stand in text, whatever case, accents and width. KithFoundWord, ascending; the caller's. */
typedef struct {
  guint start, end; /* bytes */
} KithFoundWord;
GArray *kith_complete_find_words (const char *text, const char *query);
