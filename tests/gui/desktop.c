/* desktop.c - Xvfb chooses a free display by itself and says which; GTestDBus runs the bus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gui/desktop.h"

#include "support/child.h"
#include "support/server.h"

#include <gio/gio.h>
#include <string.h>

#define ACCESSIBILITY "/usr/share/dbus-1/services/org.a11y.Bus.service"
#define BREATH_MS 15
#define NARROW 720 /* the window shows one pane at a time */

static struct {
  TestChild *display, *manager;
  GTestDBus *bus;
  char *home, *log;
  int width, height;
  guint clicks;
} desktop;

static const char settings_ini[] = "[Settings]\n"
                                   "gtk-font-name=Inter 10.5\n"
                                   "gtk-theme-name=Adwaita\n"
                                   "gtk-icon-theme-name=Adwaita\n"
                                   "gtk-decoration-layout=:minimize,maximize,close\n"
                                   "gtk-cursor-blink=0\n"
                                   "gtk-enable-animations=0\n"
                                   "gtk-xft-antialias=1\n"
                                   "gtk-xft-hinting=1\n"
                                   "gtk-xft-hintstyle=hintslight\n"
                                   "gtk-xft-rgba=none\n"
                                   "gtk-xft-dpi=98304\n";

/* No keys of the window manager's own: they would be taken from the client. */
static const char manager_xml[] =
    "<openbox_config xmlns='http://openbox.org/3.4/rc'><mouse><context name='Client'><mousebind button='Left' "
    "action='Press'><action name='Focus'/><action name='Raise'/></mousebind></context></mouse></openbox_config>";

static TestChild *
start (char **words)
{
  g_autoptr (GError) error = NULL;
  TestChild *child = test_child_new (words, desktop.log, &error);
  if (child == NULL)
    fail_msg ("%s cannot be started: %s. Install what ./dev test installs.", words[0], error->message);
  return child;
}

static char *
read_line (TestChild *child)
{
  gint64 deadline = g_get_monotonic_time () + GUI_PATIENCE_S * G_USEC_PER_SEC;
  GString *line = g_string_new (NULL);
  char byte;
  while (test_child_read_byte (child, deadline, &byte) == 1 && byte != '\n')
    g_string_append_c (line, byte);
  return g_string_free (line, FALSE);
}

static void
start_display (int width, int height)
{
  g_autofree char *screen = g_strdup_printf ("%dx%dx24", width, height);
  char *words[] = {(char *) "Xvfb", (char *) "-displayfd", (char *) "1",   (char *) "-screen",  (char *) "0",
                   screen,          (char *) "-nolisten",  (char *) "tcp", (char *) "-noreset", NULL};
  desktop.display = start (words);
  g_autofree char *number = read_line (desktop.display);
  if (*number == '\0')
    fail_msg ("Xvfb gave no display");
  g_autofree char *display = g_strconcat (":", number, NULL);
  g_setenv ("DISPLAY", display, TRUE);
}

/* Only what the tests need can be activated: no keyring that asks for a password. */
static void
start_bus (void)
{
  g_autofree char *services = g_build_filename (desktop.home, "services", NULL);
  g_autofree char *copy = g_build_filename (services, "org.a11y.Bus.service", NULL);
  g_autofree char *text = NULL;
  gsize size;
  g_mkdir_with_parents (services, 0700);
  if (!g_file_get_contents (ACCESSIBILITY, &text, &size, NULL) ||
      !g_file_set_contents (copy, text, (gssize) size, NULL))
    fail_msg ("there is no %s: install at-spi2-core", ACCESSIBILITY);
  desktop.bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_add_service_dir (desktop.bus, services);
  g_test_dbus_up (desktop.bus);
}

static void
write_config (const char *program, const char *name, const char *text)
{
  g_autofree char *folder = g_build_filename (desktop.home, "config", program, NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_mkdir_with_parents (folder, 0700);
  assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
set_home (void)
{
  static const struct {
    const char *variable, *folder;
  } folders[] = {{"XDG_CONFIG_HOME", "config"},
                 {"XDG_DATA_HOME", "data"},
                 {"XDG_CACHE_HOME", "cache"},
                 {"XDG_RUNTIME_DIR", "run"}};
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *path = g_build_filename (desktop.home, folders[i].folder, NULL);
    g_mkdir_with_parents (path, 0700);
    g_setenv (folders[i].variable, path, TRUE);
  }
  write_config ("gtk-3.0", "settings.ini", settings_ini);
  write_config ("openbox", "rc.xml", manager_xml);
  g_setenv ("HOME", desktop.home, TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("GDK_BACKEND", "x11", TRUE);
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_unsetenv ("LANGUAGE"); /* the tests look for English words */
  g_unsetenv ("NO_AT_BRIDGE");
  g_unsetenv ("GTK_THEME");
}

void
gui_desktop_start (int width, int height)
{
  g_autoptr (GError) error = NULL;
  char *manager[] = {(char *) "openbox", (char *) "--sm-disable", NULL};
  desktop.width = width;
  desktop.height = height;
  desktop.home = g_dir_make_tmp ("kith-desktop-XXXXXX", &error);
  assert_non_null (desktop.home);
  desktop.log = g_build_filename (desktop.home, "log", NULL);
  set_home ();
  start_bus (); /* it unsets DISPLAY */
  start_display (width, height);
  desktop.manager = start (manager);
}

void
gui_desktop_stop (void)
{
  g_clear_pointer (&desktop.manager, test_child_free);
  if (desktop.bus != NULL)
    g_test_dbus_stop (desktop.bus);
  g_clear_object (&desktop.bus);
  g_clear_pointer (&desktop.display, test_child_free);
  if (desktop.home != NULL)
    test_remove_tree (desktop.home);
  g_clear_pointer (&desktop.home, g_free);
  g_clear_pointer (&desktop.log, g_free);
}

int
gui_desktop_width (void)
{
  return desktop.width;
}

int
gui_desktop_height (void)
{
  return desktop.height;
}

const char *
gui_desktop_home (void)
{
  return desktop.home;
}

/* ---- hands ---- */

static void
run (char **words)
{
  g_autofree char *output = NULL;
  if (test_child_run (words, &output) != 0)
    fail_msg ("%s %s: %s", words[0], words[1], output != NULL ? output : "not found");
}

void
gui_key (const char *keys)
{
  char *words[] = {(char *) "xdotool", (char *) "key", (char *) "--clearmodifiers", (char *) keys, NULL};
  run (words);
}

void
gui_keys (const char *keys, guint times)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  char *begin[] = {(char *) "xdotool", (char *) "key", (char *) "--delay", (char *) "5"};
  for (guint i = 0; i < G_N_ELEMENTS (begin); i++)
    g_ptr_array_add (words, begin[i]);
  for (guint i = 0; i < times; i++)
    g_ptr_array_add (words, (char *) keys);
  g_ptr_array_add (words, NULL);
  run ((char **) words->pdata);
}

void
gui_type (const char *text)
{
  char *words[] = {(char *) "xdotool",
                   (char *) "type",
                   (char *) "--clearmodifiers",
                   (char *) "--delay",
                   (char *) "4",
                   (char *) "--",
                   (char *) text,
                   NULL};
  run (words);
}

void
gui_move_to (int x, int y)
{
  g_autofree char *left = g_strdup_printf ("%d", x), *top = g_strdup_printf ("%d", y);
  char *words[] = {(char *) "xdotool", (char *) "mousemove", left, top, NULL};
  run (words);
}

void
gui_click_at (int x, int y, int button)
{
  g_autofree char *which = g_strdup_printf ("%d", button);
  char *words[] = {(char *) "xdotool", (char *) "click", which, NULL};
  gui_move_to (x, y);
  run (words);
  desktop.clicks++;
}

guint
gui_clicks (void)
{
  return desktop.clicks;
}

gboolean
gui_is_narrow (void)
{
  return desktop.width < NARROW;
}

void
gui_shoot (const char *name)
{
  const char *folder = g_getenv ("KITH_SCREENSHOTS");
  if (folder == NULL)
    return;
  g_autofree char *path = g_strdup_printf ("%s/%s%s.png", folder, name, gui_is_narrow () ? "-narrow" : "");
  char *words[] = {(char *) "import", (char *) "-window", (char *) "root", path, NULL};
  g_mkdir_with_parents (folder, 0755);
  run (words);
}

static gboolean
on_time (gpointer done)
{
  *(gboolean *) done = TRUE;
  return G_SOURCE_REMOVE;
}

void
gui_breathe (void)
{
  gboolean done = FALSE;
  g_timeout_add (BREATH_MS, on_time, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}
