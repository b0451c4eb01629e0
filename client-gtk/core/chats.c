/* chats.c - every chat under a key that says its section and its place in it (sorted.h). */
#include "core/chats-private.h"

#include "core/sorted.h"

#define BROADCASTS_KEY "0"
#define LOBBY_KEY "1"
#define ROOMS_KEY "2"
#define PEOPLE_KEY "3"

struct _KithChats {
  GObject parent;
  KithChatsOrder order;
  KithSorted *sorted;
  GHashTable *all;       /* KithChat, referenced */
  GHashTable *strangers; /* those of them without a conversation; borrowed */
  gboolean crowded;      /* more than KITH_CHATS_PEOPLE of them */
};

static GType
chats_item_type (GListModel *model)
{
  return KITH_TYPE_CHAT;
}

static guint
chats_n_items (GListModel *model)
{
  return kith_sorted_length (KITH_CHATS (model)->sorted);
}

static gpointer
chats_item (GListModel *model, guint position)
{
  gpointer chat = kith_sorted_get (KITH_CHATS (model)->sorted, position);
  return chat != NULL ? g_object_ref (chat) : NULL;
}

static void
model_init (GListModelInterface *interface)
{
  interface->get_item_type = chats_item_type;
  interface->get_n_items = chats_n_items;
  interface->get_item = chats_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (KithChats, kith_chats, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, model_init))

static void
kith_chats_finalize (GObject *object)
{
  KithChats *chats = KITH_CHATS (object);
  kith_sorted_free (chats->sorted);
  g_hash_table_unref (chats->strangers);
  g_hash_table_unref (chats->all);
  G_OBJECT_CLASS (kith_chats_parent_class)->finalize (object);
}

static void
kith_chats_class_init (KithChatsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kith_chats_finalize;
}

static void
kith_chats_init (KithChats *chats)
{
  chats->sorted = kith_sorted_new (G_LIST_MODEL (chats));
  chats->all = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  chats->strangers = g_hash_table_new (NULL, NULL);
}

KithChats *
kith_chats_new (void)
{
  return g_object_new (KITH_TYPE_CHATS, NULL);
}

gboolean
kith_chat_is_lobby (KithChat *chat)
{
  return kith_chat_kind (chat) == KITH_KIND_ROOM && g_ascii_strcasecmp (kith_chat_title (chat), KITH_LOBBY_NAME) == 0;
}

static gboolean
is_open (KithChat *chat)
{
  return g_str_equal (kith_chat_state (chat), "member");
}

/* By name, and by id where names are alike. */
static char *
name_key (const char *section, KithChat *chat)
{
  g_autofree char *name = g_utf8_casefold (kith_chat_title (chat), -1);
  g_autofree char *key = g_utf8_collate_key (name, -1);
  KithContact *contact = kith_chat_contact (chat);
  return g_strdup_printf ("%s%s\x01%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", section, key,
                          (guint64) kith_chat_id (chat), (guint64) (contact != NULL ? kith_contact_id (contact) : 0));
}

static gboolean
is_stranger_shown (KithChats *chats, KithChat *chat)
{
  KithContact *contact = kith_chat_contact (chat);
  return !chats->crowded && contact != NULL && !kith_contact_is_deleted (contact) &&
         !kith_contact_is_blocked (contact) && !kith_contact_is_me (contact);
}

static char *
section_key (KithChats *chats, KithChat *chat)
{
  if (kith_chat_id (chat) == 0)
    return is_stranger_shown (chats, chat) ? name_key (PEOPLE_KEY, chat) : NULL;
  if (kith_chat_kind (chat) == KITH_KIND_BROADCASTS)
    return name_key (BROADCASTS_KEY, chat);
  if (kith_chat_kind (chat) != KITH_KIND_ROOM)
    return is_open (chat) ? name_key (PEOPLE_KEY, chat) : NULL;
  if (!is_open (chat) && !g_str_equal (kith_chat_state (chat), "invited"))
    return NULL;
  return name_key (kith_chat_is_lobby (chat) ? LOBBY_KEY : ROOMS_KEY, chat);
}

static char *
recent_key (KithChat *chat)
{
  if (kith_chat_id (chat) == 0 || !is_open (chat))
    return NULL;
  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x",
                          (guint64) (G_MAXINT64 - kith_chat_last_at (chat)), (guint64) kith_chat_id (chat));
}

static void
place (KithChats *chats, KithChat *chat)
{
  kith_sorted_put (chats->sorted, chat,
                   chats->order == KITH_CHATS_RECENT ? recent_key (chat) : section_key (chats, chat));
}

static void
place_each (KithChats *chats, GHashTable *which)
{
  GHashTableIter iter;
  gpointer chat;
  g_hash_table_iter_init (&iter, which);
  while (g_hash_table_iter_next (&iter, &chat, NULL))
    place (chats, chat);
}

static void
count_strangers (KithChats *chats)
{
  gboolean crowded = g_hash_table_size (chats->strangers) > KITH_CHATS_PEOPLE;
  if (crowded == chats->crowded)
    return;
  chats->crowded = crowded;
  place_each (chats, chats->strangers);
}

void
kith_chats_put (KithChats *chats, KithChat *chat)
{
  if (!g_hash_table_contains (chats->all, chat))
    g_hash_table_add (chats->all, g_object_ref (chat));
  if (kith_chat_id (chat) == 0)
    g_hash_table_add (chats->strangers, chat);
  else
    g_hash_table_remove (chats->strangers, chat);
  count_strangers (chats);
  place (chats, chat);
}

void
kith_chats_remove (KithChats *chats, KithChat *chat)
{
  g_hash_table_remove (chats->strangers, chat);
  kith_sorted_put (chats->sorted, chat, NULL);
  g_hash_table_remove (chats->all, chat);
  count_strangers (chats);
}

void
kith_chats_flush (KithChats *chats)
{
  kith_sorted_flush (chats->sorted);
}

void
kith_chats_set_order (KithChats *chats, KithChatsOrder order)
{
  if (order == chats->order)
    return;
  chats->order = order;
  place_each (chats, chats->all);
  kith_sorted_flush (chats->sorted);
}

KithChatsOrder
kith_chats_order (KithChats *chats)
{
  return chats->order;
}

guint
kith_chats_n_rooms (KithChats *chats)
{
  return chats->order == KITH_CHATS_SECTIONS ? kith_sorted_count_below (chats->sorted, PEOPLE_KEY) : 0;
}

guint
kith_chats_position (KithChats *chats, KithChat *chat)
{
  return kith_sorted_position (chats->sorted, chat);
}
