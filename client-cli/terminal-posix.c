/* terminal-posix.c - the locale, and signals. A handler needs a global: these two are the only ones. */
#include "terminal.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>

static volatile sig_atomic_t interrupted;
static KithWake *volatile interrupt_wake;

char **
cli_terminal_start (char **argv)
{
  setlocale (LC_ALL, "");
  return g_strdupv (argv);
}

static void
on_signal (int number)
{
  int saved = errno;
  interrupted = 1;
  if (interrupt_wake != NULL)
    kith_wake_signal (interrupt_wake);
  errno = saved;
}

void
cli_terminal_catch_interrupt (KithWake *wake)
{
  struct sigaction action = {.sa_handler = on_signal};
  sigemptyset (&action.sa_mask);
  interrupt_wake = wake;
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
}

gboolean
cli_terminal_interrupted (void)
{
  return interrupted != 0;
}
