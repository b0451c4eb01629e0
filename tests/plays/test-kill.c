/* test-kill.c - kill -9 under load, again and again: nothing acknowledged is lost, nothing is doubled, the numbers have
 * no gap, all readers saw one order. KITH_ROUNDS: how often (20); KITH_SECONDS: not begin another round after this
 * time. */
#include <stdlib.h>

#include "plays/load.h"
#include "support/check.h"

#define ROUNDS 20
#define POSTERS 3
#define READERS 2
#define WINDOW 16

static guint
number_from_environment (const char *name, guint fallback)
{
  const char *text = g_getenv (name);
  return text != NULL && *text != '\0' ? (guint) strtoul (text, NULL, 10) : fallback;
}

static void
test_kill (void **state)
{
  guint rounds = number_from_environment ("KITH_ROUNDS", ROUNDS);
  gint64 deadline = g_get_monotonic_time () + number_from_environment ("KITH_SECONDS", 24 * 3600) * G_USEC_PER_SEC;
  const LoadOptions options = {.posters = POSTERS, .readers = READERS, .window = WINDOW};
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Load) load = NULL;
  load_configure (server);
  CHECK (test_server_start (server, &error));
  CHECK (load = load_new (server, &options, &error));
  load_start (load);
  guint round = 0;
  for (; round < rounds && g_get_monotonic_time () < deadline; round++) {
    /* Somewhere in a run of posts, wherever the server then is. */
    CHECK (load_wait (load, (guint64) g_random_int_range (1, 200), &error));
    load_pause_connecting (load);
    test_server_kill (server);
    CHECK (test_server_start (server, &error));
    load_resume_connecting (load);
  }
  CHECK (load_wait (load, 1, &error));
  CHECK (load_finish (load, &error));
  print_message ("%u rounds, %" G_GUINT64_FORMAT " posts acknowledged\n", round, load_acknowledged (load));
  CHECK (test_server_stop (server, 0, &error));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test (test_kill)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
