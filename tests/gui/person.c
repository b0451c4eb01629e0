/* person.c - starts and ends a kith, and reads what it complained of. */
#include "gui/person.h"

#include "gui/desktop.h"
#include "support/check.h"

#include <stdio.h>
#include <string.h>

static void
set_number (GuiPerson *person, const char *key, int number)
{
  g_autofree char *value = g_strdup_printf ("%d", number);
  gui_person_set (person, key, value);
}

GuiPerson *
gui_person_new (const char *name)
{
  GuiPerson *person = g_new0 (GuiPerson, 1);
  g_autofree char *log = g_strconcat (name, ".log", NULL);
  person->name = g_strdup (name);
  person->profile = g_build_filename (gui_desktop_home (), name, NULL);
  person->log = g_build_filename (gui_desktop_home (), log, NULL);
  set_number (person, "window-width", gui_desktop_width ());
  set_number (person, "window-height", gui_desktop_height ());
  return person;
}

void
gui_person_set (GuiPerson *person, const char *key, const char *value)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = g_build_filename (person->profile, "settings.ini", NULL);
  g_mkdir_with_parents (person->profile, 0700);
  g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, NULL); /* not there yet: empty */
  g_key_file_set_value (file, "kith", key, value);
  CHECK (g_key_file_save_to_file (file, path, &error));
}

static void
print_log (GuiPerson *person)
{
  g_autofree char *log = NULL;
  g_file_get_contents (person->log, &log, NULL, NULL);
  fprintf (stderr, "The log of %s:\n%s", person->name, log != NULL ? log : "");
}

static gboolean
has_window (GuiPerson *person)
{
  return gui_shows (&person->program, ATSPI_ROLE_FRAME, NULL);
}

static void
wait_for_window (GuiPerson *person)
{
  gint64 end = g_get_monotonic_time () + GUI_PATIENCE_S * G_USEC_PER_SEC;
  while (!has_window (person)) {
    if (!test_child_is_running (person->child) || g_get_monotonic_time () > end) {
      print_log (person);
      fail_msg ("kith shows no window");
    }
    gui_breathe ();
  }
}

/* Under AddressSanitizer: without whole stacks, which are slow, nobody could tell a leak of GTK from one of ours. */
static void
choose_leaks (GuiPerson *person, const char *options)
{
  g_autofree char *more = g_strconcat (options, person->leaks ? ":fast_unwind_on_malloc=0" : ":detect_leaks=0", NULL);
  g_setenv ("ASAN_OPTIONS", more, TRUE);
}

static TestChild *
run (GuiPerson *person, char **words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *options = g_strdup (g_getenv ("ASAN_OPTIONS"));
  if (options != NULL)
    choose_leaks (person, options);
  TestChild *child = test_child_new (words, person->log, &error);
  if (options != NULL)
    g_setenv ("ASAN_OPTIONS", options, TRUE);
  if (child == NULL)
    fail_msg ("%s", error->message);
  return child;
}

void
gui_person_start (GuiPerson *person, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  va_list more;
  char *word;
  g_ptr_array_add (words, (gpointer) KITH_PATH);
  g_ptr_array_add (words, (gpointer) "--profile");
  g_ptr_array_add (words, person->profile);
  va_start (more, person);
  while ((word = va_arg (more, char *)) != NULL)
    g_ptr_array_add (words, word);
  va_end (more);
  g_ptr_array_add (words, NULL);
  person->child = run (person, (char **) words->pdata);
  person->program.process = test_child_number (person->child);
  wait_for_window (person);
}

void
gui_person_open (GuiPerson *person, const char *link)
{
  char *words[] = {(char *) KITH_PATH, (char *) "--profile", person->profile, (char *) link, NULL};
  TestChild *child = run (person, words);
  assert_int_equal (test_child_wait (child), 0);
  test_child_free (child);
}

void
gui_person_kill (GuiPerson *person)
{
  test_child_kill (person->child);
  g_clear_pointer (&person->child, test_child_free);
}

void
gui_person_leave (GuiPerson *person)
{
  gui_wait_active (&person->program, "*"); /* a window that has just been closed would get the key */
  gui_key ("ctrl+q");
  int status = test_child_wait (person->child);
  if (status != 0) {
    print_log (person);
    fail_msg ("%s did not end well", person->name);
  }
  g_clear_pointer (&person->child, test_child_free);
}

/* GLib warns where nobody shows notifications: only services.h has somebody. */
static gboolean
is_complaint (const char *line)
{
  return (strstr (line, "CRITICAL") != NULL || strstr (line, "WARNING") != NULL ||
          strstr (line, "Sanitizer") != NULL) &&
         strstr (line, "unable to send notifications") == NULL;
}

/* Lines of the log that nobody should have to read. */
static void
check_log (GuiPerson *person)
{
  g_autofree char *log = NULL;
  if (!g_file_get_contents (person->log, &log, NULL, NULL))
    return;
  g_auto (GStrv) lines = g_strsplit (log, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (is_complaint (lines[i])) {
      print_log (person);
      fail_msg ("%s complained: %s", person->name, lines[i]);
    }
}

void
gui_person_free (GuiPerson *person)
{
  if (person == NULL)
    return;
  if (person->child != NULL)
    gui_person_kill (person);
  check_log (person);
  g_free (person->name);
  g_free (person->profile);
  g_free (person->log);
  g_free (person);
}
