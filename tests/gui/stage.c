/* stage.c - see stage.h. */
#include "gui/stage.h"

/* ---- coming and going ---- */

static const struct {
  const char *name;
  GuiSize size;
} sizes[] = {{"wide", {1280, 800, NULL}}, {"narrow", {360, 720, NULL}}, {"large", {360, 720, "160"}}};

const GuiSize *
gui_size (int argc, char **argv)
{
  for (gsize i = 0; argc > 1 && i < G_N_ELEMENTS (sizes); i++)
    if (g_str_equal (argv[1], sizes[i].name))
      return &sizes[i].size;
  return &sizes[0].size;
}

int
gui_stage_set_up (void **state)
{
  static const char *const generous[] = {"posts_per_second", "posts_burst", "registrations_per_minute"};
  const GuiSize *size = *state != NULL ? *state : &sizes[0].size;
  GuiStage *stage = g_new0 (GuiStage, 1);
  gui_desktop_start (size->width, size->height);
  stage->server = test_server_new ();
  for (guint i = 0; i < G_N_ELEMENTS (generous); i++)
    test_server_set (stage->server, "limits", generous[i], "100000");
  test_server_set (stage->server, "server", "name", "Studio");
  test_server_set (stage->server, "server", "lobby", "lobby");
  CHECK (test_server_start (stage->server, &error));
  stage->ada = gui_person_new ("ada");
  stage->largest = size->text != NULL;
  if (stage->largest)
    gui_person_set (stage->ada, "text-size", size->text);
  *state = stage;
  return 0;
}

static int
set_up_joined (void **state, gboolean leaks)
{
  gui_stage_set_up (state);
  GuiStage *stage = *state;
  stage->ada->leaks = leaks;
  gui_stage_bob (stage);
  gui_stage_join (stage);
  return 0;
}

int
gui_stage_set_up_joined (void **state)
{
  return set_up_joined (state, FALSE);
}

int
gui_stage_set_up_for_leaks (void **state)
{
  return set_up_joined (state, TRUE);
}

int
gui_stage_tear_down (void **state)
{
  GuiStage *stage = *state;
  gui_person_free (stage->ada);
  player_free (stage->bob);
  test_server_free (stage->server);
  gui_desktop_stop ();
  g_free (stage->lobby);
  g_free (stage->bob_token);
  g_free (stage);
  return 0;
}

void
gui_stage_bob (GuiStage *stage)
{
  json_object *answer = NULL, *rooms = NULL;
  stage->bob = scene_person (stage->server->address, "bob", &stage->bob_token);
  CHECK (answer = player_ask (stage->bob, 20, &error, "{\"type\":\"rooms\",\"id\":20,\"limit\":10}"));
  assert_true (json_object_object_get_ex (answer, "rooms", &rooms));
  assert_int_equal (json_object_array_length (rooms), 1);
  stage->lobby = g_strdup (scene_string (json_object_array_get_idx (rooms, 0), "id"));
  json_object_put (answer);
}

void
gui_wait_words (GuiPerson *person)
{
  g_object_unref (gui_find (&person->program, ATSPI_ROLE_FILLER, "*, *, *, *, *, *"));
}

void
gui_stage_join (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gui_person_start (stage->ada, "--server", stage->server->address, NULL);
  gui_wait_words (stage->ada);
  gui_click (program, ATSPI_ROLE_TEXT, "Your name");
  gui_key ("ctrl+a");
  gui_type ("Ada");
  gui_key ("Return");
  gui_wait_focus (program, "Message to #lobby");
}

void
gui_stage_start (GuiStage *stage)
{
  gui_person_start (stage->ada, NULL);
  gui_wait_focus (&stage->ada->program, "Message to *");
}

void
gui_stage_enter (GuiStage *stage, const char *room)
{
  const GuiProgram *program = &stage->ada->program;
  g_autofree char *composer = g_strdup_printf ("Message to #%s", room);
  g_autofree char *result = g_strdup_printf ("%s*", room);
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
gui_message_menu (GuiPerson *person, const char *pattern, const char *item)
{
  g_autofree char *name = g_strdup_printf ("*, *:*, %s", pattern);
  gui_right_click (&person->program, ATSPI_ROLE_LIST_ITEM, name);
  gui_click (&person->program, ATSPI_ROLE_MENU_ITEM, item);
}

void
gui_wait_composer (GuiPerson *person, const char *text)
{
  gint64 end = g_get_monotonic_time () + GUI_PATIENCE_S * G_USEC_PER_SEC;
  g_autofree char *found = NULL;
  g_autoptr (GuiThing) composer = gui_find (&person->program, ATSPI_ROLE_TEXT, "Message to *");
  while (g_strcmp0 (found, text) != 0) {
    if (g_get_monotonic_time () > end)
      fail_msg ("“%s” is in the composer, not “%s”", found, text);
    gui_breathe ();
    g_free (found);
    found = gui_text (composer);
  }
}

/* ---- somebody elsewhere ---- */

gint64
gui_bob_says (GuiStage *stage, const char *room, const char *text)
{
  gint64 seq = scene_post (stage->bob, room, NULL, text, NULL);
  assert_int_not_equal (seq, 0);
  return seq;
}

void
gui_bob_does (GuiStage *stage, const char *type, const char *room, const char *members)
{
  g_autofree char *nonce = player_random_hex (16);
  json_object *answer = NULL, *problem = NULL;
  CHECK (answer = player_ask (stage->bob, 30, &error,
                              "{\"type\":\"%s\",\"id\":30,\"conversation\":\"%s\",\"nonce\":\"%s\",%s}", type, room,
                              nonce, members));
  if (json_object_object_get_ex (answer, "error", &problem))
    fail_msg ("%s: %s", type, json_object_get_string (problem));
  json_object_put (answer);
}

void
gui_bob_reads_up_to (GuiStage *stage, const char *room, gint64 seq)
{
  json_object *answer = NULL;
  CHECK (answer = player_ask (stage->bob, 32, &error,
                              "{\"type\":\"mark\",\"id\":32,\"conversation\":\"%s\",\"read\":%" G_GINT64_FORMAT "}", room,
                              seq));
  json_object_put (answer);
}

gint64
gui_bob_reads (GuiStage *stage, const char *kind, const char *text)
{
  g_autofree char *body = text != NULL ? g_strdup_printf (",\"body\":{\"text\":\"%s\"}", text) : g_strdup ("");
  g_autofree char *pattern = g_strdup_printf ("{\"type\":\"event\",\"kind\":\"%s\"%s}", kind, body);
  json_object *event = NULL;
  CHECK (event = player_expect (stage->bob, pattern, NULL, &error));
  gint64 seq = scene_integer (event, "seq");
  json_object_put (event);
  return seq;
}
