/* account.c - what people change about themselves. */
#include "dispatch/commands.h"

#include "proto/text.h"

static void
ask_password (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  KithdAccount *account = kithd_dispatch_account (d, conn);
  const char *old = kith_value_string (message->values, "old"), *new_password = kith_value_string (message->values, "new");
  if (account->record.password != NULL && old == NULL) {
    kithd_answer_refuse (conn, message, KITH_ERROR_BAD_CREDENTIALS, "Give the present password as \"old\".");
    return;
  }
  if (kithd_wrong_is_too_soon (d, conn, message, account->record.folded))
    return;
  KithdHashJob *job = kithd_hash_job_new (old != NULL ? old : "");
  job->verify = account->record.password != NULL;
  job->stored = g_strdup (account->record.password);
  job->make = TRUE;
  job->new_password = g_strdup (new_password);
  kithd_dispatch_hash (d, conn, message, job);
}

static void
password_hash (KithdDispatch *d, KithdConn *conn, KithdHashJob *job)
{
  const KithMessage *message = kithd_hash_message (job);
  const KithdAccount *me = kithd_dispatch_account (d, conn);
  if (job->made == NULL || kithd_hash_is_outdated (me, job)) {
    kithd_wrong_count (d, conn, me->record.folded);
    kithd_answer_refuse (conn, message, KITH_ERROR_BAD_CREDENTIALS, "The present password is another one.");
    return;
  }
  KithdChange *change = kithd_change_new (KITHD_CHANGE_PASSWORD, kithd_conn_account (conn));
  change->account.id = kithd_conn_account (conn);
  change->account.password = g_strdup (job->made);
  kithd_dispatch_submit (d, conn, message, change, NULL);
}

static void
ask_profile (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  g_autoptr (GError) error = NULL;
  const char *display = kith_value_string (message->values, "display");
  if (!kith_text_check_display (display, KITH_DISPLAY_MAX, &error)) {
    kithd_answer_error (conn, message->id, error, 0);
    return;
  }
  GError *refusal = NULL;
  KithdAccount *me = kithd_dispatch_account (d, conn);
  KithdChange *change = kithd_change_new (KITHD_CHANGE_DISPLAY, me->record.id);
  change->account.id = me->record.id;
  change->account.display = g_strdup (display);
  kithd_may_act (d, me, &change->retry_after_us, &refusal);
  kithd_dispatch_submit (d, conn, message, change, refusal);
}

static void
answer_profile (KithdDispatch *d, KithdConn *conn, KithdChange *change)
{
  json_object *answer = kithd_answer_new (change->request);
  json_object_object_add (answer, "account", kithd_person_json (kithd_domain_account (d->parts.domain, change->account.id)));
  kithd_answer_send (conn, answer);
}

static void
submit_block (KithdDispatch *d, KithdConn *conn, const KithMessage *message, gboolean on)
{
  GError *refusal = NULL;
  KithdAccount *me = kithd_dispatch_account (d, conn);
  KithdChange *change = kithd_change_new (KITHD_CHANGE_BLOCK, me->record.id);
  change->block.account = me->record.id;
  change->block.blocked = kith_value_id (message->values, "account", 'u');
  change->block.on = on;
  if (kithd_domain_account (d->parts.domain, change->block.blocked) == NULL)
    refusal = g_error_new_literal (KITH_ERROR, KITH_ERROR_NOT_FOUND, "There is no such person.");
  else if (change->block.blocked == me->record.id)
    refusal = g_error_new_literal (KITH_ERROR, KITH_ERROR_BAD_REQUEST, "That is you.");
  else
    kithd_may_act (d, me, &change->retry_after_us, &refusal);
  kithd_dispatch_submit (d, conn, message, change, refusal);
}

static void
ask_block (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_block (d, conn, message, TRUE);
}

static void
ask_unblock (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_block (d, conn, message, FALSE);
}

const KithdCommand kithd_account_commands[] = {
  { "password", ask_password, kithd_answer_empty, password_hash },
  { "block", ask_block, kithd_answer_empty, NULL },
  { "unblock", ask_unblock, kithd_answer_empty, NULL },
  { "profile", ask_profile, answer_profile, NULL },
  { NULL, NULL, NULL, NULL },
};
