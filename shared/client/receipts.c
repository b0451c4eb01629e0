/* receipts.c - for each conversation a short array, sorted by account: conversations with receipts are small. */
#include "client/receipts.h"

#include "proto/id.h"
#include "proto/limits.h"

#define CONVERSATIONS_MAX 4096 /* with receipts; beyond it nothing is taken */

struct _KithReceipts {
  GHashTable *conversations; /* gint64 * -> GArray of KithReceipt */
};

KithReceipts *
kith_receipts_new (void)
{
  KithReceipts *receipts = g_new0 (KithReceipts, 1);
  receipts->conversations = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_array_unref);
  return receipts;
}

void
kith_receipts_free (KithReceipts *receipts)
{
  g_hash_table_unref (receipts->conversations);
  g_free (receipts);
}

void
kith_receipts_clear (KithReceipts *receipts)
{
  g_hash_table_remove_all (receipts->conversations);
}

static GArray *
array_of (KithReceipts *receipts, gint64 conversation)
{
  GArray *array = g_hash_table_lookup (receipts->conversations, &conversation);
  if (array != NULL || g_hash_table_size (receipts->conversations) >= CONVERSATIONS_MAX)
    return array;
  array = g_array_new (FALSE, FALSE, sizeof (KithReceipt));
  g_hash_table_insert (receipts->conversations, g_memdup2 (&conversation, sizeof conversation), array);
  return array;
}

/* Where the account is, or belongs. */
static guint
find (const GArray *array, gint64 account)
{
  guint i = 0;
  while (i < array->len && g_array_index (array, KithReceipt, i).account < account)
    i++;
  return i;
}

static gboolean
is_at (const GArray *array, guint i, gint64 account)
{
  return i < array->len && g_array_index (array, KithReceipt, i).account == account;
}

static gboolean
raise_to (KithReceipts *receipts, gint64 conversation, const KithReceipt *now)
{
  GArray *array = array_of (receipts, conversation);
  if (array == NULL)
    return FALSE;
  guint i = find (array, now->account);
  if (!is_at (array, i, now->account) && array->len >= KITH_RECEIPTS_MEMBERS_MAX)
    return FALSE;
  if (!is_at (array, i, now->account))
    g_array_insert_val (array, i, *now);
  else {
    KithReceipt *known = &g_array_index (array, KithReceipt, i);
    if (known->delivered >= now->delivered && known->read >= now->read)
      return FALSE;
    known->delivered = MAX (known->delivered, now->delivered);
    known->read = MAX (known->read, now->read);
  }
  return TRUE;
}

static gint64
take_seq (json_object *pair, gsize index)
{
  json_object *value = json_object_array_get_idx (pair, index);
  gint64 seq = json_object_is_type (value, json_type_int) ? json_object_get_int64 (value) : -1;
  return seq <= KITH_INTEGER_MAX ? seq : -1;
}

static gboolean
take_one (KithReceipts *receipts, gint64 conversation, const char *key, json_object *pair)
{
  KithReceipt receipt;
  if (!kith_id_parse (key, 'u', &receipt.account) || !json_object_is_type (pair, json_type_array) ||
      json_object_array_length (pair) < 2)
    return FALSE;
  receipt.read = take_seq (pair, 1);
  receipt.delivered = MAX (take_seq (pair, 0), receipt.read);
  return receipt.read >= 0 && raise_to (receipts, conversation, &receipt);
}

gboolean
kith_receipts_take (KithReceipts *receipts, gint64 conversation, json_object *people)
{
  gboolean rose = FALSE;
  struct json_object_iterator at = json_object_iter_begin (people), end = json_object_iter_end (people);
  for (; !json_object_iter_equal (&at, &end); json_object_iter_next (&at))
    rose |= take_one (receipts, conversation, json_object_iter_peek_name (&at), json_object_iter_peek_value (&at));
  return rose;
}

/* Who shows none is not in the table, and stays out of it. */
void
kith_receipts_wrote (KithReceipts *receipts, gint64 conversation, gint64 account, gint64 seq)
{
  const GArray *array = g_hash_table_lookup (receipts->conversations, &conversation);
  if (array != NULL && is_at (array, find (array, account), account))
    raise_to (receipts, conversation, &(KithReceipt){account, seq, seq});
}

void
kith_receipts_forget (KithReceipts *receipts, gint64 conversation, gint64 account)
{
  GArray *array = g_hash_table_lookup (receipts->conversations, &conversation);
  if (array == NULL)
    return;
  guint i = find (array, account);
  if (account == 0)
    g_hash_table_remove (receipts->conversations, &conversation);
  else if (is_at (array, i, account))
    g_array_remove_index (array, i);
}

GArray *
kith_receipts_list (const KithReceipts *receipts, gint64 conversation)
{
  const GArray *array = g_hash_table_lookup (receipts->conversations, &conversation);
  GArray *list = g_array_new (FALSE, FALSE, sizeof (KithReceipt));
  if (array != NULL)
    g_array_append_vals (list, array->data, array->len);
  return list;
}
