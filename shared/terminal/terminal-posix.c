/* terminal-posix.c - termios. */
#include "terminal/terminal.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

gboolean
kith_terminal_is (KithStandard which)
{
  static const int descriptors[] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
  return isatty (descriptors[which]) == 1;
}

char *
kith_terminal_read_secret (const char *prompt)
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
