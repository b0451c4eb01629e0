/* terminal-win32.c - the console, and its control events (which arrive on a thread of their own). */
#include "terminal.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

static volatile LONG interrupted;
static KithWake *volatile interrupt_wake;

char **
cli_terminal_start (char **argv)
{
  DWORD mode;
  HANDLE out = GetStdHandle (STD_OUTPUT_HANDLE);
  SetConsoleOutputCP (CP_UTF8);
  _setmode (_fileno (stdin), _O_BINARY);
  _setmode (_fileno (stdout), _O_BINARY);
  if (GetConsoleMode (out, &mode))
    SetConsoleMode (out, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
  return g_win32_get_command_line ();
}

gboolean
cli_terminal_is (CliStandard which)
{
  static const DWORD handles[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
  DWORD mode;
  return GetConsoleMode (GetStdHandle (handles[which]), &mode) != 0;
}

char *
cli_terminal_read_secret (const char *prompt)
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

static BOOL WINAPI
on_control (DWORD event)
{
  InterlockedExchange (&interrupted, 1);
  kith_wake_signal (interrupt_wake);
  return TRUE;
}

void
cli_terminal_catch_interrupt (KithWake *wake)
{
  interrupt_wake = wake;
  SetConsoleCtrlHandler (on_control, TRUE);
}

gboolean
cli_terminal_interrupted (void)
{
  return InterlockedCompareExchange (&interrupted, 0, 0) != 0;
}
