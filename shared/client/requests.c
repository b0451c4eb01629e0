/* requests.c - questions and their answers: one queue in the order of asking, an index by id.
 *
 * An id is given once and kept when the request is repeated. Callers are told from a step, never from within a call of
 * theirs. */
#include "client/client-private.h"

#define IN_FLIGHT_MAX 32
#define REQUESTS_MAX 4096
#define PUSH_BACKLOG_MAX (16 * 1024) /* bytes that wait; behind them nobody needs to know who is typing */

typedef struct {
  GList link; /* in requests, or in lost */
  gint64 id;
  const KithMessageType *type;
  json_object *root;
  KithRequestFlags flags;
  gboolean written;
  gint64 written_us;
  GError *fault; /* in lost: why it could not even be asked; NULL: the connection went */
  KithAnswerFunc func;
  gpointer data;
} KithRequest;

json_object *
kith_client_message (const char *type, gint64 conversation, gboolean nonce)
{
  char text[KITH_NONCE_TEXT];
  json_object *message = json_object_new_object ();
  kith_add_string (message, "type", type);
  if (conversation != 0)
    kith_add_id (message, "conversation", 'c', conversation);
  if (nonce)
    kith_add_string (message, "nonce", kith_random_nonce (text));
  return message;
}

static KithRequest *
request_new (KithClient *client, json_object *root, KithRequestFlags flags, KithAnswerFunc func, gpointer data)
{
  KithRequest *request = g_new0 (KithRequest, 1);
  *request = (KithRequest){.id = ++client->last_id,
                           .type = kith_request_find (kith_member_string (root, "type")),
                           .root = root,
                           .flags = flags,
                           .func = func,
                           .data = data};
  request->link.data = request;
  kith_add_integer (root, "id", request->id);
  return request;
}

static void
request_free (KithRequest *request)
{
  g_clear_error (&request->fault);
  json_object_put (request->root);
  g_free (request);
}

static void
enqueue (KithClient *client, KithRequest *request)
{
  g_queue_push_tail_link (&client->requests, &request->link);
  g_hash_table_insert (client->by_id, &request->id, request);
}

static gboolean
is_counted (const KithRequest *request)
{
  return request->written && (request->flags & KITH_REQUEST_SYSTEM) == 0;
}

static void
dequeue (KithClient *client, KithRequest *request)
{
  client->in_flight -= is_counted (request);
  g_queue_unlink (&client->requests, &request->link);
  g_hash_table_remove (client->by_id, &request->id);
}

static void
write_request (KithClient *client, KithRequest *request)
{
  request->written = TRUE;
  request->written_us = client->now_us;
  client->in_flight += is_counted (request);
  kith_link_send (&client->link, request->root);
}

void
kith_client_ask (KithClient *client, json_object *root, KithAnswerFunc func, gpointer data)
{
  KithRequest *request = request_new (client, root, KITH_REQUEST_SYSTEM, func, data);
  enqueue (client, request);
  write_request (client, request);
}

static gboolean
check_new (KithClient *client, const KithRequest *request, GError **error)
{
  if (request->type == NULL || request->type->push)
    g_set_error (error, KITH_ERROR, KITH_ERROR_UNKNOWN_TYPE, "%s", kith_error_sentence (KITH_ERROR_UNKNOWN_TYPE));
  else if (client->requests.length >= REQUESTS_MAX)
    g_set_error (error, KITH_ERROR, KITH_ERROR_LIMIT, "Too many requests wait for an answer. Try again later.");
  else if ((request->flags & KITH_REQUEST_KEEP) == 0 && client->state != KITH_CLIENT_READY)
    g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE,
                 "There is no connection to the server just now. Try again when there is.");
  else
    return TRUE;
  return FALSE;
}

void
kith_client_request (KithClient *client, json_object *root, KithRequestFlags flags, KithAnswerFunc func, gpointer data)
{
  KithRequest *request = request_new (client, root, flags, func, data);
  if (check_new (client, request, &request->fault))
    enqueue (client, request);
  else
    g_queue_push_tail_link (&client->lost, &request->link);
  client->stirred = TRUE;
}

void
kith_client_push (KithClient *client, json_object *push)
{
  if (client->state == KITH_CLIENT_READY && kith_link_unsent (&client->link) < PUSH_BACKLOG_MAX)
    kith_link_send (&client->link, push);
  json_object_put (push);
}

static gboolean
is_ping (const KithRequest *request)
{
  return request->type != NULL && g_str_equal (request->type->name, "ping");
}

gint64
kith_client_owed_since (const KithClient *client)
{
  for (const GList *link = client->requests.head; link != NULL; link = link->next) {
    const KithRequest *request = link->data;
    if (request->written && !is_ping (request))
      return MAX (request->written_us, client->answered_us);
  }
  return G_MAXINT64;
}

gboolean
kith_client_is_settled (const KithClient *client)
{
  if (client->state != KITH_CLIENT_READY)
    return TRUE;
  for (const GList *link = client->requests.head; link != NULL; link = link->next)
    if (!is_ping (link->data))
      return FALSE;
  return kith_outbox_count (client->outbox) == 0 && kith_link_unsent (&client->link) == 0;
}

void
kith_client_pump_requests (KithClient *client)
{
  for (GList *link = client->requests.head; link != NULL && client->in_flight < IN_FLIGHT_MAX; link = link->next) {
    KithRequest *request = link->data;
    if (!request->written)
      write_request (client, request);
  }
}

static void
finish (KithClient *client, KithRequest *request, const KithAnswer *answer)
{
  if (request->func != NULL)
    request->func (client, answer, request->data);
  request_free (request);
}

void
kith_client_take_answer (KithClient *client, const KithMessage *message)
{
  KithRequest *request = g_hash_table_lookup (client->by_id, &message->id);
  KithAnswer answer = {0};
  if (request == NULL || !request->written)
    return; /* an answer to nothing: harmless */
  g_autoptr (GError) error = kith_answer_error (message->root, &answer.retry_after_ms);
  g_autoptr (GError) fault = NULL;
  if (error == NULL && !kith_answer_check (request->type, message, &fault))
    error = g_error_new (KITH_ERROR, KITH_ERROR_INTERNAL, "The server's answer to %s makes no sense: %s",
                         request->type->name, fault->message);
  answer.error = error;
  answer.root = error == NULL ? message->root : NULL;
  if (!is_ping (request))
    client->answered_us = client->now_us;
  dequeue (client, request);
  finish (client, request, &answer);
}

void
kith_client_requests_lost (KithClient *client, gboolean all)
{
  GList *next;
  for (GList *link = client->requests.head; link != NULL; link = next) {
    KithRequest *request = link->data;
    next = link->next;
    if ((request->flags & KITH_REQUEST_KEEP) != 0 && !all) {
      client->in_flight -= is_counted (request);
      request->written = FALSE;
      continue;
    }
    dequeue (client, request);
    g_queue_push_tail_link (&client->lost, &request->link);
  }
}

void
kith_client_tell_lost (KithClient *client)
{
  GQueue lost = client->lost;
  GList *link;
  g_queue_init (&client->lost); /* what the callbacks ask anew waits for the next step */
  while ((link = g_queue_pop_head_link (&lost)) != NULL) {
    KithRequest *request = link->data;
    g_autoptr (GError) gone =
        g_error_new (KITH_NET_ERROR, KITH_NET_ERROR_RESET, "The connection was lost before the server answered %s.",
                     request->type != NULL ? request->type->name : "");
    finish (client, request,
            &(KithAnswer){.error = request->fault != NULL ? request->fault : gone, .lost = request->fault == NULL});
  }
}
