/* test-gtk-autostart.c - the desktop entry that starts us with the session: what it runs, whose word counts. */
#include <glib/gstdio.h>

#include "core/autostart.h"
#include "support/check.h"
#include "support/scratch.h"

#define ID "org.kith.Test"

static TestScratch *scratch;

static char *
entry_path (void)
{
  return g_build_filename (test_scratch_directory (scratch), "autostart", ID ".desktop", NULL);
}

/* What a desktop makes of "Exec": the escapes of the specification are those of a shell, and "%%" is a per cent sign. */
static char **
read_exec (void)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = entry_path ();
  char **words = NULL;
  assert_true (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL));
  g_autofree char *exec = g_key_file_get_string (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_EXEC, NULL);
  assert_true (g_shell_parse_argv (exec, NULL, &words, NULL));
  return words;
}

static void
it_is_made_and_removed (void **state)
{
  g_autofree char *path = entry_path ();
  assert_false (kith_autostart_is_on (ID));
  assert_true (kith_autostart_set (ID, NULL, TRUE, NULL));
  assert_true (kith_autostart_is_on (ID));
  g_auto (GStrv) words = read_exec ();
  assert_int_equal (g_strv_length (words), 2);
  assert_true (g_path_is_absolute (words[0]));
  assert_string_equal (words[1], "--minimized");
  assert_true (kith_autostart_set (ID, NULL, FALSE, NULL));
  assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  assert_true (kith_autostart_set (ID, NULL, FALSE, NULL)); /* as often as one likes */
}

static void
a_strange_profile_stays_one_word (void **state)
{
  assert_true (kith_autostart_set (ID, "/home/a b/\"$x`\\/100%", TRUE, NULL));
  g_auto (GStrv) words = read_exec ();
  assert_int_equal (g_strv_length (words), 4);
  assert_string_equal (words[2], "--profile");
  assert_string_equal (words[3], "/home/a b/\"$x`\\/100%%");
}

static void
the_desktop_may_switch_it_off (void **state)
{
  static const char *const lines[] = {"Hidden=true\n", "X-GNOME-Autostart-enabled=false\n"};
  g_autofree char *path = entry_path ();
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    assert_true (kith_autostart_set (ID, NULL, TRUE, NULL));
    g_autofree char *text = NULL;
    assert_true (g_file_get_contents (path, &text, NULL, NULL));
    g_autofree char *changed = g_strconcat (text, lines[i], NULL);
    assert_true (g_file_set_contents (path, changed, -1, NULL));
    assert_false (kith_autostart_is_on (ID));
  }
}

static void
what_cannot_be_written_is_said (void **state)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = entry_path ();
  assert_true (kith_autostart_set (ID, NULL, FALSE, NULL));
  assert_int_equal (g_mkdir (path, 0700), 0);
  assert_false (kith_autostart_set (ID, NULL, TRUE, &error));
  assert_non_null (error);
  assert_int_equal (g_rmdir (path), 0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (it_is_made_and_removed),
      cmocka_unit_test (a_strange_profile_stays_one_word),
      cmocka_unit_test (the_desktop_may_switch_it_off),
      cmocka_unit_test (what_cannot_be_written_is_said),
  };
  scratch = test_scratch_new ();
  g_setenv ("XDG_CONFIG_HOME", test_scratch_directory (scratch), TRUE);
  int failed = cmocka_run_group_tests (tests, NULL, NULL);
  test_scratch_free (scratch);
  return failed;
}
