/* opening.c - hello, and how somebody comes in: register, login by token or password, link, logout. */
#include "dispatch/commands.h"

#include "domain/rules.h"
#include "log/log.h"
#include "proto/id.h"
#include "proto/text.h"
#include "secret/digest.h"
#include "wire/wire.h"

#include <string.h>

static const char unknown_person[] = "Unknown name or wrong password, or this device was signed out.";

/* The members that are the same for everybody, without braces: building them for each hello would be half of a sign-in. */
static const char *
common_hello (KithdDispatch *d)
{
  static const char *const registrations[] = { "open", "invite", "closed" }; /* KithdRegistration */
  const KithdSettings *settings = d->parts.settings;
  if (d->hello != NULL)
    return d->hello;
  json_object *common = json_object_new_object (), *server = json_object_new_object (), *limits = json_object_new_object ();
  kith_add_string (server, "id", d->parts.server_id);
  kith_add_string (server, "name", settings->name);
  kith_add_string (server, "version", KITH_VERSION);
  json_object_object_add (common, "server", server);
  kith_add_string (common, "history", d->parts.history);
  kith_add_string (common, "registration", registrations[settings->registration]);
  kith_add_integer (limits, "text", settings->text_max);
  kith_add_integer (limits, "frame", KITH_FRAME_TO_SERVER);
  kith_add_integer (limits, "posts_per_second", settings->posts_per_second);
  kith_add_integer (limits, "posts_burst", settings->posts_burst);
  kith_add_integer (limits, "members", settings->members_max);
  kith_add_integer (limits, "page", KITH_PAGE_MAX);
  kith_add_integer (limits, "retention_days", settings->retention_days);
  json_object_object_add (common, "limits", limits);
  const char *text = kith_json_text (common);
  d->hello = g_strndup (text + 1, strlen (text) - 2);
  json_object_put (common);
  return d->hello;
}

void
kithd_dispatch_reloaded (KithdDispatch *d)
{
  g_clear_pointer (&d->hello, g_free);
}

static void
ask_hello (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  if (kith_value_integer (message->values, "protocol", 0) < KITH_PROTOCOL) {
    kithd_answer_refuse (conn, message, KITH_ERROR_UNSUPPORTED, "This server speaks protocol 1. Update the client.");
    return;
  }
  GString *answer = g_string_sized_new (768);
  kithd_wire_integer (answer, "{\"re\":", message->id);
  g_string_append_c (answer, ',');
  g_string_append (answer, common_hello (d));
  kithd_wire_integer (answer, ",\"time\":", g_get_real_time () / 1000);
  kithd_presence_greet (d->parts.presence, conn, answer);
  g_string_append (answer, "}\n");
  kithd_conn_greet (conn);
  g_autoptr (KithdFrame) frame = kithd_frame_take (answer);
  kithd_conn_answer (conn, frame);
}

static void
ask_ping (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  kithd_answer_send (conn, kithd_answer_new (message->id));
}

static void
ask_pong (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  /* That it came is all it says. */
}

/* Signs the stream in and answers, or refuses. */
static void
enter (KithdDispatch *d, KithdConn *conn, gint64 request, gint64 account_id, gint64 device)
{
  g_autoptr (GError) error = NULL;
  KithdAccount *account = kithd_domain_account (d->parts.domain, account_id);
  if (account == NULL || account->record.deleted)
    error = g_error_new_literal (KITH_ERROR, KITH_ERROR_BAD_CREDENTIALS, unknown_person);
  else if (!kithd_conn_sign_in (conn, account_id, device))
    error = g_error_new_literal (KITH_ERROR, KITH_ERROR_LIMIT, "Too many connections of this account. Close one first.");
  if (error != NULL) {
    kithd_answer_error (conn, request, error, 0);
    return;
  }
  kithd_dispatch_see_device (d, device);
  char id[KITH_ID_TEXT];
  kithd_log (G_LOG_LEVEL_INFO, "signed-in", kithd_conn_id (conn), "account", kith_id_format (account_id, 'u', id), "host",
             kithd_conn_host (conn), NULL);
  kithd_presence_sign_in (d->parts.presence, conn);
  json_object *answer = kithd_answer_new (request);
  json_object_object_add (answer, "account", kithd_person_json (account));
  kith_add_id (answer, "device", 'd', device);
  kith_add_integer (answer, "rev", kithd_domain_rev (d->parts.domain));
  kithd_answer_send (conn, answer);
}

static void
hash_token (const KithMessage *message, guint8 hash[32])
{
  guint8 token[KITH_TOKEN_BYTES];
  kith_hex_parse (kith_value_string (message->values, "token"), token, sizeof token);
  kithd_digest (token, sizeof token, hash);
}

/* The invitation that the request names, where there is one that is not over. */
static void
find_invitation (KithdDispatch *d, const KithMessage *message, KithdChange *change)
{
  const char *code = kith_value_string (message->values, "invite");
  const KithdInvitationRecord *invitation = code != NULL ? kithd_dispatch_invitation (d, code) : NULL;
  if (invitation != NULL)
    change->invitation = *invitation;
}

/* Whether registration is open to this one. An invitation is as good as who made it is now. */
static gboolean
is_let_in (KithdDispatch *d, const KithMessage *message, const KithdChange *change, GError **error)
{
  gboolean invited = kith_value_has (message->values, "invite");
  const KithdInvitationRecord *invitation = &change->invitation;
  const KithdSettings *settings = d->parts.settings;
  if (invited && invitation->id == 0)
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_NOT_FOUND, "This invitation is wrong, used up or has expired. Ask for another one.");
  else if (invited)
    return kithd_rules_may_let_in (kithd_domain_conversation (d->parts.domain, invitation->conversation),
                                   kithd_domain_account (d->parts.domain, invitation->account), settings, error);
  else if (settings->registration == KITHD_REGISTRATION_INVITE)
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_REGISTRATION_CLOSED, "This server takes people with an invitation only. Ask who runs it for a link.");
  else if (settings->registration == KITHD_REGISTRATION_CLOSED)
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_REGISTRATION_CLOSED, kith_error_sentence (KITH_ERROR_REGISTRATION_CLOSED));
  else
    return TRUE;
  return FALSE;
}

static gboolean
may_register (KithdDispatch *d, KithdConn *conn, const KithMessage *message, const KithdChange *change, gint64 *retry, GError **error)
{
  const KithdSettings *settings = d->parts.settings;
  KithdRate *rate = kithd_rates_find (d->registrations, kithd_conn_group (conn), d->now);
  if (!is_let_in (d, message, change, error) || !kith_text_check_handle (change->account.handle, error) ||
           !kith_text_check_display (change->account.display, KITH_DISPLAY_MAX, error) ||
           !kith_text_check_display (change->device.name, KITH_DEVICE_NAME_MAX, error))
    return FALSE;
  else if (g_str_equal (change->account.folded, "all"))
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_BAD_NAME, "@all means everybody. Choose another name.");
  else if (kithd_domain_account_by_handle (d->parts.domain, change->account.folded) != NULL)
    g_set_error (error, KITH_ERROR, KITH_ERROR_HANDLE_TAKEN, "The name %s is taken. Choose another.", change->account.handle);
  else if (!(kithd_conn_phase (conn) & KITH_PHASE_ADMIN) &&
           !kithd_rate_take (rate, settings->registrations_per_minute, 60 * G_USEC_PER_SEC, settings->registrations_per_minute, d->now, retry))
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_RATE_LIMITED, "Too many new accounts from your address. Wait a moment.");
  else
    return TRUE;
  return FALSE;
}

/* The room where everybody begins, unless it is full, private, or one room too many: then they come in without it. */
static void
choose_lobby (KithdDispatch *d, KithdChange *change)
{
  const KithdSettings *settings = d->parts.settings;
  if (settings->lobby == NULL || *settings->lobby == '\0')
    return;
  g_autofree char *folded = kith_text_fold (settings->lobby);
  const KithdConversation *lobby = kithd_domain_room_by_name (d->parts.domain, folded);
  if (lobby != NULL ? lobby->record.private_ || lobby->n_in >= settings->members_max
                    : kithd_domain_rooms (d->parts.domain) >= settings->rooms_max)
    return;
  change->room.name = g_strdup (settings->lobby);
  change->room.folded = g_steal_pointer (&folded);
  change->room.topic = g_strdup ("");
}

/* The change that register asks for; password hashed already, or NULL. */
static KithdChange *
new_registration (KithdDispatch *d, const KithMessage *message, const char *password)
{
  const KithValue *root = message->values;
  const char *display = kith_value_string (root, "display");
  KithdChange *change = kithd_change_new (KITHD_CHANGE_REGISTER, 0);
  change->account.handle = g_strdup (kith_value_string (root, "handle"));
  change->account.folded = kith_text_fold (change->account.handle);
  change->account.display = g_strdup (display != NULL ? display : change->account.handle);
  change->account.password = g_strdup (password);
  change->account.created = g_get_real_time () / 1000;
  change->device.name = g_strdup (kith_value_string (root, "device"));
  change->device.created = change->account.created;
  hash_token (message, change->device.token_hash);
  find_invitation (d, message, change);
  choose_lobby (d, change);
  return change;
}

/* Only what will be accepted is worth a hash: else strangers could keep the processors busy with names that are refused. */
static void
ask_register (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const char *password = kith_value_string (message->values, "password");
  g_autoptr (KithdChange) change = new_registration (d, message, NULL);
  GError *refusal = NULL;
  kithd_conn_hold (conn, KITHD_HOLD_SIGN_IN);
  if (!may_register (d, conn, message, change, &change->retry_after_us, &refusal) || password == NULL) {
    kithd_dispatch_submit (d, conn, message, g_steal_pointer (&change), refusal);
    return;
  }
  KithdHashJob *job = kithd_hash_job_new (password);
  job->make = TRUE;
  kithd_dispatch_hash (d, conn, message, job);
}

/* Whether it may be was asked already; who has taken the handle meanwhile is found by the store, an invitation that was revoked here. */
static void
registered_hash (KithdDispatch *d, KithdConn *conn, KithdHashJob *job)
{
  const KithMessage *message = kithd_hash_message (job);
  KithdChange *change = new_registration (d, message, job->made);
  GError *refusal = NULL;
  is_let_in (d, message, change, &refusal);
  kithd_dispatch_submit (d, conn, message, change, refusal);
}

/* Also the answer of a login that made a new device. */
static void
answer_entered (KithdDispatch *d, KithdConn *conn, KithdChange *change)
{
  enter (d, conn, change->request, change->account_id != 0 ? change->account_id : change->device.account, change->device_id);
}

static KithdRate *
wrong_from (KithdDispatch *d, KithdConn *conn)
{
  return kithd_rates_find (d->wrong, kithd_conn_group (conn), d->now);
}

static KithdRate *
wrong_for (KithdDispatch *d, KithdConn *conn, const char *folded)
{
  g_autofree char *key = g_strdup_printf ("%s %s", kithd_conn_group (conn), folded);
  return kithd_rates_find (d->wrong, key, d->now);
}

void
kithd_wrong_count (KithdDispatch *d, KithdConn *conn, const char *folded)
{
  const KithdSettings *s = d->parts.settings;
  kithd_rate_take (wrong_from (d, conn), s->wrong_passwords_address, 60 * G_USEC_PER_SEC, s->wrong_passwords_address, d->now, NULL);
  if (folded != NULL)
    kithd_rate_take (wrong_for (d, conn, folded), s->wrong_passwords, 60 * G_USEC_PER_SEC, s->wrong_passwords, d->now, NULL);
  kithd_log (G_LOG_LEVEL_WARNING, "wrong-credentials", kithd_conn_id (conn), "host", kithd_conn_host (conn), NULL);
}

gboolean
kithd_wrong_is_too_soon (KithdDispatch *d, KithdConn *conn, const KithMessage *message, const char *folded)
{
  const KithdSettings *s = d->parts.settings;
  gint64 retry = 0, retry_person = 0;
  gboolean soon = !kithd_rate_peek (wrong_from (d, conn), s->wrong_passwords_address, 60 * G_USEC_PER_SEC, s->wrong_passwords_address,
                                    d->now, &retry);
  if (folded != NULL)
    soon |= !kithd_rate_peek (wrong_for (d, conn, folded), s->wrong_passwords, 60 * G_USEC_PER_SEC, s->wrong_passwords, d->now, &retry_person);
  if (!soon)
    return FALSE;
  g_autoptr (GError) error = g_error_new_literal (KITH_ERROR, KITH_ERROR_RATE_LIMITED, "Too many wrong tries. Wait before the next one.");
  kithd_answer_error (conn, message->id, error, MAX (retry, retry_person));
  return TRUE;
}

static void
login_by_token (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  guint8 hash[32];
  hash_token (message, hash);
  const KithdDeviceRecord *device = kithd_domain_device_by_token (d->parts.domain, hash);
  if (device != NULL) {
    enter (d, conn, message->id, device->account, device->id);
    return;
  }
  if (kithd_wrong_is_too_soon (d, conn, message, NULL))
    return;
  kithd_wrong_count (d, conn, NULL);
  kithd_answer_refuse (conn, message, KITH_ERROR_BAD_CREDENTIALS, unknown_person);
}

static void
ask_login (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const char *handle = kith_value_string (message->values, "handle"), *password = kith_value_string (message->values, "password");
  const char *device = kith_value_string (message->values, "device");
  if (handle == NULL && password == NULL && device == NULL) {
    login_by_token (d, conn, message);
    return;
  }
  if (handle == NULL || password == NULL || device == NULL) {
    kithd_answer_refuse (conn, message, KITH_ERROR_BAD_REQUEST, "To sign in by password, \"handle\", \"password\", \"device\" and a new \"token\" are needed.");
    return;
  }
  g_autoptr (GError) error = NULL;
  g_autofree char *folded = kith_text_fold (handle);
  if (!kith_text_check_display (device, KITH_DEVICE_NAME_MAX, &error)) {
    kithd_answer_error (conn, message->id, error, 0);
    return;
  }
  if (kithd_wrong_is_too_soon (d, conn, message, folded))
    return;
  KithdAccount *account = kithd_domain_account_by_handle (d->parts.domain, folded);
  KithdHashJob *job = kithd_hash_job_new (password);
  job->verify = TRUE;
  job->stored = account != NULL ? g_strdup (account->record.password) : NULL;
  kithd_conn_hold (conn, KITHD_HOLD_SIGN_IN);
  kithd_dispatch_hash (d, conn, message, job);
}

/* Makes a device of the account with the request's name and token, or finds the one that the request made when its answer was lost. */
static void
add_device (KithdDispatch *d, KithdConn *conn, const KithMessage *message, gint64 account)
{
  guint8 hash[32];
  hash_token (message, hash);
  const KithdDeviceRecord *known = kithd_domain_device_by_token (d->parts.domain, hash);
  if (known != NULL && known->account == account) { /* the first answer was lost */
    enter (d, conn, message->id, known->account, known->id);
    kithd_conn_release (conn, KITHD_HOLD_SIGN_IN);
    return;
  }
  KithdChange *change = kithd_change_new (KITHD_CHANGE_ADD_DEVICE, account);
  change->device.account = account;
  change->device.name = g_strdup (kith_value_string (message->values, "device"));
  change->device.created = g_get_real_time () / 1000;
  memcpy (change->device.token_hash, hash, sizeof hash);
  GError *refusal = NULL;
  if (!kithd_dispatch_evict (d, account, &change->evicted))
    refusal = g_error_new_literal (KITH_ERROR, KITH_ERROR_LIMIT, "This account has as many devices as it may have, all connected. Sign one out first.");
  kithd_dispatch_submit (d, conn, message, change, refusal);
}

/* The password was verified, or not. */
static void
login_hash (KithdDispatch *d, KithdConn *conn, KithdHashJob *job)
{
  const KithMessage *message = kithd_hash_message (job);
  g_autofree char *folded = kith_text_fold (kith_value_string (message->values, "handle"));
  KithdAccount *account = kithd_domain_account_by_handle (d->parts.domain, folded);
  if (!job->verified || account == NULL || account->record.deleted || kithd_hash_is_outdated (account, job)) {
    kithd_wrong_count (d, conn, folded);
    kithd_answer_refuse (conn, message, KITH_ERROR_BAD_CREDENTIALS, unknown_person);
    kithd_conn_release (conn, KITHD_HOLD_SIGN_IN);
    return;
  }
  add_device (d, conn, message, account->record.id);
}

static void
ask_link (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  g_autoptr (GError) error = NULL;
  guint8 hash[32];
  hash_token (message, hash);
  const KithdDeviceRecord *known = kithd_domain_device_by_token (d->parts.domain, hash);
  if (known != NULL) { /* the first answer was lost */
    enter (d, conn, message->id, known->account, known->id);
    return;
  }
  if (!kith_text_check_display (kith_value_string (message->values, "device"), KITH_DEVICE_NAME_MAX, &error)) {
    kithd_answer_error (conn, message->id, error, 0);
    return;
  }
  if (kithd_wrong_is_too_soon (d, conn, message, NULL))
    return;
  gint64 account = kithd_link_codes_take (d->codes, kith_value_string (message->values, "code"), d->now);
  if (account == 0) {
    kithd_wrong_count (d, conn, NULL);
    kithd_answer_refuse (conn, message, KITH_ERROR_BAD_CREDENTIALS, "This code is wrong, used up or too old. Ask for another one on a device that is signed in.");
    return;
  }
  kithd_conn_hold (conn, KITHD_HOLD_SIGN_IN);
  add_device (d, conn, message, account);
}

/* What was asked before is still answered. */
static void
leave (KithdConn *conn, gint64 request)
{
  kithd_answer_send (conn, kithd_answer_new (request));
  kithd_conn_end (conn);
}

static void
ask_logout (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  if (!kith_value_boolean (message->values, "forget", FALSE)) {
    leave (conn, message->id);
    return;
  }
  KithdChange *change = kithd_change_new (KITHD_CHANGE_REMOVE_DEVICE, kithd_conn_account (conn));
  change->device.id = kithd_conn_device (conn);
  change->device.account = kithd_conn_account (conn);
  kithd_conn_hold (conn, KITHD_HOLD_SIGN_IN);
  kithd_dispatch_submit (d, conn, message, change, NULL);
}

static void
answer_logout (KithdDispatch *d, KithdConn *conn, KithdChange *change)
{
  leave (conn, change->request);
}

const KithdCommand kithd_opening_commands[] = {
  { "hello", ask_hello, NULL, NULL },
  { "ping", ask_ping, NULL, NULL },
  { "pong", ask_pong, NULL, NULL },
  { "register", ask_register, answer_entered, registered_hash },
  { "login", ask_login, answer_entered, login_hash },
  { "link", ask_link, answer_entered, NULL },
  { "logout", ask_logout, answer_logout, NULL },
  { NULL, NULL, NULL, NULL },
};
