/* idle-x11.c - two alarms on the counter IDLETIME of the SYNC extension: one when it climbs over the limit, one when it
 * falls below it again. Source: X Synchronization Extension Protocol 3.1. */
#include "widgets/idle.h"

#include <gdk/gdkx.h>

#include <X11/extensions/sync.h> /* wants Xlib before it */
#include <string.h>

struct _KithIdleX11 {
  Display *display;
  int event; /* number of the alarm's event */
  XSyncAlarm above, below;
  KithIdleFunc func;
  gpointer data;
};

static GdkFilterReturn
on_event (GdkXEvent *event, GdkEvent *unused, gpointer data)
{
  KithIdleX11 *idle = data;
  const XEvent *x_event = event;
  if (x_event->type != idle->event)
    return GDK_FILTER_CONTINUE;
  const XSyncAlarmNotifyEvent *alarm = event;
  if (alarm->state == XSyncAlarmDestroyed || (alarm->alarm != idle->above && alarm->alarm != idle->below))
    return GDK_FILTER_CONTINUE;
  idle->func (alarm->alarm == idle->above, idle->data);
  return GDK_FILTER_REMOVE;
}

static XSyncCounter
find_counter (Display *display)
{
  int n = 0;
  XSyncCounter found = None;
  XSyncSystemCounter *counters = XSyncListSystemCounters (display, &n);
  for (int i = 0; i < n; i++)
    if (strcmp (counters[i].name, "IDLETIME") == 0)
      found = counters[i].counter;
  if (counters != NULL)
    XSyncFreeSystemCounterList (counters);
  return found;
}

/* With a delta of 0 a transition alarms each time that it happens. */
static XSyncAlarm
make_alarm (Display *display, XSyncCounter counter, XSyncTestType test, guint minutes)
{
  XSyncAlarmAttributes wanted = {.trigger = {.counter = counter, .value_type = XSyncAbsolute, .test_type = test},
                                 .events = True};
  XSyncIntToValue (&wanted.trigger.wait_value, (int) minutes * 60 * 1000);
  XSyncIntToValue (&wanted.delta, 0);
  return XSyncCreateAlarm (display,
                           XSyncCACounter | XSyncCAValueType | XSyncCAValue | XSyncCATestType | XSyncCADelta |
                               XSyncCAEvents,
                           &wanted);
}

KithIdleX11 *
kith_idle_x11_new (guint minutes, KithIdleFunc func, gpointer data)
{
  GdkDisplay *gdk = gdk_display_get_default ();
  int event, error, major, minor;
  if (gdk == NULL || !GDK_IS_X11_DISPLAY (gdk))
    return NULL;
  Display *display = gdk_x11_display_get_xdisplay (gdk);
  if (!XSyncQueryExtension (display, &event, &error) || !XSyncInitialize (display, &major, &minor))
    return NULL;
  XSyncCounter counter = find_counter (display);
  if (counter == None)
    return NULL;
  KithIdleX11 *idle = g_new0 (KithIdleX11, 1);
  *idle = (KithIdleX11){.display = display, .event = event + XSyncAlarmNotify, .func = func, .data = data};
  idle->above = make_alarm (display, counter, XSyncPositiveTransition, minutes);
  idle->below = make_alarm (display, counter, XSyncNegativeTransition, minutes);
  gdk_window_add_filter (NULL, on_event, idle);
  return idle;
}

void
kith_idle_x11_free (KithIdleX11 *idle)
{
  if (idle == NULL)
    return;
  gdk_window_remove_filter (NULL, on_event, idle);
  XSyncDestroyAlarm (idle->display, idle->above);
  XSyncDestroyAlarm (idle->display, idle->below);
  g_free (idle);
}
