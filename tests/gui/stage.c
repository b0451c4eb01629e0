/* stage.c - see stage.h. */
#include "gui/stage.h"

/* ---- coming and going ---- */

int
gui_stage_set_up (void **state)
{
  static const char *const generous[] = {"posts_per_second", "posts_burst", "registrations_per_minute"};
  GuiStage *stage = g_new0 (GuiStage, 1);
  gui_desktop_start (1280, 800);
  stage->server = test_server_new ();
  for (guint i = 0; i < G_N_ELEMENTS (generous); i++)
    test_server_set (stage->server, "limits", generous[i], "100000");
  test_server_set (stage->server, "server", "name", "Studio");
  CHECK (test_server_start (stage->server, &error));
  stage->ada = gui_person_new ("ada");
  *state = stage;
  return 0;
}

int
gui_stage_tear_down (void **state)
{
  GuiStage *stage = *state;
  gui_person_free (stage->ada);
  player_free (stage->bob);
  test_server_free (stage->server);
  gui_desktop_stop ();
  g_free (stage->room);
  g_free (stage);
  return 0;
}

void
gui_stage_bob (GuiStage *stage, const char *room)
{
  stage->bob = scene_person (stage->server->address, "bob", NULL);
  stage->room = scene_room (stage->bob, room);
}

void
gui_stage_join (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gui_person_start (stage->ada, "--server", stage->server->address, NULL);
  g_object_unref (gui_find (program, ATSPI_ROLE_PUSH_BUTTON, "Trust and join"));
  gui_click (program, ATSPI_ROLE_TEXT, "Your name");
  gui_key ("ctrl+a");
  gui_type ("Ada");
  gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "Trust and join");
}

void
gui_stage_enter (GuiStage *stage, const char *room)
{
  const GuiProgram *program = &stage->ada->program;
  g_autofree char *composer = g_strdup_printf ("Message to #%s", room);
  g_autofree char *result = g_strdup_printf ("%s*", room);
  gui_wait_focus (program, "Message to *");
  gui_key ("ctrl+k");
  gui_wait_focus (program, "Jump to a conversation or a person");
  gui_type (room);
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, result));
  gui_key ("Return");
  gui_wait_focus (program, composer);
}

/* ---- talking ---- */

GuiThing *
gui_find_message (GuiPerson *person, const char *pattern)
{
  g_autofree char *name = g_strdup_printf ("*, *:*, %s", pattern);
  return gui_find (&person->program, ATSPI_ROLE_LIST_ITEM, name);
}

void
gui_wait_message (GuiPerson *person, const char *pattern)
{
  g_object_unref (gui_find_message (person, pattern));
}

void
gui_say (GuiPerson *person, const char *text)
{
  g_autofree char *pattern = g_strdup_printf ("%s*", text);
  gui_wait_focus (&person->program, "Message to *");
  gui_type (text);
  gui_key ("Return");
  gui_wait_message (person, pattern);
}

void
gui_player_reads (Player *player, const char *text)
{
  g_autofree char *pattern =
      g_strdup_printf ("{\"type\":\"event\",\"kind\":\"message\",\"body\":{\"text\":\"%s\"}}", text);
  json_object *event = NULL;
  CHECK (event = player_expect (player, pattern, NULL, &error));
  json_object_put (event);
}
