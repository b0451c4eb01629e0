/* sync.c - the state kept up to date: pages of sync, and the pushes.
 *
 * rev moves on by answers to sync only: what an event changes is applied at once, and learned again with the next sync.
 */
#include "client/client-private.h"

#include "proto/id.h"

static void on_synced (KithClient *client, const KithAnswer *answer, gpointer data);

static void
ask_page (KithClient *client)
{
  json_object *request = kith_client_message ("sync", 0, FALSE);
  kith_add_integer (request, "since", client->rev);
  kith_client_ask (client, request, on_synced, NULL);
}

void
kith_client_sync (KithClient *client)
{
  if (client->syncing) {
    client->sync_again = TRUE;
    return;
  }
  client->syncing = TRUE;
  client->sync_again = FALSE;
  ask_page (client);
}

void
kith_client_learn (KithClient *client, json_object *answer)
{
  guint refused = kith_state_learn (client->known, answer);
  if (refused == 0)
    return;
  g_autoptr (GError) notice = g_error_new (KITH_ERROR, KITH_ERROR_LIMIT,
                                           "%u people or conversations of the server could not be taken.", refused);
  kith_client_notice (client, notice);
}

static void
learn_page (KithClient *client, json_object *answer)
{
  char text[32];
  kith_client_learn (client, answer);
  kith_client_presence_learn (client, answer);
  json_object *settings = kith_member_object (answer, "settings");
  if (settings != NULL)
    kith_client_on_settings (client, settings);
  if (client->hooks->learned != NULL)
    client->hooks->learned (client, answer, client->data);
  client->rev = kith_member_integer (answer, "rev", 0);
  kith_client_keep (client, KITH_KEPT_REV, g_ascii_formatd (text, sizeof text, "%.0f", (double) client->rev));
}

static void
complete (KithClient *client)
{
  client->syncing = FALSE;
  if (client->state == KITH_CLIENT_SYNCING) {
    kith_backoff_reset (&client->backoff);
    kith_client_enter (client, KITH_CLIENT_READY, NULL);
  }
  if (client->hooks->synced != NULL)
    client->hooks->synced (client, client->data);
  if (client->sync_again && client->link.phase == KITH_LINK_UP)
    kith_client_sync (client);
}

static void
on_synced (KithClient *client, const KithAnswer *answer, gpointer data)
{
  if (answer->lost)
    return;
  if (answer->error != NULL) {
    kith_client_break (client, g_error_copy (answer->error), answer->retry_after_ms);
    return;
  }
  gint64 since = client->rev;
  gboolean more = kith_member_boolean (answer->root, "more", FALSE);
  if (more && kith_member_integer (answer->root, "rev", 0) <= since) {
    kith_client_break (client, g_error_new (KITH_ERROR, KITH_ERROR_INTERNAL, "The server's sync does not end."), 0);
    return;
  }
  learn_page (client, answer->root);
  if (client->link.phase != KITH_LINK_UP)
    return;
  if (more)
    ask_page (client);
  else
    complete (client);
}

/* Pushes. Before the first sync has ended they change nothing that it would not bring. */

static void
on_event (KithClient *client, json_object *push)
{
  gboolean complete_knowledge = kith_state_apply_event (client->known, push, client->me);
  if (!complete_knowledge && kith_member_integer (push, "rev", 0) > client->rev)
    kith_client_sync (client);
  kith_client_note_come (client, kith_member_id (push, "conversation", 'c'), push);
  if (client->hooks->event != NULL)
    client->hooks->event (client, push, client->data);
}

static void
on_changed (KithClient *client, json_object *push)
{
  if (kith_member_integer (push, "rev", 0) > client->rev)
    kith_client_sync (client);
}

static void
fall_behind (KithClient *client, const char *key, json_object *value)
{
  gint64 id, last = json_object_get_int64 (value);
  if (!kith_id_parse (key, 'c', &id) || !json_object_is_type (value, json_type_int) || last < 1)
    return;
  kith_state_apply_last (client->known, id, last);
  if (client->hooks->behind != NULL)
    client->hooks->behind (client, id, last, client->data);
}

static void
on_behind (KithClient *client, json_object *push)
{
  json_object *conversations = kith_member_object (push, "conversations");
  struct json_object_iterator at = json_object_iter_begin (conversations), end = json_object_iter_end (conversations);
  for (; !json_object_iter_equal (&at, &end); json_object_iter_next (&at))
    fall_behind (client, json_object_iter_peek_name (&at), json_object_iter_peek_value (&at));
  if (client->link.phase == KITH_LINK_UP)
    kith_client_sync (client);
}

static void
on_typing (KithClient *client, json_object *push)
{
  if (client->hooks->typing != NULL)
    client->hooks->typing (client, kith_member_id (push, "conversation", 'c'), kith_member_id (push, "from", 'u'),
                           client->data);
}

static void
on_marked (KithClient *client, json_object *push)
{
  gint64 conversation = kith_member_id (push, "conversation", 'c');
  kith_state_apply_mark (client->known, conversation, push);
  if (client->hooks->marked != NULL)
    client->hooks->marked (client, conversation, client->data);
}

/* Whatever waits to be written is a sign of life already; so a server that only asks and never reads costs nothing. */
static void
on_ping (KithClient *client, json_object *push)
{
  if (kith_link_unsent (&client->link) > 0)
    return;
  json_object *pong = kith_client_message ("pong", 0, FALSE);
  kith_link_send (&client->link, pong);
  json_object_put (pong);
}

static void
on_error (KithClient *client, json_object *push)
{
  g_clear_error (&client->last_words);
  client->last_words = kith_answer_error (push, NULL);
}

static const struct {
  const char *type;
  gboolean signed_in; /* makes sense to who is signed in only */
  void (*take) (KithClient *client, json_object *push);
} push_rules[] = {
    {"event", TRUE, on_event},   {"changed", TRUE, on_changed}, {"behind", TRUE, on_behind},
    {"typing", TRUE, on_typing}, {"marked", TRUE, on_marked},   {"ping", FALSE, on_ping},
    {"presence", TRUE, kith_client_on_presence}, {"status", TRUE, kith_client_on_status},
    {"receipts", TRUE, kith_client_on_receipts}, {"settings", TRUE, kith_client_on_settings},
    {"error", FALSE, on_error},
};

void
kith_client_take_push (KithClient *client, const KithMessage *message)
{
  gboolean signed_in = client->state == KITH_CLIENT_SYNCING || client->state == KITH_CLIENT_READY;
  for (guint i = 0; i < G_N_ELEMENTS (push_rules); i++)
    if (g_str_equal (push_rules[i].type, message->type->name) && (signed_in || !push_rules[i].signed_in))
      push_rules[i].take (client, message->root);
}
