/* dispatch.c - the path of a request: decode, barrier, command; and the way back of what it queued. */
#include "dispatch/commands.h"

#include "log/log.h"
#include "metrics/metrics.h"
#include "metrics/watch.h"
#include "proto/id.h"
#include "secret/digest.h"
#include "wire/wire.h"

#include <string.h>

#define ANSWER_WORDS 32 /* bytes of an answer beside its numbers, and what was read for it */

static const KithdCommand *const families[] = { kithd_opening_commands, kithd_account_commands, kithd_device_commands,
                                                kithd_invitation_commands, kithd_sync_commands, kithd_room_commands,
                                                kithd_message_commands, kithd_reading_commands, kithd_receipt_commands, kithd_presence_commands,
                                                kithd_search_commands, kithd_admin_commands };

static const KithdCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    for (const KithdCommand *command = families[i]; command->name != NULL; command++)
      if (g_str_equal (command->name, name))
        return command;
  return NULL;
}

/* Rows of the protocol's table to rows of the server's: made once, so that a request finds its handler by an index. */
static const KithdCommand *
command_of (const KithMessageType *type)
{
  static const KithdCommand *commands[128];
  static gsize ready = 0;
  if (g_once_init_enter (&ready)) {
    for (guint i = 0; kith_requests[i].name != NULL && i < G_N_ELEMENTS (commands); i++)
      commands[i] = find_command (kith_requests[i].name);
    g_once_init_leave (&ready, 1);
  }
  gsize index = (gsize) (type - kith_requests);
  return index < G_N_ELEMENTS (commands) ? commands[index] : NULL;
}

KithdDispatch *
kithd_dispatch_new (const KithdDispatchParts *parts)
{
  KithdDispatch *d = g_new0 (KithdDispatch, 1);
  d->parts = *parts;
  d->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) kithd_change_free);
  d->reads = g_ptr_array_new_with_free_func ((GDestroyNotify) kithd_read_free);
  d->registrations = kithd_rates_new (10000);
  d->wrong = kithd_rates_new (10000);
  d->codes = kithd_link_codes_new ();
  d->reports = kithd_reports_new ();
  d->searches = kithd_search_queue_new ();
  d->seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return d;
}

void
kithd_dispatch_free (KithdDispatch *d)
{
  if (d == NULL)
    return;
  g_ptr_array_unref (d->changes);
  g_ptr_array_unref (d->reads);
  kithd_rates_free (d->registrations);
  kithd_rates_free (d->wrong);
  kithd_link_codes_free (d->codes);
  kithd_reports_free (d->reports);
  kithd_search_queue_free (d->searches);
  g_hash_table_unref (d->seen);
  g_free (d->hello);
  g_free (d);
}

void
kithd_dispatch_begin_turn (KithdDispatch *d, gint64 now_us)
{
  d->now = now_us;
}

KithdAccount *
kithd_dispatch_account (const KithdDispatch *d, const KithdConn *conn)
{
  return kithd_domain_account (d->parts.domain, kithd_conn_account (conn));
}

KithdConversation *
kithd_dispatch_conversation (const KithdDispatch *d)
{
  return d->conversation;
}

/* TRUE: the rules of the conversation are changing; the request waits for the outcome, and so does all behind it. */
static gboolean
wait_for_barrier (KithdDispatch *d, KithdConn *conn, const char *frame, gsize length)
{
  KithdConversation *conversation = d->conversation;
  if (conversation == NULL || conversation->pending == 0)
    return FALSE;
  guint64 id = kithd_conn_id (conn);
  if (conversation->waiters == NULL)
    conversation->waiters = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_array_append_val (conversation->waiters, id);
  kithd_conn_park (conn, frame, length);
  return TRUE;
}

static void
answer_bad (KithdConn *conn, const KithMessage *message, const GError *error)
{
  if (g_error_matches (error, KITH_ERROR, KITH_ERROR_BAD_FRAME)) {
    kithd_log (G_LOG_LEVEL_INFO, "bad-frame", kithd_conn_id (conn), "host", kithd_conn_host (conn), "why", error->message, NULL);
    kithd_conn_refuse (conn, error);
    return;
  }
  kithd_count_refusal (error);
  g_autoptr (KithdFrame) frame = kithd_frame_take_bytes (kith_frame_error (message->has_id, message->id, error, 0));
  kithd_conn_answer (conn, frame);
}

static void
ask (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  gint64 began = g_get_monotonic_time ();
  command_of (message->type)->ask (d, conn, message);
  kithd_count (KITHD_COUNT_REQUESTS, 1);
  kithd_watch (message->type->name, kithd_conn_id (conn), began, g_get_monotonic_time ());
}

void
kithd_dispatch_frame (gpointer data, KithdConn *conn, const char *frame, gsize length)
{
  KithdDispatch *d = data;
  KithMessage message = { 0 };
  g_autoptr (GError) error = NULL;
  if (!kith_request_decode (frame, length, kithd_conn_phase (conn), &message, &error))
    answer_bad (conn, &message, error);
  else {
    d->conversation = kithd_domain_conversation (d->parts.domain, kith_value_id (message.values, "conversation", 'c'));
    if (!wait_for_barrier (d, conn, frame, length))
      ask (d, conn, &message);
  }
  kith_message_clear (&message);
}

json_object *
kithd_answer_new (gint64 request)
{
  json_object *answer = json_object_new_object ();
  kith_add_integer (answer, "re", request);
  return answer;
}

void
kithd_answer_send (KithdConn *conn, json_object *answer)
{
  g_autoptr (KithdFrame) frame = kithd_frame_take_bytes (kith_frame_encode (answer));
  kithd_conn_answer (conn, frame);
  json_object_put (answer);
}

void
kithd_answer_error (KithdConn *conn, gint64 request, const GError *error, gint64 retry_after_us)
{
  kithd_count_refusal (error);
  g_autoptr (KithdFrame) frame = kithd_frame_take_bytes (kith_frame_error (TRUE, request, error, (retry_after_us + 999) / 1000));
  kithd_conn_answer (conn, frame);
}

void
kithd_answer_refuse (KithdConn *conn, const KithMessage *message, KithError code, const char *sentence)
{
  g_autoptr (GError) error = g_error_new_literal (KITH_ERROR, code, sentence);
  kithd_answer_error (conn, message->id, error, 0);
}

void
kithd_answer_empty (KithdDispatch *d, KithdConn *conn, KithdChange *change)
{
  kithd_answer_send (conn, kithd_answer_new (change->request));
}

gboolean
kithd_may_act (const KithdDispatch *d, KithdAccount *account, gint64 *retry_us, GError **error)
{
  const KithdSettings *settings = d->parts.settings;
  if (kithd_rate_take (&account->acting, settings->posts_per_second, G_USEC_PER_SEC, settings->posts_burst, d->now, retry_us))
    return TRUE;
  g_set_error_literal (error, KITH_ERROR, KITH_ERROR_RATE_LIMITED, kith_error_sentence (KITH_ERROR_RATE_LIMITED));
  return FALSE;
}

guint
kithd_page_limit (const KithMessage *message, guint fallback)
{
  return (guint) kith_value_integer (message->values, "limit", fallback);
}

KithdEvent *
kithd_event_asked (KithdConn *conn, const KithMessage *message, KithdEventKind kind)
{
  KithdEvent *event = kithd_event_new (kind, kith_value_id (message->values, "conversation", 'c'), kithd_conn_account (conn));
  event->target = kith_value_integer (message->values, "target", 0);
  event->subject = kith_value_id (message->values, "account", 'u');
  return event;
}

char *
kithd_event_body (const char *name, const char *value)
{
  json_object *body = json_object_new_object ();
  kith_add_string (body, name, value);
  char *text = g_strdup (kith_json_text (body));
  json_object_put (body);
  return text;
}

/* What the nonce does not stand for: itself, after, and what must not be kept even as a hash. */
static gboolean
is_left_out (const char *name)
{
  return kith_is_name ("nonce", name) || kith_is_name ("after", name) || kith_is_name ("password", name);
}

/* What the nonce stands for: the type and every other member of it. */
static void
digest_content (KithdDispatch *d, const KithMessage *message, guint8 digest[KITHD_DIGEST_BYTES])
{
  char *at = kithd_wire_put_text (d->content, message->type->name);
  for (const KithField *field = message->type->fields; field->name != NULL; field++) {
    const KithValue *value = is_left_out (field->name) ? NULL : kith_value_member (message->values, field->name);
    if (value == NULL)
      continue;
    at = kithd_wire_put_text (at, field->name);
    *at++ = '\0';
    at = kith_value_write (at, value);
    *at++ = '\0';
  }
  kithd_digest (d->content, (gsize) (at - d->content), digest);
}

static void
bar (KithdDispatch *d, KithdChange *change, gint64 id)
{
  KithdConversation *conversation = kithd_domain_conversation (d->parts.domain, id);
  if (conversation == NULL)
    return;
  conversation->pending++;
  if (change->barred == NULL)
    change->barred = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (change->barred, id);
}

/* While an event that changes the rules is on its way, later requests of its conversation wait; for who leaves them all, of all. One that is
 * refused changes nothing, whatever its nonce says: else a stranger could keep a room waiting. */
static void
raise_barriers (KithdDispatch *d, KithdChange *change)
{
  if (change->refusal != NULL)
    return;
  if (change->kind == KITHD_CHANGE_APPEND && kithd_event_kind_changes_rules (change->event->kind))
    bar (d, change, change->event->conversation);
  if (change->kind == KITHD_CHANGE_REGISTER && change->invitation.conversation != 0)
    bar (d, change, change->invitation.conversation);
  const KithdConversation *lobby =
      change->kind == KITHD_CHANGE_REGISTER && change->room.folded != NULL
          ? kithd_domain_room_by_name (d->parts.domain, change->room.folded) : NULL;
  if (lobby != NULL && lobby->record.id != change->invitation.conversation)
    bar (d, change, lobby->record.id);
  const KithdAccount *account =
      change->kind == KITHD_CHANGE_DELETE_ACCOUNT ? kithd_domain_account (d->parts.domain, change->account.id) : NULL;
  if (account == NULL)
    return;
  GHashTableIter iter;
  gpointer conversation;
  g_hash_table_iter_init (&iter, account->members);
  while (g_hash_table_iter_next (&iter, &conversation, NULL))
    bar (d, change, *(gint64 *) conversation);
}

void
kithd_dispatch_submit (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdChange *change, GError *refusal)
{
  change->connection = kithd_conn_id (conn);
  change->request = message->id;
  change->command = command_of (message->type);
  change->has_nonce = kith_value_nonce (message->values, "nonce", change->nonce);
  change->has_after = kith_value_nonce (message->values, "after", change->after);
  if (change->has_nonce)
    digest_content (d, message, change->digest);
  if (change->event != NULL) {
    change->event->has_nonce = change->has_nonce;
    memcpy (change->event->nonce, change->nonce, sizeof change->nonce);
  }
  change->refusal = refusal;
  raise_barriers (d, change);
  kithd_conn_set_writer (conn);
  kithd_conn_work_began (conn, FALSE);
  g_ptr_array_add (d->changes, change);
}

static void
prepare_read (KithdConn *conn, const KithMessage *message, KithdRead *read)
{
  read->connection = kithd_conn_id (conn);
  read->request = message->id;
  read->max_bytes = KITH_FRAME_TO_CLIENT - 1024 - (read->suffix != NULL ? strlen (read->suffix) : 0);
}

void
kithd_dispatch_read (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdRead *read)
{
  prepare_read (conn, message, read);
  kithd_conn_work_began (conn, TRUE);
  g_ptr_array_add (d->reads, read);
}

/* The next search, unless one is with the store. Who has gone meanwhile gets none. */
static void
begin_search (KithdDispatch *d)
{
  KithdRead *read;
  while ((read = kithd_search_queue_take (d->searches)) != NULL) {
    if (kithd_conns_find (d->parts.conns, read->connection) != NULL) {
      g_ptr_array_add (d->reads, read);
      return;
    }
    kithd_read_free (read);
    kithd_search_queue_done (d->searches);
  }
}

gboolean
kithd_dispatch_search (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdRead *read, GError **error)
{
  prepare_read (conn, message, read);
  if (!kithd_search_queue_add (d->searches, read, error)) {
    kithd_read_free (read);
    return FALSE;
  }
  kithd_conn_work_began (conn, TRUE);
  begin_search (d);
  return TRUE;
}

#define HASH_AGAIN G_USEC_PER_SEC

typedef struct {
  KithMessage message; /* values owned */
  const KithdCommand *command;
  gint64 account; /* 0: nobody has signed in */
} HashContext;

static void
free_hash_context (gpointer data)
{
  HashContext *context = data;
  kith_message_clear (&context->message);
  g_free (context);
}

/* One at a time for each account: who is signed in keeps nobody from signing in. Takes job. */
static gboolean
begin_hash (KithdDispatch *d, KithdAccount *account, KithdHashJob *job, GError **error)
{
  if (account != NULL && account->hashing) {
    kithd_hash_job_free (job);
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_RATE_LIMITED, "A password of this account is being checked already. Try again in a second.");
    return FALSE;
  }
  if (!kithd_hasher_submit (d->parts.hasher, job)) {
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, "Too many sign-ins at once. Try again in a few seconds.");
    return FALSE;
  }
  if (account != NULL)
    account->hashing = TRUE;
  return TRUE;
}

void
kithd_dispatch_hash (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdHashJob *job)
{
  g_autoptr (GError) error = NULL;
  HashContext *context = g_new0 (HashContext, 1);
  context->message = *message;
  context->message.values = kith_value_ref (message->values);
  context->command = command_of (message->type);
  context->account = kithd_conn_account (conn);
  job->connection = kithd_conn_id (conn);
  job->request = message->id;
  job->context = context;
  job->free_context = free_hash_context;
  if (begin_hash (d, kithd_dispatch_account (d, conn), job, &error))
    kithd_conn_work_began (conn, TRUE);
  else {
    kithd_conn_release (conn, KITHD_HOLD_SIGN_IN);
    kithd_answer_error (conn, message->id, error, HASH_AGAIN);
  }
}

/* The next slice of what is too old. */
static void
run_retention (KithdDispatch *d)
{
  KithdRetention *retention = d->parts.retention;
  if (kithd_retention_clock (retention, d->now, g_get_real_time () / 1000))
    kithd_log (G_LOG_LEVEL_WARNING, "clock-jumped", 0, "consequence", "nothing is deleted for its age until the clock was steady for 24 hours",
               "remedy", "look at the clock of this computer; if it is right: kithd retention resume", NULL);
  KithdChange *slice = kithd_retention_next (retention);
  if (slice == NULL)
    return;
  g_ptr_array_add (d->changes, slice);
}

GPtrArray *
kithd_dispatch_take_changes (KithdDispatch *d)
{
  kithd_reports_run (d);
  run_retention (d);
  if (d->changes->len == 0)
    return NULL;
  GPtrArray *changes = d->changes;
  d->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) kithd_change_free);
  return changes;
}

GPtrArray *
kithd_dispatch_take_reads (KithdDispatch *d)
{
  if (d->reads->len == 0)
    return NULL;
  GPtrArray *reads = d->reads;
  d->reads = g_ptr_array_new_with_free_func ((GDestroyNotify) kithd_read_free);
  return reads;
}

gboolean
kithd_dispatch_is_due (const KithdDispatch *d)
{
  return d->reads->len > 0;
}

static void
lift_barrier (KithdDispatch *d, gint64 id)
{
  KithdConversation *conversation = kithd_domain_conversation (d->parts.domain, id);
  if (conversation == NULL || --conversation->pending > 0 || conversation->waiters == NULL)
    return;
  g_autoptr (GArray) waiters = g_steal_pointer (&conversation->waiters);
  for (guint i = 0; i < waiters->len; i++) {
    KithdConn *conn = kithd_conns_find (d->parts.conns, g_array_index (waiters, guint64, i));
    if (conn != NULL)
      kithd_conn_release (conn, KITHD_HOLD_BARRIER);
  }
}

/* What was written into the frame, up to end. */
static void
send_frame (KithdConn *conn, KithdFrame *frame, const char *end)
{
  frame->length = (gsize) (end - frame->text);
  kithd_conn_answer (conn, frame);
}

static void
answer_appended (KithdConn *conn, gint64 request, gint64 seq, gint64 at)
{
  g_autoptr (KithdFrame) frame = kithd_frame_alloc (3 * KITHD_WIRE_DIGITS + ANSWER_WORDS);
  char *end = kithd_wire_put_integer (frame->text, "{\"re\":", request);
  end = kithd_wire_put_integer (end, ",\"seq\":", seq);
  end = kithd_wire_put_integer (end, ",\"at\":", at);
  send_frame (conn, frame, kithd_wire_put_text (end, "}\n"));
}

static void
answer_done (KithdDispatch *d, KithdConn *conn, KithdChange *change)
{
  const KithdCommand *command = change->command;
  if (command->answer != NULL)
    command->answer (d, conn, change);
  else
    answer_appended (conn, change->request, change->seq, change->at);
}

/* Only what held the connection lets it go: else the answer to something earlier would admit a second sign-in, or more after a logout. */
static gboolean
decides_sign_in (const KithdChange *change)
{
  return change->kind == KITHD_CHANGE_REGISTER || change->kind == KITHD_CHANGE_ADD_DEVICE || change->kind == KITHD_CHANGE_REMOVE_DEVICE ||
         change->kind == KITHD_CHANGE_DELETE_ACCOUNT;
}

void
kithd_dispatch_answer_change (KithdDispatch *d, KithdChange *change)
{
  if (change->kind == KITHD_CHANGE_EXPIRE)
    kithd_retention_done (d->parts.retention, change);
  if (change->kind == KITHD_CHANGE_RECEIPTS)
    kithd_reports_done (d, change->conversation);
  if (change->kind == KITHD_CHANGE_SEE_DEVICE)
    kithd_dispatch_device_seen (d, change->device.id);
  for (guint i = 0; change->barred != NULL && i < change->barred->len; i++)
    lift_barrier (d, g_array_index (change->barred, gint64, i));
  KithdConn *conn = kithd_conns_find (d->parts.conns, change->connection);
  if (conn == NULL)
    return;
  gboolean is_refusal = change->error != NULL && change->standing != 0 && change->error->code != KITH_ERROR_NONCE_CONFLICT;
  if (is_refusal)
    answer_appended (conn, change->request, change->standing, g_get_real_time () / 1000);
  else if (change->error != NULL)
    kithd_answer_error (conn, change->request, change->error, change->retry_after_us);
  else
    answer_done (d, conn, change);
  if (decides_sign_in (change))
    kithd_conn_release (conn, KITHD_HOLD_SIGN_IN);
  kithd_conn_work_ended (conn, FALSE);
}

static void
answer_page (KithdConn *conn, const KithdRead *read)
{
  const char *suffix = read->suffix != NULL ? read->suffix : "";
  g_autoptr (KithdFrame) frame = kithd_frame_alloc (KITHD_WIRE_DIGITS + ANSWER_WORDS + read->result->len + strlen (suffix));
  char *end = kithd_wire_put_integer (frame->text, "{\"re\":", read->request);
  end = kithd_wire_put_text (kithd_wire_put_text (end, ","), read->result->str);
  send_frame (conn, frame, kithd_wire_put_text (kithd_wire_put_text (end, suffix), "}\n"));
}

static void
refuse_page (KithdConn *conn, const KithdRead *read)
{
  g_autoptr (GError) error = g_error_new_literal (KITH_ERROR, KITH_ERROR_UNAVAILABLE,
                                                  "Too much waits for slow readers, you among them. Read what was sent, then ask again.");
  kithd_answer_error (conn, read->request, error, G_USEC_PER_SEC);
}

void
kithd_dispatch_answer_read (KithdDispatch *d, const KithdRead *read)
{
  KithdConn *conn = kithd_conns_find (d->parts.conns, read->connection);
  if (read->kind == KITHD_READ_SEARCH) {
    kithd_search_queue_done (d->searches);
    begin_search (d);
  }
  if (conn == NULL)
    return;
  if (read->error != NULL)
    kithd_answer_error (conn, read->request, read->error, 0);
  else if (kithd_conn_is_crowded_out (conn, read->result->len))
    refuse_page (conn, read);
  else
    answer_page (conn, read);
  kithd_conn_work_ended (conn, TRUE);
}

void
kithd_dispatch_answer_hash (KithdDispatch *d, KithdHashJob *job)
{
  KithdConn *conn = kithd_conns_find (d->parts.conns, job->connection);
  HashContext *context = job->context;
  KithdAccount *account = kithd_domain_account (d->parts.domain, context->account);
  if (account != NULL)
    account->hashing = FALSE;
  if (conn == NULL)
    return;
  if (job->error != NULL) {
    kithd_answer_error (conn, job->request, job->error, 0);
    kithd_conn_release (conn, KITHD_HOLD_SIGN_IN);
  } else
    context->command->hashed (d, conn, job);
  kithd_conn_work_ended (conn, TRUE);
}

gboolean
kithd_hash_is_outdated (const KithdAccount *account, const KithdHashJob *job)
{
  return account != NULL && g_strcmp0 (account->record.password, job->stored) != 0;
}

const KithMessage *
kithd_hash_message (const KithdHashJob *job)
{
  return &((const HashContext *) job->context)->message;
}
