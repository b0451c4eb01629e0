/* terminal-win32.c - the console. */
#include "terminal/terminal.h"

#include <stdio.h>
#include <windows.h>

gboolean
kith_terminal_is (KithStandard which)
{
  static const DWORD handles[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
  DWORD mode;
  return GetConsoleMode (GetStdHandle (handles[which]), &mode) != 0;
}

char *
kith_terminal_read_secret (const char *prompt)
{
  HANDLE in = GetStdHandle (STD_INPUT_HANDLE);
  DWORD mode, got = 0;
  wchar_t line[512];
  if (!GetConsoleMode (in, &mode))
    return NULL;
  fputs (prompt, stderr);
  fflush (stderr);
  SetConsoleMode (in, (mode | ENABLE_LINE_INPUT) & ~(DWORD) ENABLE_ECHO_INPUT);
  BOOL read = ReadConsoleW (in, line, G_N_ELEMENTS (line), &got, NULL);
  SetConsoleMode (in, mode);
  fputc ('\n', stderr);
  while (got > 0 && (line[got - 1] == L'\n' || line[got - 1] == L'\r'))
    got--;
  char *secret = read ? g_utf16_to_utf8 ((gunichar2 *) line, (glong) got, NULL, NULL, NULL) : NULL;
  SecureZeroMemory (line, sizeof line);
  return secret;
}
