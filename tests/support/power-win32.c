/* power-win32.c - WM_POWERBROADCAST to each window of this thread that has no other one above it, as Windows sends it. */
#include "support/power.h"

#include <windows.h>

TestPower *
test_power_new (void)
{
  return NULL;
}

void
test_power_free (TestPower *power)
{
}

static BOOL CALLBACK
say (HWND window, LPARAM what)
{
  SendMessageW (window, WM_POWERBROADCAST, (WPARAM) what, 0);
  return TRUE;
}

void
test_power_say (TestPower *power, gboolean goes_to_sleep)
{
  EnumThreadWindows (GetCurrentThreadId (), say, goes_to_sleep ? PBT_APMSUSPEND : PBT_APMRESUMEAUTOMATIC);
}
