/* idle-win32.c - GetLastInputInfo, once a minute: the system has no signal for it. */
#include "widgets/idle.h"

#include <windows.h>

#define LOOK_S 60

struct _KithIdle {
  guint minutes, timer;
  KithIdleFunc func;
  gpointer data;
  gboolean is_idle;
};

static gboolean
on_look (gpointer data)
{
  KithIdle *idle = data;
  LASTINPUTINFO last = {.cbSize = sizeof last};
  if (!GetLastInputInfo (&last))
    return G_SOURCE_CONTINUE;
  DWORD since_ms = GetTickCount () - last.dwTime; /* both wrap around together */
  gboolean is_idle = since_ms >= idle->minutes * 60 * 1000;
  if (is_idle != idle->is_idle) {
    idle->is_idle = is_idle;
    idle->func (is_idle, idle->data);
  }
  return G_SOURCE_CONTINUE;
}

KithIdle *
kith_idle_new (guint minutes, KithIdleFunc func, gpointer data)
{
  KithIdle *idle = g_new0 (KithIdle, 1);
  *idle = (KithIdle){.minutes = minutes, .func = func, .data = data};
  idle->timer = g_timeout_add_seconds (LOOK_S, on_look, idle);
  return idle;
}

void
kith_idle_free (KithIdle *idle)
{
  if (idle == NULL)
    return;
  g_source_remove (idle->timer);
  g_free (idle);
}
