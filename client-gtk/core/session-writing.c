/* session-writing.c - what the person writes goes into the outbox of the headless client and shows in the log.
 *
 * A message that is refused for good is kept (session-failed.c). What was done to a message is shown at once, and taken
 * back by asking for the message when it is refused. */
#include "core/session-private.h"

#include "core/log-private.h"
#include "core/post-private.h"
#include "core/rights.h"

#include "proto/message.h"

#include <glib/gi18n.h>
#include <string.h>

#define NAME_WORDS 6 /* of a full name behind "@" */
#define EVERYBODY "@all"

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
is_word_end (const char *at)
{
  return *at == '\0' || (!g_unichar_isalnum (g_utf8_get_char (at)) && strchr ("-_", *at) == NULL);
}

/* "@all", by somebody whom the server lets do it; written by others it is a word. */
static gboolean
mentions_all (KithSession *session, KithChat *chat, const char *text)
{
  if (kith_chat_kind (chat) == KITH_KIND_ROOM && !kith_rights_may (session, chat, KITH_RIGHT_MODERATE))
    return FALSE;
  for (const char *at = strstr (text, EVERYBODY); at != NULL; at = strstr (at + 1, EVERYBODY))
    if ((at == text || !g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (at)))) &&
        is_word_end (at + strlen (EVERYBODY)))
      return TRUE;
  return FALSE;
}

/* mentions: what find_mentions has found, to be kept as long as the draft. */
static KithDraft
make_draft (KithSession *session, KithChat *chat, const char *text, gint64 reply_to, const GArray *mentions)
{
  return (KithDraft){.text = text,
                     .reply_to = reply_to,
                     .mentions = (const gint64 *) (gconstpointer) mentions->data,
                     .n_mentions = mentions->len,
                     .all = mentions_all (session, chat, text)};
}

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

static gboolean
post (KithSession *session, KithChat *chat, const char *text, gint64 reply_to, gboolean urgent, GError **error)
{
  if (!check_chat (chat, error) || !check_text (session, text, error))
    return FALSE;
  g_autoptr (GArray) mentions = find_mentions (session, text);
  KithDraft draft = make_draft (session, chat, text, reply_to, mentions);
  draft.urgent = urgent;
  guint64 key = kith_client_post (session->client, kith_chat_id (chat), &draft, error);
  if (key == 0)
    return FALSE;
  show_entry (session, chat, key);
  return TRUE;
}

gboolean
kith_session_post (KithSession *session, KithChat *chat, const char *text, gint64 reply_to, GError **error)
{
  return post (session, chat, text, reply_to, FALSE, error);
}

gboolean
kith_session_post_urgent (KithSession *session, KithChat *chat, const char *text, gint64 reply_to, GError **error)
{
  return post (session, chat, text, reply_to, TRUE, error);
}

json_object *
kith_session_broadcast (KithSession *session, const char *text, gboolean urgent, GError **error)
{
  if (!check_text (session, text, error))
    return NULL;
  g_autoptr (GArray) mentions = find_mentions (session, text);
  const KithDraft draft = {.text = text,
                           .mentions = (const gint64 *) (gconstpointer) mentions->data,
                           .n_mentions = mentions->len,
                           .urgent = urgent};
  return kith_client_broadcast_message (&draft);
}

static gboolean
alter (KithSession *session, KithChat *chat, KithPost *post, const KithDraft *draft, GError **error)
{
  KithDraft altered = *draft;
  altered.reply_to = post->reply_to;
  altered.urgent = post->urgent;
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
  KithDraft draft = make_draft (session, chat, text, 0, mentions);
  if (post->key != 0)
    return alter (session, chat, post, &draft, error);
  guint64 key = kith_client_edit (session->client, kith_chat_id (chat), post->seq, &draft, error);
  if (key != 0)
    show_entry (session, chat, key);
  return key != 0;
}

static void
drop_failed (KithSession *session, KithChat *chat, guint64 key)
{
  KithLog *log = log_of (session, chat);
  kith_session_forget_failed (session, key);
  if (log != NULL)
    kith_log_drop_entry (log, key);
  kith_session_stir (session);
}

/* Position; -1: none. */
static int
find_going (KithSession *session, gint64 conversation, gint64 seq)
{
  for (guint i = 0; i < session->going->len; i++) {
    const KithGoing *going = g_ptr_array_index (session->going, i);
    if (going->conversation == conversation && going->seq == seq)
      return (int) i;
  }
  return -1;
}

gboolean
kith_session_is_going (KithSession *session, gint64 conversation, gint64 seq)
{
  return find_going (session, conversation, seq) >= 0;
}

static void
show_going (KithSession *session, KithChat *chat, gint64 seq, gboolean going)
{
  KithLog *log = log_of (session, chat);
  KithPost *line = log != NULL ? kith_log_line (log, seq) : NULL;
  if (line == NULL)
    return;
  kith_post_set_going (line, going);
  kith_log_touch (log, line);
  kith_session_stir (session);
}

void
kith_session_set_going (KithSession *session, KithChat *chat, KithPost *post, gboolean going)
{
  int at = find_going (session, kith_chat_id (chat), post->seq);
  if (post->seq == 0 || going == (at >= 0))
    return;
  if (going) {
    const KithGoing place = {kith_chat_id (chat), post->seq};
    g_ptr_array_add (session->going, g_memdup2 (&place, sizeof place));
  } else {
    g_ptr_array_remove_index (session->going, (guint) at);
  }
  show_going (session, chat, post->seq, going);
}

gboolean
kith_session_delete (KithSession *session, KithChat *chat, KithPost *post, GError **error)
{
  guint64 key = post->key;
  if (key != 0 && kith_session_is_failed (session, key)) {
    drop_failed (session, chat, key);
    return TRUE;
  }
  if (key != 0) {
    if (!kith_client_cancel (session->client, key, error))
      return FALSE;
    drop_failed (session, chat, key);
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
  if (!kith_session_is_failed (session, key)) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_STATE, "%s", _ ("This message waits to be sent already."));
    return FALSE;
  }
  KithDraft draft = make_draft (session, chat, post->text, post->reply_to, post->mentions);
  draft.urgent = post->urgent;
  guint64 again = kith_client_post (session->client, kith_chat_id (chat), &draft, error);
  if (again == 0)
    return FALSE;
  drop_failed (session, chat, key);
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
    kith_session_keep_failed (session, entry);
  else if (entry->state == KITH_ENTRY_REFUSED)
    kith_session_tell (session, KITH_SIGNAL_NOTICE, entry->error->message, NULL);
  if (log != NULL)
    kith_log_take_entry (log, entry);
  if (entry->state == KITH_ENTRY_ACKNOWLEDGED)
    count_sent (session);
  kith_session_stir (session);
}
