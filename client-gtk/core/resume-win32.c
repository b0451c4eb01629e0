/* resume-win32.c - WM_POWERBROADCAST, for a window that nobody sees; it has to be asked for where a computer never quite
 * sleeps (modern standby). A message is taken by the thread that made the window: the main loop's. */
#include "resume-private.h"

#include <windows.h>

#define CLASS L"KithAlarm"

struct _KithAlarm {
  void (*on_awake) (gpointer data);
  gpointer data;
  HWND window; /* NULL: it could not be made, and the network alone wakes us */
  HPOWERNOTIFY notices;
};

/* The person's hand follows the one that comes in any case. */
static LRESULT CALLBACK
on_message (HWND window, UINT message, WPARAM what, LPARAM more)
{
  KithAlarm *alarm = (KithAlarm *) GetWindowLongPtrW (window, GWLP_USERDATA);
  if (message == WM_POWERBROADCAST && what == PBT_APMRESUMEAUTOMATIC && alarm != NULL)
    alarm->on_awake (alarm->data);
  return DefWindowProcW (window, message, what, more);
}

KithAlarm *
kith_alarm_new (void (*on_awake) (gpointer data), gpointer data)
{
  const WNDCLASSW class = {.lpfnWndProc = on_message, .hInstance = GetModuleHandleW (NULL), .lpszClassName = CLASS};
  KithAlarm *alarm = g_new0 (KithAlarm, 1);
  alarm->on_awake = on_awake;
  alarm->data = data;
  RegisterClassW (&class); /* a second time does no harm */
  alarm->window = CreateWindowW (CLASS, L"", WS_OVERLAPPED, 0, 0, 0, 0, NULL, NULL, class.hInstance, NULL);
  if (alarm->window == NULL)
    return alarm;
  SetWindowLongPtrW (alarm->window, GWLP_USERDATA, (LONG_PTR) alarm);
  alarm->notices = RegisterSuspendResumeNotification (alarm->window, DEVICE_NOTIFY_WINDOW_HANDLE);
  return alarm;
}

void
kith_alarm_free (KithAlarm *alarm)
{
  if (alarm->notices != NULL)
    UnregisterSuspendResumeNotification (alarm->notices);
  if (alarm->window != NULL)
    DestroyWindow (alarm->window);
  g_free (alarm);
}
