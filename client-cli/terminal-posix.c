/* terminal-posix.c - termios, and signals. A handler needs a global: these two are the only ones. */
#include "terminal.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;
static KithWake *volatile interrupt_wake;

char **
cli_terminal_start (char **argv)
{
  setlocale (LC_ALL, "");
  return g_strdupv (argv);
}

gboolean
cli_terminal_is (CliStandard which)
{
  static const int descriptors[] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
  return isatty (descriptors[which]) == 1;
}

char *
cli_terminal_read_secret (const char *prompt)
{
  struct termios shown, hidden;
  char line[1024];
  if (tcgetattr (STDIN_FILENO, &shown) != 0)
    return NULL;
  hidden = shown;
  hidden.c_lflag &= ~(tcflag_t) ECHO;
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &hidden);
  fputs (prompt, stderr);
  char *got = fgets (line, sizeof line, stdin);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &shown);
  fputc ('\n', stderr);
  if (got == NULL)
    return NULL;
  line[strcspn (line, "\r\n")] = '\0';
  char *secret = g_strdup (line);
  explicit_bzero (line, sizeof line);
  return secret;
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
