/* seat.c - see seat.h. */
#include "support/seat.h"

#include <fcntl.h>
#include <pty.h>
#include <string.h>
#include <unistd.h>

#include "support/check.h"

Seat
seat_take (const char *const *words, const char *no_color)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  Seat seat = {.screen = g_string_new (NULL)};
  int slave;
  assert_int_equal (openpty (&seat.master, &slave, NULL, NULL, NULL), 0);
  assert_int_equal (fcntl (seat.master, F_SETFD, FD_CLOEXEC), 0);
  g_subprocess_launcher_take_stdin_fd (launcher, slave);
  g_subprocess_launcher_take_stdout_fd (launcher, dup (slave));
  g_subprocess_launcher_take_stderr_fd (launcher, dup (slave));
  g_subprocess_launcher_setenv (launcher, "TERM", "xterm", TRUE);
  g_subprocess_launcher_setenv (launcher, "NO_COLOR", no_color, TRUE);
  CHECK ((seat.process = g_subprocess_launcher_spawnv (launcher, words, &error)) != NULL);
  return seat;
}

/* Reads the screen until it shows this; NULL: to the end. */
static void
watch (Seat *seat, const char *wanted)
{
  char buffer[1024];
  ssize_t got = 1;
  while (got > 0 && (wanted == NULL || strstr (seat->screen->str, wanted) == NULL)) {
    got = read (seat->master, buffer, sizeof buffer);
    g_string_append_len (seat->screen, buffer, MAX (got, 0));
  }
  if (wanted != NULL && strstr (seat->screen->str, wanted) == NULL)
    fail_msg ("no \"%s\" on the screen: %s", wanted, seat->screen->str);
}

void
seat_type (Seat *seat, const char *prompt, const char *keys)
{
  watch (seat, prompt);
  assert_int_equal (write (seat->master, keys, strlen (keys)), strlen (keys));
}

char *
seat_leave (Seat *seat, int status)
{
  watch (seat, NULL);
  CHECK (g_subprocess_wait (seat->process, NULL, &error));
  if (g_subprocess_get_exit_status (seat->process) != status)
    fail_msg ("it ended with %d instead of %d: %s", g_subprocess_get_exit_status (seat->process), status, seat->screen->str);
  g_object_unref (seat->process);
  close (seat->master);
  return g_string_free (seat->screen, FALSE);
}
