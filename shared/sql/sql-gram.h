/* sql-gram.h - looking for parts of words with FTS5: the tokenizer "kith", what is indexed, and what FTS5 is asked.
 *
 * Texts and words are folded (proto/fold.h). What matches has at least the grams of the words: whoever shows it looks
 * whether the words are in it (kith_fold_has_words). Tags are numbers with a letter ('c', 7): in which conversation,
 * from whom. */
#pragma once

#include "sql/sql.h"

/* Makes the tokenizer "kith" known to a connection. */
gboolean kith_gram_register (KithSql *sql, GError **error);

/* A document: its tags, then its text. */
void kith_gram_add_tag (GString *document, char kind, gint64 id);
void kith_gram_add_text (GString *document, const char *folded);

/* A question: nothing in it but quoted grams and the operators made here, whatever the words are. It stays empty when
 * nothing narrows it down. joint: " AND " or " OR ". */
void kith_gram_join (GString *query, const char *joint); /* before something in parentheses */
void kith_gram_ask_words (GString *query, const GPtrArray *words);
void kith_gram_ask_tag (GString *query, const char *joint, char kind, gint64 id);
