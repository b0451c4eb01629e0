/* store-leave.c - the end of an account: it leaves every conversation, an heir owns its rooms, its notes are emptied,
 * its devices go. The account's row stays, so that nobody gets its handle and what it said is by somebody.
 *
 * It touches several conversations, so nothing here may refuse once the first number is taken: what fails then ends the
 * batch. */
#include "proto/error.h"
#include "store/store-writer.h"

typedef struct {
  gint64 conversation, needs_heir;
} Stay;

static GArray *
find_stays (KithdWriter *writer, gint64 account, GError **error)
{
  GError *problem = NULL;
  g_autoptr (GArray) stays = g_array_new (FALSE, FALSE, sizeof (Stay));
  sqlite3_stmt *row = kith_sql_start (writer->sql, W_MEMBER_OF, "i", account);
  while (kith_sql_next (writer->sql, row, &problem)) {
    Stay stay = {sqlite3_column_int64 (row, 0), sqlite3_column_int64 (row, 1)};
    g_array_append_val (stays, stay);
  }
  if (problem == NULL)
    return g_steal_pointer (&stays);
  g_propagate_error (error, problem);
  return NULL;
}

/* The highest in role, the oldest account among equals; nobody where nobody else is in. */
static gboolean
make_heir (KithdWriter *writer, KithdChange *change, KithdNumbers *numbers, GError **error)
{
  gint64 account = change->account.id, heir = 0;
  int found = kith_sql_get (writer->sql, W_HEIR, &heir, 1, error, "ii", numbers->conversation, account);
  if (found <= 0)
    return found == 0;
  g_autoptr (KithdEvent) event = kithd_event_new (KITHD_EVENT_ROLE, numbers->conversation, account);
  event->subject = heir;
  event->number = KITHD_ROLE_OWNER;
  event->body = g_strdup ("{\"role\":\"owner\"}");
  return kithd_write_event (writer, change, event, numbers, error) &&
         kith_sql_run (writer->sql, W_MEMBER_ROLE, NULL, error, "iiii", numbers->conversation, heir, event->number,
                       event->rev);
}

static gboolean
leave (KithdWriter *writer, KithdChange *change, const Stay *stay, GError **error)
{
  gint64 account = change->account.id;
  KithdNumbers *numbers = kithd_numbers_find (writer, stay->conversation, error);
  if (numbers == NULL || (stay->needs_heir && !make_heir (writer, change, numbers, error)))
    return FALSE;
  g_autoptr (KithdEvent) event = kithd_event_new (KITHD_EVENT_LEAVE, stay->conversation, account);
  return kithd_write_event (writer, change, event, numbers, error) &&
         kith_sql_run (writer->sql, W_MEMBER_SET, NULL, error, "iiddiii", stay->conversation, account,
                       KITHD_MEMBER_LEFT, KITHD_ROLE_MEMBER, (gint64) 0, (gint64) 0, event->rev) &&
         kith_sql_run (writer->sql, W_STAY_CLOSE, NULL, error, "iii", stay->conversation, account, event->seq);
}

/* The log goes as a whole, as what is too old does: the index of searches follows where a log begins. */
static gboolean
empty_notes (KithdWriter *writer, gint64 account, GError **error)
{
  gint64 notes = 0;
  int found = kith_sql_get (writer->sql, W_NOTES_OF, &notes, 1, error, "i", account);
  KithdNumbers *numbers = found > 0 ? kithd_numbers_find (writer, notes, error) : NULL;
  if (found <= 0 || numbers == NULL)
    return found == 0;
  return kithd_log_cut (writer, notes, numbers->last, numbers->n, error);
}

gboolean
kithd_apply_delete_account (KithdWriter *writer, KithdChange *change, GError **error)
{
  gint64 account = change->account.id, changed = 0;
  if (!kith_sql_run (writer->sql, W_ACCOUNT_DELETE, &changed, error, "ii", account, ++writer->rev))
    return FALSE;
  if (changed == 0)
    return kithd_refuse (error, KITH_ERROR_NOT_FOUND, "There is no such person.");
  g_autoptr (GArray) stays = find_stays (writer, account, error);
  for (guint i = 0; stays != NULL && i < stays->len; i++)
    if (!leave (writer, change, &g_array_index (stays, Stay, i), error))
      return FALSE;
  change->account.rev = writer->rev;
  return stays != NULL && kithd_broadcasts_leave (writer, account, error) &&
         kith_sql_run (writer->sql, W_INVITATIONS_END, NULL, error, "ii", account, writer->rev) &&
         kith_sql_run (writer->sql, W_MENTIONS_FORGET, NULL, error, "i", account) &&
         kith_sql_run (writer->sql, W_INVITATIONS_OF, NULL, error, "i", account) &&
         kith_sql_run (writer->sql, W_BLOCKS_OF, NULL, error, "i", account) &&
         kith_sql_run (writer->sql, W_DEVICES_REMOVE, NULL, error, "i", account) &&
         empty_notes (writer, account, error);
}
