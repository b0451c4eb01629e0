/* services.h - services of a desktop that the virtual one lacks, as far as a client talks to them: the test is the
 * server of notifications, the monitor of idle time, the tray and the dock, and remembers what it was told. */
#pragma once

#include <glib.h>

typedef struct _GuiServices GuiServices;

/* On the bus of gui_desktop_start. */
GuiServices *gui_services_new (void);
void gui_services_free (GuiServices *services); /* NULL is allowed */

/* Counts from here on. */
void gui_services_count (GuiServices *services);
/* Waits until so many notifications were asked for, and fails when there are more. */
void gui_wait_notified (GuiServices *services, guint n);
void gui_wait_withdrawn (GuiServices *services, guint n);
/* Of the last one: */
const char *gui_notified_title (GuiServices *services);
const char *gui_notified_body (GuiServices *services);
gboolean gui_notified_replaces (GuiServices *services); /* it took the place of one that was shown */
void gui_press_notification (GuiServices *services, const char *label); /* a button; NULL: itself */

/* Nobody touches the computer, or somebody does; waits until the client has asked to be told. */
void gui_set_idle (GuiServices *services, gboolean idle);
void gui_wait_tray_icon (GuiServices *services, const char *name);
void gui_wait_launcher (GuiServices *services, gint64 unread);
