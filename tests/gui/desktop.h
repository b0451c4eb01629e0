/* desktop.h - a desktop for one test: a virtual display, a window manager, a session bus with accessibility, a home
 * that nobody else uses. What is typed and clicked goes through the X server, as a person's hands do it.
 *
 * One in a process. Every wait has a limit. */
#pragma once

#include <glib.h>

#define GUI_PATIENCE_S 60

/* Sets the environment of this process, so of its children: DISPLAY, DBUS_SESSION_BUS_ADDRESS, HOME, XDG_*. Fails the
 * test when the machine lacks something, and says what. */
void gui_desktop_start (int width, int height);
void gui_desktop_stop (void);
const char *gui_desktop_home (void);
int gui_desktop_width (void);
int gui_desktop_height (void);
gboolean gui_is_narrow (void);

/* "ctrl+k", "Return": names of X keysyms. */
void gui_key (const char *keys);
/* The same, so many times, one right behind the other. */
void gui_keys (const char *keys, guint times);
void gui_type (const char *text);
void gui_click_at (int x, int y, int button);
guint gui_clicks (void); /* so far */
void gui_move_to (int x, int y);
/* A picture of the whole display: NAME.png, of a narrow one NAME-narrow.png, in the folder of the environment's
 * KITH_SCREENSHOTS, when it is set. */
void gui_shoot (const char *name);
/* Lets the bus and the clients work for a moment between two looks. */
void gui_breathe (void);
