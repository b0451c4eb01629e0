/* store-nonces.c - what was answered to whom, for ever: whoever repeats a request gets the same answer.
 *
 * A message is found by its nonce in one of three places. Those of recent messages (store-recent.c) wait in memory. When these are brought to their
 * places, a sender's nonces that are newer than all in his runs become another run, one row for several; so it is with nonces that begin with the time,
 * as UUIDs of version 7 do. All others, and those of everything but messages, are rows of their own.
 *
 * A nonce that is newer than every one of its sender is new, which memory knows without a look at the disk. */
#include "store/store-writer.h"

#include <string.h>

/* An answer of a run, in bytes. */
enum { AT_NONCE = 0, AT_DIGEST = 16, AT_CONVERSATION = 32, AT_SEQ = 40, AT_AT = 48, ANSWER_BYTES = 56 };
enum {
  RUN_MAX = 16,          /* answers; with them a row fits into a page that it shares */
  SENDERS_MAX = 64 * 1024 /* that are kept in memory behind a settling */
};

typedef struct {
  gint64 account; /* the key, with the nonce */
  guint8 bytes[ANSWER_BYTES];
} Answer;

/* Of a sender: the end of his runs, the largest nonce with those of recent messages, and the smallest row of its own above it. All zero, and no row
 * above: there is none. */
typedef struct {
  gint64 account; /* the key */
  guint8 settled[KITHD_NONCE_BYTES], newest[KITHD_NONCE_BYTES], above[KITHD_NONCE_BYTES];
  gboolean has_above;
  GPtrArray *recent; /* his among answers; NULL: never one */
} Sender;

struct _KithdNonces {
  GHashTable *answers; /* set of Answer: to recent messages */
  GHashTable *senders; /* account -> Sender */
  GPtrArray *waiting;  /* senders with recent ones */
  gboolean lost;       /* there may be recent messages that are in none of these */
};

static int
compare (const guint8 *a, const guint8 *b)
{
  return memcmp (a, b, KITHD_NONCE_BYTES);
}

/* The end of a nonce is made by chance, also where its beginning is not; who makes theirs otherwise has a list of some thousand to walk. */
static guint
answer_hash (gconstpointer key)
{
  const Answer *answer = key;
  guint end;
  memcpy (&end, answer->bytes + KITHD_NONCE_BYTES - sizeof end, sizeof end);
  return end ^ (guint) answer->account;
}

static gboolean
answer_equal (gconstpointer a, gconstpointer b)
{
  const Answer *left = a, *right = b;
  return left->account == right->account && compare (left->bytes, right->bytes) == 0;
}

static int
answer_compare (gconstpointer a, gconstpointer b)
{
  const Answer *const *left = a, *const *right = b;
  return compare ((*left)->bytes, (*right)->bytes);
}

static void
sender_free (gpointer data)
{
  Sender *sender = data;
  g_clear_pointer (&sender->recent, g_ptr_array_unref);
  g_free (sender);
}

static void
put_number (guint8 *bytes, gint64 number)
{
  guint64 big = GUINT64_TO_BE ((guint64) number);
  memcpy (bytes, &big, sizeof big);
}

static gint64
get_number (const guint8 *bytes)
{
  guint64 big;
  memcpy (&big, bytes, sizeof big);
  return (gint64) GUINT64_FROM_BE (big);
}

static Answer *
answer_new (gint64 account, const guint8 *nonce, const guint8 *digest, gint64 conversation, gint64 seq, gint64 at)
{
  Answer *answer = g_new (Answer, 1);
  answer->account = account;
  memcpy (answer->bytes + AT_NONCE, nonce, KITHD_NONCE_BYTES);
  memcpy (answer->bytes + AT_DIGEST, digest, KITHD_DIGEST_KEPT);
  put_number (answer->bytes + AT_CONVERSATION, conversation);
  put_number (answer->bytes + AT_SEQ, seq);
  put_number (answer->bytes + AT_AT, at);
  return answer;
}

static void
read_answer (const guint8 *bytes, const guint8 *digest, KithdAnswer *answer)
{
  *answer = (KithdAnswer){.same = digest != NULL && memcmp (bytes + AT_DIGEST, digest, KITHD_DIGEST_KEPT) == 0,
                          .conversation = get_number (bytes + AT_CONVERSATION),
                          .seq = get_number (bytes + AT_SEQ),
                          .at = get_number (bytes + AT_AT)};
}

KithdNonces *
kithd_nonces_new (void)
{
  KithdNonces *nonces = g_new0 (KithdNonces, 1);
  nonces->answers = g_hash_table_new_full (answer_hash, answer_equal, g_free, NULL);
  nonces->senders = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, sender_free);
  nonces->waiting = g_ptr_array_new ();
  nonces->lost = TRUE;
  return nonces;
}

void
kithd_nonces_drop (KithdNonces *nonces)
{
  g_ptr_array_set_size (nonces->waiting, 0);
  g_hash_table_remove_all (nonces->answers);
  g_hash_table_remove_all (nonces->senders);
  nonces->lost = TRUE;
}

void
kithd_nonces_free (KithdNonces *nonces)
{
  g_ptr_array_unref (nonces->waiting);
  g_hash_table_unref (nonces->answers);
  g_hash_table_unref (nonces->senders);
  g_free (nonces);
}

/* 1: the nonce that is asked for, above the newest one of the sender that is known; 0: there is none; -1: error. */
static int
get_nonce (KithdWriter *writer, guint statement, const Sender *sender, guint8 nonce[KITHD_NONCE_BYTES], GError **error)
{
  GError *problem = NULL;
  gboolean found = FALSE;
  sqlite3_stmt *rows = kith_sql_start (writer->sql, statement, "ib", sender->account, sender->newest, KITHD_NONCE_BYTES);
  if (kith_sql_next (writer->sql, rows, &problem)) {
    found = sqlite3_column_bytes (rows, 0) == KITHD_NONCE_BYTES;
    if (found)
      memcpy (nonce, sqlite3_column_blob (rows, 0), KITHD_NONCE_BYTES);
    sqlite3_reset (rows);
  }
  return kith_sql_done (problem, error) ? found : -1;
}

static gboolean
look_above (KithdWriter *writer, Sender *sender, GError **error)
{
  int found = get_nonce (writer, W_NONCE_ABOVE, sender, sender->above, error);
  sender->has_above = found > 0;
  return found >= 0;
}

/* The sender has that nonce, too, in a run or among the recent ones. */
static gboolean
note_newest (KithdWriter *writer, Sender *sender, const guint8 *nonce, GError **error)
{
  if (compare (nonce, sender->newest) <= 0)
    return TRUE;
  memcpy (sender->newest, nonce, KITHD_NONCE_BYTES);
  return !sender->has_above || compare (sender->above, nonce) > 0 || look_above (writer, sender, error);
}

static gboolean
load_sender (KithdWriter *writer, Sender *sender, GError **error)
{
  if (get_nonce (writer, W_RUN_LAST, sender, sender->settled, error) < 0)
    return FALSE;
  memcpy (sender->newest, sender->settled, KITHD_NONCE_BYTES);
  return look_above (writer, sender, error);
}

static Sender *
find_sender (KithdWriter *writer, gint64 account, GError **error)
{
  Sender *sender = g_hash_table_lookup (writer->nonces->senders, &account);
  if (sender != NULL)
    return sender;
  sender = g_new0 (Sender, 1);
  sender->account = account;
  if (!load_sender (writer, sender, error)) {
    g_free (sender);
    return NULL;
  }
  g_hash_table_insert (writer->nonces->senders, &sender->account, sender);
  return sender;
}

static gboolean
is_new (const Sender *sender, const guint8 *nonce)
{
  return compare (nonce, sender->newest) > 0 && (!sender->has_above || compare (nonce, sender->above) < 0);
}

static int
find_in_run (KithdWriter *writer, gint64 account, const guint8 *nonce, const guint8 *digest, KithdAnswer *answer, GError **error)
{
  GError *problem = NULL;
  int found = 0;
  sqlite3_stmt *rows = kith_sql_start (writer->sql, W_RUN_FIND, "ib", account, nonce, KITHD_NONCE_BYTES);
  if (kith_sql_next (writer->sql, rows, &problem)) {
    const guint8 *bytes = sqlite3_column_blob (rows, 0);
    int n = sqlite3_column_bytes (rows, 0) / ANSWER_BYTES;
    for (int i = 0; i < n && found == 0; i++)
      if (compare (bytes + i * ANSWER_BYTES, nonce) == 0) {
        read_answer (bytes + i * ANSWER_BYTES, digest, answer);
        found = 1;
      }
    sqlite3_reset (rows);
  }
  return kith_sql_done (problem, error) ? found : -1;
}

static int
find_in_row (KithdWriter *writer, gint64 account, const guint8 *nonce, const guint8 *digest, KithdAnswer *answer, GError **error)
{
  gint64 row[6] = {0};
  int found = kith_sql_get (writer->sql, W_NONCE_FIND, row, G_N_ELEMENTS (row), error, "ibb", account, nonce,
                            KITHD_NONCE_BYTES, digest, KITHD_DIGEST_KEPT);
  if (found > 0)
    *answer = (KithdAnswer){.same = row[0] != 0, .conversation = row[1], .seq = row[2], .at = row[3],
                            .made_account = row[4], .made_device = row[5]};
  return found;
}

int
kithd_nonces_find (KithdWriter *writer, gint64 account, const guint8 nonce[KITHD_NONCE_BYTES], const guint8 *digest,
                   KithdAnswer *answer, GError **error)
{
  const Sender *sender = find_sender (writer, account, error);
  if (sender == NULL)
    return -1;
  if (is_new (sender, nonce))
    return 0;
  Answer key = {.account = account};
  memcpy (key.bytes, nonce, KITHD_NONCE_BYTES);
  const Answer *recent = g_hash_table_lookup (writer->nonces->answers, &key);
  if (recent != NULL) {
    read_answer (recent->bytes, digest, answer);
    return 1;
  }
  int found = compare (nonce, sender->settled) <= 0 ? find_in_run (writer, account, nonce, digest, answer, error) : 0;
  return found != 0 ? found : find_in_row (writer, account, nonce, digest, answer, error);
}

static gboolean
add_row (KithdWriter *writer, gint64 account, const guint8 *nonce, const guint8 *digest, const KithdAnswer *answer, GError **error)
{
  return kith_sql_run (writer->sql, W_NONCE_ADD, NULL, error, "ibbiiiii", account, nonce, KITHD_NONCE_BYTES, digest,
                       KITHD_DIGEST_KEPT, answer->conversation, answer->seq, answer->at, answer->made_account, answer->made_device);
}

/* In a row of its own: it may be the next above those in runs. */
static gboolean
remember_row (KithdWriter *writer, Sender *sender, const KithdChange *change, GError **error)
{
  const KithdAnswer answer = {.conversation = change->conversation, .seq = change->seq, .at = change->at,
                              .made_account = change->account_id, .made_device = change->device_id};
  if (is_new (sender, change->nonce)) {
    memcpy (sender->above, change->nonce, KITHD_NONCE_BYTES);
    sender->has_above = TRUE;
  }
  return add_row (writer, sender->account, change->nonce, change->digest, &answer, error);
}

/* Takes answer, which is to a recent message. */
static gboolean
remember_recent (KithdWriter *writer, Sender *sender, Answer *answer, GError **error)
{
  g_hash_table_add (writer->nonces->answers, answer);
  if (sender->recent == NULL)
    sender->recent = g_ptr_array_new ();
  if (sender->recent->len == 0)
    g_ptr_array_add (writer->nonces->waiting, sender);
  g_ptr_array_add (sender->recent, answer);
  return note_newest (writer, sender, answer->bytes, error);
}

gboolean
kithd_nonces_remember (KithdWriter *writer, const KithdChange *change, GError **error)
{
  Sender *sender = find_sender (writer, change->actor, error);
  if (sender == NULL)
    return FALSE;
  if (!writer->staging)
    return remember_row (writer, sender, change, error);
  return remember_recent (writer, sender,
                          answer_new (change->actor, change->nonce, change->digest, change->conversation, change->seq, change->at), error);
}

/* ---- settling ---- */

static gboolean
load_recent (KithdWriter *writer, sqlite3_stmt *row, GError **error)
{
  gint64 account = sqlite3_column_int64 (row, 0);
  if (sqlite3_column_bytes (row, 1) != KITHD_NONCE_BYTES || sqlite3_column_bytes (row, 2) != (int) KITHD_DIGEST_KEPT)
    return TRUE; /* it has none */
  Sender *sender = find_sender (writer, account, error);
  if (sender == NULL)
    return FALSE;
  g_autofree Answer *answer = answer_new (account, sqlite3_column_blob (row, 1), sqlite3_column_blob (row, 2), sqlite3_column_int64 (row, 3),
                                          sqlite3_column_int64 (row, 4), sqlite3_column_int64 (row, 5));
  return g_hash_table_contains (writer->nonces->answers, answer) || remember_recent (writer, sender, g_steal_pointer (&answer), error);
}

/* What a run before left, or a batch that failed. */
static gboolean
load_all_recent (KithdWriter *writer, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *rows = kith_sql_start (writer->sql, W_RECENT_NONCES, "");
  while (kith_sql_next (writer->sql, rows, &problem))
    if (!load_recent (writer, rows, &problem)) {
      sqlite3_reset (rows);
      break;
    }
  return kith_sql_done (problem, error);
}

/* Those among what the runs hold already: a row each. How many these are, or -1. */
static int
settle_rows (KithdWriter *writer, const Sender *sender, GError **error)
{
  guint i;
  for (i = 0; i < sender->recent->len; i++) {
    const Answer *recent = sender->recent->pdata[i];
    KithdAnswer answer;
    if (compare (recent->bytes, sender->settled) > 0)
      break;
    read_answer (recent->bytes, NULL, &answer);
    if (!add_row (writer, sender->account, recent->bytes, recent->bytes + AT_DIGEST, &answer, error))
      return -1;
  }
  return (int) i;
}

static gboolean
settle_run (KithdWriter *writer, Sender *sender, guint from, guint n, GError **error)
{
  guint8 bytes[RUN_MAX * ANSWER_BYTES];
  for (guint i = 0; i < n; i++)
    memcpy (bytes + i * ANSWER_BYTES, ((const Answer *) sender->recent->pdata[from + i])->bytes, ANSWER_BYTES);
  memcpy (sender->settled, bytes + (n - 1) * ANSWER_BYTES, KITHD_NONCE_BYTES);
  return kith_sql_run (writer->sql, W_RUN_ADD, NULL, error, "ibbb", sender->account, bytes, KITHD_NONCE_BYTES, sender->settled,
                       KITHD_NONCE_BYTES, bytes, (gsize) n * ANSWER_BYTES);
}

static gboolean
settle_sender (KithdWriter *writer, Sender *sender, GError **error)
{
  g_ptr_array_sort (sender->recent, answer_compare);
  int rows = settle_rows (writer, sender, error);
  if (rows < 0)
    return FALSE;
  for (guint i = (guint) rows; i < sender->recent->len; i += RUN_MAX)
    if (!settle_run (writer, sender, i, MIN (sender->recent->len - i, RUN_MAX), error))
      return FALSE;
  g_ptr_array_set_size (sender->recent, 0);
  return TRUE;
}

gboolean
kithd_nonces_settle (KithdWriter *writer, GError **error)
{
  KithdNonces *nonces = writer->nonces;
  if (nonces->lost && !load_all_recent (writer, error))
    return FALSE;
  for (guint i = 0; i < nonces->waiting->len; i++)
    if (!settle_sender (writer, nonces->waiting->pdata[i], error))
      return FALSE;
  nonces->lost = FALSE;
  g_ptr_array_set_size (nonces->waiting, 0);
  g_hash_table_remove_all (nonces->answers);
  if (g_hash_table_size (nonces->senders) > SENDERS_MAX)
    g_hash_table_remove_all (nonces->senders);
  return TRUE;
}
