/* store-gram.c - what a message is in the index, and what FTS5 is asked for a search (sql/sql-gram.h). Tags: c the
 * conversation, u the sender, h what it has. */
#include "store/store-index.h"

#include <string.h>

#include "sql/sql-gram.h"

#define PLACES_NAMED 16 /* each costs as much as a word; of more of them, what does not fit is passed over */

char *
kithd_gram_document (gint64 conversation, gint64 sender, guint has, const char *folded)
{
  GString *out = g_string_sized_new (strlen (folded) + 48);
  kith_gram_add_tag (out, 'c', conversation);
  kith_gram_add_tag (out, 'u', sender);
  for (guint bit = 1; bit <= KITHD_HAS_REPLY; bit <<= 1)
    if ((has & bit) != 0)
      kith_gram_add_tag (out, 'h', bit);
  kith_gram_add_text (out, folded);
  return g_string_free (out, FALSE);
}

static void
append_places (GString *query, const GPtrArray *places)
{
  kith_gram_join (query, " AND ");
  g_string_append_c (query, '(');
  for (guint i = 0; i < places->len; i++)
    kith_gram_ask_tag (query, " OR ", 'c', ((const KithdPlace *) places->pdata[i])->conversation);
  g_string_append_c (query, ')');
}

char *
kithd_gram_query (const KithdSearch *search)
{
  GString *query = g_string_new (NULL);
  kith_gram_ask_words (query, search->words);
  if (search->from != 0)
    kith_gram_ask_tag (query, " AND ", 'u', search->from);
  for (guint bit = 1; bit <= KITHD_HAS_REPLY; bit <<= 1)
    if ((search->has & bit) != 0)
      kith_gram_ask_tag (query, " AND ", 'h', bit);
  if (search->places->len > 0 && search->places->len <= PLACES_NAMED)
    append_places (query, search->places);
  return g_string_free (query, query->len == 0);
}
