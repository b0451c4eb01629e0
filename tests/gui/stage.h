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
  char *lobby;    /* its id, from gui_stage_bob on */
  char *bob_token;
  gboolean largest; /* text */
} GuiStage;

typedef struct {
  int width, height;
  const char *text; /* per cent; NULL: 100 */
} GuiSize;

/* 1280 x 800, as most pictures; with the argument "narrow" 360 x 720, with "large" that and the largest text. */
const GuiSize *gui_size (int argc, char **argv);

/* For cmocka. The server's limits are far; nobody is there yet. *state: the desktop's GuiSize before, NULL: wide. */
int gui_stage_set_up (void **state);
/* The same, then gui_stage_bob and gui_stage_join. */
int gui_stage_set_up_joined (void **state);
/* The same; leaks of Ada's program are looked for when she leaves. */
int gui_stage_set_up_for_leaks (void **state);
int gui_stage_tear_down (void **state);

/* A Bob, who is in the lobby as everybody who is new. */
void gui_stage_bob (GuiStage *stage);
/* At a server that is seen for the first time: its words are there, and it can be joined. */
void gui_wait_words (GuiPerson *person);
/* Ada starts, signs in, and is in the lobby, with the caret in the composer. */
void gui_stage_join (GuiStage *stage);
/* She starts again. */
void gui_stage_start (GuiStage *stage);
/* Into a room that she can join or is in, by the switcher. */
void gui_stage_enter (GuiStage *stage, const char *room);
/* Bob writes; the seq. */
gint64 gui_bob_says (GuiStage *stage, const char *room, const char *text);
/* Any request of his whose members are these, with nonce and conversation. */
void gui_bob_does (GuiStage *stage, const char *type, const char *room, const char *members);
/* His cursor there. */
void gui_bob_reads_up_to (GuiStage *stage, const char *room, gint64 seq);
/* Waits for an event of this kind and text (NULL: any) in the lobby: its seq. */
gint64 gui_bob_reads (GuiStage *stage, const char *kind, const char *text);

/* Types it and presses Enter; waits until the message is in the list. */
void gui_say (GuiPerson *person, const char *text);
/* A row of the list of messages that is showing: "NAME, TIME, TEXT…"; pattern is of TEXT and what follows. */
GuiThing *gui_find_message (GuiPerson *person, const char *pattern);
void gui_wait_message (GuiPerson *person, const char *pattern);
/* The item of its menu. */
void gui_message_menu (GuiPerson *person, const char *pattern, const char *item);
/* Waits until the composer holds this text. */
void gui_wait_composer (GuiPerson *person, const char *text);
