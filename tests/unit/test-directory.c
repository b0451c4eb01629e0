/* test-directory.c - what is kept is kept where nobody else looks. */
#include <glib/gstdio.h>

#include "base/directory.h"
#include "support/check.h"
#include "support/files.h"

typedef struct {
  char *dir, *inner, *path; /* dir/inner/path */
} Fixture;

static int
set_up (void **state)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  CHECK ((fixture->dir = g_dir_make_tmp ("kith-XXXXXX", &error)) != NULL);
  fixture->inner = g_build_filename (fixture->dir, "pl\303\244ne", NULL);
  fixture->path = g_build_filename (fixture->inner, "\346\226\207", NULL);
  *state = fixture;
  return 0;
}

static int
tear_down (void **state)
{
  Fixture *fixture = *state;
  g_rmdir (fixture->path);
  g_unlink (fixture->path);
  g_rmdir (fixture->inner);
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->inner);
  g_free (fixture->path);
  g_free (fixture);
  return 0;
}

static void
makes_it_for_its_owner (void **state)
{
  Fixture *fixture = *state;
  CHECK (kith_directory_make (fixture->path, &error));
  test_assert_private_directory (fixture->path);
  g_autofree char *file = g_build_filename (fixture->path, "x", NULL);
  CHECK (g_file_set_contents (file, "x", 1, &error));
  assert_int_equal (g_unlink (file), 0);
}

static void
leaves_one_that_is_there (void **state)
{
  Fixture *fixture = *state;
  CHECK (kith_directory_make (fixture->path, &error));
  CHECK (kith_directory_make (fixture->path, &error));
  CHECK (kith_directory_make (fixture->dir, &error));
}

static void
says_what_is_in_the_way (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GError) problem = NULL;
  CHECK (kith_directory_make (fixture->inner, &error));
  CHECK (g_file_set_contents (fixture->path, "a file", -1, &error));
  assert_false (kith_directory_make (fixture->path, &problem));
  assert_int_equal (problem->domain, G_FILE_ERROR);
  assert_non_null (g_strstr_len (problem->message, -1, fixture->path));
}

int
main (void)
{
#define TEST(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)
  const struct CMUnitTest tests[] = {TEST (makes_it_for_its_owner), TEST (leaves_one_that_is_there),
                                     TEST (says_what_is_in_the_way)};
  return cmocka_run_group_tests_name ("directory", tests, NULL, NULL);
}
