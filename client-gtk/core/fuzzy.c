#include "fuzzy.h"

typedef struct {
  gunichar letters[KITH_FUZZY_MAX];
  guint offsets[KITH_FUZZY_MAX + 1]; /* bytes: where each letter begins, and where the last ends */
  gboolean starts[KITH_FUZZY_MAX];   /* it begins a word */
  guint n;
} Folded;

enum { WHOLE = KITH_FUZZY_BEST, BEGINNING = 900, WORD = 800, INSIDE = 700, INITIALS = 600, GAPS = 400, LENGTH = 50 };

static gunichar
fold_letter (gunichar letter)
{
  gunichar parts[4];
  gsize n = g_unichar_fully_decompose (letter, FALSE, parts, G_N_ELEMENTS (parts));
  return g_unichar_tolower (n > 0 ? parts[0] : letter);
}

static void
fold (const char *text, Folded *out)
{
  gboolean in_word = FALSE;
  const char *at = text;
  for (out->n = 0; *at != '\0' && out->n < KITH_FUZZY_MAX; at = g_utf8_next_char (at)) {
    gunichar letter = g_utf8_get_char (at);
    gboolean mark = g_unichar_ismark (letter);
    if (mark)
      continue;
    out->letters[out->n] = fold_letter (letter);
    out->offsets[out->n] = (guint) (at - text);
    out->starts[out->n] = !in_word && g_unichar_isalnum (letter);
    in_word = g_unichar_isalnum (letter);
    out->n++;
  }
  out->offsets[out->n] = (guint) (at - text);
}

static void
take (GArray *ranges, const Folded *text, guint first, guint end)
{
  if (ranges == NULL)
    return;
  KithFuzzyRange range = {text->offsets[first], text->offsets[end]};
  KithFuzzyRange *last = ranges->len > 0 ? &g_array_index (ranges, KithFuzzyRange, ranges->len - 1) : NULL;
  if (last != NULL && last->end == range.start)
    last->end = range.end;
  else
    g_array_append_val (ranges, range);
}

static gboolean
is_at (const Folded *query, const Folded *text, guint position)
{
  for (guint i = 0; i < query->n; i++)
    if (position + i >= text->n || text->letters[position + i] != query->letters[i])
      return FALSE;
  return TRUE;
}

/* A run of letters: better at the beginning of a word than inside. */
static guint
match_run (const Folded *query, const Folded *text, GArray *ranges)
{
  guint found = G_MAXUINT;
  for (guint i = 0; i + query->n <= text->n; i++)
    if (is_at (query, text, i) && (found == G_MAXUINT || (text->starts[i] && !text->starts[found] && found != 0)))
      found = i;
  if (found == G_MAXUINT)
    return 0;
  take (ranges, text, found, found + query->n);
  if (found == 0)
    return query->n == text->n ? WHOLE : BEGINNING;
  return text->starts[found] ? WORD : INSIDE;
}

/* Letters with others between; only_starts: each begins a word. */
static guint
match_spread (const Folded *query, const Folded *text, gboolean only_starts, GArray *ranges)
{
  guint at = 0, gaps = 0;
  for (guint i = 0; i < query->n; i++) {
    guint from = at;
    while (at < text->n && (text->letters[at] != query->letters[i] || (only_starts && !text->starts[at])))
      at++;
    if (at == text->n) {
      if (ranges != NULL)
        g_array_set_size (ranges, 0);
      return 0;
    }
    gaps += i > 0 ? at - from : 0;
    take (ranges, text, at, at + 1);
    at++;
  }
  return only_starts ? INITIALS : GAPS - MIN (gaps, GAPS - LENGTH - 1);
}

guint
kith_fuzzy_match (const char *query, const char *text, GArray *ranges)
{
  Folded wanted, given;
  if (ranges != NULL)
    g_array_set_size (ranges, 0);
  fold (query, &wanted);
  if (wanted.n == 0)
    return 1;
  fold (text, &given);
  guint score = match_run (&wanted, &given, ranges);
  if (score == 0)
    score = match_spread (&wanted, &given, TRUE, ranges);
  if (score == 0)
    score = match_spread (&wanted, &given, FALSE, ranges);
  /* Of two that fit alike the shorter one is meant. */
  return score == 0 || score == WHOLE ? score : score - MIN (given.n, LENGTH);
}
