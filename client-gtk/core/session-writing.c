/* session-writing.c - what the person writes goes into the outbox of the headless client and shows in the log.
 *
 * A request that the server refuses for good leaves the outbox; a message is kept here then, until it is tried again or
 * deleted. What was done to a message is shown at once, and taken back by asking for the message when it is refused. */
#include "core/session-private.h"

#include "core/log-private.h"
#include "core/post-private.h"

#include "proto/message.h"

#include <glib/gi18n.h>
#include <string.h>

#define NAME_WORDS 6 /* of a full name behind "@" */
#define FAILED_MAX 1000

/* Mentions. */

static GHashTable *
make_names (KithSession *session)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (session->roster));
  for (guint i = 0; i < n; i++) {
    g_autoptr (KithContact) contact = g_list_model_get_item (G_LIST_MODEL (session->roster), i);
    char *folded = g_utf8_casefold (kith_contact_name (contact), -1);
    if (g_hash_table_contains (names, folded))
      g_free (folded);
    else
      g_hash_table_insert (names, folded, contact);
  }
  return names;
}

/* The end of one more word from at on, spaces before it included. */
static const char *
word_end (const char *at)
{
  while (*at == ' ')
    at++;
  while (*at != '\0' && (g_unichar_isalnum (g_utf8_get_char (at)) || g_unichar_ismark (g_utf8_get_char (at)) ||
                         (*at != '\0' && strchr ("-_.'", *at) != NULL)))
    at = g_utf8_next_char (at);
  return at;
}

/* Whom "@…" means: the longest name of somebody, or a handle; a full stop behind it is none of it. */
static KithContact *
find_named (KithSession *session, const char *at)
{
  KithContact *found = NULL;
  const char *end = at;
  if (session->names == NULL)
    session->names = make_names (session);
  for (guint i = 0; i < NAME_WORDS; i++) {
    const char *next = word_end (end);
    if (next == end)
      break;
    end = next;
    g_autofree char *name = g_strndup (at, (gsize) (end - at));
    KithContact *by_handle = i == 0 ? kith_session_contact_by_handle (session, name) : NULL;
    g_autofree char *folded = NULL;
    for (gsize length = strlen (name); i == 0 && by_handle == NULL && length > 0 && name[length - 1] == '.';) {
      name[--length] = '\0';
      by_handle = kith_session_contact_by_handle (session, name);
    }
    folded = g_utf8_casefold (name, -1);
    KithContact *by_name = g_hash_table_lookup (session->names, folded);
    found = by_name != NULL ? by_name : found != NULL ? found : by_handle;
  }
  return found;
}

static gboolean
holds (const GArray *accounts, gint64 account)
{
  for (guint i = 0; i < accounts->len; i++)
    if (g_array_index (accounts, gint64, i) == account)
      return TRUE;
  return FALSE;
}

/* gint64, none twice. */
static GArray *
find_mentions (KithSession *session, const char *text)
{
  GArray *mentions = g_array_new (FALSE, FALSE, sizeof (gint64));
  const char *before = NULL;
  for (const char *at = text; *at != '\0' && mentions->len < KITH_MENTIONS_MAX; at = g_utf8_next_char (at)) {
    gboolean inside = before != NULL && g_unichar_isalnum (g_utf8_get_char (before));
    before = at;
    KithContact *named = *at == '@' && !inside ? find_named (session, at + 1) : NULL;
    gint64 account = named != NULL ? kith_contact_id (named) : 0;
    if (account != 0 && !holds (mentions, account))
      g_array_append_val (mentions, account);
  }
  return mentions;
}

/* Drafts. */

static gboolean
check_text (KithSession *session, const char *text, GError **error)
{
  gint64 max = kith_client_text_max (session->client);
  g_autofree char *bare = g_strstrip (g_strdup (text));
  if (*bare == '\0')
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "%s",
                 _ ("There is nothing to send. Write something first."));
  else if ((gint64) strlen (text) > max)
    g_set_error (error, KITH_ERROR, KITH_ERROR_TOO_LARGE,
                 _ ("The message is too long: %u of at most %u bytes. Send it in parts."), (guint) strlen (text),
                 (guint) max);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_chat (KithChat *chat, GError **error)
{
  if (kith_chat_id (chat) != 0)
    return TRUE;
  g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_STATE, "%s",
               _ ("This conversation has not begun yet. Open it first."));
  return FALSE;
}

static KithLog *
log_of (KithSession *session, KithChat *chat)
{
  return kith_session_find_log (session, chat);
}

static void
show_entry (KithSession *session, KithChat *chat, guint64 key)
{
  const KithOutboxEntry *entry = kith_outbox_find (kith_client_outbox (session->client), key);
  KithLog *log = log_of (session, chat);
  if (entry != NULL && log != NULL)
    kith_log_take_entry (log, entry);
  kith_session_stir (session);
}

gboolean
kith_session_post (KithSession *session, KithChat *chat, const char *text, gint64 reply_to, GError **error)
{
  if (!check_chat (chat, error) || !check_text (session, text, error))
    return FALSE;
  g_autoptr (GArray) mentions = find_mentions (session, text);
  KithDraft draft = {text, reply_to, (const gint64 *) (gconstpointer) mentions->data, mentions->len};
  guint64 key = kith_client_post (session->client, kith_chat_id (chat), &draft, error);
  if (key == 0)
    return FALSE;
  show_entry (session, chat, key);
  return TRUE;
}

static gboolean
alter (KithSession *session, KithChat *chat, KithPost *post, const KithDraft *draft, GError **error)
{
  KithDraft altered = *draft;
  altered.reply_to = post->reply_to;
  if (!kith_client_alter (session->client, post->key, &altered, error))
    return FALSE;
  show_entry (session, chat, post->key);
  return TRUE;
}

gboolean
kith_session_edit (KithSession *session, KithChat *chat, KithPost *post, const char *text, GError **error)
{
  if (!check_chat (chat, error) || !check_text (session, text, error))
    return FALSE;
  g_autoptr (GArray) mentions = find_mentions (session, text);
  KithDraft draft = {text, 0, (const gint64 *) (gconstpointer) mentions->data, mentions->len};
  if (post->key != 0)
    return alter (session, chat, post, &draft, error);
  guint64 key = kith_client_edit (session->client, kith_chat_id (chat), post->seq, &draft, error);
  if (key != 0)
    show_entry (session, chat, key);
  return key != 0;
}

/* Failed ones. */

static gboolean
is_failed (KithSession *session, guint64 key)
{
  return g_hash_table_contains (session->failed, &key);
}

static void
keep_failed (KithSession *session, const KithOutboxEntry *entry)
{
  json_object *copy = NULL;
  if (g_hash_table_size (session->failed) >= FAILED_MAX || json_object_deep_copy (entry->request, &copy, NULL) != 0)
    return;
  kith_add_string (copy, "why", entry->error->message);
  g_hash_table_insert (session->failed, g_memdup2 (&entry->key, sizeof entry->key), copy);
}

static void
forget_failed (KithSession *session, KithChat *chat, guint64 key)
{
  KithLog *log = log_of (session, chat);
  g_hash_table_remove (session->failed, &key);
  if (log != NULL)
    kith_log_drop_entry (log, key);
  kith_session_stir (session);
}

gboolean
kith_session_delete (KithSession *session, KithChat *chat, KithPost *post, GError **error)
{
  guint64 key = post->key;
  if (key != 0 && is_failed (session, key)) {
    forget_failed (session, chat, key);
    return TRUE;
  }
  if (key != 0) {
    if (!kith_client_cancel (session->client, key, error))
      return FALSE;
    forget_failed (session, chat, key);
    return TRUE;
  }
  guint64 entry = kith_client_delete (session->client, kith_chat_id (chat), post->seq, error);
  if (entry != 0)
    show_entry (session, chat, entry);
  return entry != 0;
}

/* Written anew, behind what waits: its old number was used up by the refusal. */
gboolean
kith_session_retry (KithSession *session, KithChat *chat, KithPost *post, GError **error)
{
  guint64 key = post->key;
  if (!is_failed (session, key)) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_STATE, "%s", _ ("This message waits to be sent already."));
    return FALSE;
  }
  KithDraft draft = {post->text, post->reply_to, (const gint64 *) (gconstpointer) post->mentions->data,
                     post->mentions->len};
  guint64 again = kith_client_post (session->client, kith_chat_id (chat), &draft, error);
  if (again == 0)
    return FALSE;
  forget_failed (session, chat, key);
  show_entry (session, chat, again);
  return TRUE;
}

static gboolean
check_stored (KithPost *post, GError **error)
{
  if (post->seq != 0 && post->kind == KITH_POST_MESSAGE)
    return TRUE;
  g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_STATE, "%s",
               _ ("The server does not have this message yet. Wait until it was sent."));
  return FALSE;
}

gboolean
kith_session_react (KithSession *session, KithChat *chat, KithPost *post, const char *emoji, gboolean on,
                    GError **error)
{
  guint64 key = check_stored (post, error)
                    ? kith_client_react (session->client, kith_chat_id (chat), post->seq, emoji, on, error)
                    : 0;
  if (key != 0)
    show_entry (session, chat, key);
  return key != 0;
}

gboolean
kith_session_pin_post (KithSession *session, KithChat *chat, KithPost *post, gboolean on, GError **error)
{
  guint64 key = check_stored (post, error)
                    ? kith_client_set_pinned (session->client, kith_chat_id (chat), post->seq, on, error)
                    : 0;
  if (key != 0)
    show_entry (session, chat, key);
  return key != 0;
}

/* What became of an entry. */

static void
count_sent (KithSession *session)
{
  session->sent++;
  if (session->unsent == 0 || kith_outbox_count (kith_client_outbox (session->client)) > 0)
    return;
  kith_session_tell_sent (session, session->sent);
  session->unsent = 0;
}

void
kith_session_on_entry (KithSession *session, const KithOutboxEntry *entry)
{
  KithChat *chat = kith_session_chat (session, entry->conversation);
  KithLog *log = chat != NULL ? log_of (session, chat) : NULL;
  gboolean message = g_strcmp0 (kith_member_string (entry->request, "type"), "post") == 0;
  if (entry->state == KITH_ENTRY_REFUSED && message)
    keep_failed (session, entry);
  else if (entry->state == KITH_ENTRY_REFUSED)
    kith_session_tell (session, KITH_SIGNAL_NOTICE, entry->error->message, NULL);
  if (log != NULL)
    kith_log_take_entry (log, entry);
  if (entry->state == KITH_ENTRY_ACKNOWLEDGED)
    count_sent (session);
  kith_session_stir (session);
}

/* Waiting ones and failed ones, in the order of their keys. */

typedef struct {
  guint64 key;
  json_object *request; /* borrowed */
  gboolean written;
  const char *error;
} Waiting;

typedef struct {
  gint64 conversation;
  GArray *entries;
} Gathering;

static void
gather (const KithOutboxEntry *entry, gpointer data)
{
  Gathering *gathering = data;
  Waiting waiting = {entry->key, entry->request, entry->state == KITH_ENTRY_WRITTEN, NULL};
  if (entry->conversation == gathering->conversation)
    g_array_append_val (gathering->entries, waiting);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  guint64 x = ((const Waiting *) a)->key, y = ((const Waiting *) b)->key;
  return (x > y) - (x < y);
}

void
kith_session_each_waiting (KithSession *session, gint64 conversation, KithWaitingFunc func, gpointer data)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Waiting));
  Gathering gathering = {conversation, entries};
  GHashTableIter iter;
  gpointer key, request;
  kith_outbox_foreach (kith_client_outbox (session->client), gather, &gathering);
  g_hash_table_iter_init (&iter, session->failed);
  while (g_hash_table_iter_next (&iter, &key, &request)) {
    Waiting waiting = {*(guint64 *) key, request, TRUE, kith_member_string (request, "why")};
    if (kith_member_id (request, "conversation", 'c') == conversation)
      g_array_append_val (entries, waiting);
  }
  g_array_sort (entries, compare_keys);
  for (guint i = 0; i < entries->len; i++) {
    const Waiting *waiting = &g_array_index (entries, Waiting, i);
    func (waiting->key, waiting->request, waiting->written, waiting->error, data);
  }
}
