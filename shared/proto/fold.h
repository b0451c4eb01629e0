/* fold.h - the form in which texts are searched: neither case, accents, width nor ligatures make a difference. */
#pragma once

#include <glib.h>

/* Folds text (any bytes; what is no UTF-8 is replaced). White space and control characters become single spaces,
 * invisible ones vanish; none at either end. origins, where wanted: for each byte of the result the offset of its
 * character in text, and one more for the end; text must be valid UTF-8 in NFC for that. At most KITH_FOLDED_MAX bytes,
 * cut between characters. The caller frees. */
#define KITH_FOLDED_MAX (64 * 1024)
char *kith_fold (const char *text, GArray *origins);
/* The words of text, folded: what a search asks for. The array frees them; it is empty when there is nothing to look
 * for. */
GPtrArray *kith_fold_words (const char *text);
/* Whether each of the words (kith_fold_words) is somewhere in folded, as a part of a word or a whole one. */
gboolean kith_fold_has_words (const char *folded, const GPtrArray *words);
