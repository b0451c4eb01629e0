/* store-broadcast.c - what is said to everybody on the server: one conversation that every account is in from its first
 * day to its last. It is made by the first broadcast. Its log has no joins: everybody being there is no news. */
#include "store/store-writer.h"

/* 1: *conversation is its id; 0: nobody has broadcast yet; -1: error. */
static int
find (KithdWriter *writer, gint64 *conversation, GError **error)
{
  return kith_sql_get (writer->sql, W_BROADCASTS_FIND, conversation, 1, error, "");
}

static gboolean
make (KithdWriter *writer, KithdChange *change, gint64 *conversation, GError **error)
{
  const KithdConversationRecord record = {.kind = KITHD_BROADCASTS};
  gint64 rev = writer->rev + 1; /* that of the message, which comes next */
  if (!kithd_add_conversation (writer, change, &record, NULL, rev, error))
    return FALSE;
  *conversation = change->made = change->conversation;
  return kith_sql_run (writer->sql, W_BROADCASTS_MEMBERS, NULL, error, "ii", *conversation, rev) &&
         kith_sql_run (writer->sql, W_BROADCASTS_STAYS, NULL, error, "i", *conversation);
}

gboolean
kithd_apply_broadcast (KithdWriter *writer, KithdChange *change, GError **error)
{
  gint64 conversation = 0;
  int found = find (writer, &conversation, error);
  if (found < 0 || (found == 0 && !make (writer, change, &conversation, error)))
    return FALSE;
  change->event->conversation = conversation;
  if (!kithd_apply_append (writer, change, error))
    return FALSE;
  kithd_numbers_posted (writer, change->event);
  return TRUE;
}

/* What was said before is not unread. */
gboolean
kithd_broadcasts_enter (KithdWriter *writer, gint64 account, GError **error)
{
  gint64 conversation = 0;
  int found = find (writer, &conversation, error);
  const KithdNumbers *numbers = found > 0 ? kithd_numbers_find (writer, conversation, error) : NULL;
  if (found <= 0 || numbers == NULL)
    return found == 0;
  return kith_sql_run (writer->sql, W_MEMBER_SET, NULL, error, "iiddiii", conversation, account, KITHD_MEMBER_IN,
                       KITHD_ROLE_MEMBER, numbers->last, numbers->n, writer->rev) &&
         kith_sql_run (writer->sql, W_STAY_OPEN, NULL, error, "iii", conversation, account, (gint64) 1);
}

gboolean
kithd_broadcasts_leave (KithdWriter *writer, gint64 account, GError **error)
{
  gint64 conversation = 0;
  int found = find (writer, &conversation, error);
  const KithdNumbers *numbers = found > 0 ? kithd_numbers_find (writer, conversation, error) : NULL;
  if (found <= 0 || numbers == NULL)
    return found == 0;
  return kith_sql_run (writer->sql, W_MEMBER_SET, NULL, error, "iiddiii", conversation, account, KITHD_MEMBER_LEFT,
                       KITHD_ROLE_MEMBER, (gint64) 0, (gint64) 0, writer->rev) &&
         kith_sql_run (writer->sql, W_STAY_CLOSE, NULL, error, "iii", conversation, account, MAX (numbers->last, 1));
}
