/* devices.c - the devices of an account: which there are, one more, one less; and the end of the account. */
#include "dispatch/commands.h"
#include "proto/text.h"

static gboolean
is_connected (KithdDispatch *d, const KithdDeviceRecord *device)
{
  const GPtrArray *conns = kithd_conns_of_account (d->parts.conns, device->account);
  for (guint i = 0; conns != NULL && i < conns->len; i++)
    if (kithd_conn_device (conns->pdata[i]) == device->id)
      return TRUE;
  return FALSE;
}

gboolean
kithd_dispatch_evict (KithdDispatch *d, gint64 account, gint64 *device)
{
  const GPtrArray *list = kithd_domain_account (d->parts.domain, account)->devices;
  const KithdDeviceRecord *oldest = NULL;
  *device = 0;
  if (list->len < KITH_DEVICES_MAX)
    return TRUE;
  for (guint i = 0; i < list->len; i++) {
    const KithdDeviceRecord *one = list->pdata[i];
    if (!is_connected (d, one) && (oldest == NULL || one->seen < oldest->seen))
      oldest = one;
  }
  *device = oldest != NULL ? oldest->id : 0;
  return oldest != NULL;
}

static gint64
today (void)
{
  return kithd_day_of (g_get_real_time () / 1000);
}

static void
ask_devices (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const GPtrArray *list = kithd_dispatch_account (d, conn)->devices;
  json_object *answer = kithd_answer_new (message->id), *devices = json_object_new_array ();
  for (guint i = 0; i < list->len; i++) {
    const KithdDeviceRecord *device = list->pdata[i];
    json_object *object = json_object_new_object ();
    kith_add_id (object, "id", 'd', device->id);
    kith_add_string (object, "name", device->name);
    kith_add_integer (object, "created", device->created);
    kith_add_integer (object, "seen", is_connected (d, device) ? today () : device->seen);
    kith_add_boolean (object, "connected", is_connected (d, device));
    kith_add_boolean (object, "this", device->id == kithd_conn_device (conn));
    json_object_array_add (devices, object);
  }
  json_object_object_add (answer, "devices", devices);
  kithd_answer_send (conn, answer);
}

void
kithd_dispatch_see_device (KithdDispatch *d, gint64 id)
{
  const KithdDeviceRecord *device = kithd_domain_device (d->parts.domain, id);
  if (device == NULL || device->seen >= today () || !g_hash_table_add (d->seen, g_memdup2 (&id, sizeof id)))
    return;
  KithdChange *change = kithd_change_new (KITHD_CHANGE_SEE_DEVICE, device->account);
  change->device.id = id;
  change->device.seen = today ();
  g_ptr_array_add (d->changes, change);
}

void
kithd_dispatch_device_seen (KithdDispatch *d, gint64 id)
{
  g_hash_table_remove (d->seen, &id);
}

static void
ask_revoke (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const KithdDeviceRecord *device =
      kithd_domain_device (d->parts.domain, kith_value_id (message->values, "device", 'd'));
  if (device == NULL || device->account != kithd_conn_account (conn)) {
    kithd_answer_refuse (conn, message, KITH_ERROR_NOT_FOUND, "You have no such device.");
    return;
  }
  KithdChange *change = kithd_change_new (KITHD_CHANGE_REMOVE_DEVICE, device->account);
  change->device.id = device->id;
  change->device.account = device->account;
  kithd_conn_hold (conn, KITHD_HOLD_SIGN_IN);
  kithd_dispatch_submit (d, conn, message, change, NULL);
}

/* Who has revoked the device that they ask from is let go. */
static void
answer_revoke (KithdDispatch *d, KithdConn *conn, KithdChange *change)
{
  kithd_answer_send (conn, kithd_answer_new (change->request));
  if (kithd_conn_device (conn) == change->device.id)
    kithd_conn_end (conn);
}

void
kithd_answer_link_code (KithdDispatch *d, KithdConn *conn, gint64 request, gint64 account)
{
  char code[KITHD_LINK_CODE_TEXT];
  if (!kithd_link_codes_make (d->codes, account, d->now, code)) {
    g_autoptr (GError) error =
        g_error_new_literal (KITH_ERROR, KITH_ERROR_UNAVAILABLE, "The server has no randomness now. Try again.");
    kithd_answer_error (conn, request, error, 0);
    return;
  }
  json_object *answer = kithd_answer_new (request);
  kith_add_string (answer, "code", code);
  kith_add_integer (answer, "expires", (g_get_real_time () + KITHD_LINK_CODE_US) / 1000);
  kithd_answer_send (conn, answer);
}

static void
ask_link_start (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  g_autoptr (GError) error = NULL;
  gint64 retry = 0;
  KithdAccount *me = kithd_dispatch_account (d, conn);
  if (kithd_may_act (d, me, &retry, &error))
    kithd_answer_link_code (d, conn, message->id, me->record.id);
  else
    kithd_answer_error (conn, message->id, error, retry);
}

void
kithd_dispatch_delete_account (KithdDispatch *d, KithdConn *conn, const KithMessage *message, gint64 account)
{
  KithdChange *change = kithd_change_new (KITHD_CHANGE_DELETE_ACCOUNT, account);
  change->account.id = account;
  kithd_conn_hold (conn, KITHD_HOLD_SIGN_IN);
  kithd_dispatch_submit (d, conn, message, change, NULL);
}

void
kithd_answer_account_deleted (KithdDispatch *d, KithdConn *conn, KithdChange *change)
{
  kithd_answer_send (conn, kithd_answer_new (change->request));
  if (kithd_conn_account (conn) == change->account.id)
    kithd_conn_end (conn);
}

/* The handle says that it is meant; the password, where there is one, that it is the person. */
static void
ask_delete_account (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const KithdAccount *me = kithd_dispatch_account (d, conn);
  const char *password = kith_value_string (message->values, "password");
  g_autofree char *folded = kith_text_fold (kith_value_string (message->values, "handle"));
  if (g_strcmp0 (folded, me->record.folded) != 0) {
    kithd_answer_refuse (conn, message, KITH_ERROR_BAD_REQUEST,
                         "\"handle\" must be your own, so that no account is deleted by accident.");
    return;
  }
  if (me->record.password == NULL) {
    kithd_dispatch_delete_account (d, conn, message, me->record.id);
    return;
  }
  if (password == NULL) {
    kithd_answer_refuse (conn, message, KITH_ERROR_BAD_CREDENTIALS, "Give your password as \"password\".");
    return;
  }
  if (kithd_wrong_is_too_soon (d, conn, message, me->record.folded))
    return;
  KithdHashJob *job = kithd_hash_job_new (password);
  job->verify = TRUE;
  job->stored = g_strdup (me->record.password);
  kithd_conn_hold (conn, KITHD_HOLD_SIGN_IN);
  kithd_dispatch_hash (d, conn, message, job);
}

static void
delete_account_hash (KithdDispatch *d, KithdConn *conn, KithdHashJob *job)
{
  const KithMessage *message = kithd_hash_message (job);
  const KithdAccount *me = kithd_dispatch_account (d, conn);
  if (job->verified && !kithd_hash_is_outdated (me, job)) {
    kithd_dispatch_delete_account (d, conn, message, me->record.id);
    return;
  }
  kithd_wrong_count (d, conn, me->record.folded);
  kithd_answer_refuse (conn, message, KITH_ERROR_BAD_CREDENTIALS, "The password is another one.");
  kithd_conn_release (conn, KITHD_HOLD_SIGN_IN);
}

const KithdCommand kithd_device_commands[] = {
    {"devices", ask_devices, NULL, NULL},
    {"revoke", ask_revoke, answer_revoke, NULL},
    {"link_start", ask_link_start, NULL, NULL},
    {"delete_account", ask_delete_account, kithd_answer_account_deleted, delete_account_hash},
    {NULL, NULL, NULL, NULL},
};
