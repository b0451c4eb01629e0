/* presence.c - what people choose to show, and reports that do not come by UDP. */
#include "dispatch/commands.h"

#include "proto/text.h"

static void
ask_presence (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  kithd_presence_frame (d->parts.presence, conn, message->values);
}

static gboolean
may_choose (KithdDispatch *d, KithdConn *conn, const KithdAccountRecord *wanted, gint64 *retry_us, GError **error)
{
  if (wanted->status_until != 0 && wanted->status_until <= g_get_real_time () / 1000)
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "\"until\" has passed already.");
  else if (wanted->status_text != NULL &&
           !kith_text_check_free (wanted->status_text, KITH_STATUS_TEXT_MAX, FALSE, error))
    return FALSE;
  else
    return kithd_may_act (d, kithd_dispatch_account (d, conn), retry_us, error);
  return FALSE;
}

static void
ask_status (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  KithPresenceState state = KITH_PRESENCE_ONLINE;
  KithdChange *change = kithd_change_new (KITHD_CHANGE_STATUS, kithd_conn_account (conn));
  kith_presence_parse (kith_value_string (message->values, "state"), &state);
  change->account.id = kithd_conn_account (conn);
  change->account.status = state;
  change->account.status_text = g_strdup (kith_value_string (message->values, "text"));
  change->account.status_until = kith_value_integer (message->values, "until", 0);
  GError *refusal = NULL;
  may_choose (d, conn, &change->account, &change->retry_after_us, &refusal);
  kithd_dispatch_submit (d, conn, message, change, refusal);
}

static void
answer_status (KithdDispatch *d, KithdConn *conn, KithdChange *change)
{
  json_object *answer = kithd_answer_new (change->request);
  kithd_presence_add_choice (kithd_domain_account (d->parts.domain, change->account.id), answer);
  kithd_answer_send (conn, answer);
}

const KithdCommand kithd_presence_commands[] = {
    {"presence", ask_presence, NULL, NULL},
    {"status", ask_status, answer_status, NULL},
    {NULL, NULL, NULL, NULL},
};
