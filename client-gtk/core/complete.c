/* complete.c - looks back from the cursor to the sign that begins the word. */
#include "complete.h"

#include "proto/fold.h"

#include <string.h>

#define LONGEST 64 /* bytes of a word that may still be completed */

static const struct {
  char sign;
  KithCompletion kind;
  gsize least; /* bytes behind the sign */
} signs[] = {{'@', KITH_COMPLETE_PERSON, 0},
             {'#', KITH_COMPLETE_ROOM, 0},
             {':', KITH_COMPLETE_EMOJI, 2},
             {'/', KITH_COMPLETE_COMMAND, 0}};

static gboolean
may_stand_before (const char *text, const char *sign)
{
  if (sign == text)
    return TRUE;
  return *sign != '/' && (g_ascii_isspace (sign[-1]) || strchr ("([{\"'", sign[-1]) != NULL);
}

static KithCompletion
kind_of (char sign, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (signs); i++)
    if (signs[i].sign == sign && length >= signs[i].least)
      return signs[i].kind;
  return KITH_COMPLETE_NONE;
}

KithCompletion
kith_complete_at (const char *text, gsize cursor, gsize *begin, const char **query, gsize *query_length)
{
  const char *end = text + cursor, *p = end;
  while (p > text && (gsize) (end - p) <= LONGEST && !g_ascii_isspace (p[-1])) {
    p--;
    if (strchr ("@#:/", *p) != NULL && may_stand_before (text, p)) {
      *begin = (gsize) (p - text);
      *query = p + 1;
      *query_length = (gsize) (end - p) - 1;
      return kind_of (*p, *query_length);
    }
  }
  return KITH_COMPLETE_NONE;
}

guint
kith_complete_fit (const char *query, gsize length, const char *name)
{
  g_autofree char *wanted = g_strndup (query, length);
  g_autofree char *needle = kith_fold (wanted, NULL), *hay = kith_fold (name, NULL);
  if (needle == NULL || hay == NULL)
    return 0;
  const char *at = strstr (hay, needle);
  if (at == NULL)
    return 0;
  if (at == hay)
    return 3;
  return g_ascii_isspace (at[-1]) || strchr ("-_.", at[-1]) != NULL ? 2 : 1;
}

static gint
by_start (gconstpointer a, gconstpointer b)
{
  const KithFoundWord *x = a, *y = b;
  return x->start < y->start ? -1 : x->start > y->start;
}

GArray *
kith_complete_find_words (const char *text, const char *query)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (KithFoundWord));
  g_autoptr (GArray) origins = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GPtrArray) words = kith_fold_words (query);
  g_autofree char *folded = kith_fold (text, origins);
  for (guint i = 0; i < words->len; i++) {
    const char *word = words->pdata[i];
    for (const char *at = strstr (folded, word); at != NULL && *word != '\0'; at = strstr (at + strlen (word), word)) {
      gsize begin = (gsize) (at - folded), end = begin + strlen (word);
      if (end < origins->len) {
        KithFoundWord span = {(guint) g_array_index (origins, gsize, begin),
                              (guint) g_array_index (origins, gsize, end)};
        g_array_append_val (found, span);
      }
    }
  }
  g_array_sort (found, by_start);
  return found;
}
