/* search.c - what somebody looks for, and where they may: everything that they can read, as far as it is visible now.
 */
#include "dispatch/commands.h"

#include "domain/rules.h"
#include "proto/fold.h"

static const struct {
  const char *word;
  KithdHas has;
} has_words[] = {{"link", KITHD_HAS_LINK}, {"mention", KITHD_HAS_MENTION}, {"reply", KITHD_HAS_REPLY}};

static guint
parse_has (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (has_words); i++)
    if (g_strcmp0 (has_words[i].word, word) == 0)
      return has_words[i].has;
  return 0;
}

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, sentence);
  return FALSE;
}

static gboolean
choose_words (KithdSearch *search, const char *text, GError **error)
{
  g_ptr_array_unref (search->words);
  search->words = kith_fold_words (text);
  if (search->words->len == 0)
    return refuse (error, "There is nothing in \"text\" to look for.");
  if (search->words->len > KITH_SEARCH_WORDS_MAX)
    return refuse (error, "These are too many words to look for at once.");
  return TRUE;
}

static gint
compare_newest (gconstpointer a, gconstpointer b)
{
  gint64 left = (*(const KithdConversation *const *) a)->record.rev,
         right = (*(const KithdConversation *const *) b)->record.rev;
  return (left < right) - (left > right);
}

/* The conversations that the account has to do with, those with the newest events first. */
static GPtrArray *
conversations_of (const KithdDispatch *d, const KithdAccount *account)
{
  GPtrArray *conversations = g_ptr_array_sized_new (g_hash_table_size (account->members));
  GHashTableIter iter;
  gpointer id;
  g_hash_table_iter_init (&iter, account->members);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    KithdConversation *conversation = kithd_domain_conversation (d->parts.domain, *(const gint64 *) id);
    if (conversation != NULL)
      g_ptr_array_add (conversations, conversation);
  }
  g_ptr_array_sort (conversations, compare_newest);
  return conversations;
}

/* FALSE with error: nothing of it may be read. */
static gboolean
add_place (KithdSearch *search, const KithdConversation *conversation, gint64 account, GError **error)
{
  KithdRange none;
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof none);
  if (!kithd_rules_readable (conversation, account, ranges, error))
    return FALSE;
  KithdPlace *place = kithd_search_add_place (search, conversation->record.id);
  g_array_append_vals (place->ranges, ranges->data, ranges->len);
  return TRUE;
}

static gboolean
choose_places (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdSearch *search, GError **error)
{
  gint64 account = kithd_conn_account (conn);
  if (kith_value_has (message->values, "conversation"))
    return add_place (search, kithd_dispatch_conversation (d), account, error);
  g_autoptr (GPtrArray) conversations = conversations_of (d, kithd_dispatch_account (d, conn));
  for (guint i = 0; i < conversations->len && search->places->len < KITH_SEARCH_PLACES_MAX; i++)
    add_place (search, conversations->pdata[i], account, NULL);
  return TRUE;
}

/* What is wrong in itself costs nothing. */
static gboolean
take_rate (KithdDispatch *d, KithdConn *conn, gint64 *retry_us, GError **error)
{
  const KithdSettings *settings = d->parts.settings;
  KithdAccount *me = kithd_dispatch_account (d, conn);
  if (kithd_rate_take (&me->searching, settings->searches_per_second, G_USEC_PER_SEC, settings->searches_burst, d->now, retry_us))
    return TRUE;
  g_set_error_literal (error, KITH_ERROR, KITH_ERROR_RATE_LIMITED, kith_error_sentence (KITH_ERROR_RATE_LIMITED));
  return FALSE;
}

static void
ask_search (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  g_autoptr (GError) error = NULL;
  gint64 retry_us = 0;
  const KithValue *root = message->values;
  g_autoptr (KithdSearch) search = kithd_search_new ();
  search->from = kith_value_id (root, "from", 'u');
  search->after = kith_value_integer (root, "since", 0);
  search->before = kith_value_integer (root, "until", G_MAXINT64);
  search->has = parse_has (kith_value_string (root, "has"));
  if (!choose_words (search, kith_value_string (root, "text"), &error) ||
      !take_rate (d, conn, &retry_us, &error) || !choose_places (d, conn, message, search, &error)) {
    kithd_answer_error (conn, message->id, error, retry_us);
    return;
  }
  KithdRead *read = kithd_read_new (KITHD_READ_SEARCH, kithd_conn_account (conn));
  read->search = g_steal_pointer (&search);
  read->anchor = kith_value_integer (root, "before", 0);
  read->limit = (guint) kith_value_integer (root, "limit", 50);
  if (!kithd_dispatch_search (d, conn, message, read, &error))
    kithd_answer_error (conn, message->id, error, G_USEC_PER_SEC);
}

const KithdCommand kithd_search_commands[] = {
    {"search", ask_search, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};
