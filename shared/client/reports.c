/* reports.c - receipts, both ways: the server is told what has come here, at most once a second for a conversation, and
 * what it tells of others is kept. */
#include "client/client-private.h"

#include "proto/id.h"

#define INTERVAL_US G_TIME_SPAN_SECOND

typedef struct {
  gint64 conversation;
  gint64 come, told; /* seqs: up to where it has come here, and the server knows it */
  gint64 next_us;    /* not before */
} Report;

void
kith_client_reports_init (KithClient *client)
{
  client->receipts = TRUE;
  client->reports = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  client->reports_due_us = G_MAXINT64;
}

void
kith_client_reports_clear (KithClient *client)
{
  g_hash_table_unref (client->reports);
}

static gboolean
has_receipts (const KithConversation *conversation)
{
  guint64 people = conversation->kind == KITH_KIND_DIRECT ? conversation->people->len : (guint64) conversation->members;
  return conversation->kind != KITH_KIND_NOTES && conversation->kind != KITH_KIND_BROADCASTS && people <= KITH_RECEIPTS_MEMBERS_MAX;
}

void
kith_client_note_come (KithClient *client, gint64 id, json_object *event)
{
  const KithConversation *conversation = kith_state_conversation (client->known, id);
  gint64 seq = kith_member_integer (event, "seq", 0), from = kith_member_id (event, "from", 'u');
  if (!client->receipts || conversation == NULL || !has_receipts (conversation) || from == client->me ||
      g_strcmp0 (kith_member_string (event, "kind"), "message") != 0)
    return;
  Report *report = g_hash_table_lookup (client->reports, &id);
  if (report == NULL) {
    report = g_new0 (Report, 1);
    report->conversation = id;
    g_hash_table_insert (client->reports, &report->conversation, report);
  }
  report->come = MAX (report->come, seq);
  if (report->come > report->told)
    client->reports_due_us = MIN (client->reports_due_us, report->next_us);
}

static void
send_report (KithClient *client, Report *report)
{
  json_object *push = kith_client_message ("received", report->conversation, FALSE);
  kith_add_integer (push, "seq", report->come);
  kith_client_push (client, push);
  report->told = report->come;
  report->next_us = client->now_us + INTERVAL_US;
}

void
kith_client_pump_reports (KithClient *client)
{
  GHashTableIter iter;
  gpointer value;
  if (client->now_us < client->reports_due_us)
    return;
  client->reports_due_us = G_MAXINT64;
  g_hash_table_iter_init (&iter, client->reports);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Report *report = value;
    if (report->come <= report->told)
      continue;
    if (report->next_us <= client->now_us)
      send_report (client, report);
    else
      client->reports_due_us = MIN (client->reports_due_us, report->next_us);
  }
}

static void
take (KithClient *client, gint64 conversation, json_object *people)
{
  if (people != NULL && kith_state_apply_receipts (client->known, conversation, people) &&
      client->hooks->receipts != NULL)
    client->hooks->receipts (client, conversation, client->data);
}

void
kith_client_on_receipts (KithClient *client, json_object *push)
{
  take (client, kith_member_id (push, "conversation", 'c'), kith_member_object (push, "people"));
}

void
kith_client_on_settings (KithClient *client, json_object *settings)
{
  client->receipts = kith_member_boolean (settings, "receipts", TRUE);
  if (!client->receipts)
    kith_state_clear_receipts (client->known);
  if (client->hooks->settings != NULL)
    client->hooks->settings (client, client->data);
}

static void
on_asked (KithClient *client, const KithAnswer *answer, gpointer data)
{
  g_autofree gint64 *conversation = data;
  if (answer->root != NULL)
    take (client, *conversation, kith_member_object (answer->root, "people"));
}

void
kith_client_ask_receipts (KithClient *client, gint64 conversation)
{
  kith_client_request (client, kith_client_message ("receipts", conversation, FALSE), KITH_REQUEST_KEEP, on_asked,
                       g_memdup2 (&conversation, sizeof conversation));
}

gboolean
kith_client_receipts (KithClient *client)
{
  return client->receipts;
}

void
kith_client_set_receipts (KithClient *client, gboolean on, KithAnswerFunc func, gpointer data)
{
  json_object *request = kith_client_message ("settings", 0, FALSE);
  kith_add_boolean (request, "receipts", on);
  kith_client_request (client, request, KITH_REQUEST_KEEP, func, data);
}
