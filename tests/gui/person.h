/* person.h - somebody at a desktop: a kith with a profile of its own. What it complains of (GTK criticals and warnings,
 * CSS) fails the test when the person leaves. */
#pragma once

#include "gui/look.h"
#include "support/child.h"

typedef struct {
  GuiProgram program;
  TestChild *child;
  char *name, *profile, *log;
  gboolean leaks; /* a sanitizer looks for leaks of this one: slow */
} GuiPerson;

/* Not started yet. The profile is kept from start to start. */
GuiPerson *gui_person_new (const char *name);
/* Takes effect at the next start: a key of core/settings.h. The window is as large as the desktop unless it is
 * said. */
void gui_person_set (GuiPerson *person, const char *key, const char *value);
/* words: further arguments, NULL-terminated. Waits until it can be seen. */
void gui_person_start (GuiPerson *person, ...) G_GNUC_NULL_TERMINATED;
/* Opens a link with the program, as a browser does; another process, which hands it over and ends. */
void gui_person_open (GuiPerson *person, const char *link);
void gui_person_kill (GuiPerson *person);  /* -9 */
void gui_person_leave (GuiPerson *person); /* Ctrl+Q, and waits for its end */
/* Ends it if it runs, checks its log. NULL is allowed. */
void gui_person_free (GuiPerson *person);
