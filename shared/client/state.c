/* state.c - two tables by id, two more by folded name. */
#include "client/state.h"

#include "proto/id.h"
#include "proto/message.h"
#include "proto/text.h"

#define PEOPLE_MAX 65536
#define CONVERSATIONS_MAX 65536

struct _KithState {
  GHashTable *people;        /* gint64 * -> KithPerson (owned) */
  GHashTable *handles;       /* folded -> KithPerson */
  GHashTable *conversations; /* gint64 * -> KithConversation (owned) */
  GHashTable *rooms;         /* folded -> KithConversation */
  KithReceipts *receipts;
};

static void
person_free (gpointer data)
{
  KithPerson *person = data;
  g_free (person->handle);
  g_free (person->display);
  g_free (person->role);
  g_free (person);
}

static void
conversation_free (gpointer data)
{
  KithConversation *conversation = data;
  g_free (conversation->name);
  g_free (conversation->topic);
  g_free (conversation->state);
  g_free (conversation->role);
  g_free (conversation->history);
  g_array_unref (conversation->people);
  g_free (conversation);
}

KithState *
kith_state_new (void)
{
  KithState *state = g_new0 (KithState, 1);
  state->people = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, person_free);
  state->handles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  state->conversations = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, conversation_free);
  state->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  state->receipts = kith_receipts_new ();
  return state;
}

void
kith_state_clear (KithState *state)
{
  g_hash_table_remove_all (state->handles);
  g_hash_table_remove_all (state->people);
  g_hash_table_remove_all (state->rooms);
  g_hash_table_remove_all (state->conversations);
  kith_receipts_clear (state->receipts);
}

void
kith_state_free (KithState *state)
{
  g_hash_table_unref (state->handles);
  g_hash_table_unref (state->people);
  g_hash_table_unref (state->rooms);
  g_hash_table_unref (state->conversations);
  kith_receipts_free (state->receipts);
  g_free (state);
}

const KithPerson *
kith_state_person (KithState *state, gint64 id)
{
  return g_hash_table_lookup (state->people, &id);
}

static gpointer
find_folded (GHashTable *table, const char *text)
{
  g_autofree char *folded = kith_text_fold (text);
  return folded != NULL ? g_hash_table_lookup (table, folded) : NULL;
}

const KithPerson *
kith_state_person_by_handle (KithState *state, const char *handle)
{
  return find_folded (state->handles, handle);
}

const KithConversation *
kith_state_conversation (KithState *state, gint64 id)
{
  return g_hash_table_lookup (state->conversations, &id);
}

const KithConversation *
kith_state_room (KithState *state, const char *name)
{
  return find_folded (state->rooms, name);
}

/* That of which there is one. */
static const KithConversation *
find_kind (KithState *state, KithKind kind)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, state->conversations);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((KithConversation *) value)->kind == kind)
      return value;
  return NULL;
}

const KithConversation *
kith_state_notes (KithState *state)
{
  return find_kind (state, KITH_KIND_NOTES);
}

const KithConversation *
kith_state_broadcasts (KithState *state)
{
  return find_kind (state, KITH_KIND_BROADCASTS);
}

static gboolean
holds (const GArray *ids, gint64 id)
{
  for (guint i = 0; i < ids->len; i++)
    if (g_array_index (ids, gint64, i) == id)
      return TRUE;
  return FALSE;
}

static gboolean
is_direct_of (const KithConversation *conversation, const GArray *people)
{
  if (conversation->kind != KITH_KIND_DIRECT || conversation->people->len != people->len)
    return FALSE;
  for (guint i = 0; i < people->len; i++)
    if (!holds (conversation->people, g_array_index (people, gint64, i)))
      return FALSE;
  return TRUE;
}

const KithConversation *
kith_state_direct (KithState *state, const GArray *people)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, state->conversations);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (is_direct_of (value, people))
      return value;
  return NULL;
}

/* Both records begin with their id. */
static int
compare_ids (gconstpointer a, gconstpointer b)
{
  gint64 x = **(gint64 *const *) a, y = **(gint64 *const *) b;
  return (x > y) - (x < y);
}

static GPtrArray *
list (GHashTable *table)
{
  GPtrArray *all = g_ptr_array_sized_new (g_hash_table_size (table));
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (all, value);
  g_ptr_array_sort (all, compare_ids);
  return all;
}

GPtrArray *
kith_state_people (KithState *state)
{
  return list (state->people);
}

GPtrArray *
kith_state_conversations (KithState *state)
{
  return list (state->conversations);
}

/* A text of the server, at most max characters of it; fallback where there is none. */
static char *
take_text (json_object *object, const char *name, glong max, const char *fallback)
{
  const char *text = kith_member_string (object, name);
  if (text == NULL)
    text = fallback;
  return g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), max));
}

static gint64
take_count (json_object *object, const char *name)
{
  return CLAMP (kith_member_integer (object, name, 0), 0, KITH_INTEGER_MAX);
}

/* Names that share a folded form (a hostile server's) keep the newest. */
static void
name_add (GHashTable *names, const char *name, gpointer value)
{
  char *folded = kith_text_fold (name);
  if (folded != NULL)
    g_hash_table_replace (names, folded, value);
}

static void
name_remove (GHashTable *names, const char *name, gconstpointer value)
{
  g_autofree char *folded = kith_text_fold (name);
  if (folded != NULL && g_hash_table_lookup (names, folded) == value)
    g_hash_table_remove (names, folded);
}

static void
forget_person (KithState *state, gint64 id)
{
  const KithPerson *old = kith_state_person (state, id);
  if (old == NULL)
    return;
  name_remove (state->handles, old->handle, old);
  g_hash_table_remove (state->people, &id);
}

static void
forget_conversation (KithState *state, gint64 id)
{
  const KithConversation *old = kith_state_conversation (state, id);
  if (old == NULL)
    return;
  name_remove (state->rooms, old->name, old);
  g_hash_table_remove (state->conversations, &id);
}

static void
forget_for_good (KithState *state, gint64 conversation)
{
  forget_conversation (state, conversation);
  kith_receipts_forget (state->receipts, conversation, 0);
}

gint64
kith_state_learn_person (KithState *state, json_object *object)
{
  gint64 id = kith_member_id (object, "id", 'u');
  if (id == 0 || kith_member_string (object, "handle") == NULL)
    return 0;
  forget_person (state, id);
  if (g_hash_table_size (state->people) >= PEOPLE_MAX)
    return 0;
  KithPerson *person = g_new0 (KithPerson, 1);
  person->id = id;
  person->handle = take_text (object, "handle", KITH_HANDLE_MAX, "");
  person->display = take_text (object, "display", KITH_DISPLAY_MAX, person->handle);
  person->role = take_text (object, "role", KITH_HANDLE_MAX, "member");
  person->blocked = kith_member_boolean (object, "blocked", FALSE);
  person->deleted = kith_member_boolean (object, "deleted", FALSE);
  g_hash_table_insert (state->people, &person->id, person);
  name_add (state->handles, person->handle, person);
  return id;
}

static GArray *
take_people (json_object *object)
{
  GArray *people = g_array_new (FALSE, FALSE, sizeof (gint64));
  json_object *ids;
  if (!json_object_object_get_ex (object, "people", &ids) || !json_object_is_type (ids, json_type_array))
    return people;
  gsize n = MIN (json_object_array_length (ids), KITH_DIRECT_MAX);
  for (gsize i = 0; i < n; i++) {
    const char *text = json_object_get_string (json_object_array_get_idx (ids, i));
    gint64 id;
    if (text != NULL && kith_id_parse (text, 'u', &id))
      g_array_append_val (people, id);
  }
  return people;
}

static gboolean
take_kind (json_object *object, KithKind *kind)
{
  static const char *const words[KITH_N_KINDS] = {"room", "direct", "notes", "broadcasts"};
  const char *word = kith_member_string (object, "kind");
  for (*kind = 0; word != NULL && *kind < KITH_N_KINDS; (*kind)++)
    if (g_str_equal (words[*kind], word))
      return TRUE;
  return FALSE;
}

static void
fill (KithConversation *conversation, json_object *object)
{
  gboolean room = conversation->kind == KITH_KIND_ROOM;
  conversation->name = room ? take_text (object, "name", KITH_ROOM_NAME_MAX, "") : g_strdup ("");
  conversation->topic = take_text (object, "topic", KITH_TOPIC_MAX, "");
  conversation->state = take_text (object, "state", 16, "member");
  conversation->role = take_text (object, "role", 16, "");
  conversation->history = take_text (object, "history", 16, "all");
  conversation->is_private = kith_member_boolean (object, "private", FALSE);
  conversation->people = take_people (object);
  conversation->members = take_count (object, "members");
  conversation->first = take_count (object, "first");
  conversation->last = take_count (object, "last");
  conversation->n = take_count (object, "n");
  conversation->retention = take_count (object, "retention");
  conversation->read = take_count (object, "read");
  conversation->unread = take_count (object, "unread");
  conversation->mentions = take_count (object, "mentions");
}

gint64
kith_state_learn_conversation (KithState *state, json_object *object)
{
  gint64 id = kith_member_id (object, "id", 'c');
  KithKind kind;
  if (id == 0 || !take_kind (object, &kind))
    return 0;
  forget_conversation (state, id);
  if (g_hash_table_size (state->conversations) >= CONVERSATIONS_MAX)
    return 0;
  KithConversation *conversation = g_new0 (KithConversation, 1);
  conversation->id = id;
  conversation->kind = kind;
  fill (conversation, object);
  g_hash_table_insert (state->conversations, &conversation->id, conversation);
  if (kind == KITH_KIND_ROOM)
    name_add (state->rooms, conversation->name, conversation);
  return id;
}

static guint
learn_each (KithState *state, json_object *answer, const char *name, gint64 (*learn) (KithState *, json_object *))
{
  json_object *items;
  guint refused = 0;
  if (!json_object_object_get_ex (answer, name, &items) || !json_object_is_type (items, json_type_array))
    return 0;
  for (gsize i = 0; i < json_object_array_length (items); i++) {
    json_object *item = json_object_array_get_idx (items, i);
    refused += !json_object_is_type (item, json_type_object) || learn (state, item) == 0;
  }
  return refused;
}

static void
forget_each (KithState *state, json_object *removed, const char *name, char prefix,
             void (*forget) (KithState *, gint64))
{
  json_object *ids;
  if (!json_object_object_get_ex (removed, name, &ids) || !json_object_is_type (ids, json_type_array))
    return;
  for (gsize i = 0; i < json_object_array_length (ids); i++) {
    const char *text = json_object_get_string (json_object_array_get_idx (ids, i));
    gint64 id;
    if (text != NULL && kith_id_parse (text, prefix, &id))
      forget (state, id);
  }
}

guint
kith_state_learn (KithState *state, json_object *answer)
{
  json_object *removed = kith_member_object (answer, "removed");
  if (removed != NULL) {
    forget_each (state, removed, "conversations", 'c', forget_for_good);
    forget_each (state, removed, "people", 'u', forget_person);
  }
  return learn_each (state, answer, "people", kith_state_learn_person) +
         learn_each (state, answer, "conversations", kith_state_learn_conversation);
}

static gboolean
mentions_me (json_object *body, gint64 me)
{
  char text[KITH_ID_TEXT];
  json_object *ids;
  if (kith_member_boolean (body, "all", FALSE))
    return TRUE;
  kith_id_format (me, 'u', text);
  if (!json_object_object_get_ex (body, "mentions", &ids) || !json_object_is_type (ids, json_type_array))
    return FALSE;
  for (gsize i = 0; i < json_object_array_length (ids); i++)
    if (g_strcmp0 (json_object_get_string (json_object_array_get_idx (ids, i)), text) == 0)
      return TRUE;
  return FALSE;
}

/* What each kind of event changes in its conversation beside last and n. */

static void
on_message (KithState *state, KithConversation *conversation, json_object *event, gint64 me)
{
  gint64 seq = kith_member_integer (event, "seq", 0), from = kith_member_id (event, "from", 'u');
  json_object *body = kith_member_object (event, "body");
  if (from == me) {
    conversation->read = seq;
    conversation->unread = conversation->mentions = 0;
    return;
  }
  if (from != 0)
    kith_receipts_wrote (state->receipts, conversation->id, from, seq);
  if (seq > conversation->read) {
    conversation->unread++;
    const KithPerson *author = kith_state_person (state, from);
    conversation->mentions += body != NULL && mentions_me (body, me) && (author == NULL || !author->blocked);
  }
}

static void
on_join (KithState *state, KithConversation *conversation, json_object *event, gint64 me)
{
  conversation->members++;
}

static void
on_parting (KithState *state, KithConversation *conversation, json_object *event, gint64 me)
{
  gint64 subject = kith_member_id (event, "account", 'u');
  conversation->members = MAX (conversation->members - 1, 0);
  kith_receipts_forget (state->receipts, conversation->id,
                        subject != 0 ? subject : kith_member_id (event, "from", 'u'));
}

static void
on_topic (KithState *state, KithConversation *conversation, json_object *event, gint64 me)
{
  json_object *body = kith_member_object (event, "body");
  g_free (conversation->topic);
  conversation->topic = body != NULL ? take_text (body, "topic", KITH_TOPIC_MAX, "") : g_strdup ("");
}

static void
on_rename (KithState *state, KithConversation *conversation, json_object *event, gint64 me)
{
  json_object *body = kith_member_object (event, "body");
  if (body == NULL || kith_member_string (body, "name") == NULL || conversation->kind != KITH_KIND_ROOM)
    return;
  name_remove (state->rooms, conversation->name, conversation);
  g_free (conversation->name);
  conversation->name = take_text (body, "name", KITH_ROOM_NAME_MAX, "");
  name_add (state->rooms, conversation->name, conversation);
}

static void
on_retention (KithState *state, KithConversation *conversation, json_object *event, gint64 me)
{
  json_object *body = kith_member_object (event, "body");
  conversation->retention = body != NULL ? take_count (body, "days") : 0;
}

static const struct {
  const char *kind;
  void (*apply) (KithState *, KithConversation *, json_object *event, gint64 me);
} event_rules[] = {
    {"message", on_message}, {"join", on_join},     {"leave", on_parting},       {"kick", on_parting},
    {"topic", on_topic},     {"rename", on_rename}, {"retention", on_retention},
};

gboolean
kith_state_apply_event (KithState *state, json_object *event, gint64 me)
{
  gint64 id = kith_member_id (event, "conversation", 'c'), seq = kith_member_integer (event, "seq", 0);
  KithConversation *conversation = g_hash_table_lookup (state->conversations, &id);
  const char *kind = kith_member_string (event, "kind");
  if (conversation == NULL)
    return FALSE;
  if (seq > conversation->last) {
    conversation->last = seq;
    conversation->n = MAX (conversation->n, kith_member_integer (event, "n", 0));
    for (guint i = 0; i < G_N_ELEMENTS (event_rules); i++)
      if (g_strcmp0 (event_rules[i].kind, kind) == 0)
        event_rules[i].apply (state, conversation, event, me);
  }
  gint64 from = kith_member_id (event, "from", 'u');
  return from == 0 || kith_state_person (state, from) != NULL;
}

void
kith_state_apply_mark (KithState *state, gint64 id, json_object *cursor)
{
  KithConversation *conversation = g_hash_table_lookup (state->conversations, &id);
  if (conversation == NULL)
    return;
  conversation->read = take_count (cursor, "read");
  conversation->unread = take_count (cursor, "unread");
  conversation->mentions = take_count (cursor, "mentions");
}

GArray *
kith_state_receipts (KithState *state, gint64 conversation)
{
  return kith_receipts_list (state->receipts, conversation);
}

gboolean
kith_state_apply_receipts (KithState *state, gint64 conversation, json_object *people)
{
  return kith_state_conversation (state, conversation) != NULL &&
         kith_receipts_take (state->receipts, conversation, people);
}

void
kith_state_clear_receipts (KithState *state)
{
  kith_receipts_clear (state->receipts);
}

void
kith_state_apply_last (KithState *state, gint64 id, gint64 last)
{
  KithConversation *conversation = g_hash_table_lookup (state->conversations, &id);
  if (conversation != NULL)
    conversation->last = CLAMP (last, conversation->last, KITH_INTEGER_MAX);
}
