/* stage.h - what every test of the window begins and ends with: a desktop, a server, and people at it. */
#pragma once

#include "gui/desktop.h"
#include "gui/look.h"
#include "gui/person.h"
#include "plays/scene.h"

typedef struct {
  TestServer *server;
  GuiPerson *ada; /* in front of the display */
  Player *bob;    /* somebody elsewhere, as raw frames; NULL until gui_stage_bob */
  char *room;     /* bob's room; NULL until gui_stage_bob */
} GuiStage;

/* For cmocka. The server's limits are far; nobody is there yet. */
int gui_stage_set_up (void **state);
int gui_stage_tear_down (void **state);

/* A Bob with a room of this name. */
void gui_stage_bob (GuiStage *stage, const char *room);
/* Ada starts, signs in, and is in the lobby, with the caret in the composer. */
void gui_stage_join (GuiStage *stage);
/* Into the room of Bob, by the switcher. */
void gui_stage_enter (GuiStage *stage, const char *room);

/* Types it and presses Enter; waits until the message is in the list. */
void gui_say (GuiPerson *person, const char *text);
/* A row of the list of messages: "NAME, TIME, TEXT…"; pattern is of TEXT and what follows. */
GuiThing *gui_find_message (GuiPerson *person, const char *pattern);
void gui_wait_message (GuiPerson *person, const char *pattern);
/* Waits for a post with this text. */
void gui_player_reads (Player *player, const char *text);
