/* test-store-limits.c - the store where the system gives no more: a full disk, a limit of files, no descriptors. Linux. */
#include "support/stored.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "proto/error.h"
#include "support/check.h"

static int
setup (void **state)
{
  *state = stored_new ();
  return 0;
}

static int
teardown (void **state)
{
  stored_close (*state);
  umount2 (((Stored *) *state)->directory, MNT_DETACH); /* where a test made a disk of its own */
  stored_free (*state);
  return 0;
}

static GPtrArray *
posts (gint64 room, guint count, const char *text)
{
  GPtrArray *turn = g_ptr_array_new ();
  for (guint i = 0; i < count; i++)
    g_ptr_array_add (turn, stored_message (room, 1, text));
  return turn;
}

/* One batch of five large posts, the first with a nonce; the first is returned. */
static KithdChange *
post_batch (Stored *stored, gint64 room)
{
  g_autofree char *text = g_strnfill (4000, 'x');
  guint first = stored->changes->len;
  GPtrArray *turn = posts (room, 5, text);
  stored_nonce (turn->pdata[0], (guint8) first, 1);
  stored_do_all (stored, turn);
  return stored->changes->pdata[first];
}

/* Posts until the disk is full, also after the journal was moved into the database, for which nobody may be reading. Everything of the batch that
 * did not fit is refused, and only that. */
static gint64
fill (Stored *stored, gint64 room)
{
  gint64 last = stored_post (stored, room, 1, "before");
  guint refused = 0;
  for (guint turn = 0; turn < 4000; turn++) {
    guint first = stored->changes->len;
    KithdChange *change = post_batch (stored, room);
    for (guint i = first; i < stored->changes->len; i++)
      assert_int_equal (stored_code (stored->changes->pdata[i]), stored_code (change));
    if (change->error == NULL) {
      last = change->seq + 4;
      refused = 0;
      continue;
    }
    assert_int_equal (change->error->code, KITH_ERROR_STORAGE_FULL);
    assert_int_equal (change->seq, 0);
    assert_int_equal (change->events.length, 0);
    if (++refused == 3)
      return last;
    kithd_store_settle_index (stored->store);
  }
  fail_msg ("the disk does not fill");
  return 0;
}

/* Reads go on; posts do again when there is room, with the next number. */
static void
assert_recovers (Stored *stored, gint64 room, gint64 last, void (*make_room) (gpointer data), gpointer data)
{
  json_object *page = stored_answer (stored, stored_fetch (KITHD_READ_FETCH_BEFORE, 1, room, G_MAXINT64, 5));
  assert_int_equal (stored_int (stored_item (page, "events", 4), "seq"), last);
  json_object_put (page);
  assert_int_equal (stored_code (post_batch (stored, room)), KITH_ERROR_STORAGE_FULL);
  make_room (data);
  KithdChange *refused = stored->changes->pdata[stored->changes->len - 5], *next = stored_message (room, 1, "x");
  stored_done (stored, stored_nonce (next, refused->nonce[0], 1));
  assert_false (next->repeated);
  assert_int_equal (next->seq, last + 1);
  stored_close (stored);
  stored_open (stored);
  assert_int_equal (stored_post (stored, room, 1, "x"), last + 2);
  CHECK (kithd_store_check (stored->file, &error));
}

static void
limit_files (gpointer size)
{
  struct rlimit limit;
  assert_int_equal (getrlimit (RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = size != NULL ? *(rlim_t *) size : limit.rlim_max;
  assert_int_equal (setrlimit (RLIMIT_FSIZE, &limit), 0);
}

static void
test_file_limit (void **state)
{
  Stored *stored = *state;
  gint64 room = stored_populate (stored);
  rlim_t size = 600 * 1024;
  signal (SIGXFSZ, SIG_IGN);
  limit_files (&size);
  gint64 last = fill (stored, room);
  assert_recovers (stored, room, last, limit_files, NULL);
}

/* The store needs no descriptor beyond those it has: without a free one it goes on, large changes included. */
static void
test_no_descriptors (void **state)
{
  Stored *stored = *state;
  gint64 room = stored_populate (stored);
  gint64 seq = stored_post (stored, room, 1, "everybody loves this");
  GPtrArray *turn = g_ptr_array_new ();
  for (guint i = 0; i < 4000; i++) {
    g_autofree char *emoji = g_strdup_printf ("emoji %u", i % 20);
    g_ptr_array_add (turn, stored_event (KITHD_EVENT_REACT, room, 100 + i, seq, emoji));
  }
  stored_do_all (stored, turn);
  struct rlimit limit;
  assert_int_equal (getrlimit (RLIMIT_NOFILE, &limit), 0);
  const struct rlimit none = {0, limit.rlim_max};
  assert_int_equal (setrlimit (RLIMIT_NOFILE, &none), 0);
  KithdChange *post = stored_do (stored, stored_message (room, 1, "x"));
  KithdChange *change = stored_do (stored, stored_event (KITHD_EVENT_DELETE, room, 1, seq, NULL));
  KithdRead *read = stored_read (stored, stored_fetch (KITHD_READ_FETCH_AFTER, 1, room, 0, 50));
  assert_int_equal (setrlimit (RLIMIT_NOFILE, &limit), 0);
  assert_int_equal (stored_code (post), -1);
  assert_int_equal (stored_code (change), -1);
  assert_null (read->error);
  kithd_read_free (read);
}

static void
unballast (gpointer file)
{
  assert_int_equal (g_unlink (file), 0);
}

/* Half of the disk: as much as it takes to move what filled the journal into the database. */
#define BALLAST (1536 * 1024)

static void
fill_and_recover (Stored *stored)
{
  gint64 room = stored_populate (stored);
  g_autofree char *ballast = g_build_filename (stored->directory, "ballast", NULL);
  g_autofree char *half = g_strnfill (BALLAST, 'x');
  CHECK (g_file_set_contents (ballast, half, BALLAST, &error));
  gint64 last = fill (stored, room);
  assert_recovers (stored, room, last, unballast, ballast);
}

/* A disk of its own, really full. Only root can make one. */
static void
test_full_disk (void **state)
{
  Stored *stored = *state;
  stored_close (stored);
  if (mount ("kith", stored->directory, "tmpfs", 0, "size=3m,mode=0700") != 0)
    skip ();
  stored_open (stored);
  fill_and_recover (stored);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (test_##name, setup, teardown)
  const struct CMUnitTest tests[] = {TEST (file_limit), TEST (full_disk), TEST (no_descriptors)};
  return cmocka_run_group_tests_name ("store-limits", tests, NULL, NULL);
}
