/* store-apply.c - one change inside the transaction: has it been answered already, may it be done, do it, remember the
 * answer. */
#include "store/store-writer.h"

#include "proto/error.h"
#include "proto/limits.h"

gboolean
kithd_refuse (GError **error, KithError code, const char *sentence)
{
  g_set_error_literal (error, KITH_ERROR, code, sentence);
  return FALSE;
}

gboolean
kithd_refuse_taken (GError **error, GError *problem, KithError code, const char *sentence)
{
  if (!kith_sql_is_constraint (problem)) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  g_error_free (problem);
  return kithd_refuse (error, code, sentence);
}

/* 1: answered before, the outcome is filled in; 0: new; -1: error. */
static int
find_answer (KithdWriter *writer, KithdChange *change, GError **error)
{
  KithdAnswer answer = {0};
  int found = kithd_nonces_find (writer, change->actor, change->nonce, change->digest, &answer, error);
  if (found <= 0)
    return found;
  if (!answer.same) {
    kithd_refuse (error, KITH_ERROR_NONCE_CONFLICT, kith_error_sentence (KITH_ERROR_NONCE_CONFLICT));
    return -1;
  }
  change->repeated = TRUE;
  change->conversation = answer.conversation;
  change->seq = answer.seq;
  change->at = answer.at;
  change->account_id = answer.made_account;
  change->device_id = answer.made_device;
  change->rev = writer->rev;
  if (change->kind == KITHD_CHANGE_REGISTER)
    change->notes = change->conversation;
  return 1;
}

static gboolean
check_order (KithdWriter *writer, const KithdChange *change, GError **error)
{
  KithdAnswer before = {0};
  if (kithd_nonces_find (writer, change->actor, change->after, NULL, &before, error) < 0)
    return FALSE;
  if (change->event != NULL && before.conversation == change->event->conversation)
    return TRUE;
  return kithd_refuse (error, KITH_ERROR_OUT_OF_ORDER, kith_error_sentence (KITH_ERROR_OUT_OF_ORDER));
}

static gboolean
add_device (KithdWriter *writer, KithdChange *change, gint64 account, GError **error)
{
  KithdDeviceRecord *device = &change->device;
  device->account = account;
  device->created = writer->now;
  device->seen = kithd_day_of (writer->now);
  GError *problem = NULL;
  if (!kith_sql_run (writer->sql, W_DEVICE_ADD, NULL, &problem, "itbii", account, device->name, device->token_hash,
                     sizeof device->token_hash, device->created, device->seen))
    return kithd_refuse_taken (error, problem, KITH_ERROR_BAD_REQUEST,
                               "This token is in use already. Make another one.");
  device->id = change->device_id = kith_sql_last_id (writer->sql);
  return TRUE;
}

gboolean
kithd_add_conversation (KithdWriter *writer, KithdChange *change, const KithdConversationRecord *record,
                        const char *direct_key, gint64 rev, GError **error)
{
  GError *problem = NULL;
  if (!kith_sql_run (writer->sql, W_CONVERSATION_ADD, NULL, &problem, "dttttddii", (int) record->kind,
                     record->name, record->folded, record->topic, direct_key, record->private_, record->since_join,
                     writer->now, rev))
    return kithd_refuse_taken (error, problem, KITH_ERROR_NAME_TAKEN, kith_error_sentence (KITH_ERROR_NAME_TAKEN));
  change->conversation = kith_sql_last_id (writer->sql);
  return TRUE;
}

static gboolean
add_notes (KithdWriter *writer, KithdChange *change, gint64 account, GError **error)
{
  const KithdConversationRecord notes = {.kind = KITHD_NOTES};
  if (!kithd_add_conversation (writer, change, &notes, NULL, writer->rev, error))
    return FALSE;
  change->notes = change->conversation;
  return kith_sql_run (writer->sql, W_MEMBER_SET, NULL, error, "iiddiii", change->notes, account, KITHD_MEMBER_IN,
                       KITHD_ROLE_OWNER, (gint64) 0, (gint64) 0, writer->rev) &&
         kith_sql_run (writer->sql, W_STAY_OPEN, NULL, error, "iii", change->notes, account, (gint64) 1);
}

/* The join of somebody who was never there. */
static gboolean
first_join (KithdWriter *writer, KithdChange *change, gint64 conversation, gint64 account, KithdRole role,
            GError **error)
{
  KithdNumbers *numbers = kithd_numbers_find (writer, conversation, error);
  if (numbers == NULL)
    return FALSE;
  g_autoptr (KithdEvent) join = kithd_event_new (KITHD_EVENT_JOIN, conversation, account);
  if (!kithd_write_event (writer, change, join, numbers, error))
    return FALSE;
  change->seq = join->seq;
  change->at = join->at;
  return kith_sql_run (writer->sql, W_MEMBER_SET, NULL, error, "iiddiii", join->conversation, account, KITHD_MEMBER_IN,
                       (int) role, join->seq, join->n, join->rev) &&
         kith_sql_run (writer->sql, W_STAY_OPEN, NULL, error, "iii", join->conversation, account, join->seq);
}

gboolean
kithd_use_invitation (KithdWriter *writer, const KithdChange *change, GError **error)
{
  gint64 changed = 0;
  if (change->invitation.id == 0)
    return TRUE;
  if (!kith_sql_run (writer->sql, W_INVITATION_USE, &changed, error, "ii", change->invitation.id, writer->now))
    return FALSE;
  return changed > 0 ||
         kithd_refuse (error, KITH_ERROR_NOT_FOUND, "This invitation is used up or has expired. Ask for another one.");
}

/* Used up and come in, or nothing of it: the transaction is one. */
static gboolean
come_in (KithdWriter *writer, KithdChange *change, gint64 account, GError **error)
{
  const KithdInvitationRecord *invitation = &change->invitation;
  if (!kithd_use_invitation (writer, change, error))
    return FALSE;
  return invitation->conversation == 0 ||
         first_join (writer, change, invitation->conversation, account, KITHD_ROLE_MEMBER, error);
}

/* The id of the room that everybody begins in, made where it is missing. 0 without an error: its name is that of a
 * private room, or there is to be none. */
static gboolean
find_lobby (KithdWriter *writer, KithdChange *change, gint64 *lobby, GError **error)
{
  gint64 row[2] = {0}; /* id, private */
  *lobby = 0;
  if (change->room.name == NULL)
    return TRUE;
  int found = kith_sql_get (writer->sql, W_ROOM_FIND, row, G_N_ELEMENTS (row), error, "t", change->room.folded);
  if (found < 0)
    return FALSE;
  if (found > 0) {
    *lobby = row[1] != 0 ? 0 : row[0];
    return TRUE;
  }
  change->room.kind = KITHD_ROOM;
  change->room.created = writer->now;
  if (!kithd_add_conversation (writer, change, &change->room, NULL, writer->rev, error))
    return FALSE;
  *lobby = change->made = change->conversation;
  return TRUE;
}

/* An empty room gets an owner by who enters it. Who came by an invitation to this very room is in already. */
static gboolean
enter_lobby (KithdWriter *writer, KithdChange *change, gint64 account, GError **error)
{
  gint64 lobby, anybody = FALSE;
  if (!find_lobby (writer, change, &lobby, error))
    return FALSE;
  if (lobby == 0 || lobby == change->invitation.conversation)
    return TRUE;
  return kith_sql_get (writer->sql, W_MEMBER_ANYBODY, &anybody, 1, error, "i", lobby) >= 0 &&
         first_join (writer, change, lobby, account, anybody ? KITHD_ROLE_MEMBER : KITHD_ROLE_OWNER, error);
}

/* Nothing refuses behind come_in: what may be refused touches one conversation at most. */
static gboolean
apply_register (KithdWriter *writer, KithdChange *change, GError **error)
{
  KithdAccountRecord *account = &change->account;
  GError *problem = NULL;
  account->created = writer->now;
  account->rev = ++writer->rev;
  if (!kith_sql_run (writer->sql, W_ACCOUNT_ADD, NULL, &problem, "ttttdii", account->handle, account->folded,
                     account->display, account->password, (int) account->role, account->created, account->rev))
    return kithd_refuse_taken (error, problem, KITH_ERROR_HANDLE_TAKEN, kith_error_sentence (KITH_ERROR_HANDLE_TAKEN));
  account->id = change->account_id = kith_sql_last_id (writer->sql);
  return add_device (writer, change, account->id, error) && come_in (writer, change, account->id, error) &&
         enter_lobby (writer, change, account->id, error) && kithd_broadcasts_enter (writer, account->id, error) &&
         add_notes (writer, change, account->id, error);
}

/* The account may be gone since the device was let in, or others were at the same time. */
static gboolean
check_device_room (KithdWriter *writer, gint64 account, GError **error)
{
  gint64 devices = 0;
  int found = kith_sql_get (writer->sql, W_DEVICE_ROOM, &devices, 1, error, "i", account);
  if (found < 0)
    return FALSE;
  if (found == 0)
    return kithd_refuse (error, KITH_ERROR_NOT_FOUND, "There is no such person.");
  return devices < KITH_DEVICES_MAX ||
         kithd_refuse (error, KITH_ERROR_LIMIT, "This account has as many devices as it may have. Sign one out first, or try again.");
}

/* Repeating it with the same token, because the answer was lost, finds the device that the first one made. */
static gboolean
apply_add_device (KithdWriter *writer, KithdChange *change, GError **error)
{
  gint64 row[2];
  int found = kith_sql_get (writer->sql, W_DEVICE_FIND, row, G_N_ELEMENTS (row), error, "b", change->device.token_hash,
                            sizeof change->device.token_hash);
  if (found < 0)
    return FALSE;
  change->account_id = change->device.account;
  if (found > 0 && row[1] == change->device.account) {
    change->device_id = change->device.id = row[0];
    change->unchanged = TRUE;
    return TRUE;
  }
  writer->rev++;
  return (change->evicted == 0 || kith_sql_run (writer->sql, W_DEVICE_REMOVE, NULL, error, "i", change->evicted)) &&
         check_device_room (writer, change->device.account, error) && add_device (writer, change, change->device.account, error);
}

static gboolean
apply_remove_device (KithdWriter *writer, KithdChange *change, GError **error)
{
  gint64 changed = 0;
  if (!kith_sql_run (writer->sql, W_DEVICE_REMOVE, &changed, error, "i", change->device.id))
    return FALSE;
  if (changed == 0)
    return kithd_refuse (error, KITH_ERROR_NOT_FOUND, "There is no such device.");
  writer->rev++;
  return TRUE;
}

/* A device that was revoked meanwhile needs no day. */
static gboolean
apply_see_device (KithdWriter *writer, KithdChange *change, GError **error)
{
  gint64 changed = 0;
  if (!kith_sql_run (writer->sql, W_DEVICE_SEE, &changed, error, "ii", change->device.id, change->device.seen))
    return FALSE;
  change->unchanged = changed == 0;
  return TRUE;
}

static gboolean
account_changed (KithdWriter *writer, KithdChange *change, gint64 changed, GError **error)
{
  change->account.rev = writer->rev;
  return changed > 0 || kithd_refuse (error, KITH_ERROR_NOT_FOUND, "There is no such person.");
}

static gboolean
apply_password (KithdWriter *writer, KithdChange *change, GError **error)
{
  gint64 changed = 0;
  return kith_sql_run (writer->sql, W_ACCOUNT_PASSWORD, &changed, error, "iti", change->account.id,
                       change->account.password, ++writer->rev) &&
         account_changed (writer, change, changed, error);
}

static gboolean
apply_display (KithdWriter *writer, KithdChange *change, GError **error)
{
  gint64 changed = 0;
  return kith_sql_run (writer->sql, W_ACCOUNT_DISPLAY, &changed, error, "iti", change->account.id,
                       change->account.display, ++writer->rev) &&
         account_changed (writer, change, changed, error);
}

static gboolean
apply_status (KithdWriter *writer, KithdChange *change, GError **error)
{
  gint64 changed = 0;
  const KithdAccountRecord *account = &change->account;
  return kith_sql_run (writer->sql, W_ACCOUNT_STATUS, &changed, error, "idti", account->id, (int) account->status,
                       account->status_text, account->status_until) &&
         account_changed (writer, change, changed, error);
}

static gboolean
apply_settings (KithdWriter *writer, KithdChange *change, GError **error)
{
  gint64 changed = 0;
  const KithdAccountRecord *account = &change->account;
  return kith_sql_run (writer->sql, W_ACCOUNT_SETTINGS, &changed, error, "id", account->id, account->receipts_off) &&
         account_changed (writer, change, changed, error);
}

static gboolean
apply_role (KithdWriter *writer, KithdChange *change, GError **error)
{
  gint64 changed = 0;
  return kith_sql_run (writer->sql, W_ACCOUNT_ROLE, &changed, error, "idi", change->account.id,
                       (int) change->account.role, ++writer->rev) &&
         account_changed (writer, change, changed, error);
}

/* The answer is the invitation's id: it stands where an event's seq does. */
static gboolean
apply_invite (KithdWriter *writer, KithdChange *change, GError **error)
{
  KithdInvitationRecord *invitation = &change->invitation;
  GError *problem = NULL;
  if (!kith_sql_run (writer->sql, W_INVITATIONS_OVER, NULL, error, "ii", invitation->account, writer->now))
    return FALSE;
  if (!kith_sql_run (writer->sql, W_INVITATION_ADD, NULL, &problem, "iiiiib", invitation->account,
                     invitation->conversation, writer->now, invitation->expires, invitation->uses,
                     invitation->code_hash, sizeof invitation->code_hash))
    return kithd_refuse_taken (error, problem, KITH_ERROR_BAD_REQUEST,
                               "This code is in use already. Make another one.");
  invitation->created = writer->now;
  invitation->id = change->seq = kith_sql_last_id (writer->sql);
  return TRUE;
}

static gboolean
apply_revoke_invitation (KithdWriter *writer, KithdChange *change, GError **error)
{
  gint64 changed = 0;
  if (!kith_sql_run (writer->sql, W_INVITATION_REMOVE, &changed, error, "i", change->invitation.id))
    return FALSE;
  return changed > 0 || kithd_refuse (error, KITH_ERROR_NOT_FOUND, "There is no such invitation.");
}

static gboolean
apply_block (KithdWriter *writer, KithdChange *change, GError **error)
{
  const KithdBlockRecord *block = &change->block;
  gint64 active = FALSE;
  if (kith_sql_get (writer->sql, W_BLOCK_FIND, &active, 1, error, "ii", block->account, block->blocked) < 0)
    return FALSE;
  change->unchanged = (active != 0) == block->on;
  return change->unchanged || kith_sql_run (writer->sql, W_BLOCK_SET, NULL, error, "iidi", block->account,
                                            block->blocked, block->on, ++writer->rev);
}

static gboolean
apply_create_room (KithdWriter *writer, KithdChange *change, GError **error)
{
  change->room.kind = KITHD_ROOM;
  return kithd_add_conversation (writer, change, &change->room, NULL, writer->rev, error) &&
         first_join (writer, change, change->conversation, change->actor, KITHD_ROLE_OWNER, error);
}

static char *
direct_key (const KithdChange *change)
{
  g_autoptr (GString) key = g_string_new (NULL);
  for (guint i = 0; i < change->n_people; i++)
    g_string_append_printf (key, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", change->people[i]);
  return g_string_free (g_steal_pointer (&key), FALSE);
}

/* The conversation of these people that there is already. */
static gboolean
find_open (KithdWriter *writer, KithdChange *change, gint64 conversation, GError **error)
{
  const KithdNumbers *numbers = kithd_numbers_find (writer, conversation, error);
  if (numbers == NULL)
    return FALSE;
  change->unchanged = TRUE;
  change->conversation = conversation;
  change->seq = numbers->last;
  return TRUE;
}

static gboolean
apply_open_direct (KithdWriter *writer, KithdChange *change, GError **error)
{
  if (change->n_people == 0 || change->n_people > KITHD_PEOPLE_MAX)
    return kithd_refuse (error, KITH_ERROR_BAD_REQUEST, "A direct conversation needs people.");
  g_autofree char *key = direct_key (change);
  gint64 conversation = 0;
  int found = kith_sql_get (writer->sql, W_DIRECT_FIND, &conversation, 1, error, "t", key);
  if (found > 0)
    return find_open (writer, change, conversation, error);
  if (found < 0)
    return FALSE;
  const KithdConversationRecord direct = {.kind = KITHD_DIRECT};
  if (!kithd_add_conversation (writer, change, &direct, key, writer->rev, error))
    return FALSE;
  for (guint i = 0; i < change->n_people; i++)
    if (!first_join (writer, change, change->conversation, change->people[i], KITHD_ROLE_MEMBER, error))
      return FALSE;
  return TRUE;
}

static gboolean
find_unread_mentions (KithdWriter *writer, KithdChange *change, GError **error)
{
  GError *problem = NULL;
  change->unread_mentions = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *rows = kith_sql_start (writer->sql, W_MENTIONS_UNREAD, "iiid", change->conversation, change->actor,
                                       change->read, KITHD_MENTIONS_COUNTED);
  while (kith_sql_next (writer->sql, rows, &problem)) {
    gint64 seq = sqlite3_column_int64 (rows, 0);
    g_array_append_val (change->unread_mentions, seq);
  }
  return kith_sql_done (problem, error);
}

static gboolean
n_at (KithdWriter *writer, gint64 conversation, gint64 seq, gint64 *n, GError **error)
{
  int found = kith_sql_get (writer->sql, W_EVENT_N, n, 1, error, "ii", conversation, seq);
  if (found == 0) /* before what is kept */
    found = kith_sql_get (writer->sql, W_EVENT_N_GONE, n, 1, error, "i", conversation);
  return found >= 0;
}

/* What one has written oneself is not unread. Posting moves the cursor, so it is behind it only once that went back:
 * before, there is nothing to look for. */
static gboolean
add_own (KithdWriter *writer, KithdChange *change, gint64 old_read, gint64 old_n, GError **error)
{
  gint64 n, own = 0;
  if (!n_at (writer, change->conversation, old_read, &n, error))
    return FALSE;
  if ((change->unread_from > 0 || old_n > n) &&
      kith_sql_get (writer->sql, W_EVENTS_OWN, &own, 1, error, "iiid", change->conversation, change->read,
                    change->actor, KITHD_OWN_LOOKED_FOR) < 0)
    return FALSE;
  change->read_n += own;
  return TRUE;
}

static gboolean
move_cursor (KithdWriter *writer, KithdChange *change, gint64 old_read, gint64 old_n, GError **error)
{
  if (!n_at (writer, change->conversation, change->read, &change->read_n, error) ||
      !add_own (writer, change, old_read, old_n, error))
    return FALSE;
  return kith_sql_run (writer->sql, W_MEMBER_CURSOR, NULL, error, "iiiiii", change->conversation, change->actor,
                       change->read, change->read_n, ++writer->rev, change->shows ? change->read : (gint64) 0);
}

/* read takes the maximum, unread_from the minimum. */
static gboolean
apply_mark (KithdWriter *writer, KithdChange *change, GError **error)
{
  gint64 row[3] = {0}; /* state, read, read_n */
  KithdNumbers *numbers = kithd_numbers_find (writer, change->conversation, error);
  if (numbers == NULL)
    return FALSE;
  int found = kith_sql_get (writer->sql, W_MEMBER_FIND, row, G_N_ELEMENTS (row), error, "ii", change->conversation,
                            change->actor);
  if (found < 0)
    return FALSE;
  if (found == 0)
    return kithd_refuse (error, KITH_ERROR_NOT_MEMBER, kith_error_sentence (KITH_ERROR_NOT_MEMBER));
  if (change->unread_from > 0)
    change->read = MIN (row[1], change->unread_from - 1);
  else
    change->read = MAX (row[1], MIN (change->read, numbers->last));
  change->read_n = row[2];
  change->unchanged = change->read == row[1];
  if (!change->unchanged && !move_cursor (writer, change, row[1], row[2], error))
    return FALSE;
  return change->unread_from == 0 || find_unread_mentions (writer, change, error);
}

static gboolean
apply_receipts (KithdWriter *writer, KithdChange *change, GError **error)
{
  for (guint i = 0; i < change->receipts->len; i++) {
    const KithdReceipt *receipt = &g_array_index (change->receipts, KithdReceipt, i);
    if (!kith_sql_run (writer->sql, W_MEMBER_RECEIPT, NULL, error, "iiii", change->conversation, receipt->account,
                       receipt->delivered, receipt->read))
      return FALSE;
  }
  return TRUE;
}

typedef gboolean (*Apply) (KithdWriter *writer, KithdChange *change, GError **error);
static const Apply appliers[KITHD_N_CHANGES] = {
    [KITHD_CHANGE_REGISTER] = apply_register,
    [KITHD_CHANGE_ADD_DEVICE] = apply_add_device,
    [KITHD_CHANGE_REMOVE_DEVICE] = apply_remove_device,
    [KITHD_CHANGE_SEE_DEVICE] = apply_see_device,
    [KITHD_CHANGE_DELETE_ACCOUNT] = kithd_apply_delete_account,
    [KITHD_CHANGE_PASSWORD] = apply_password,
    [KITHD_CHANGE_DISPLAY] = apply_display,
    [KITHD_CHANGE_STATUS] = apply_status,
    [KITHD_CHANGE_SETTINGS] = apply_settings,
    [KITHD_CHANGE_ROLE] = apply_role,
    [KITHD_CHANGE_INVITE] = apply_invite,
    [KITHD_CHANGE_REVOKE_INVITATION] = apply_revoke_invitation,
    [KITHD_CHANGE_BLOCK] = apply_block,
    [KITHD_CHANGE_CREATE_ROOM] = apply_create_room,
    [KITHD_CHANGE_OPEN_DIRECT] = apply_open_direct,
    [KITHD_CHANGE_APPEND] = kithd_apply_append,
    [KITHD_CHANGE_BROADCAST] = kithd_apply_broadcast,
    [KITHD_CHANGE_MARK] = apply_mark,
    [KITHD_CHANGE_RECEIPTS] = apply_receipts,
    [KITHD_CHANGE_EXPIRE] = kithd_apply_expire,
};

gboolean
kithd_apply (KithdWriter *writer, KithdChange *change, GError **error)
{
  int answered = change->has_nonce ? find_answer (writer, change, error) : 0;
  if (answered != 0)
    return answered > 0;
  if (change->refusal != NULL) {
    g_propagate_error (error, g_steal_pointer (&change->refusal));
    return FALSE;
  }
  if (change->has_after && !check_order (writer, change, error))
    return FALSE;
  if (change->kind >= KITHD_N_CHANGES || appliers[change->kind] == NULL)
    return kithd_refuse (error, KITH_ERROR_UNSUPPORTED, "This store cannot do that.");
  change->at = writer->now;
  if (!appliers[change->kind](writer, change, error))
    return FALSE;
  change->rev = writer->rev;
  return !change->has_nonce || kithd_nonces_remember (writer, change, error);
}
