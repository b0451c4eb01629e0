#include "widgets/switcher-results.h"

#include "core/fuzzy.h"

#include <glib/gi18n.h>

#define RECENT 7             /* rows while nothing is typed */
#define MANY 50              /* rows where one scrolls */
#define KIND_STEP 30         /* of two that fit alike: a conversation, a person, a room to join */
#define UNREAD_BONUS 40      /* points */
#define MENTION_BONUS 80
#define ROOM_NAME_MAX 48          /* characters of a room's name */

static void
result_free (gpointer data)
{
  KithResult *result = data;
  g_clear_object (&result->chat);
  g_clear_object (&result->contact);
  g_clear_pointer (&result->ranges, g_array_unref);
  g_free (result->title);
  g_free (result);
}

void
kith_open_room_free (gpointer data)
{
  KithOpenRoom *room = data;
  g_free (room->name);
  g_free (room);
}

static void
take_room (GPtrArray *rooms, json_object *object, const char *name)
{
  json_object *id = NULL, *joined = NULL, *members = NULL;
  if (!json_object_object_get_ex (object, "id", &id) || !json_object_object_get_ex (object, "joined", &joined) ||
      json_object_get_boolean (joined) || *json_object_get_string (id) != 'c')
    return;
  KithOpenRoom *room = g_new0 (KithOpenRoom, 1);
  room->id = g_ascii_strtoll (json_object_get_string (id) + 1, NULL, 10);
  room->name = g_strdup (name);
  if (json_object_object_get_ex (object, "members", &members))
    room->members = json_object_get_int64 (members);
  g_ptr_array_add (rooms, room);
}

const char *
kith_open_rooms_take (GPtrArray *rooms, json_object *answer)
{
  json_object *list = NULL, *name = NULL;
  const char *last = NULL;
  if (!json_object_object_get_ex (answer, "rooms", &list) || !json_object_is_type (list, json_type_array))
    return NULL;
  for (gsize i = 0; i < json_object_array_length (list); i++) {
    json_object *object = json_object_array_get_idx (list, i);
    if (!json_object_object_get_ex (object, "name", &name) || !json_object_is_type (name, json_type_string))
      continue;
    last = json_object_get_string (name);
    take_room (rooms, object, last);
  }
  return last;
}

/* A result, when the query fits its title or its handle. */
static KithResult *
consider (GPtrArray *results, KithResultKind kind, const char *query, const char *title, const char *handle)
{
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (KithFuzzyRange));
  guint score = kith_fuzzy_match (query, title, ranges);
  guint other = handle != NULL ? kith_fuzzy_match (query, handle, NULL) : 0;
  if (MAX (score, other) == 0)
    return NULL;
  KithResult *result = g_new0 (KithResult, 1);
  result->kind = kind;
  result->score = (gint64) MAX (score, other) - (gint64) kind * KIND_STEP;
  result->title = g_strdup (title);
  result->ranges = *query != '\0' ? g_steal_pointer (&ranges) : NULL;
  g_ptr_array_add (results, result);
  return result;
}

/* Nothing typed: mentions, then what is unread, then the latest. */
static gint64
recency (KithChat *chat)
{
  gint64 weight = kith_chat_mentions (chat) > 0                                       ? 2
                  : kith_chat_unread (chat) > 0 && !kith_chat_is_muted (chat) ? 1
                                                                                      : 0;
  return (weight << 50) + kith_chat_last_at (chat);
}

static void
add_chats (GPtrArray *results, KithSession *session, const char *query, KithResultsUse use, GHashTable *seen)
{
  GListModel *chats = G_LIST_MODEL (kith_session_chats (session));
  for (guint i = 0; i < g_list_model_get_n_items (chats); i++) {
    g_autoptr (KithChat) chat = g_list_model_get_item (chats, i);
    KithContact *contact = kith_chat_contact (chat);
    if (contact != NULL)
      g_hash_table_add (seen, contact);
    if (*query == '\0' && use != KITH_RESULTS_WRITE && kith_chat_id (chat) == 0)
      continue;
    KithResult *result = consider (results, KITH_RESULT_CHAT, query, kith_chat_title (chat),
                                   contact != NULL ? kith_contact_handle (contact) : NULL);
    if (result == NULL)
      continue;
    result->chat = g_object_ref (chat);
    result->contact = contact != NULL ? g_object_ref (contact) : NULL;
    if (*query == '\0')
      result->score = use == KITH_RESULTS_WRITE ? kith_chat_last_at (chat) : recency (chat);
    else
      result->score += kith_chat_mentions (chat) > 0 ? MENTION_BONUS : kith_chat_unread (chat) > 0 ? UNREAD_BONUS : 0;
  }
}

static void
add_people (GPtrArray *results, KithSession *session, const char *query, GHashTable *seen)
{
  GListModel *contacts = kith_session_contacts (session);
  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++) {
    g_autoptr (KithContact) contact = g_list_model_get_item (contacts, i);
    if (kith_contact_is_me (contact) || g_hash_table_contains (seen, contact))
      continue;
    KithResult *result = consider (results, KITH_RESULT_PERSON, query, kith_contact_name (contact),
                                   kith_contact_handle (contact));
    if (result != NULL)
      result->contact = g_object_ref (contact);
  }
}

static void
add_rooms (GPtrArray *results, const char *query, const GPtrArray *rooms)
{
  for (guint i = 0; i < rooms->len; i++) {
    const KithOpenRoom *room = g_ptr_array_index (rooms, i);
    KithResult *result = consider (results, KITH_RESULT_ROOM, query, room->name, NULL);
    if (result == NULL)
      continue;
    result->room = room->id;
    result->members = room->members;
  }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const KithResult *one = *(KithResult *const *) a, *other = *(KithResult *const *) b;
  if (one->score != other->score)
    return one->score < other->score ? 1 : -1;
  return g_utf8_collate (one->title, other->title);
}

/* Below what there is: what can be done with the words themselves. */
static void
add_commands (GPtrArray *results, const char *query)
{
  gboolean taken = FALSE;
  for (guint i = 0; i < results->len; i++) {
    const KithResult *result = g_ptr_array_index (results, i);
    gboolean room = result->kind == KITH_RESULT_ROOM ||
                    (result->chat != NULL && kith_chat_kind (result->chat) == KITH_KIND_ROOM);
    taken |= room && g_strcmp0 (result->title, query) == 0;
  }
  KithResult *search = g_new0 (KithResult, 1);
  search->kind = KITH_RESULT_SEARCH;
  search->title = g_strdup_printf (_("Search all messages for “%s”"), query);
  g_ptr_array_add (results, search);
  if (taken || g_utf8_strlen (query, -1) > ROOM_NAME_MAX)
    return;
  KithResult *create = g_new0 (KithResult, 1);
  create->kind = KITH_RESULT_CREATE;
  create->title = g_strdup_printf (_("Create a room named “%s”"), query);
  g_ptr_array_add (results, create);
}

/* Leaves those to whom one can write. */
static void
drop_silent (GPtrArray *results)
{
  for (guint i = results->len; i-- > 0;) {
    const KithResult *result = g_ptr_array_index (results, i);
    gboolean blocked = result->contact != NULL && kith_contact_is_blocked (result->contact);
    if (blocked || (result->chat != NULL && !kith_chat_can_write (result->chat)))
      g_ptr_array_remove_index (results, i);
  }
}

static guint
limit_of (KithResultsUse use, gboolean typed)
{
  if (use == KITH_RESULTS_WRITE)
    return MANY;
  return typed ? KITH_RESULTS_MAX - 2 : use == KITH_RESULTS_BROWSE ? MANY : RECENT;
}

GPtrArray *
kith_results_find (KithSession *session, const char *query, const GPtrArray *rooms, KithResultsUse use)
{
  GPtrArray *results = g_ptr_array_new_with_free_func (result_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  gboolean typed = *query != '\0';
  if (use != KITH_RESULTS_BROWSE)
    add_chats (results, session, query, use, seen);
  if (use == KITH_RESULTS_WRITE || (typed && use == KITH_RESULTS_JUMP))
    add_people (results, session, query, seen);
  if (use == KITH_RESULTS_BROWSE || (typed && use == KITH_RESULTS_JUMP))
    add_rooms (results, query, rooms);
  if (use == KITH_RESULTS_WRITE)
    drop_silent (results);
  g_ptr_array_sort (results, compare);
  g_ptr_array_set_size (results, (int) MIN (results->len, limit_of (use, typed)));
  if (typed && use == KITH_RESULTS_JUMP)
    add_commands (results, query);
  return results;
}
