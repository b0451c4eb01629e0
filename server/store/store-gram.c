/* store-gram.c - texts and questions as grams.
 *
 * A document is tags, each behind \1, then \2 and the folded text. A tag is a token as it is: c3 the conversation, u7
 * the sender, h1 that it has a link. Of the text every run of three and of two characters within a word is a token, and
 * each character by itself unless it is one of a to z, which nearly every message has. So the words of languages that
 * need no spaces are found, and parts of words. A question is tokens in quotes, joined by operators; what people type
 * never is anything but a token. */
#include "store/store-index.h"

#include <string.h>

#include "proto/limits.h"

#define TAG '\1'
#define TEXT '\2'
#define PLACES_NAMED 16 /* each costs as much as a word; of more of them, what does not fit is passed over */
#define GRAMS_ASKED 32  /* what they let through is looked at anyway */

typedef int (*Emit) (void *context, int flags, const char *token, int bytes, int start, int end);

typedef struct {
  const char *begin;
  void *context;
  Emit emit;
  int code; /* of SQLite: the first that is not OK ends it */
} Tokens;

static void
emit (Tokens *tokens, const char *from, const char *to)
{
  if (tokens->code == SQLITE_OK && to > from)
    tokens->code = tokens->emit (tokens->context, 0, from, (int) (to - from), (int) (from - tokens->begin),
                                 (int) (to - tokens->begin));
}

/* Behind the character at p; p where a word or the text ends. Never beyond end, whatever the bytes are. */
static const char *
after (const char *p, const char *end)
{
  return p == end || *p == ' ' ? p : MIN (p + g_utf8_skip[(guchar) *p], end);
}

static gboolean
is_alone (const char *p)
{
  return !g_ascii_islower (*p);
}

static void
emit_text (Tokens *tokens, const char *p, const char *end)
{
  while (p < end && tokens->code == SQLITE_OK) {
    const char *one = after (p, end), *two = after (one, end), *three = after (two, end);
    if (one > p && is_alone (p))
      emit (tokens, p, one);
    if (two > one)
      emit (tokens, p, two);
    if (three > two)
      emit (tokens, p, three);
    p = one > p ? one : p + 1;
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
kithd_gram_register (KithdSql *sql, GError **error)
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
  g_set_error_literal (error, KITHD_SQL_ERROR, SQLITE_NOTFOUND, "this SQLite has no FTS5");
  return FALSE;
}

static void
append_tag (GString *out, char kind, gint64 id)
{
  g_string_append_printf (out, "%c%c%" G_GINT64_FORMAT, TAG, kind, id);
}

static void
append_has (GString *out, guint has, const char *joint)
{
  for (guint bit = 1; bit <= KITHD_HAS_REPLY; bit <<= 1)
    if ((has & bit) != 0) {
      g_string_append (out, joint);
      append_tag (out, 'h', bit);
    }
}

char *
kithd_gram_document (gint64 conversation, gint64 sender, guint has, const char *folded)
{
  GString *out = g_string_sized_new (strlen (folded) + 48);
  append_tag (out, 'c', conversation);
  append_tag (out, 'u', sender);
  append_has (out, has, "");
  g_string_append_c (out, TEXT);
  g_string_append (out, folded);
  return g_string_free (out, FALSE);
}

static void
append_joint (GString *query, const char *joint)
{
  if (query->len > 0 && query->str[query->len - 1] != '(')
    g_string_append (query, joint);
}

static void
append_token (GString *query, const char *joint, const char *token, gsize bytes)
{
  append_joint (query, joint);
  g_string_append_c (query, '"');
  for (gsize i = 0; i < bytes; i++) {
    if (token[i] == '"')
      g_string_append_c (query, '"');
    g_string_append_c (query, token[i]);
  }
  g_string_append_c (query, '"');
}

/* Grams side by side, and the last one: the others say nothing more. */
static void
append_word (GString *query, const char *word, guint *asked)
{
  glong n = g_utf8_strlen (word, -1), size = MIN (n, 3);
  if (n == 0 || (n == 1 && !is_alone (word)))
    return;
  for (glong i = 0; *asked < GRAMS_ASKED; i = MIN (i + size, n - size)) {
    const char *gram = g_utf8_offset_to_pointer (word, i);
    append_token (query, " AND ", gram, (gsize) (g_utf8_offset_to_pointer (gram, size) - gram));
    ++*asked;
    if (i == n - size)
      return;
  }
}

static void
append_tag_token (GString *query, const char *joint, char kind, gint64 id)
{
  g_autoptr (GString) tag = g_string_new (NULL);
  append_tag (tag, kind, id);
  append_token (query, joint, tag->str, tag->len);
}

static void
append_places (GString *query, const GPtrArray *places)
{
  append_joint (query, " AND ");
  g_string_append_c (query, '(');
  for (guint i = 0; i < places->len; i++)
    append_tag_token (query, " OR ", 'c', ((const KithdPlace *) places->pdata[i])->conversation);
  g_string_append_c (query, ')');
}

char *
kithd_gram_query (const KithdSearch *search)
{
  guint asked = 0;
  GString *query = g_string_new (NULL);
  for (guint i = 0; i < search->words->len; i++)
    append_word (query, search->words->pdata[i], &asked);
  if (search->from != 0)
    append_tag_token (query, " AND ", 'u', search->from);
  for (guint bit = 1; bit <= KITHD_HAS_REPLY; bit <<= 1)
    if ((search->has & bit) != 0)
      append_tag_token (query, " AND ", 'h', bit);
  if (search->places->len > 0 && search->places->len <= PLACES_NAMED)
    append_places (query, search->places);
  return g_string_free (query, query->len == 0);
}
