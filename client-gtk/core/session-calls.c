/* session-calls.c - requests: for other parts of core as callbacks, for widgets as GTasks. What makes a conversation is
 * done when its chat is there. */
#include "core/session-private.h"

#include "core/post-private.h"

#include "proto/id.h"
#include "proto/message.h"

#include <glib/gi18n.h>

typedef struct {
  KithSession *session; /* there as long as its client is */
  KithSessionAnswerFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Asked;

static Asked *
asked_new (KithSession *session, KithSessionAnswerFunc func, gpointer data, GDestroyNotify destroy)
{
  Asked *asked = g_new (Asked, 1);
  *asked = (Asked){session, func, data, destroy};
  return asked;
}

/* A session that goes has no client any more when the client tells. */
static void
on_asked (KithClient *client, const KithAnswer *answer, gpointer data)
{
  g_autofree Asked *asked = data;
  if (asked->session->client != NULL)
    asked->func (asked->session, answer, asked->data);
  if (asked->destroy != NULL)
    asked->destroy (asked->data);
}

void
kith_session_ask (KithSession *session, json_object *request, KithRequestFlags flags, KithSessionAnswerFunc func,
                  gpointer data, GDestroyNotify destroy)
{
  kith_client_request (session->client, request, flags, on_asked, asked_new (session, func, data, destroy));
}

void
kith_session_fetch (KithSession *session, gint64 conversation, const KithFetch *fetch, KithSessionAnswerFunc func,
                    gpointer data, GDestroyNotify destroy)
{
  kith_client_fetch (session->client, conversation, fetch, on_asked, asked_new (session, func, data, destroy));
}

/* For widgets. A task would call back from within the step; so what became of it waits for the flush. */

typedef struct {
  GTask *task;
  json_object *root;
  GError *error;
  gint64 conversation; /* its chat is the result, once it is there */
} Outcome;

static void
outcome_free (gpointer data)
{
  Outcome *outcome = data;
  g_object_unref (outcome->task);
  json_object_put (outcome->root);
  g_clear_error (&outcome->error);
  g_free (outcome);
}

GPtrArray *
kith_session_outcomes_new (void)
{
  return g_ptr_array_new_with_free_func (outcome_free);
}

/* task is taken. */
static void
conclude (KithSession *session, GTask *task, const KithAnswer *answer, gint64 conversation)
{
  Outcome *outcome = g_new0 (Outcome, 1);
  outcome->task = task;
  outcome->root = answer != NULL ? json_object_get (answer->root) : NULL;
  outcome->error = answer != NULL && answer->error != NULL ? g_error_copy (answer->error) : NULL;
  outcome->conversation = conversation;
  g_ptr_array_add (session->outcomes, outcome);
  kith_session_stir (session);
}

/* FALSE: it waits for its chat. */
static gboolean
finish (KithSession *session, Outcome *outcome)
{
  KithChat *chat = outcome->conversation != 0 ? kith_session_chat (session, outcome->conversation) : NULL;
  if (outcome->error != NULL)
    g_task_return_error (outcome->task, g_steal_pointer (&outcome->error));
  else if (outcome->conversation == 0)
    g_task_return_pointer (outcome->task, g_steal_pointer (&outcome->root), kith_json_drop);
  else if (chat != NULL && g_str_equal (kith_chat_state (chat), "member"))
    g_task_return_pointer (outcome->task, g_object_ref (chat), g_object_unref);
  else
    return FALSE;
  return TRUE;
}

void
kith_session_conclude (KithSession *session)
{
  g_autoptr (GPtrArray) outcomes = session->outcomes;
  session->outcomes = kith_session_outcomes_new ();
  for (guint i = 0; i < outcomes->len;) {
    Outcome *outcome = g_ptr_array_index (outcomes, i);
    if (finish (session, outcome) || g_task_return_error_if_cancelled (outcome->task))
      i++;
    else
      g_ptr_array_add (session->outcomes, g_ptr_array_steal_index (outcomes, i));
  }
}

/* Nobody is left to ask: with the account its conversations are gone. */
void
kith_session_give_up (KithSession *session)
{
  for (guint i = 0; i < session->outcomes->len; i++) {
    Outcome *outcome = g_ptr_array_index (session->outcomes, i);
    if (outcome->conversation != 0 && outcome->error == NULL)
      outcome->error = g_error_new (KITH_ERROR, KITH_ERROR_UNAVAILABLE, "%s",
                                    _ ("There is no connection to the server any more. Try again when there is."));
  }
  kith_session_stir (session);
}

static void
on_called (KithSession *session, const KithAnswer *answer, gpointer data)
{
  conclude (session, g_object_ref (data), answer, 0);
}

void
kith_session_call_async (KithSession *session, json_object *request, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (session, cancellable, callback, data);
  kith_session_ask (session, request, KITH_REQUEST_PLAIN, on_called, task, g_object_unref);
}

json_object *
kith_session_call_finish (KithSession *session, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Chats. */

static void
on_conversation (KithSession *session, const KithAnswer *answer, gpointer data)
{
  json_object *conversation = answer->root != NULL ? kith_member_object (answer->root, "conversation") : NULL;
  gint64 id = 0;
  if (conversation != NULL)
    id = kith_state_learn_conversation (kith_client_known (session->client), conversation);
  if (id != 0)
    kith_session_note (session, session->new_chats, id);
  conclude (session, g_object_ref (data), answer, id);
}

/* request and task are taken. */
static void
ask_for_chat (KithSession *session, json_object *request, GTask *task)
{
  kith_session_ask (session, request, KITH_REQUEST_PLAIN, on_conversation, task, g_object_unref);
}

static json_object *
make_open (const gint64 *accounts, gsize n)
{
  json_object *request = kith_client_message ("open", 0, TRUE), *people = json_object_new_array ();
  for (gsize i = 0; i < n; i++) {
    char text[KITH_ID_TEXT];
    json_object_array_add (people, json_object_new_string (kith_id_format (accounts[i], 'u', text)));
  }
  json_object_object_add (request, "people", people);
  return request;
}

void
kith_session_open_people_async (KithSession *session, const gint64 *accounts, gsize n, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data)
{
  ask_for_chat (session, make_open (accounts, n), g_task_new (session, cancellable, callback, data));
}

void
kith_session_open_chat_async (KithSession *session, KithChat *chat, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data)
{
  if (kith_chat_id (chat) != 0) {
    conclude (session, g_task_new (session, cancellable, callback, data), NULL, kith_chat_id (chat));
    return;
  }
  gint64 account = kith_contact_id (kith_chat_contact (chat));
  kith_session_open_people_async (session, &account, 1, cancellable, callback, data);
}

typedef struct {
  GTask *task;
  gint64 conversation;
} Joining;

static void
joining_free (gpointer data)
{
  Joining *joining = data;
  g_object_unref (joining->task);
  g_free (joining);
}

static void
on_joined (KithSession *session, const KithAnswer *answer, gpointer data)
{
  const Joining *joining = data;
  conclude (session, g_object_ref (joining->task), answer, joining->conversation);
}

void
kith_session_join_async (KithSession *session, gint64 conversation, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer data)
{
  Joining *joining = g_new (Joining, 1);
  *joining = (Joining){g_task_new (session, cancellable, callback, data), conversation};
  kith_session_ask (session, kith_client_message ("join", conversation, TRUE), KITH_REQUEST_PLAIN, on_joined, joining,
                    joining_free);
}

void
kith_session_accept_async (KithSession *session, const char *code, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data)
{
  json_object *request = kith_client_message ("invitation_use", 0, TRUE);
  kith_add_string (request, "code", code);
  kith_session_ask (session, request, KITH_REQUEST_KEEP, on_conversation,
                    g_task_new (session, cancellable, callback, data), g_object_unref);
}

void
kith_session_create_room_async (KithSession *session, const char *name, const char *topic, gboolean is_private,
                                gboolean since_join, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer data)
{
  json_object *request = kith_client_message ("create", 0, TRUE);
  kith_add_string (request, "name", name);
  if (topic != NULL && *topic != '\0')
    kith_add_string (request, "topic", topic);
  kith_add_boolean (request, "private", is_private);
  kith_add_string (request, "history", since_join ? "since_join" : "all");
  ask_for_chat (session, request, g_task_new (session, cancellable, callback, data));
}

KithChat *
kith_session_chat_finish (KithSession *session, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
