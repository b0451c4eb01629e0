/* test-gtk-settings.c - the profile's directory, and what the user has chosen: defaults, limits, what the file keeps.
 */
#include <glib/gstdio.h>

#include "core/settings.h"
#include "support/check.h"
#include "support/files.h"
#include "support/scratch.h"

typedef struct {
  TestScratch *scratch;
  const char *directory;
  KithProfile *profile;
} Fixture;

static int
set_up (void **state)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  fixture->scratch = test_scratch_new ();
  fixture->directory = test_scratch_directory (fixture->scratch);
  fixture->profile = kith_profile_open (fixture->directory, NULL);
  *state = fixture;
  return fixture->profile == NULL;
}

static int
tear_down (void **state)
{
  Fixture *fixture = *state;
  kith_profile_unref (fixture->profile);
  test_scratch_free (fixture->scratch);
  g_free (fixture);
  return 0;
}

static char *
read_file (Fixture *fixture)
{
  char *text = NULL;
  g_autofree char *file = kith_profile_path (fixture->profile, "settings.ini", NULL);
  g_file_get_contents (file, &text, NULL, NULL);
  return text;
}

static void
write_file (Fixture *fixture, const char *text)
{
  g_autofree char *file = kith_profile_path (fixture->profile, "settings.ini", NULL);
  assert_true (g_file_set_contents (file, text, -1, NULL));
}

static void
a_new_profile_has_the_standard (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (KithSettings) settings = kith_settings_new (fixture->profile);
  g_autofree char *scheme = kith_settings_get_string (settings, "color-scheme");
  assert_string_equal (scheme, "system");
  assert_int_equal (kith_settings_get_int (settings, "text-size"), 100);
  assert_true (kith_settings_get_boolean (settings, "enter-sends"));
  kith_settings_flush (settings);
  assert_null (read_file (fixture));
}

static void
count (GObject *object, GParamSpec *spec, gpointer data)
{
  ++*(guint *) data;
}

static void
a_change_is_told_once_and_kept (void **state)
{
  Fixture *fixture = *state;
  guint told = 0;
  g_autoptr (KithSettings) settings = kith_settings_new (fixture->profile);
  g_signal_connect (settings, "notify::text-size", G_CALLBACK (count), &told);
  g_object_set (settings, "text-size", 125, "accent", "rose", "notify-sound", FALSE, NULL);
  g_object_set (settings, "text-size", 125, NULL);
  assert_int_equal (told, 1);
  g_clear_object (&settings);
  settings = kith_settings_new (fixture->profile);
  g_autofree char *accent = kith_settings_get_string (settings, "accent");
  assert_string_equal (accent, "rose");
  assert_int_equal (kith_settings_get_int (settings, "text-size"), 125);
  assert_false (kith_settings_get_boolean (settings, "notify-sound"));
}

static void
a_change_is_written_after_a_while (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (KithSettings) settings = kith_settings_new (fixture->profile);
  g_object_set (settings, "text-size", 90, NULL);
  assert_null (read_file (fixture));
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  g_autofree char *text = NULL;
  while (text == NULL && g_get_monotonic_time () < end) {
    g_main_context_iteration (NULL, TRUE); /* the delay is its only source */
    text = read_file (fixture);
  }
  assert_non_null (text);
  assert_non_null (strstr (text, "text-size=90"));
}

static void
what_cannot_be_read_is_the_standard (void **state)
{
  Fixture *fixture = *state;
  write_file (fixture, "[kith]\ntext-size=9999\naccent=pink\nnotify-body=maybe\nidle-minutes=\nwindow-width=800\n");
  g_autoptr (KithSettings) settings = kith_settings_new (fixture->profile);
  g_autofree char *accent = kith_settings_get_string (settings, "accent");
  assert_string_equal (accent, "petrol");
  assert_int_equal (kith_settings_get_int (settings, "text-size"), 100);
  assert_int_equal (kith_settings_get_int (settings, "idle-minutes"), 10);
  assert_int_equal (kith_settings_get_int (settings, "window-width"), 800);
  assert_true (kith_settings_get_boolean (settings, "notify-body"));
}

static void
unknown_keys_and_comments_stay (void **state)
{
  Fixture *fixture = *state;
  write_file (fixture, "# mine\n[kith]\nfrom-the-future=7\n[other]\nx=y\n");
  g_autoptr (KithSettings) settings = kith_settings_new (fixture->profile);
  g_object_set (settings, "spell-check", FALSE, NULL);
  kith_settings_flush (settings);
  g_autofree char *text = read_file (fixture);
  assert_non_null (strstr (text, "# mine"));
  assert_non_null (strstr (text, "from-the-future=7"));
  assert_non_null (strstr (text, "x=y"));
  assert_non_null (strstr (text, "spell-check=false"));
}

static void
without_a_profile_nothing_is_written (void **state)
{
  g_autoptr (KithSettings) settings = kith_settings_new (NULL);
  g_object_set (settings, "text-size", 160, NULL);
  kith_settings_flush (settings);
  assert_int_equal (kith_settings_get_int (settings, "text-size"), 160);
}

static void
the_directory_is_private_and_paths_are_made (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_build_filename (fixture->directory, "new", NULL);
  g_autoptr (KithProfile) profile = kith_profile_open (directory, &error);
  assert_non_null (profile);
  test_assert_private_directory (directory);
  g_autofree char *path = kith_profile_path (profile, "servers", "s1", "cache.db", NULL);
  g_autofree char *above = g_path_get_dirname (path);
  assert_true (g_file_test (above, G_FILE_TEST_IS_DIR));
}

/* It was somebody's, and open to others, before it was ours. */
static void
a_directory_that_is_there_is_closed (void **state)
{
  Fixture *fixture = *state;
  assert_int_equal (g_chmod (fixture->directory, 0755), 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (KithProfile) profile = kith_profile_open (fixture->directory, &error);
  assert_non_null (profile);
  test_assert_mode (fixture->directory, 0700);
}

static void
a_file_is_no_profile (void **state)
{
  Fixture *fixture = *state;
  write_file (fixture, "");
  g_autofree char *file = kith_profile_path (fixture->profile, "settings.ini", NULL);
  g_autoptr (GError) error = NULL;
  assert_null (kith_profile_open (file, &error));
  assert_non_null (strstr (error->message, "--profile"));
}

#define CASE(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)

int
main (void)
{
  const struct CMUnitTest tests[] = {
      CASE (a_new_profile_has_the_standard),
      CASE (a_change_is_told_once_and_kept),
      CASE (a_change_is_written_after_a_while),
      CASE (what_cannot_be_read_is_the_standard),
      CASE (unknown_keys_and_comments_stay),
      CASE (without_a_profile_nothing_is_written),
      CASE (the_directory_is_private_and_paths_are_made),
      CASE (a_directory_that_is_there_is_closed),
      CASE (a_file_is_no_profile),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
