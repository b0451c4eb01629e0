/* posts.c - from drafts to the outbox, from the outbox to the wire, and what the answers mean to it. */
#include "client/client-private.h"

#include "proto/id.h"

static json_object *
make_body (const KithDraft *draft, gboolean reply)
{
  json_object *body = json_object_new_object ();
  kith_add_string (body, "text", draft->text);
  if (reply && draft->reply_to != 0)
    kith_add_integer (body, "reply_to", draft->reply_to);
  if (draft->all)
    kith_add_boolean (body, "all", TRUE);
  if (reply && draft->urgent)
    kith_add_boolean (body, "urgent", TRUE);
  if (draft->n_mentions == 0)
    return body;
  json_object *mentions = json_object_new_array ();
  for (gsize i = 0; i < draft->n_mentions; i++) {
    char text[KITH_ID_TEXT];
    json_object_array_add (mentions, json_object_new_string (kith_id_format (draft->mentions[i], 'u', text)));
  }
  json_object_object_add (body, "mentions", mentions);
  return body;
}

static guint64
enqueue (KithClient *client, json_object *request, GError **error)
{
  client->stirred = TRUE;
  return kith_outbox_add (client->outbox, request, g_get_real_time () / 1000, error);
}

guint64
kith_client_post (KithClient *client, gint64 conversation, const KithDraft *draft, GError **error)
{
  json_object *request = kith_client_message ("post", conversation, FALSE);
  json_object_object_add (request, "body", make_body (draft, TRUE));
  return enqueue (client, request, error);
}

json_object *
kith_client_broadcast_message (const KithDraft *draft)
{
  json_object *request = kith_client_message ("broadcast", 0, TRUE);
  json_object_object_add (request, "body", make_body (draft, TRUE));
  return request;
}

static json_object *
make_targeted (const char *type, gint64 conversation, gint64 target)
{
  json_object *request = kith_client_message (type, conversation, FALSE);
  kith_add_integer (request, "target", target);
  return request;
}

guint64
kith_client_edit (KithClient *client, gint64 conversation, gint64 target, const KithDraft *draft, GError **error)
{
  json_object *request = make_targeted ("edit", conversation, target);
  json_object_object_add (request, "body", make_body (draft, FALSE));
  return enqueue (client, request, error);
}

guint64
kith_client_delete (KithClient *client, gint64 conversation, gint64 target, GError **error)
{
  return enqueue (client, make_targeted ("delete", conversation, target), error);
}

guint64
kith_client_react (KithClient *client, gint64 conversation, gint64 target, const char *emoji, gboolean on,
                   GError **error)
{
  json_object *request = make_targeted (on ? "react" : "unreact", conversation, target);
  kith_add_string (request, "emoji", emoji);
  return enqueue (client, request, error);
}

guint64
kith_client_set_pinned (KithClient *client, gint64 conversation, gint64 target, gboolean on, GError **error)
{
  return enqueue (client, make_targeted (on ? "pin" : "unpin", conversation, target), error);
}

gboolean
kith_client_alter (KithClient *client, guint64 key, const KithDraft *draft, GError **error)
{
  return kith_outbox_alter (client->outbox, key, make_body (draft, TRUE), error);
}

gboolean
kith_client_cancel (KithClient *client, guint64 key, GError **error)
{
  return kith_outbox_cancel (client->outbox, key, error);
}

static void
tell (KithClient *client, const KithOutboxEntry *entry)
{
  if (entry != NULL && client->hooks->entry_changed != NULL)
    client->hooks->entry_changed (client, entry, client->data);
}

/* What is only put off is told as a notice: somebody may wonder why nothing moves. */
static void
take_refusal (KithClient *client, guint64 key, const KithAnswer *answer)
{
  const KithOutboxEntry *entry = kith_outbox_refuse (client->outbox, key, answer->error, answer->retry_after_ms,
                                                     client->now_us, g_random_double ());
  if (entry != NULL)
    tell (client, entry);
  else if (!g_error_matches (answer->error, KITH_ERROR, KITH_ERROR_OUT_OF_ORDER))
    kith_client_notice (client, answer->error);
}

static void
on_answer (KithClient *client, const KithAnswer *answer, gpointer data)
{
  guint64 key = GPOINTER_TO_SIZE (data);
  if (answer->lost)
    return; /* the outbox knows */
  if (answer->error != NULL)
    take_refusal (client, key, answer);
  else
    tell (client, kith_outbox_acknowledge (client->outbox, key, kith_member_integer (answer->root, "seq", 0),
                                           kith_member_integer (answer->root, "at", 0)));
}

static void
send_entry (KithClient *client, const KithOutboxEntry *entry, const char *after)
{
  json_object *request = NULL;
  if (json_object_deep_copy (entry->request, &request, NULL) != 0)
    return; /* out of memory, which GLib does not survive either */
  kith_add_string (request, "after", after);
  kith_client_ask (client, request, on_answer, GSIZE_TO_POINTER (entry->key));
}

void
kith_client_pump_posts (KithClient *client)
{
  g_autoptr (GError) error = NULL;
  const KithOutboxEntry *entry;
  const char *after = NULL;
  while ((entry = kith_outbox_next (client->outbox, client->now_us, &after, &error)) != NULL) {
    send_entry (client, entry, after);
    tell (client, entry);
    if (client->state != KITH_CLIENT_READY)
      return;
  }
  if (error != NULL)
    kith_client_notice (client, error);
}
