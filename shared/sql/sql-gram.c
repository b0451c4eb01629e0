/* sql-gram.c - texts and questions as grams.
 *
 * A document is tags, each behind \1, then \2 and the folded text. A tag is a token as it is. Of the text every run of
 * three and of two characters within a word is a token, and each character by itself unless it is ASCII, of which
 * nearly every message has some. So the words of languages that need no spaces are found, and parts of words. A question is
 * tokens in quotes, joined by operators; what people type never is anything but a token.
 *
 * Two characters that a letter or a digit follows are not a token of their own: the run of three says it, and whoever looks for the two asks for each of
 * the 36 runs that begin with them. That leaves out a third of all tokens. */
#include "sql/sql-gram.h"

#include <string.h>

#define TAG '\1'
#define TEXT '\2'
#define GRAMS_ASKED 32 /* what they let through is looked at anyway */
#define PAIRS_ASKED 4  /* of two characters: each is a token for all that may follow */

typedef int (*Emit) (void *context, int flags, const char *token, int bytes, int start, int end);

typedef struct {
  const char *begin;
  void *context;
  Emit emit;
  int code; /* of SQLite: the first that is not OK ends it */
} Tokens;

static inline void
emit (Tokens *tokens, const char *from, const char *to)
{
  if (tokens->code == SQLITE_OK && to > from)
    tokens->code = tokens->emit (tokens->context, 0, from, (int) (to - from), (int) (from - tokens->begin),
                                 (int) (to - tokens->begin));
}

/* Of them nearly every message has some. */
static inline gboolean
is_ascii (const char *p)
{
  return (guchar) *p < 0x80;
}

/* Behind the character at p; p where a word or the text ends. Never beyond end, whatever the bytes are. */
static inline const char *
after (const char *p, const char *end)
{
  if (p == end || *p == ' ')
    return p;
  return is_ascii (p) ? p + 1 : MIN (p + g_utf8_skip[(guchar) *p], end);
}

/* One of those that are asked for behind two characters. */
static inline gboolean
is_usual (const char *p)
{
  return (guchar) (*p - 'a') < 26 || (guchar) (*p - '0') < 10;
}

/* Walks over it once, with the ends of the next three characters at hand. */
static void
emit_text (Tokens *tokens, const char *p, const char *end)
{
  const char *one = after (p, end), *two = after (one, end);
  while (p < end && tokens->code == SQLITE_OK) {
    const char *three = after (two, end);
    if (one > p && !is_ascii (p))
      emit (tokens, p, one);
    if (two > one && (three == two || !is_usual (two)))
      emit (tokens, p, two);
    if (three > two)
      emit (tokens, p, three);
    gboolean in_word = one > p;
    p = in_word ? one : p + 1;
    one = in_word ? two : after (p, end);
    two = in_word ? three : after (one, end);
  }
}

/* Returns where the text begins. */
static const char *
emit_tags (Tokens *tokens, const char *p, const char *end)
{
  while (p < end && *p == TAG) {
    const char *tag = p++;
    while (p < end && *p != TAG && *p != TEXT)
      p++;
    emit (tokens, tag, p);
  }
  return p < end && *p == TEXT ? p + 1 : p;
}

static int
tokenize (Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int bytes, Emit emit_token)
{
  Tokens tokens = {text, context, emit_token, SQLITE_OK};
  const char *end = text + bytes;
  if ((flags & FTS5_TOKENIZE_QUERY) != 0)
    emit (&tokens, text, end);
  else
    emit_text (&tokens, emit_tags (&tokens, text, end), end);
  return tokens.code;
}

static int
create (void *context, const char **arguments, int n, Fts5Tokenizer **out)
{
  static char nothing; /* is kept, but NULL would mean failure */
  *out = (Fts5Tokenizer *) (gpointer) &nothing;
  return SQLITE_OK;
}

static void
destroy (Fts5Tokenizer *tokenizer)
{
}

gboolean
kith_gram_register (KithSql *sql, GError **error)
{
  static fts5_tokenizer tokenizer = {create, destroy, tokenize};
  fts5_api *api = NULL;
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2 (sql->db, "SELECT fts5 (?1)", -1, &statement, NULL) == SQLITE_OK) {
    sqlite3_bind_pointer (statement, 1, &api, "fts5_api_ptr", NULL);
    sqlite3_step (statement);
  }
  sqlite3_finalize (statement);
  if (api != NULL && api->xCreateTokenizer (api, "kith", NULL, &tokenizer, NULL) == SQLITE_OK)
    return TRUE;
  g_set_error_literal (error, KITH_SQL_ERROR, SQLITE_NOTFOUND, "this SQLite has no FTS5");
  return FALSE;
}

/* As printf writes it; each message has two or three of them. */
void
kith_gram_add_tag (GString *document, char kind, gint64 id)
{
  char digits[24], *p = digits + sizeof digits;
  guint64 left = id < 0 ? 0 - (guint64) id : (guint64) id;
  do
    *--p = (char) ('0' + left % 10);
  while ((left /= 10) > 0);
  if (id < 0)
    *--p = '-';
  *--p = kind;
  *--p = TAG;
  g_string_append_len (document, p, digits + sizeof digits - p);
}

void
kith_gram_add_text (GString *document, const char *folded)
{
  g_string_append_c (document, TEXT);
  g_string_append (document, folded);
}

void
kith_gram_join (GString *query, const char *joint)
{
  if (query->len > 0 && query->str[query->len - 1] != '(')
    g_string_append (query, joint);
}

static void
append_token (GString *query, const char *joint, const char *token, gsize bytes)
{
  kith_gram_join (query, joint);
  g_string_append_c (query, '"');
  for (gsize i = 0; i < bytes; i++) {
    if (token[i] == '"')
      g_string_append_c (query, '"');
    g_string_append_c (query, token[i]);
  }
  g_string_append_c (query, '"');
}

static void
append_pair (GString *query, const char *pair)
{
  static const char usual[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  g_autoptr (GString) run = g_string_new (pair);
  kith_gram_join (query, " AND ");
  g_string_append_c (query, '(');
  append_token (query, "", pair, run->len);
  for (const char *third = usual; *third != '\0'; third++) {
    g_string_append_c (run, *third);
    append_token (query, " OR ", run->str, run->len);
    g_string_truncate (run, run->len - 1);
  }
  g_string_append_c (query, ')');
}

/* Grams side by side, and the last one: the others say nothing more. */
static void
append_word (GString *query, const char *word, guint *asked, guint *pairs)
{
  glong n = g_utf8_strlen (word, -1), size = MIN (n, 3);
  if (n == 0 || (n == 1 && is_ascii (word)))
    return;
  if (n == 2) {
    if (++*pairs <= PAIRS_ASKED)
      append_pair (query, word);
    return;
  }
  for (glong i = 0; *asked < GRAMS_ASKED; i = MIN (i + size, n - size)) {
    const char *gram = g_utf8_offset_to_pointer (word, i);
    append_token (query, " AND ", gram, (gsize) (g_utf8_offset_to_pointer (gram, size) - gram));
    ++*asked;
    if (i == n - size)
      return;
  }
}

void
kith_gram_ask_words (GString *query, const GPtrArray *words)
{
  guint asked = 0, pairs = 0;
  for (guint i = 0; i < words->len; i++)
    append_word (query, words->pdata[i], &asked, &pairs);
}

void
kith_gram_ask_tag (GString *query, const char *joint, char kind, gint64 id)
{
  g_autoptr (GString) tag = g_string_new (NULL);
  kith_gram_add_tag (tag, kind, id);
  append_token (query, joint, tag->str, tag->len);
}
