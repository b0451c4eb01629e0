/* reading.c - what of the log somebody may see is decided here; it is read elsewhere. And the cursor. */
#include "dispatch/commands.h"

#include "domain/rules.h"

enum { MARKS_PER_SECOND = 20, MARKS_BURST = 120 }; /* of an account */

/* The gaps below and between ranges: never to be asked for again. */
static char *
withheld (const KithdConversation *conversation, const GArray *ranges)
{
  GString *text = g_string_new (NULL);
  gint64 from = conversation->record.first;
  for (guint i = 0; i < ranges->len && i < 1000; i++) {
    const KithdRange *range = &g_array_index (ranges, KithdRange, i);
    if (range->from > from)
      g_string_append_printf (text, "%s[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "]", text->len == 0 ? ",\"withheld\":[" : ",", from,
                              range->from - 1);
    from = range->to + 1;
  }
  if (text->len > 0)
    g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static void
choose_fetch (const KithMessage *message, KithdRead *read)
{
  const KithValue *root = message->values;
  if (kith_value_has (root, "changed_after")) {
    read->kind = KITHD_READ_FETCH_CHANGED;
    read->anchor = kith_value_integer (root, "changed_after", 0);
    read->upto = kith_value_integer (root, "upto", 0);
  } else if (kith_value_has (root, "after")) {
    read->kind = KITHD_READ_FETCH_AFTER;
    read->anchor = kith_value_integer (root, "after", 0);
  } else {
    read->kind = KITHD_READ_FETCH_BEFORE;
    read->anchor = kith_value_integer (root, "before", KITH_INTEGER_MAX);
  }
}

static gboolean
check_anchors (const KithMessage *message, GError **error)
{
  const KithValue *root = message->values;
  guint anchors = kith_value_has (root, "after") + kith_value_has (root, "before") + kith_value_has (root, "changed_after");
  if (anchors <= 1 && kith_value_has (root, "changed_after") == kith_value_has (root, "upto"))
    return TRUE;
  g_set_error_literal (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST,
                       "Give one of \"after\", \"before\", or \"changed_after\" together with \"upto\".");
  return FALSE;
}

/* Checks what both reads of a conversation need, or answers. */
static KithdRead *
begin_read (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdReadKind kind)
{
  g_autoptr (GError) error = NULL;
  const KithdConversation *conversation = kithd_dispatch_conversation (d);
  g_autoptr (KithdRead) read = kithd_read_new (kind, kithd_conn_account (conn));
  if (!kithd_rules_readable (conversation, read->account, read->ranges, &error)) {
    kithd_answer_error (conn, message->id, error, 0);
    return NULL;
  }
  read->conversation = conversation->record.id;
  return g_steal_pointer (&read);
}

static void
ask_fetch (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  g_autoptr (GError) error = NULL;
  if (!check_anchors (message, &error)) {
    kithd_answer_error (conn, message->id, error, 0);
    return;
  }
  KithdRead *read = begin_read (d, conn, message, KITHD_READ_FETCH_BEFORE);
  if (read == NULL)
    return;
  choose_fetch (message, read);
  read->limit = kithd_page_limit (message, 50);
  read->suffix = withheld (kithd_dispatch_conversation (d), read->ranges);
  kithd_dispatch_read (d, conn, message, read);
}

static void
ask_pins (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  KithdRead *read = begin_read (d, conn, message, KITHD_READ_PINS);
  if (read == NULL)
    return;
  read->anchor = kith_value_integer (message->values, "before", KITH_INTEGER_MAX);
  read->limit = kithd_page_limit (message, KITH_PINS_MAX);
  kithd_dispatch_read (d, conn, message, read);
}

static void
ask_versions (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  KithdRead *read = begin_read (d, conn, message, KITHD_READ_VERSIONS);
  if (read == NULL)
    return;
  read->anchor = kith_value_integer (message->values, "target", 0);
  read->limit = KITH_PAGE_MAX;
  if (kithd_rules_readable_contains (read->ranges, read->anchor)) {
    kithd_dispatch_read (d, conn, message, read);
    return;
  }
  kithd_read_free (read);
  kithd_answer_refuse (conn, message, KITH_ERROR_NOT_FOUND, "There is no such message.");
}

/* Where somebody may not see everything that was done to a message that they see. */
static KithdSearch *
partial_places (const KithdDispatch *d, const KithdAccount *account)
{
  KithdSearch *search = kithd_search_new ();
  GHashTableIter iter;
  gpointer id;
  g_hash_table_iter_init (&iter, account->members);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    const KithdConversation *conversation = kithd_domain_conversation (d->parts.domain, *(const gint64 *) id);
    if (conversation->record.since_join && kithd_conversation_member_in (conversation, account->record.id) != NULL)
      kithd_rules_readable (conversation, account->record.id, kithd_search_add_place (search, *(const gint64 *) id)->ranges, NULL);
  }
  return search;
}

static void
ask_mentions (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  KithdRead *read = kithd_read_new (KITHD_READ_MENTIONS, kithd_conn_account (conn));
  read->search = partial_places (d, kithd_dispatch_account (d, conn));
  read->anchor = kith_value_integer (message->values, "before", 0);
  read->limit = kithd_page_limit (message, 50);
  kithd_dispatch_read (d, conn, message, read);
}

/* In a larger conversation only an urgent message of one's own, or of everybody's for who moderates; of what is said to everybody likewise,
 * urgent or not: the store looks. */
static void
ask_seen_by (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const KithdConversation *conversation = kithd_dispatch_conversation (d);
  const KithdAccount *me = kithd_dispatch_account (d, conn);
  g_autoptr (GError) error = NULL;
  gint64 nothing = 0;
  if (!kithd_rules_may (conversation, me, KITHD_EVENT_MESSAGE, NULL, d->parts.settings, &nothing, &error)) {
    kithd_answer_error (conn, message->id, error, 0);
    return;
  }
  KithdRead *read = begin_read (d, conn, message, KITHD_READ_SEEN_BY);
  if (read == NULL)
    return;
  read->anchor = kith_value_integer (message->values, "target", 0);
  read->upto = kith_value_id (message->values, "after", 'u');
  read->limit = kithd_page_limit (message, KITH_PAGE_MAX / 2);
  gboolean small = conversation->n_in <= KITH_RECEIPTS_MEMBERS_MAX, broadcasts = conversation->record.kind == KITHD_BROADCASTS;
  read->any_message = small || broadcasts;
  read->any_sender = (small && !broadcasts) || kithd_rules_may_moderate (conversation, me);
  read->none = me->record.receipts_off;
  read->suffix = g_strdup_printf (",\"of\":%u", MAX (conversation->n_in, 1) - 1);
  kithd_dispatch_read (d, conn, message, read);
}

static void
ask_mark (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  g_autoptr (GError) error = NULL;
  const KithValue *root = message->values;
  gint64 nothing = 0;
  if (kith_value_has (root, "read") == kith_value_has (root, "unread_from"))
    g_set_error_literal (&error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "Give either \"read\" or \"unread_from\".");
  else
    kithd_rules_may (kithd_dispatch_conversation (d), kithd_dispatch_account (d, conn), KITHD_EVENT_MESSAGE, NULL,
                     d->parts.settings, &nothing, &error);
  if (error != NULL) {
    kithd_answer_error (conn, message->id, error, 0);
    return;
  }
  KithdChange *change = kithd_change_new (KITHD_CHANGE_MARK, kithd_conn_account (conn));
  change->conversation = kith_value_id (root, "conversation", 'c');
  change->read = kith_value_integer (root, "read", 0);
  change->unread_from = kith_value_integer (root, "unread_from", 0);
  KithdAccount *me = kithd_dispatch_account (d, conn);
  GError *refusal = NULL;
  if (!kithd_rate_take (&me->marking, MARKS_PER_SECOND, G_USEC_PER_SEC, MARKS_BURST, d->now, &change->retry_after_us))
    refusal = g_error_new_literal (KITH_ERROR, KITH_ERROR_RATE_LIMITED, kith_error_sentence (KITH_ERROR_RATE_LIMITED));
  change->shows = kithd_shows_progress (kithd_dispatch_account (d, conn));
  if (refusal == NULL)
    kithd_report_progress (d, kithd_dispatch_conversation (d), me, change->read, change->read);
  kithd_dispatch_submit (d, conn, message, change, refusal);
}

static void
answer_mark (KithdDispatch *d, KithdConn *conn, KithdChange *change)
{
  const KithdConversation *conversation = kithd_domain_conversation (d->parts.domain, change->conversation);
  const KithdMember *member = kithd_conversation_member (conversation, change->actor);
  json_object *answer = kithd_answer_new (change->request);
  kith_add_integer (answer, "read", member->record.read);
  kith_add_integer (answer, "unread", kithd_member_unread (member, conversation));
  kith_add_integer (answer, "mentions", kithd_member_mentions (member));
  kithd_answer_send (conn, answer);
}

const KithdCommand kithd_reading_commands[] = {
  { "fetch", ask_fetch, NULL, NULL },
  { "versions", ask_versions, NULL, NULL },
  { "pins", ask_pins, NULL, NULL },
  { "mentions", ask_mentions, NULL, NULL },
  { "seen_by", ask_seen_by, NULL, NULL },
  { "mark", ask_mark, answer_mark, NULL },
  { NULL, NULL, NULL, NULL },
};
