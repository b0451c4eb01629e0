/* messages.c - what is said, in one conversation or to everybody, and what is done to what was said. */
#include "dispatch/commands.h"

#include "domain/rules.h"
#include "proto/id.h"
#include "proto/text.h"
#include "wire/wire.h"

#include <string.h>

#define URGENT_PER_MINUTE 10 /* of an account; what is said to everybody counts, too */

static gboolean
check_text (KithdDispatch *d, const char *text, GError **error)
{
  if ((gint64) strlen (text) > d->parts.settings->text_max) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_TOO_LARGE, "The message is longer than %" G_GINT64_FORMAT " bytes. Send it in parts.",
                 d->parts.settings->text_max);
    return FALSE;
  }
  return kith_text_check_free (text, (gsize) d->parts.settings->text_max, TRUE, error);
}

/* Fills in the accounts that body mentions; all must exist. */
static gboolean
read_mentions (KithdDispatch *d, const KithValue *body, KithdEvent *event, GError **error)
{
  const KithValue *list = kith_value_array (body, "mentions");
  if (list == NULL || list->length == 0)
    return TRUE;
  event->mentions = g_new (gint64, list->length);
  for (const KithValue *item = kith_value_first (list); item < kith_value_next (list); item = kith_value_next (item)) {
    gint64 id = 0;
    kith_id_parse (item->text, 'u', &id);
    const KithdAccount *account = kithd_domain_account (d->parts.domain, id);
    if (account == NULL || account->record.deleted) {
      g_set_error_literal (error, KITH_ERROR, KITH_ERROR_NOT_FOUND, "The message mentions somebody who does not exist.");
      return FALSE;
    }
    if (kithd_account_blocks (account, event->from)) {
      g_set_error_literal (error, KITH_ERROR, KITH_ERROR_FORBIDDEN, "The message mentions somebody who takes no messages from you.");
      return FALSE;
    }
    event->mentions[event->n_mentions++] = id;
  }
  return TRUE;
}

/* The body as it is kept and told: the members that the protocol knows, and no others. */
static char *
canonical_body (KithdDispatch *d, const KithValue *body)
{
  static const char *const members[] = { "text", "reply_to", "mentions", "all", "urgent" };
  char before = '{', *at = d->content;
  guint left = body->length; /* mostly one: the text */
  for (guint i = 0; i < G_N_ELEMENTS (members) && left > 0; i++) {
    const KithValue *value = kith_value_member (body, members[i]);
    left -= value != NULL;
    if (value == NULL || (value->type == KITH_VALUE_BOOLEAN && kith_value_number (value) == 0))
      continue;
    *at++ = before;
    *at++ = '"';
    at = kithd_wire_put_text (at, members[i]);
    at = kith_value_write (kithd_wire_put_text (at, "\":"), value);
    before = ',';
  }
  *at++ = '}';
  return g_strndup (d->content, (gsize) (at - d->content));
}

static gboolean
fill_body (KithdDispatch *d, const KithMessage *message, KithdEvent *event, GError **error)
{
  const KithValue *body = kith_value_object (message->values, "body");
  if (!check_text (d, kith_value_string (body, "text"), error) || !read_mentions (d, body, event, error))
    return FALSE;
  event->to_all = kith_value_boolean (body, "all", FALSE);
  event->body = canonical_body (d, body);
  return TRUE;
}

/* What somebody points to must be something that they may read. What is newer than the domain knows may be on its way to the store:
 * whether it is there is tested in the transaction. */
static gboolean
check_readable (const KithdConversation *conversation, gint64 account, gint64 seq, GError **error)
{
  if (seq == 0 || seq > conversation->record.last)
    return TRUE;
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (KithdRange));
  if (!kithd_rules_readable (conversation, account, ranges, error))
    return FALSE;
  if (kithd_rules_readable_contains (ranges, seq))
    return TRUE;
  g_set_error_literal (error, KITH_ERROR, KITH_ERROR_NOT_FOUND, "There is no such message.");
  return FALSE;
}

/* Takes one of what the account may send; loud: many are disturbed. */
static gboolean
take_rate (KithdDispatch *d, KithdAccount *me, gboolean loud, KithdChange *change, GError **error)
{
  const KithdSettings *settings = d->parts.settings;
  if (loud && !kithd_rate_take (&me->urging, URGENT_PER_MINUTE, 60 * G_USEC_PER_SEC, URGENT_PER_MINUTE, d->now, &change->retry_after_us)) {
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_RATE_LIMITED, "Too many urgent messages and broadcasts in a minute. Send it without the mark, or later.");
    return FALSE;
  }
  if (kithd_rate_take (&me->posting, settings->posts_per_second, G_USEC_PER_SEC, settings->posts_burst, d->now, &change->retry_after_us))
    return TRUE;
  g_set_error_literal (error, KITH_ERROR, KITH_ERROR_RATE_LIMITED, kith_error_sentence (KITH_ERROR_RATE_LIMITED));
  return FALSE;
}

static gboolean
may_append (KithdDispatch *d, const KithMessage *message, KithdAccount *me, KithdChange *change, GError **error)
{
  const KithdEvent *event = change->event;
  const KithdConversation *conversation = kithd_dispatch_conversation (d);
  const KithValue *body = kith_value_object (message->values, "body");
  gint64 reply_to = event->kind == KITHD_EVENT_MESSAGE ? kith_value_integer (body, "reply_to", 0) : 0;
  gint64 nothing = 0;
  if (!kithd_rules_may (conversation, me, event->kind, NULL, d->parts.settings, &nothing, error) ||
      !kithd_rules_may_speak (conversation, me, event->kind, g_get_real_time () / 1000, error) ||
      !kithd_rules_may_reach (d->parts.domain, conversation, me, event->kind, error) ||
      !check_readable (conversation, me->record.id, event->target, error) || !check_readable (conversation, me->record.id, reply_to, error))
    return FALSE;
  if (event->to_all && !kithd_rules_may_call_all (conversation, me, error))
    return FALSE;
  change->may_moderate = kithd_rules_may_moderate (conversation, me);
  gboolean to_everybody = conversation->record.kind == KITHD_BROADCASTS && event->kind == KITHD_EVENT_MESSAGE;
  return take_rate (d, me, kith_value_boolean (body, "urgent", FALSE) || to_everybody, change, error);
}

/* refusal (taken): what the handler itself found wrong. */
static void
submit_event (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdEvent *event, GError *refusal)
{
  KithdAccount *me = kithd_dispatch_account (d, conn);
  KithdChange *change = kithd_change_new (KITHD_CHANGE_APPEND, me->record.id);
  change->event = event;
  if (refusal == NULL)
    may_append (d, message, me, change, &refusal);
  kithd_dispatch_submit (d, conn, message, change, refusal);
}

static void
submit_text (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdEventKind kind)
{
  GError *refusal = NULL;
  KithdEvent *event = kithd_event_asked (conn, message, kind);
  fill_body (d, message, event, &refusal);
  submit_event (d, conn, message, event, refusal);
}

static void
ask_post (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_text (d, conn, message, KITHD_EVENT_MESSAGE);
}

void
kithd_dispatch_broadcast (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdAccount *me)
{
  GError *refusal = NULL;
  KithdChange *change = kithd_change_new (KITHD_CHANGE_BROADCAST, me != NULL ? me->record.id : 0);
  change->event = kithd_event_asked (conn, message, KITHD_EVENT_MESSAGE);
  change->event->from = change->actor;
  if (fill_body (d, message, change->event, &refusal) && me != NULL && kithd_rules_may_broadcast (me, &refusal))
    take_rate (d, me, TRUE, change, &refusal);
  kithd_dispatch_submit (d, conn, message, change, refusal);
}

static void
ask_broadcast (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  kithd_dispatch_broadcast (d, conn, message, kithd_dispatch_account (d, conn));
}

void
kithd_answer_broadcast (KithdDispatch *d, KithdConn *conn, KithdChange *change)
{
  json_object *answer = kithd_answer_new (change->request);
  kith_add_id (answer, "conversation", 'c', change->conversation);
  kith_add_integer (answer, "seq", change->seq);
  kith_add_integer (answer, "at", change->at);
  kithd_answer_send (conn, answer);
}

static void
ask_edit (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_text (d, conn, message, KITHD_EVENT_EDIT);
}

static void
ask_delete (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_event (d, conn, message, kithd_event_asked (conn, message, KITHD_EVENT_DELETE), NULL);
}

static void
submit_reaction (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdEventKind kind)
{
  GError *refusal = NULL;
  KithdEvent *event = kithd_event_asked (conn, message, kind);
  event->value = g_strdup (kith_value_string (message->values, "emoji"));
  if (kith_text_check_emoji (event->value, &refusal))
    event->body = kithd_event_body ("emoji", event->value);
  submit_event (d, conn, message, event, refusal);
}

static void
ask_react (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_reaction (d, conn, message, KITHD_EVENT_REACT);
}

static void
ask_unreact (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_reaction (d, conn, message, KITHD_EVENT_UNREACT);
}

static void
ask_pin (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_event (d, conn, message, kithd_event_asked (conn, message, KITHD_EVENT_PIN), NULL);
}

static void
ask_unpin (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_event (d, conn, message, kithd_event_asked (conn, message, KITHD_EVENT_UNPIN), NULL);
}

/* No answer, whatever comes of it. */
static void
ask_typing (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const KithdConversation *conversation = kithd_dispatch_conversation (d);
  KithdAccount *me = kithd_dispatch_account (d, conn);
  if (conversation == NULL || kithd_conversation_member_in (conversation, me->record.id) == NULL ||
      conversation->n_in > KITH_TYPING_MEMBERS_MAX ||
      !kithd_rules_may_speak (conversation, me, KITHD_EVENT_MESSAGE, g_get_real_time () / 1000, NULL) ||
      kithd_presence_choice (me, g_get_real_time () / 1000).state == KITH_PRESENCE_INVISIBLE ||
      !kithd_rate_take (&me->typing, 1, G_USEC_PER_SEC, 5, d->now, NULL))
    return;
  kithd_delivery_typing (d->parts.delivery, conversation, me->record.id);
}

const KithdCommand kithd_message_commands[] = {
  { "post", ask_post, NULL, NULL },
  { "broadcast", ask_broadcast, kithd_answer_broadcast, NULL },
  { "edit", ask_edit, NULL, NULL },
  { "delete", ask_delete, NULL, NULL },
  { "react", ask_react, NULL, NULL },
  { "unreact", ask_unreact, NULL, NULL },
  { "pin", ask_pin, NULL, NULL },
  { "unpin", ask_unpin, NULL, NULL },
  { "typing", ask_typing, NULL, NULL },
  { NULL, NULL, NULL, NULL },
};
