/* test-hasher.c - passwords: what is made verifies, nothing else does, and nobody takes as long as somebody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "secret/hasher.h"

#include <string.h>

typedef struct {
  GMutex lock;
  GCond ready;
  guint done;
} Signal;

static void
on_ready (gpointer data)
{
  Signal *signal = data;
  g_mutex_lock (&signal->lock);
  signal->done++;
  g_cond_signal (&signal->ready);
  g_mutex_unlock (&signal->lock);
}

static KithdHashJob *
run (KithdHashJob *job)
{
  Signal signal = { .done = 0 };
  g_mutex_init (&signal.lock);
  g_cond_init (&signal.ready);
  KithdHasher *hasher = kithd_hasher_new (1, 4, on_ready, &signal, NULL);
  assert_true (kithd_hasher_submit (hasher, job));
  g_mutex_lock (&signal.lock);
  while (signal.done == 0)
    g_cond_wait (&signal.ready, &signal.lock);
  g_mutex_unlock (&signal.lock);
  KithdHashJob *done = kithd_hasher_take (hasher);
  assert_non_null (done);
  kithd_hasher_free (hasher);
  return done;
}

static gboolean
verifies (const char *password, const char *stored)
{
  KithdHashJob *job = kithd_hash_job_new (password);
  job->verify = TRUE;
  job->stored = g_strdup (stored);
  job = run (job);
  gboolean verified = job->verified;
  kithd_hash_job_free (job);
  return verified;
}

static char *
made (const char *password)
{
  KithdHashJob *job = kithd_hash_job_new (password);
  job->make = TRUE;
  job = run (job);
  char *stored = g_strdup (job->made);
  kithd_hash_job_free (job);
  return stored;
}

static void
only_the_right_password_verifies (void **state)
{
  g_autofree char *stored = made ("correct horse"), *again = made ("correct horse");
  assert_true (g_str_has_prefix (stored, "scrypt$15$8$1$"));
  assert_string_not_equal (stored, again);
  assert_true (verifies ("correct horse", stored));
  assert_true (verifies ("correct horse", again));
  assert_false (verifies ("correct horsf", stored));
  assert_false (verifies ("", stored));
}

static void
nonsense_never_verifies (void **state)
{
  assert_false (verifies ("x", NULL));
  assert_false (verifies ("x", ""));
  assert_false (verifies ("x", "scrypt$15$8$1$AAAA$AAAA"));
  assert_false (verifies ("x", "plain$x"));
  assert_false (verifies ("", "scrypt$15$8$1$$"));
}

static void
a_new_password_needs_the_old_one (void **state)
{
  g_autofree char *stored = made ("old password");
  KithdHashJob *wrong = kithd_hash_job_new ("other"), *right = kithd_hash_job_new ("old password");
  wrong->verify = wrong->make = right->verify = right->make = TRUE;
  wrong->stored = g_strdup (stored);
  right->stored = g_strdup (stored);
  wrong->new_password = g_strdup ("new password");
  right->new_password = g_strdup ("new password");
  wrong = run (wrong);
  right = run (right);
  assert_null (wrong->made);
  assert_true (verifies ("new password", right->made));
  kithd_hash_job_free (wrong);
  kithd_hash_job_free (right);
}

/* One thread: what waits behind a job is refused from a number on, and dropped at the end. */
static void
a_queue_has_an_end (void **state)
{
  Signal signal = { .done = 0 };
  guint taken = 0;
  g_mutex_init (&signal.lock);
  g_cond_init (&signal.ready);
  KithdHasher *hasher = kithd_hasher_new (1, 4, on_ready, &signal, NULL);
  while (taken < 100) {
    KithdHashJob *job = kithd_hash_job_new ("correct horse");
    job->make = TRUE;
    if (!kithd_hasher_submit (hasher, job))
      break;
    taken++;
  }
  kithd_hasher_free (hasher);
  assert_in_range (taken, 4, 99);
  assert_in_range (signal.done, 0, taken - 1);
}

int
main (void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test (only_the_right_password_verifies), cmocka_unit_test (nonsense_never_verifies),
                                      cmocka_unit_test (a_new_password_needs_the_old_one), cmocka_unit_test (a_queue_has_an_end) };
  return cmocka_run_group_tests_name ("hasher", tests, NULL, NULL);
}
