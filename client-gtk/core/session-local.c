/* session-local.c - what this computer knows of a chat beside the server: draft, muted, and its last message in a line.
 */
#include "core/session-private.h"

#include "core/chat-private.h"
#include "core/chats-private.h"
#include "core/rich.h"

#include "proto/message.h"

#include <glib/gi18n.h>
#include <string.h>

#define PREVIEW_CHARACTERS 120

/* Kept. */

static char *
local_name (const char *what, KithChat *chat)
{
  gint64 id = kith_chat_id (chat);
  return id != 0 ? g_strdup_printf ("%s %" G_GINT64_FORMAT, what, id)
                 : g_strdup_printf ("%s-to-%" G_GINT64_FORMAT " 0", what, kith_contact_id (kith_chat_contact (chat)));
}

static void
on_local (const char *what, gint64 conversation, const char *value, gpointer data)
{
  KithSession *session = data;
  g_hash_table_insert (session->locals, g_strdup_printf ("%s %" G_GINT64_FORMAT, what, conversation), g_strdup (value));
}

void
kith_session_load_locals (KithSession *session)
{
  kith_cache_each_local (session->cache, on_local, session);
  const char *name = g_hash_table_lookup (session->locals, "server-name 0");
  if (name != NULL) {
    g_free (session->server_name);
    session->server_name = g_strdup (name);
  }
}

static void
keep_local (KithSession *session, const char *what, KithChat *chat, const char *value)
{
  g_autofree char *name = local_name (what, chat);
  char *space = strrchr (name, ' ');
  *space = '\0';
  kith_cache_set_local (session->cache, name, kith_chat_id (chat), value);
}

static void
on_draft (KithChat *chat, GParamSpec *spec, gpointer data)
{
  const char *draft = kith_chat_draft (chat);
  keep_local (data, "draft", chat, *draft != '\0' ? draft : NULL);
}

static void
on_muted (KithChat *chat, GParamSpec *spec, gpointer data)
{
  KithSession *session = data;
  keep_local (session, "muted", chat, kith_chat_is_muted (chat) ? "1" : NULL);
  session->new_totals = TRUE;
  kith_session_stir (session);
}

void
kith_session_adopt (KithSession *session, KithChat *chat)
{
  g_autofree char *draft = local_name ("draft", chat), *muted = local_name ("muted", chat);
  const char *kept = g_hash_table_lookup (session->locals, draft);
  if (kept != NULL)
    kith_chat_set_draft (chat, kept);
  kith_chat_set_muted (chat, g_hash_table_contains (session->locals, muted));
  g_signal_connect (chat, "notify::draft", G_CALLBACK (on_draft), session);
  g_signal_connect (chat, "notify::muted", G_CALLBACK (on_muted), session);
}

/* Previews. */

static char *
preview_of (KithSession *session, KithChat *chat, json_object *event)
{
  gint64 from = kith_member_id (event, "from", 'u');
  json_object *body = kith_member_object (event, "body");
  const char *text = body != NULL ? kith_member_string (body, "text") : NULL;
  g_autofree char *line = kith_rich_one_line (text != NULL ? text : "", PREVIEW_CHARACTERS);
  if (kith_member_boolean (event, "deleted", FALSE))
    return g_strdup (_ ("Message deleted"));
  if (kith_chat_kind (chat) == KITH_KIND_NOTES || (kith_chat_contact (chat) != NULL && from != session->me))
    return g_steal_pointer (&line);
  return g_strdup_printf (
      "%s: %s", from == session->me ? _ ("You") : kith_contact_name (kith_session_contact (session, from)), line);
}

void
kith_session_show_preview (KithSession *session, gint64 conversation, json_object *event)
{
  KithChat *chat = kith_session_chat (session, conversation);
  if (chat == NULL)
    return;
  kith_chat_set_preview (chat, kith_member_integer (event, "seq", 0), kith_member_integer (event, "at", 0),
                         preview_of (session, chat, event));
  kith_chats_put (session->list, chat);
}
