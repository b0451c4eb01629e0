/* members.c - who is in a conversation: pages of `members` at first, then what events say; sorted by group and name.
 *
 * How somebody is comes from their contact: a change of it moves them. */
#include "core/members-private.h"

#include "core/sorted.h"

#include "proto/id.h"
#include "proto/message.h"

#define KEEP_US (10 * G_TIME_SPAN_SECOND)

struct _KithMember {
  GObject parent;
  KithContact *contact;
  char *role;
  gint64 muted_until;
  gulong handler;
  gboolean touched; /* "changed" is due */
};

G_DEFINE_FINAL_TYPE (KithMember, kith_member, G_TYPE_OBJECT)

struct _KithMembers {
  GObject parent;
  KithSession *session; /* NULL: it has gone */
  KithChat *chat;
  KithSorted *sorted;
  GHashTable *by_account; /* gint64 * -> KithMember */
  gint64 after;           /* the account behind which the next page begins */
  gboolean complete, new_complete, loading, again;
  gboolean changed; /* since it was kept */
  gint64 kept_us;
  GPtrArray *touched; /* KithMember, referenced */
  GHashTable *seen;   /* gint64: who was in the pages so far */
};

static GType
members_item_type (GListModel *model)
{
  return KITH_TYPE_MEMBER;
}

static guint
members_n_items (GListModel *model)
{
  return kith_sorted_length (KITH_MEMBERS (model)->sorted);
}

static gpointer
members_item (GListModel *model, guint position)
{
  gpointer member = kith_sorted_get (KITH_MEMBERS (model)->sorted, position);
  return member != NULL ? g_object_ref (member) : NULL;
}

static void
model_init (GListModelInterface *interface)
{
  interface->get_item_type = members_item_type;
  interface->get_n_items = members_n_items;
  interface->get_item = members_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (KithMembers, kith_members, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, model_init))

enum { PROP_COMPLETE = 1, N_PROPS };
static GParamSpec *properties[N_PROPS];

/* A member. */

static guint member_changed_signal;

static void
kith_member_dispose (GObject *object)
{
  KithMember *member = KITH_MEMBER (object);
  g_clear_signal_handler (&member->handler, member->contact);
  g_clear_object (&member->contact);
  g_clear_pointer (&member->role, g_free);
  G_OBJECT_CLASS (kith_member_parent_class)->dispose (object);
}

static void
kith_member_class_init (KithMemberClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_member_dispose;
  member_changed_signal =
      g_signal_new ("changed", KITH_TYPE_MEMBER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kith_member_init (KithMember *member)
{
  member->role = g_strdup ("member");
}

KithContact *
kith_member_contact (KithMember *member)
{
  return member->contact;
}

const char *
kith_member_role (KithMember *member)
{
  return member->role;
}

gint64
kith_member_muted_until (KithMember *member)
{
  return member->muted_until;
}

static const char *const staff[] = {"owner", "admin", "moderator", NULL};

KithMemberGroup
kith_member_group (KithMember *member)
{
  if (g_strv_contains (staff, member->role))
    return KITH_GROUP_STAFF;
  return kith_contact_presence_known (member->contact) &&
                 kith_contact_presence (member->contact) < KITH_PRESENCE_INVISIBLE
             ? KITH_GROUP_ONLINE
             : KITH_GROUP_OFFLINE;
}

static char *
key_of (KithMember *member)
{
  g_autofree char *name = g_utf8_casefold (kith_contact_name (member->contact), -1);
  g_autofree char *key = g_utf8_collate_key (name, -1);
  guint rank = 0;
  while (staff[rank] != NULL && !g_str_equal (staff[rank], member->role))
    rank++;
  return g_strdup_printf ("%u%u%s\x01%016" G_GINT64_MODIFIER "x", kith_member_group (member), rank, key,
                          (guint64) kith_contact_id (member->contact));
}

/* The list. */

static void
kith_members_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_boolean (value, KITH_MEMBERS (object)->complete);
}

static void
kith_members_dispose (GObject *object)
{
  KithMembers *members = KITH_MEMBERS (object);
  GHashTableIter iter;
  gpointer member;
  if (members->session != NULL) {
    g_ptr_array_remove (members->session->members, members);
    g_object_remove_weak_pointer (G_OBJECT (members->session), (gpointer *) &members->session);
  }
  members->session = NULL;
  g_clear_object (&members->chat);
  if (members->by_account != NULL) {
    g_hash_table_iter_init (&iter, members->by_account);
    while (g_hash_table_iter_next (&iter, NULL, &member))
      g_clear_signal_handler (&KITH_MEMBER (member)->handler, KITH_MEMBER (member)->contact);
  }
  g_clear_pointer (&members->by_account, g_hash_table_unref);
  g_clear_pointer (&members->seen, g_hash_table_unref);
  g_clear_pointer (&members->touched, g_ptr_array_unref);
  G_OBJECT_CLASS (kith_members_parent_class)->dispose (object);
}

static void
kith_members_finalize (GObject *object)
{
  kith_sorted_free (KITH_MEMBERS (object)->sorted);
  G_OBJECT_CLASS (kith_members_parent_class)->finalize (object);
}

static void
kith_members_class_init (KithMembersClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS (klass);
  object->get_property = kith_members_get_property;
  object->dispose = kith_members_dispose;
  object->finalize = kith_members_finalize;
  properties[PROP_COMPLETE] = g_param_spec_boolean (
      "complete", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object, N_PROPS, properties);
}

static void
kith_members_init (KithMembers *members)
{
  members->sorted = kith_sorted_new (G_LIST_MODEL (members));
  members->touched = g_ptr_array_new_with_free_func (g_object_unref);
  members->by_account = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
}

static void
set_complete (KithMembers *members, gboolean complete)
{
  if (members->complete == complete)
    return;
  members->complete = complete;
  g_object_notify_by_pspec (G_OBJECT (members), properties[PROP_COMPLETE]);
}

static void
place (KithMembers *members, KithMember *member)
{
  kith_sorted_put (members->sorted, member, key_of (member));
  if (members->session != NULL)
    kith_session_stir (members->session);
}

/* The contact of a member has changed: name or presence. */
static void
on_contact (KithContact *contact, GParamSpec *spec, gpointer data)
{
  KithMembers *members = data;
  gint64 account = kith_contact_id (contact);
  KithMember *member = g_hash_table_lookup (members->by_account, &account);
  if (member != NULL)
    place (members, member);
}

static KithMember *
add (KithMembers *members, gint64 account)
{
  KithMember *member = g_hash_table_lookup (members->by_account, &account);
  if (member != NULL || g_hash_table_size (members->by_account) >= KITH_MEMBERS_MAX)
    return member;
  member = g_object_new (KITH_TYPE_MEMBER, NULL);
  member->contact = g_object_ref (kith_session_contact (members->session, account));
  member->handler = g_signal_connect (member->contact, "notify", G_CALLBACK (on_contact), members);
  g_hash_table_insert (members->by_account, g_memdup2 (&account, sizeof account), member);
  members->changed = TRUE;
  return member;
}

static void
drop (KithMembers *members, gint64 account)
{
  KithMember *member = g_hash_table_lookup (members->by_account, &account);
  if (member == NULL)
    return;
  g_clear_signal_handler (&member->handler, member->contact);
  kith_sorted_put (members->sorted, member, NULL);
  g_hash_table_remove (members->by_account, &account);
  members->changed = TRUE;
  if (members->session != NULL)
    kith_session_stir (members->session);
}

/* role NULL: as it is. */
static void
take (KithMembers *members, gint64 account, const char *role, gint64 muted_until)
{
  KithMember *member = account != 0 ? add (members, account) : NULL;
  if (member == NULL)
    return;
  gboolean changed = muted_until != member->muted_until || (role != NULL && !g_str_equal (role, member->role));
  if (role != NULL && changed) {
    g_free (member->role);
    member->role = g_strdup (role);
  }
  member->muted_until = muted_until;
  members->changed |= changed;
  place (members, member);
  if (!changed || member->touched)
    return;
  member->touched = TRUE;
  g_ptr_array_add (members->touched, g_object_ref (member));
}

/* Pages. */

static void ask_page (KithMembers *members);

static void
drop_unseen (KithMembers *members)
{
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (gint64));
  GHashTableIter iter;
  gpointer account;
  g_hash_table_iter_init (&iter, members->by_account);
  while (g_hash_table_iter_next (&iter, &account, NULL))
    if (!g_hash_table_contains (members->seen, account))
      g_array_append_vals (gone, account, 1);
  for (guint i = 0; i < gone->len; i++)
    drop (members, g_array_index (gone, gint64, i));
}

/* Who is in an answer; the last of them. kept: it is from the cache, the server's word goes before. */
static gint64
take_page (KithMembers *members, json_object *items, gboolean kept)
{
  gint64 last = 0;
  gsize n = json_object_is_type (items, json_type_array) ? json_object_array_length (items) : 0;
  for (gsize i = 0; i < n; i++) {
    json_object *item = json_object_array_get_idx (items, i);
    gint64 account = json_object_is_type (item, json_type_object) ? kith_member_id (item, "id", 'u') : 0;
    const char *role = account != 0 ? kith_member_string (item, "role") : NULL;
    if (account == 0 || (kept && members->seen != NULL && g_hash_table_contains (members->seen, &account)))
      continue;
    take (members, account, role != NULL ? role : "member", kith_member_integer (item, "muted_until", 0));
    if (!kept)
      g_hash_table_add (members->seen, g_memdup2 (&account, sizeof account));
    last = account;
  }
  return last;
}

/* ---- for the next start, and for as long as there is no connection ---- */

static void
keep (KithMembers *members)
{
  json_object *answer = json_object_new_object (), *items = json_object_new_array ();
  GHashTableIter iter;
  gpointer account, value;
  g_hash_table_iter_init (&iter, members->by_account);
  while (g_hash_table_iter_next (&iter, &account, &value)) {
    KithMember *member = value;
    json_object *item = json_object_new_object ();
    kith_add_id (item, "id", 'u', *(gint64 *) account);
    json_object_object_add (item, "role", json_object_new_string (member->role));
    kith_add_integer (item, "muted_until", member->muted_until);
    json_object_array_add (items, item);
  }
  json_object_object_add (answer, "members", items);
  kith_cache_put_members (members->session->cache, kith_chat_id (members->chat), answer);
  json_object_put (answer);
  members->changed = FALSE;
  members->kept_us = g_get_monotonic_time ();
}

/* Not with each change: many come at once. */
static void
keep_sometimes (KithMembers *members)
{
  if (members->session != NULL && members->session->cache != NULL && members->changed && members->complete &&
      g_get_monotonic_time () - members->kept_us >= KEEP_US)
    keep (members);
}

static void
on_kept (json_object *answer, gpointer data)
{
  g_autoptr (KithMembers) members = data;
  json_object *items = NULL;
  if (answer == NULL || members->session == NULL || members->session->cache == NULL || members->new_complete)
    return;
  if (json_object_object_get_ex (answer, "members", &items))
    take_page (members, items, TRUE);
}

static void
load_kept (KithMembers *members)
{
  gint64 id = kith_chat_id (members->chat);
  if (id != 0 && kith_chat_kind (members->chat) == KITH_KIND_ROOM && members->session->cache != NULL)
    kith_cache_load_members (members->session->cache, id, on_kept, g_object_ref (members));
}

static void
end_pages (KithMembers *members, gboolean all)
{
  members->loading = FALSE;
  if (all)
    drop_unseen (members);
  members->new_complete = all;
  kith_session_stir (members->session);
  if (members->again)
    kith_members_load (members);
}

static void
on_page (KithSession *session, const KithAnswer *answer, gpointer data)
{
  KithMembers *members = data;
  json_object *items = NULL;
  if (members->session == NULL)
    return;
  if (answer->root == NULL || !json_object_object_get_ex (answer->root, "members", &items)) {
    end_pages (members, FALSE);
    return;
  }
  gint64 last = take_page (members, items, FALSE);
  gboolean more = kith_member_boolean (answer->root, "more", FALSE);
  gboolean room = g_hash_table_size (members->by_account) < KITH_MEMBERS_MAX;
  members->after = last;
  if (more && last != 0 && room)
    ask_page (members);
  else
    end_pages (members, !more);
}

static void
ask_page (KithMembers *members)
{
  json_object *request = kith_client_message ("members", kith_chat_id (members->chat), FALSE);
  if (members->after != 0)
    kith_add_id (request, "after", 'u', members->after);
  kith_add_integer (request, "limit", KITH_PAGE_MAX);
  kith_session_ask (members->session, request, KITH_REQUEST_PLAIN, on_page, g_object_ref (members), g_object_unref);
}

void
kith_members_load (KithMembers *members)
{
  members->again = members->loading;
  if (members->loading || members->session == NULL || kith_chat_id (members->chat) == 0 ||
      !kith_session_is_online (members->session))
    return;
  g_clear_pointer (&members->seen, g_hash_table_unref);
  members->seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  members->after = 0;
  members->loading = TRUE;
  ask_page (members);
}

/* Without a connection the people of a direct conversation are known all the same. */
static void
take_people (KithMembers *members)
{
  const GArray *people = kith_chat_people (members->chat);
  for (guint i = 0; i < people->len; i++)
    take (members, g_array_index (people, gint64, i), NULL, 0);
  if (people->len > 0 && members->session->me != 0)
    take (members, members->session->me, NULL, 0);
}

KithMembers *
kith_session_members (KithSession *session, KithChat *chat)
{
  for (guint i = 0; i < session->members->len; i++) {
    KithMembers *known = g_ptr_array_index (session->members, i);
    if (known->chat == chat)
      return g_object_ref (known);
  }
  KithMembers *members = g_object_new (KITH_TYPE_MEMBERS, NULL);
  members->session = session;
  members->chat = g_object_ref (chat);
  g_object_add_weak_pointer (G_OBJECT (session), (gpointer *) &members->session);
  g_ptr_array_add (session->members, members);
  take_people (members);
  load_kept (members);
  /* Who was only invited could not be told. */
  g_signal_connect_object (chat, "notify::state", G_CALLBACK (kith_members_load), members, G_CONNECT_SWAPPED);
  kith_members_load (members);
  return members;
}

/* Events. */

static void
on_join (KithMembers *members, gint64 from, gint64 account, json_object *body)
{
  take (members, from, NULL, 0);
}

static void
on_leave (KithMembers *members, gint64 from, gint64 account, json_object *body)
{
  drop (members, from);
}

static void
on_removed (KithMembers *members, gint64 from, gint64 account, json_object *body)
{
  drop (members, account);
}

static void
on_role (KithMembers *members, gint64 from, gint64 account, json_object *body)
{
  KithMember *member = kith_members_find (members, account);
  if (member != NULL && body != NULL)
    take (members, account, kith_member_string (body, "role"), member->muted_until);
}

static void
on_mute (KithMembers *members, gint64 from, gint64 account, json_object *body)
{
  if (kith_members_find (members, account) != NULL)
    take (members, account, NULL, body != NULL ? kith_member_integer (body, "until", 0) : 0);
}

static const struct {
  const char *kind;
  void (*take) (KithMembers *members, gint64 from, gint64 account, json_object *body);
} rules[] = {{"join", on_join}, {"leave", on_leave}, {"kick", on_removed}, {"ban", on_removed},
             {"role", on_role}, {"mute", on_mute},   {"unmute", on_mute}};

void
kith_members_take_event (KithMembers *members, json_object *event)
{
  const char *kind = kith_member_string (event, "kind");
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (g_strcmp0 (rules[i].kind, kind) == 0)
      rules[i].take (members, kith_member_id (event, "from", 'u'), kith_member_id (event, "account", 'u'),
                     kith_member_object (event, "body"));
}

KithChat *
kith_members_chat (KithMembers *members)
{
  return members->chat;
}

void
kith_members_flush (KithMembers *members)
{
  g_autoptr (GPtrArray) touched = members->touched;
  members->touched = g_ptr_array_new_with_free_func (g_object_unref);
  kith_sorted_flush (members->sorted);
  for (guint i = 0; i < touched->len; i++) {
    KithMember *member = g_ptr_array_index (touched, i);
    member->touched = FALSE;
    g_signal_emit (member, member_changed_signal, 0);
  }
  set_complete (members, members->new_complete);
  keep_sometimes (members);
}

guint
kith_members_count (KithMembers *members, KithMemberGroup group)
{
  g_autofree char *from = g_strdup_printf ("%u", group), *to = g_strdup_printf ("%u", group + 1);
  return kith_sorted_count_below (members->sorted, to) - kith_sorted_count_below (members->sorted, from);
}

KithMember *
kith_members_find (KithMembers *members, gint64 account)
{
  return g_hash_table_lookup (members->by_account, &account);
}

gboolean
kith_members_is_complete (KithMembers *members)
{
  return members->complete;
}
