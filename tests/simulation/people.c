/* people.c - see people.h. */
#include "simulation/people.h"

#include <string.h>

#include "proto/id.h"
#include "simulation/sim.h"

/* Something in the outbox that is to become an event. */
typedef struct {
  char nonce[2 * KITH_NONCE_BYTES + 1];
  gboolean message, refused;
  gint64 seq; /* 0: not acknowledged */
} Note;

GError *people_complaint;

void
people_complain (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  if (people_complaint == NULL)
    people_complaint = g_error_new_valist (g_quark_from_static_string ("people"), 0, format, arguments);
  va_end (arguments);
}

/* ---- a storage that outlives the client that uses it ---- */

typedef struct {
  KithStorage base;
  KithStorage *kept;
} Lent;

static KithStorage *
kept_of (KithStorage *storage)
{
  return ((Lent *) storage)->kept;
}

static void
lent_free (KithStorage *storage)
{
  g_free (storage);
}

/* What sync taught goes with the client, so its rev does, too. */
static char *
lent_get (KithStorage *storage, KithKept what)
{
  return what == KITH_KEPT_REV ? NULL : kith_storage_get (kept_of (storage), what);
}

static gboolean
lent_set (KithStorage *storage, KithKept what, const char *value, GError **error)
{
  return kith_storage_set (kept_of (storage), what, value, error);
}

static gboolean
lent_load (KithStorage *storage, KithStoredFunc func, gpointer data, GError **error)
{
  return kith_storage_load (kept_of (storage), func, data, error);
}

static gboolean
lent_add (KithStorage *storage, const KithStoredEntry *entry, GError **error)
{
  return kith_storage_add (kept_of (storage), entry, error);
}

static gboolean
lent_update (KithStorage *storage, const KithStoredEntry *entry, GError **error)
{
  return kith_storage_update (kept_of (storage), entry, error);
}

static gboolean
lent_remove (KithStorage *storage, guint64 key, GError **error)
{
  return kith_storage_remove (kept_of (storage), key, error);
}

static const KithStorageClass lent_class = {
    .free = lent_free,
    .get = lent_get,
    .set = lent_set,
    .load = lent_load,
    .add = lent_add,
    .update = lent_update,
    .remove = lent_remove,
};

static KithStorage *
lend (KithStorage *kept)
{
  Lent *lent = g_new0 (Lent, 1);
  lent->base.klass = &lent_class;
  lent->kept = kept;
  return &lent->base;
}

/* ---- what they see ---- */

static char *
describe (json_object *event)
{
  const char *nonce = kith_member_string (event, "nonce");
  return g_strdup_printf ("%s %" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT, kith_member_string (event, "kind"),
                          kith_member_id (event, "from", 'u'), nonce != NULL ? nonce : "-",
                          kith_member_integer (event, "target", 0));
}

/* FALSE: something before it is missing. */
static gboolean
see (Person *person, json_object *event)
{
  gint64 seq = kith_member_integer (event, "seq", 0);
  g_autofree char *text = describe (event);
  if (seq < 1)
    people_complain ("%u was told of an event without a number", person->index);
  else if (seq <= person->seen->len && !g_str_equal (person->seen->pdata[seq - 1], text))
    people_complain ("%u saw \"%s\" at %d, and then \"%s\"", person->index, (char *) person->seen->pdata[seq - 1],
                     (int) seq, text);
  else if (seq == person->seen->len + 1)
    g_ptr_array_add (person->seen, g_steal_pointer (&text));
  return seq <= person->seen->len;
}

static void catch_up (Person *person);

static void
on_page (KithClient *client, gint64 conversation, json_object *events, const GError *error, gpointer data)
{
  Person *person = data;
  for (gsize i = 0; events != NULL && i < json_object_array_length (events); i++)
    if (!see (person, json_object_array_get_idx (events, i)))
      people_complain ("%u fetched events with a gap behind %u", person->index, person->seen->len);
  if (events != NULL)
    return;
  person->catching_up = FALSE;
  if (error == NULL && person->behind)
    catch_up (person);
}

static void
catch_up (Person *person)
{
  person->behind = person->catching_up;
  if (person->catching_up || person->room == 0)
    return;
  person->catching_up = TRUE;
  kith_client_catch_up (person->client, person->room, person->seen->len, on_page, person);
}

static void
on_event (KithClient *client, json_object *event, gpointer data)
{
  Person *person = data;
  if (kith_member_id (event, "conversation", 'c') == person->room && person->room != 0 && !see (person, event))
    catch_up (person);
}

static void
on_synced (KithClient *client, gpointer data)
{
  catch_up (data);
}

static void
on_behind (KithClient *client, gint64 conversation, gint64 last, gpointer data)
{
  catch_up (data);
}

static void
on_forgotten (KithClient *client, gpointer data)
{
  people_complain ("%u met another history", ((Person *) data)->index);
}

static void
on_state (KithClient *client, KithClientState state, const GError *why, gpointer data)
{
  if (state == KITH_CLIENT_REFUSED || state == KITH_CLIENT_KEY_CHANGED)
    people_complain ("%u was turned away: %s", ((Person *) data)->index, why != NULL ? why->message : "?");
}

static Note *
find_note (Person *person, const char *nonce)
{
  for (guint i = person->notes->len; i > 0; i--)
    if (g_str_equal (((Note *) person->notes->pdata[i - 1])->nonce, nonce))
      return person->notes->pdata[i - 1];
  return NULL;
}

static void
on_entry (KithClient *client, const KithOutboxEntry *entry, gpointer data)
{
  Person *person = data;
  Note *note = find_note (person, entry->nonce);
  if (note == NULL)
    return;
  if (entry->state == KITH_ENTRY_REFUSED)
    note->refused = TRUE;
  if (entry->state == KITH_ENTRY_REFUSED && note->message)
    people_complain ("a message of %u was refused: %s", person->index, entry->error->message);
  if (entry->state != KITH_ENTRY_ACKNOWLEDGED)
    return;
  if (note->seq != 0 && note->seq != entry->seq)
    people_complain ("%s of %u was acknowledged as %d and as %d", note->nonce, person->index, (int) note->seq, (int) entry->seq);
  note->seq = entry->seq;
}

static const KithClientHooks hooks = {
    .state_changed = on_state,
    .synced = on_synced,
    .forgotten = on_forgotten,
    .event = on_event,
    .behind = on_behind,
    .entry_changed = on_entry,
};

/* ---- who they are ---- */

Person *
person_new (guint index)
{
  Person *person = g_new0 (Person, 1);
  person->index = index;
  person->kept = kith_storage_memory_new ();
  person->seen = g_ptr_array_new_with_free_func (g_free);
  person->notes = g_ptr_array_new_with_free_func (g_free);
  return person;
}

void
person_free (gpointer data)
{
  Person *person = data;
  person_stop (person);
  kith_storage_free (person->kept);
  g_ptr_array_unref (person->seen);
  g_ptr_array_unref (person->notes);
  g_free (person);
}

Person *
person_copy (const Person *template)
{
  Person *person = person_new (template->index);
  person->room = template->room;
  for (guint what = 0; what < KITH_N_KEPT; what++) {
    g_autofree char *value = kith_storage_get (template->kept, (KithKept) what);
    if (value != NULL)
      kith_storage_set (person->kept, (KithKept) what, value, NULL);
  }
  return person;
}

void
person_start (Person *person)
{
  KithClientOptions options = {
      .host = "unix:/simulation",
      .name = "simulation",
      .window = sim_pick (1, 8),
      .storage = lend (person->kept),
      .hooks = &hooks,
      .data = person,
  };
  person->client = kith_client_new (&options, NULL);
  g_assert (person->client != NULL);
  kith_client_start (person->client);
}

void
person_stop (Person *person)
{
  g_clear_pointer (&person->client, kith_client_free);
  person->catching_up = person->behind = FALSE;
}

void
person_join_server (Person *person, const char *handle)
{
  GError *error = NULL;
  if (!kith_client_register (person->client, handle, NULL, "simulation", NULL, &error))
    people_complain ("%s cannot register: %s", handle, error->message);
  g_clear_error (&error);
}

static void
on_room (KithClient *client, const KithAnswer *answer, gpointer data)
{
  Person *person = data;
  if (answer->root == NULL)
    people_complain ("no room: %s", answer->error->message);
  else
    person->room = kith_member_id (kith_member_object (answer->root, "conversation"), "id", 'c');
}

void
person_make_room (Person *person, const char *name)
{
  json_object *request = kith_client_message ("create", 0, TRUE);
  json_object_object_add (request, "name", json_object_new_string (name));
  kith_client_request (person->client, request, KITH_REQUEST_KEEP, on_room, person);
}

static void
on_joined (KithClient *client, const KithAnswer *answer, gpointer data)
{
  if (answer->root == NULL)
    people_complain ("not joined: %s", answer->error->message);
}

void
person_join_room (Person *person, gint64 room)
{
  person->room = room;
  kith_client_request (person->client, kith_client_message ("join", room, TRUE), KITH_REQUEST_KEEP, on_joined, person);
}

/* ---- what they do ---- */

/* A message of one's own that was acknowledged; 0: none. */
static gint64
pick_message (Person *person)
{
  if (person->notes->len == 0)
    return 0;
  const Note *note = person->notes->pdata[sim_pick (0, person->notes->len - 1)];
  return note->message ? note->seq : 0;
}

static void
keep_note (Person *person, guint64 key, gboolean message)
{
  const KithOutboxEntry *entry = key != 0 ? kith_outbox_find (kith_client_outbox (person->client), key) : NULL;
  if (entry == NULL)
    return;
  Note *note = g_new0 (Note, 1);
  g_strlcpy (note->nonce, entry->nonce, sizeof note->nonce);
  note->message = message;
  g_ptr_array_add (person->notes, note);
}

void
person_act (Person *person)
{
  g_autofree char *text = g_strdup_printf ("%u says %u", person->index, person->notes->len);
  const KithDraft draft = {.text = text};
  gint64 target = sim_chance (25) ? pick_message (person) : 0;
  guint what = target != 0 ? sim_pick (1, 3) : 0;
  if (what == 0)
    keep_note (person, kith_client_post (person->client, person->room, &draft, NULL), TRUE);
  else if (what == 1)
    keep_note (person, kith_client_edit (person->client, person->room, target, &draft, NULL), FALSE);
  else if (what == 2)
    keep_note (person, kith_client_delete (person->client, person->room, target, NULL), FALSE);
  else
    keep_note (person, kith_client_react (person->client, person->room, target, "\xf0\x9f\x91\x8d", sim_chance (50), NULL), FALSE);
}

/* ---- the verdict ---- */

gboolean
person_is_settled (Person *person, gint64 last)
{
  return person->client != NULL && kith_client_state (person->client) == KITH_CLIENT_READY && !person->catching_up &&
         kith_outbox_count (kith_client_outbox (person->client)) == 0 && person->seen->len == last;
}

static void
judge_note (Person *person, const Note *note, GPtrArray *log, gint64 *before)
{
  const char *there = note->seq >= 1 && note->seq <= log->len ? log->pdata[note->seq - 1] : "";
  if (note->refused)
    return;
  if (note->seq == 0)
    people_complain ("%s of %u was never answered", note->nonce, person->index);
  else if (note->message && (strstr (there, note->nonce) == NULL || !g_str_has_prefix (there, "message ")))
    people_complain ("%s of %u was acknowledged as %d, where the log has \"%s\"", note->nonce, person->index,
                     (int) note->seq, there);
  else if (note->message && note->seq <= *before)
    people_complain ("%s of %u stands at %d, what was written before it at %d", note->nonce, person->index,
                     (int) note->seq, (int) *before);
  if (note->message)
    *before = note->seq;
}

void
person_judge (Person *person, GPtrArray *log)
{
  gint64 before = 0;
  if (person->seen->len != log->len)
    people_complain ("%u saw %u events of %u", person->index, person->seen->len, log->len);
  for (guint i = 0; i < MIN (person->seen->len, log->len); i++)
    if (!g_str_equal (person->seen->pdata[i], log->pdata[i]))
      people_complain ("%u saw \"%s\" at %u, where the log has \"%s\"", person->index, (char *) person->seen->pdata[i],
                       i + 1, (char *) log->pdata[i]);
  for (guint i = 0; i < person->notes->len; i++)
    judge_note (person, person->notes->pdata[i], log, &before);
}
