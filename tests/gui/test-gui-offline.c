/* test-gui-offline.c - the server dies, the client dies: what was written is there, goes once, and in order. */
#include "gui/stage.h"

#include <glib/gstdio.h>

static void
bob_returns (GuiStage *stage, const char *token)
{
  CHECK (stage->bob = player_connect (stage->server->address, &error));
  CHECK (player_login (stage->bob, token, &error) != 0);
}

/* Every message of the lobby after seq, in order. */
static char *
texts_after (GuiStage *stage, gint64 seq)
{
  GString *texts = g_string_new (NULL);
  json_object *answer = NULL, *events = NULL, *body = NULL;
  CHECK (answer = player_ask (stage->bob, 40, &error,
                              "{\"type\":\"fetch\",\"id\":40,\"conversation\":\"%s\",\"after\":%" G_GINT64_FORMAT
                              ",\"limit\":100}",
                              stage->lobby, seq));
  assert_true (json_object_object_get_ex (answer, "events", &events));
  for (gsize i = 0; i < json_object_array_length (events); i++)
    if (json_object_object_get_ex (json_object_array_get_idx (events, i), "body", &body))
      g_string_append_printf (texts, "%s|", scene_string (body, "text"));
  json_object_put (answer);
  return g_string_free (texts, FALSE);
}

static void
test_offline (void **state)
{
  GuiStage *stage = *state;
  const GuiProgram *program = &stage->ada->program;
  g_autofree char *token = g_strdup (stage->bob_token), *sent = NULL;
  gui_say (stage->ada, "Before the storm");
  gint64 seq = gui_bob_reads (stage, "message", "Before the storm");
  g_clear_pointer (&stage->bob, player_free);

  test_server_kill (stage->server);
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "No connection to *"));
  gui_say (stage->ada, "First in the dark");
  gui_say (stage->ada, "Second in the dark");
  gui_wait_message (stage->ada, "Second in the dark, waiting");
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "*2 messages are waiting*"));
  gui_shoot ("14-offline");

  gui_person_kill (stage->ada);
  gui_stage_start (stage);
  gui_wait_message (stage->ada, "First in the dark, waiting");
  gui_wait_message (stage->ada, "Second in the dark, waiting");
  gui_say (stage->ada, "Third in the dark");

  CHECK (test_server_start (stage->server, &error));
  gui_wait_message (stage->ada, "Third in the dark");
  gui_wait_gone (program, ATSPI_ROLE_LABEL, "No connection to *");
  bob_returns (stage, token);
  sent = texts_after (stage, seq);
  assert_string_equal (sent, "First in the dark|Second in the dark|Third in the dark|");
}

/* Not sent, but not lost. */
static void
test_draft (void **state)
{
  GuiStage *stage = *state;
  gui_wait_focus (&stage->ada->program, "Message to #lobby");
  gui_type ("Half a sent");
  gui_wait_composer (stage->ada, "Half a sent");
  gui_person_leave (stage->ada);
  gui_stage_start (stage);
  gui_wait_composer (stage->ada, "Half a sent");
  gui_shoot ("05-draft");
  gui_type ("ence");
  gui_key ("Return");
  gui_bob_reads (stage, "message", "Half a sentence");
  gui_wait_composer (stage->ada, "");
  gui_person_leave (stage->ada);
}

/* In whose window it stands; to be freed. */
static char *
window_of (GuiThing *thing)
{
  g_autoptr (GuiThing) at = g_object_ref (thing);
  while (atspi_accessible_get_role (at, NULL) != ATSPI_ROLE_FRAME) {
    GuiThing *above = atspi_accessible_get_parent (at, NULL);
    assert_non_null (above);
    g_object_unref (at);
    at = above;
  }
  return atspi_accessible_get_name (at, NULL);
}

/* What is done in the preferences, and cannot be done now, is told there: the window behind is covered. */
static void
test_preferences (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gui_click (program, ATSPI_ROLE_LIST_ITEM, "bob, *");
  gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "Block");
  g_object_unref (gui_find (program, ATSPI_ROLE_ALERT, "bob is blocked*"));
  gui_key ("Escape");
  gui_key ("ctrl+comma");
  gui_wait_active (program, "Preferences");
  gui_click (program, ATSPI_ROLE_RADIO_BUTTON, "Privacy");
  gui_wait_still (program, ATSPI_ROLE_PUSH_BUTTON, "Unblock");
  test_server_kill (stage->server);
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "No connection to *"));
  gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "Unblock");
  g_autoptr (GuiThing) toast = gui_find (program, ATSPI_ROLE_ALERT, "There is no connection*");
  g_autofree char *window = window_of (toast);
  assert_string_equal (window, "Preferences");
  gui_shoot ("09-refused");
  gui_key ("Escape");
  gui_wait_gone (program, ATSPI_ROLE_FRAME, "Preferences");
}

/* What signs in is gone, or the keyring does not give it: nobody waits for a connection that is not even tried. */
static void
test_no_token (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  g_autofree char *servers = g_build_filename (stage->ada->profile, "servers", NULL);
  g_autoptr (GDir) places = g_dir_open (servers, 0, NULL);
  g_autofree char *secret = g_build_filename (servers, g_dir_read_name (places), "secrets.ini", NULL);
  gui_person_leave (stage->ada);
  assert_int_equal (g_unlink (secret), 0);
  CHECK (test_server_start (stage->server, &error));
  gui_person_start (stage->ada, NULL);
  g_object_unref (gui_find (program, ATSPI_ROLE_ALERT, "This computer has no key to your account here any more*"));
  g_object_unref (gui_find (program, ATSPI_ROLE_RADIO_BUTTON, "I have an account"));
  gui_shoot ("02b-no-key");
}

static void
test_all (void **state)
{
  test_offline (state);
  test_draft (state);
  gui_stage_start (*state);
  test_preferences (*state);
  test_no_token (*state);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (test_all, gui_stage_set_up_joined, gui_stage_tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
