/* inspect.h - what has to be true of everything that is shown, whatever it is. */
#pragma once

#include "gui/look.h"

/* Fails the test when, in the end, something that can have the focus has no name, is not inside its window (or, in what scrolls up
 * and down, is wider than that), or covers its neighbour in a box. where: for the message. */
void gui_inspect (const GuiProgram *program, const char *where);
/* No window is larger than the display; what is in it is not looked at. */
void gui_inspect_windows (const GuiProgram *program, const char *where);
/* As gui_inspect, and no window is larger than the display. */
void gui_inspect_fits (const GuiProgram *program, const char *where);
