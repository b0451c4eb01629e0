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
  gint64 account;
  guint8 settled[KITHD_NONCE_BYTES], newest[KITHD_NONCE_BYTES], above[KITHD_NONCE_BYTES];
  gboolean has_above;
} Sender;

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
  const Answer *left = a, *right = b;
  return left->account != right->account ? (left->account > right->account) - (left->account < right->account)
                                         : compare (left->bytes, right->bytes);
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

static void
fill_answer (Answer *answer, gint64 account, const guint8 *nonce, const guint8 *digest, gint64 conversation, gint64 seq, gint64 at)
{
  answer->account = account;
  memcpy (answer->bytes + AT_NONCE, nonce, KITHD_NONCE_BYTES);
  memcpy (answer->bytes + AT_DIGEST, digest, KITHD_DIGEST_KEPT);
  put_number (answer->bytes + AT_CONVERSATION, conversation);
  put_number (answer->bytes + AT_SEQ, seq);
  put_number (answer->bytes + AT_AT, at);
}

static void
read_answer (const guint8 *bytes, const guint8 *digest, KithdAnswer *answer)
{
  *answer = (KithdAnswer){.same = digest != NULL && memcmp (bytes + AT_DIGEST, digest, KITHD_DIGEST_KEPT) == 0,
                          .conversation = get_number (bytes + AT_CONVERSATION),
                          .seq = get_number (bytes + AT_SEQ),
                          .at = get_number (bytes + AT_AT)};
}

void
kithd_nonces_init (KithdWriter *writer)
{
  writer->answers = g_hash_table_new_full (answer_hash, answer_equal, g_free, NULL);
  writer->senders = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
}

void
kithd_nonces_drop (KithdWriter *writer)
{
  g_hash_table_remove_all (writer->answers);
  g_hash_table_remove_all (writer->senders);
}

void
kithd_nonces_clear (KithdWriter *writer)
{
  g_hash_table_unref (writer->answers);
  g_hash_table_unref (writer->senders);
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
  Sender *sender = g_hash_table_lookup (writer->senders, &account);
  if (sender != NULL)
    return sender;
  sender = g_new0 (Sender, 1);
  sender->account = account;
  if (!load_sender (writer, sender, error)) {
    g_free (sender);
    return NULL;
  }
  g_hash_table_insert (writer->senders, &sender->account, sender);
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
  const Answer *recent = g_hash_table_lookup (writer->answers, &key);
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

gboolean
kithd_nonces_remember (KithdWriter *writer, const KithdChange *change, GError **error)
{
  Sender *sender = find_sender (writer, change->actor, error);
  if (sender == NULL)
    return FALSE;
  if (!writer->staging)
    return remember_row (writer, sender, change, error);
  Answer *answer = g_new (Answer, 1);
  fill_answer (answer, change->actor, change->nonce, change->digest, change->conversation, change->seq, change->at);
  g_hash_table_add (writer->answers, answer);
  return note_newest (writer, sender, change->nonce, error);
}

/* ---- settling ---- */

static GArray *
list_recent (KithdWriter *writer, GError **error)
{
  GError *problem = NULL;
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (Answer));
  sqlite3_stmt *rows = kith_sql_start (writer->sql, W_RECENT_NONCES, "");
  while (kith_sql_next (writer->sql, rows, &problem)) {
    Answer answer;
    if (sqlite3_column_bytes (rows, 1) != KITHD_NONCE_BYTES || sqlite3_column_bytes (rows, 2) != (int) KITHD_DIGEST_KEPT)
      continue;
    fill_answer (&answer, sqlite3_column_int64 (rows, 0), sqlite3_column_blob (rows, 1), sqlite3_column_blob (rows, 2),
                 sqlite3_column_int64 (rows, 3), sqlite3_column_int64 (rows, 4), sqlite3_column_int64 (rows, 5));
    g_array_append_val (list, answer);
  }
  g_array_sort (list, answer_compare);
  return kith_sql_done (problem, error) ? g_steal_pointer (&list) : NULL;
}

/* Those among what the runs hold already: a row each. How many these are, or -1. */
static int
settle_rows (KithdWriter *writer, const Sender *sender, const Answer *list, guint n, GError **error)
{
  guint i;
  for (i = 0; i < n && compare (list[i].bytes, sender->settled) <= 0; i++) {
    KithdAnswer answer;
    read_answer (list[i].bytes, NULL, &answer);
    if (!add_row (writer, sender->account, list[i].bytes, list[i].bytes + AT_DIGEST, &answer, error))
      return -1;
  }
  return (int) i;
}

static gboolean
settle_run (KithdWriter *writer, Sender *sender, const Answer *list, guint n, GError **error)
{
  guint8 bytes[RUN_MAX * ANSWER_BYTES];
  for (guint i = 0; i < n; i++)
    memcpy (bytes + i * ANSWER_BYTES, list[i].bytes, ANSWER_BYTES);
  memcpy (sender->settled, list[n - 1].bytes, KITHD_NONCE_BYTES);
  return kith_sql_run (writer->sql, W_RUN_ADD, NULL, error, "ibbb", sender->account, list[0].bytes, KITHD_NONCE_BYTES,
                       sender->settled, KITHD_NONCE_BYTES, bytes, (gsize) n * ANSWER_BYTES);
}

/* All of one sender, ascending. */
static gboolean
settle_sender (KithdWriter *writer, const Answer *list, guint n, GError **error)
{
  Sender *sender = find_sender (writer, list->account, error);
  int rows = sender != NULL ? settle_rows (writer, sender, list, n, error) : -1;
  if (rows < 0)
    return FALSE;
  for (guint i = (guint) rows; i < n; i += RUN_MAX)
    if (!settle_run (writer, sender, list + i, MIN (n - i, RUN_MAX), error))
      return FALSE;
  return note_newest (writer, sender, sender->settled, error);
}

gboolean
kithd_nonces_settle (KithdWriter *writer, GError **error)
{
  g_autoptr (GArray) list = list_recent (writer, error);
  if (list == NULL)
    return FALSE;
  const Answer *answers = (const Answer *) (gpointer) list->data;
  for (guint i = 0, n; i < list->len; i += n) {
    for (n = 1; i + n < list->len && answers[i + n].account == answers[i].account; n++)
      ;
    if (!settle_sender (writer, answers + i, n, error))
      return FALSE;
  }
  g_hash_table_remove_all (writer->answers);
  if (g_hash_table_size (writer->senders) > SENDERS_MAX)
    g_hash_table_remove_all (writer->senders);
  return TRUE;
}
