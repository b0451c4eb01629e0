/* test-notify.c - the service manager's datagrams, received by a real socket. */
#include "support/check.h"

#include "app/notify.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Binds a datagram socket; name begins with '/' or '@'. */
static int
listen_on (const char *name)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  assert_true (fd >= 0 && strlen (name) < sizeof address.sun_path);
  memcpy (address.sun_path, name, strlen (name));
  if (*name == '@')
    address.sun_path[0] = '\0';
  socklen_t length =
      (socklen_t) (G_STRUCT_OFFSET (struct sockaddr_un, sun_path) + strlen (name) + (*name == '/' ? 1 : 0));
  assert_int_equal (bind (fd, (const struct sockaddr *) (const void *) &address, length), 0);
  return fd;
}

static void
assert_told (const char *name)
{
  char got[64] = "";
  int fd = listen_on (name);
  g_setenv ("NOTIFY_SOCKET", name, TRUE);
  assert_true (kithd_notify ("READY=1\nSTATUS=well"));
  assert_int_equal (recv (fd, got, sizeof got - 1, MSG_DONTWAIT), strlen ("READY=1\nSTATUS=well"));
  assert_string_equal (got, "READY=1\nSTATUS=well");
  close (fd);
}

static void
told_by_path_and_by_abstract_name (void **state)
{
  g_autofree char *dir = g_dir_make_tmp ("kith-XXXXXX", NULL), *path = g_build_filename (dir, "notify", NULL);
  g_autofree char *abstract = g_strdup_printf ("@kith-test-%d", (int) getpid ());
  assert_told (path);
  g_unlink (path);
  g_rmdir (dir);
  assert_told (abstract);
}

static void
nobody_is_told (void **state)
{
  g_autofree char *longest = g_strnfill (200, 'x');
  g_autofree char *too_long = g_strconcat ("/", longest, NULL);
  const char *const useless[] = {"", "relative", "/nowhere/notify", too_long};
  for (guint i = 0; i < G_N_ELEMENTS (useless); i++) {
    g_setenv ("NOTIFY_SOCKET", useless[i], TRUE);
    assert_false (kithd_notify ("READY=1"));
  }
  g_unsetenv ("NOTIFY_SOCKET");
  assert_false (kithd_notify ("READY=1"));
}

/* Somebody who does not read must not stop the loop: alarm ends the test if it does. */
static void
a_deaf_manager_does_not_block (void **state)
{
  g_autofree char *name = g_strdup_printf ("@kith-deaf-%d", (int) getpid ());
  int fd = listen_on (name);
  guint sent = 0;
  g_setenv ("NOTIFY_SOCKET", name, TRUE);
  alarm (60);
  while (sent < 1000000 && kithd_notify ("WATCHDOG=1"))
    sent++;
  alarm (0);
  assert_in_range (sent, 1, 999999);
  close (fd);
}

static void
assert_watchdog (const char *usec, const char *pid, gint64 wanted)
{
  g_unsetenv ("WATCHDOG_USEC");
  g_unsetenv ("WATCHDOG_PID");
  if (usec != NULL)
    g_setenv ("WATCHDOG_USEC", usec, TRUE);
  if (pid != NULL)
    g_setenv ("WATCHDOG_PID", pid, TRUE);
  assert_int_equal (kithd_notify_watchdog_us (), wanted);
}

static void
the_watchdog_hears_twice_as_often (void **state)
{
  g_autofree char *me = g_strdup_printf ("%d", (int) getpid ());
  assert_watchdog ("30000000", NULL, 15000000);
  assert_watchdog ("30000000", me, 15000000);
  assert_watchdog ("30000000", "1", 0);
  assert_watchdog ("30000000", "no", 0);
  assert_watchdog (NULL, me, 0);
  assert_watchdog ("-5", NULL, 0);
  assert_watchdog ("0", NULL, 0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (told_by_path_and_by_abstract_name),
      cmocka_unit_test (nobody_is_told),
      cmocka_unit_test (a_deaf_manager_does_not_block),
      cmocka_unit_test (the_watchdog_hears_twice_as_often),
  };
  return cmocka_run_group_tests_name ("notify", tests, NULL, NULL);
}
