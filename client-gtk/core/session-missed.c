/* session-missed.c - messages that came while there was no connection: what was unread when it was lost is compared
 * with what is after the next sync. A start of the program is none: then the window is looked at. */
#include "core/session-private.h"

#define TOLD_MAX 5 /* conversations; the list shows the others */

/* The first loss counts, however often a connection comes and goes before a sync is over. */
void
kith_session_note_unread (KithSession *session)
{
  GHashTableIter iter;
  gpointer id, chat;
  if (session->before != NULL)
    return;
  session->before = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, session->chats);
  while (g_hash_table_iter_next (&iter, &id, &chat)) {
    gint64 unread = kith_chat_unread (chat);
    g_hash_table_insert (session->before, g_memdup2 (id, sizeof (gint64)), g_memdup2 (&unread, sizeof unread));
  }
}

static gint
by_weight (gconstpointer a, gconstpointer b)
{
  KithChat *one = *(KithChat *const *) a, *other = *(KithChat *const *) b;
  gboolean mentions = kith_chat_mentions (one) > 0, other_mentions = kith_chat_mentions (other) > 0;
  gboolean room = kith_chat_kind (one) == KITH_KIND_ROOM, other_room = kith_chat_kind (other) == KITH_KIND_ROOM;
  if (mentions != other_mentions)
    return mentions ? -1 : 1;
  if (room != other_room)
    return room ? 1 : -1;
  return kith_chat_last (one) > kith_chat_last (other) ? -1 : kith_chat_last (one) < kith_chat_last (other);
}

static gboolean
has_missed (KithChat *chat, const gint64 *before)
{
  return kith_chat_unread (chat) > (before != NULL ? *before : 0) && !kith_chat_is_muted (chat) &&
         g_str_equal (kith_chat_state (chat), "member");
}

void
kith_session_tell_missed (KithSession *session)
{
  g_autoptr (GHashTable) before = g_steal_pointer (&session->before);
  g_autoptr (GPtrArray) missed = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer id, chat;
  if (before == NULL)
    return;
  g_hash_table_iter_init (&iter, session->chats);
  while (g_hash_table_iter_next (&iter, &id, &chat))
    if (has_missed (chat, g_hash_table_lookup (before, id)))
      g_ptr_array_add (missed, chat);
  g_ptr_array_sort (missed, by_weight);
  for (guint i = 0; i < missed->len && i < TOLD_MAX; i++)
    kith_session_tell_chat (session, KITH_SIGNAL_MISSED, missed->pdata[i], NULL);
}
