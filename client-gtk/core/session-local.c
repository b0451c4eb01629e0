/* session-local.c - what this computer knows of a chat beside the server: draft, muted, which was shown last. */
#include "core/session-private.h"

#include "core/chat-private.h"

#define LAST "last"

/* What belongs to a person stays theirs when there is a conversation with them at last. */
static gint64
local_id (KithChat *chat)
{
  return kith_chat_contact (chat) != NULL ? 0 : kith_chat_id (chat);
}

static char *
local_what (const char *what, KithChat *chat)
{
  KithContact *contact = kith_chat_contact (chat);
  return contact != NULL ? g_strdup_printf ("%s-to-%" G_GINT64_FORMAT, what, kith_contact_id (contact))
                         : g_strdup (what);
}

static char *
local_name (const char *what, KithChat *chat)
{
  g_autofree char *whose = local_what (what, chat);
  return g_strdup_printf ("%s %" G_GINT64_FORMAT, whose, local_id (chat));
}

static void
on_local (const char *what, gint64 conversation, const char *value, gpointer data)
{
  KithSession *session = data;
  if (kith_session_load_failed (session, what, value))
    return;
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
  g_autofree char *whose = local_what (what, chat);
  kith_cache_set_local (session->cache, whose, local_id (chat), value);
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

KithChat *
kith_session_last_chat (KithSession *session)
{
  const char *kept = g_hash_table_lookup (session->locals, LAST " 0");
  KithChat *chat = kept != NULL ? kith_session_chat (session, g_ascii_strtoll (kept, NULL, 10)) : NULL;
  return chat != NULL && kith_chats_position (session->list, chat) != G_MAXUINT ? chat : NULL;
}

void
kith_session_set_last_chat (KithSession *session, KithChat *chat)
{
  if (kith_chat_id (chat) == 0 || kith_session_last_chat (session) == chat)
    return;
  g_autofree char *value = g_strdup_printf ("%" G_GINT64_FORMAT, kith_chat_id (chat));
  kith_cache_set_local (session->cache, LAST, 0, value);
  g_hash_table_insert (session->locals, g_strdup (LAST " 0"), g_steal_pointer (&value));
}
