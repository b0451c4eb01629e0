/* stored.c - see stored.h. */
#include "support/stored.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "base/directory.h"
#include "support/check.h"

#define PATIENCE (120 * G_TIME_SPAN_SECOND)

static void
on_ready (gpointer data)
{
  Stored *stored = data;
  g_mutex_lock (&stored->mutex);
  stored->signals++;
  g_cond_broadcast (&stored->ready);
  g_mutex_unlock (&stored->mutex);
}

static void
wait_signal (Stored *stored)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE;
  g_mutex_lock (&stored->mutex);
  while (stored->signals == 0)
    if (!g_cond_wait_until (&stored->ready, &stored->mutex, deadline))
      fail_msg ("the store says nothing");
  stored->signals = 0;
  g_mutex_unlock (&stored->mutex);
}

static KithdStore *
try_open (Stored *stored, GError **error)
{
  const KithdStoreOptions options = {.directory = stored->directory,
                                     .keep_versions = stored->keep_versions,
                                     .index_clean = stored->index_clean,
                                     .search_time = stored->search_time,
                                     .on_ready = on_ready,
                                     .data = stored};
  return kithd_store_open (&options, error);
}

void
stored_open (Stored *stored)
{
  CHECK (stored->store = try_open (stored, &error));
}

char *
stored_refusal (Stored *stored)
{
  GError *error = NULL;
  stored->store = try_open (stored, &error);
  char *sentence = error != NULL ? g_strdup (error->message) : NULL;
  g_clear_error (&error);
  return sentence;
}

void
stored_close (Stored *stored)
{
  g_clear_pointer (&stored->store, kithd_store_close);
}

static Stored *
make (void)
{
  Stored *stored = g_new0 (Stored, 1);
  g_mutex_init (&stored->mutex);
  g_cond_init (&stored->ready);
  stored->keep_versions = TRUE;
  stored->search_time = G_TIME_SPAN_MINUTE; /* what is found depends on no clock */
  stored->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) kithd_change_free);
  CHECK (stored->directory = g_dir_make_tmp ("kith-store-XXXXXX", &error));
  assert_int_equal (g_rmdir (stored->directory), 0);
  CHECK (kith_directory_make (stored->directory, &error)); /* as the server does it */
  stored->file = g_build_filename (stored->directory, "kith.db", NULL);
  return stored;
}

Stored *
stored_new (void)
{
  Stored *stored = make ();
  stored_open (stored);
  return stored;
}

static void
copy_file (const char *from, const char *to, const char *suffix)
{
  gsize size = 0;
  g_autofree char *source = g_strconcat (from, suffix, NULL), *target = g_strconcat (to, suffix, NULL), *bytes = NULL;
  CHECK (g_file_get_contents (source, &bytes, &size, &error));
  CHECK (g_file_set_contents_full (target, bytes, (gssize) size, G_FILE_SET_CONTENTS_NONE, 0600, &error));
}

Stored *
stored_copy (Stored *stored)
{
  Stored *copy = make ();
  copy_file (stored->file, copy->file, "");
  if (stored->store != NULL) /* the last one who closes it moves the journal into it */
    copy_file (stored->file, copy->file, "-wal");
  return copy;
}

Stored *
stored_after_kill (Stored *stored)
{
  Stored *copy = stored_copy (stored);
  stored_open (copy);
  return copy;
}

void
stored_free (Stored *stored)
{
  stored_close (stored);
  GDir *directory = g_dir_open (stored->directory, 0, NULL);
  const char *name;
  while ((name = g_dir_read_name (directory)) != NULL) {
    g_autofree char *path = g_build_filename (stored->directory, name, NULL);
    g_unlink (path);
  }
  g_dir_close (directory);
  g_rmdir (stored->directory);
  g_ptr_array_unref (stored->changes);
  g_mutex_clear (&stored->mutex);
  g_cond_clear (&stored->ready);
  g_free (stored->directory);
  g_free (stored->file);
  g_free (stored);
}

void
stored_wait (Stored *stored, guint count)
{
  for (guint found = 0; found < count;) {
    GPtrArray *finished = kithd_store_take_changes (stored->store);
    found += finished->len;
    if (finished->len == 0)
      wait_signal (stored);
    g_ptr_array_extend_and_steal (stored->changes, finished);
  }
}

void
stored_do_all (Stored *stored, GPtrArray *changes)
{
  guint count = changes->len;
  kithd_store_submit (stored->store, changes);
  stored_wait (stored, count);
}

KithdChange *
stored_do (Stored *stored, KithdChange *change)
{
  GPtrArray *one = g_ptr_array_new ();
  g_ptr_array_add (one, change);
  stored_do_all (stored, one);
  return change;
}

KithdChange *
stored_done (Stored *stored, KithdChange *change)
{
  stored_do (stored, change);
  if (change->error != NULL)
    fail_msg ("refused: %s", change->error->message);
  return change;
}

KithdRead *
stored_await (Stored *stored, KithdRead *read)
{
  guint index;
  while (TRUE) {
    g_autoptr (GPtrArray) finished = kithd_store_take_reads (stored->store);
    if (g_ptr_array_find (finished, read, &index))
      return g_ptr_array_steal_index (finished, index);
    if (finished->len == 0)
      wait_signal (stored);
  }
}

KithdRead *
stored_read (Stored *stored, KithdRead *read)
{
  kithd_store_read (stored->store, read);
  return stored_await (stored, read);
}

json_object *
stored_answer (Stored *stored, KithdRead *read)
{
  stored_read (stored, read);
  if (read->error != NULL)
    fail_msg ("refused: %s", read->error->message);
  g_autofree char *text = g_strdup_printf ("{%s}", read->result->str);
  json_object *object = json_tokener_parse (text);
  if (object == NULL)
    fail_msg ("not JSON: %s", text);
  kithd_read_free (read);
  return object;
}

KithdChange *
stored_register (const char *handle, guint8 token)
{
  KithdChange *change = kithd_change_new (KITHD_CHANGE_REGISTER, 0);
  change->account.handle = g_strdup (handle);
  change->account.folded = g_utf8_casefold (handle, -1);
  change->account.display = g_strdup (handle);
  change->device.name = g_strdup ("a device");
  memset (change->device.token_hash, token, sizeof change->device.token_hash);
  return change;
}

KithdChange *
stored_create (gint64 actor, const char *name)
{
  KithdChange *change = kithd_change_new (KITHD_CHANGE_CREATE_ROOM, actor);
  change->room.name = g_strdup (name);
  change->room.folded = g_utf8_casefold (name, -1);
  return change;
}

static const char *
member_of (KithdEventKind kind)
{
  switch (kind) {
  case KITHD_EVENT_REACT:
  case KITHD_EVENT_UNREACT:
    return "emoji";
  case KITHD_EVENT_TOPIC:
    return "topic";
  case KITHD_EVENT_RENAME:
    return "name";
  default:
    return "text";
  }
}

KithdChange *
stored_event (KithdEventKind kind, gint64 conversation, gint64 from, gint64 target, const char *value)
{
  KithdChange *change = kithd_change_new (KITHD_CHANGE_APPEND, from);
  change->event = kithd_event_new (kind, conversation, from);
  change->event->target = target;
  change->event->value = g_strdup (value);
  if (kind == KITHD_EVENT_RENAME)
    change->event->folded = g_utf8_casefold (value, -1);
  if (value != NULL) {
    json_object *body = json_object_new_object ();
    json_object_object_add (body, member_of (kind), json_object_new_string (value));
    change->event->body = g_strdup (json_object_to_json_string_ext (body, JSON_C_TO_STRING_PLAIN));
    json_object_put (body);
  }
  return change;
}

KithdChange *
stored_message (gint64 conversation, gint64 from, const char *text)
{
  return stored_event (KITHD_EVENT_MESSAGE, conversation, from, 0, text);
}

KithdChange *
stored_broadcast (gint64 from, const char *text)
{
  KithdChange *change = stored_message (0, from, text);
  change->kind = KITHD_CHANGE_BROADCAST;
  return change;
}

KithdChange *
stored_subject (KithdEventKind kind, gint64 conversation, gint64 from, gint64 subject)
{
  KithdChange *change = stored_event (kind, conversation, from, 0, NULL);
  change->event->subject = subject;
  return change;
}

KithdChange *
stored_mark (gint64 conversation, gint64 actor, gint64 read, gint64 unread_from)
{
  KithdChange *change = kithd_change_new (KITHD_CHANGE_MARK, actor);
  change->conversation = conversation;
  change->read = read;
  change->unread_from = unread_from;
  return change;
}

KithdChange *
stored_nonce (KithdChange *change, guint8 nonce, guint8 digest)
{
  change->has_nonce = TRUE;
  memset (change->nonce, nonce, sizeof change->nonce);
  memset (change->digest, digest, sizeof change->digest);
  if (change->event != NULL) {
    change->event->has_nonce = TRUE;
    memset (change->event->nonce, nonce, sizeof change->event->nonce);
  }
  return change;
}

KithdChange *
stored_after (KithdChange *change, guint8 after)
{
  change->has_after = TRUE;
  memset (change->after, after, sizeof change->after);
  return change;
}

KithdChange *
stored_mention (KithdChange *change, gint64 account)
{
  KithdEvent *event = change->event;
  event->mentions = g_renew (gint64, event->mentions, event->n_mentions + 1);
  event->mentions[event->n_mentions++] = account;
  return change;
}

KithdRead *
stored_range (KithdRead *read, gint64 from, gint64 to)
{
  const KithdRange range = {from, to};
  if (read->ranges->len == 1 && g_array_index (read->ranges, KithdRange, 0).to == G_MAXINT64)
    g_array_set_size (read->ranges, 0);
  g_array_append_val (read->ranges, range);
  return read;
}

KithdRead *
stored_fetch (KithdReadKind kind, gint64 account, gint64 conversation, gint64 anchor, guint limit)
{
  KithdRead *read = kithd_read_new (kind, account);
  read->conversation = conversation;
  read->anchor = anchor;
  read->upto = G_MAXINT64;
  read->limit = limit;
  read->max_bytes = 200 * 1024;
  return stored_range (read, 1, G_MAXINT64);
}

gint64
stored_person (Stored *stored, const char *handle)
{
  static guint tokens = 0;
  KithdChange *change = stored_register (handle, 0);
  guint token = ++tokens;
  memcpy (change->device.token_hash, &token, sizeof token);
  return stored_done (stored, change)->account_id;
}

gint64
stored_room (Stored *stored, gint64 owner, const char *name)
{
  return stored_done (stored, stored_create (owner, name))->conversation;
}

void
stored_join (Stored *stored, gint64 room, gint64 account)
{
  stored_done (stored, stored_event (KITHD_EVENT_JOIN, room, account, 0, NULL));
}

gint64
stored_post (Stored *stored, gint64 conversation, gint64 from, const char *text)
{
  return stored_done (stored, stored_message (conversation, from, text))->seq;
}

gint64
stored_number (Stored *stored, const char *query)
{
  if (stored->store != NULL)
    kithd_store_settle (stored->store);
  return stored_number_now (stored, query);
}

gint64
stored_number_now (Stored *stored, const char *query)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  gint64 number = -1;
  assert_int_equal (sqlite3_open_v2 (stored->file, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  assert_int_equal (sqlite3_prepare_v2 (db, query, -1, &statement, NULL), SQLITE_OK);
  if (sqlite3_step (statement) == SQLITE_ROW)
    number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return number;
}

void
stored_change_file (Stored *stored, const char *statements)
{
  sqlite3 *db = NULL;
  if (stored->store != NULL)
    kithd_store_settle (stored->store);
  assert_int_equal (sqlite3_open_v2 (stored->file, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
  assert_int_equal (sqlite3_exec (db, statements, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close (db);
}

int
stored_code (const KithdChange *change)
{
  return change->error != NULL ? change->error->code : -1;
}

static json_object *
member (json_object *object, const char *name)
{
  json_object *value = NULL;
  if (!json_object_object_get_ex (object, name, &value))
    fail_msg ("%s is missing in %s", name, json_object_to_json_string (object));
  return value;
}

gint64
stored_int (json_object *object, const char *name)
{
  return json_object_get_int64 (member (object, name));
}

const char *
stored_text (json_object *object, const char *name)
{
  json_object *value = member (object, name);
  if (json_object_is_type (value, json_type_string))
    return json_object_get_string (value);
  return json_object_to_json_string_ext (value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

gboolean
stored_flag (json_object *object, const char *name)
{
  json_object *value = NULL;
  return json_object_object_get_ex (object, name, &value) && json_object_get_boolean (value);
}

json_object *
stored_item (json_object *object, const char *list, guint index)
{
  json_object *array = member (object, list);
  assert_true (index < json_object_array_length (array));
  return json_object_array_get_idx (array, index);
}

guint
stored_length (json_object *object, const char *list)
{
  return (guint) json_object_array_length (member (object, list));
}

gint64
stored_populate (Stored *stored)
{
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob");
  gint64 room = stored_room (stored, ada, "plans");
  stored_join (stored, room, bob);
  gint64 seq = stored_done (stored, stored_mention (stored_message (room, ada, "hello bob"), bob))->seq;
  stored_done (stored, stored_event (KITHD_EVENT_EDIT, room, ada, seq, "hello Bob"));
  stored_done (stored, stored_mention (stored_message (room, bob, "hello Ada"), ada));
  stored_done (stored, stored_event (KITHD_EVENT_REACT, room, ada, 5, "+"));
  gint64 gone = stored_post (stored, room, ada, "not this");
  stored_done (stored, stored_event (KITHD_EVENT_DELETE, room, ada, gone, NULL));
  return room;
}
