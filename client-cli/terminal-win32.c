/* terminal-win32.c - the console, and its control events (which arrive on a thread of their own). */
#include "terminal.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
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
