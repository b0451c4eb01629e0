/* look.h - what the accessibility of a program says is on the screen, and touching it. Every find waits until it is
 * there, and fails the test, with all that is there, when it does not come. */
#pragma once

#include <atspi/atspi.h>
#include <glib.h>

typedef AtspiAccessible GuiThing;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuiThing, g_object_unref)

typedef struct {
  gint64 process; /* of the program */
} GuiProgram;

/* The first that is showing, of this role and name; name: a pattern ("Message to *"), NULL: any. The caller's. */
GuiThing *gui_find (const GuiProgram *program, AtspiRole role, const char *name);
/* The same, at once; NULL: it is not there. */
GuiThing *gui_peek (const GuiProgram *program, AtspiRole role, const char *name);
void gui_wait_gone (const GuiProgram *program, AtspiRole role, const char *name);
gboolean gui_shows (const GuiProgram *program, AtspiRole role, const char *name);

/* Waits until it has stood in its place for half a second: what moves is not clicked on, by people neither. */
void gui_wait_still (const GuiProgram *program, AtspiRole role, const char *name);
/* With the pointer, in its middle. */
void gui_click (const GuiProgram *program, AtspiRole role, const char *name);
void gui_right_click (const GuiProgram *program, AtspiRole role, const char *name);
void gui_hover (const GuiProgram *program, AtspiRole role, const char *name);
gboolean gui_has_state (GuiThing *thing, AtspiStateType state);
/* Its own name, or that of the label before it; its place on the display (NULL: none). To be freed. */
char *gui_name (GuiThing *thing);
AtspiRect *gui_place (GuiThing *thing);
/* What is written in a text. To be freed. */
char *gui_text (GuiThing *text);
/* Waits until what has the focus has this name. */
void gui_wait_focus (const GuiProgram *program, const char *name);
/* Waits until keys go to the window of this name. */
void gui_wait_active (const GuiProgram *program, const char *name);
char *gui_focus_name (const GuiProgram *program); /* to be freed; NULL: nothing */
/* Calls func for each thing that is showing. */
typedef void (*GuiFunc) (GuiThing *thing, int depth, gpointer data);
void gui_each (const GuiProgram *program, GuiFunc func, gpointer data);
/* Everything that is showing, one a line: for messages of failed tests. To be freed. */
char *gui_describe (const GuiProgram *program);
