/* test-gui-key.c - the server comes back with another key: everything stops, and staying disconnected is what Enter
 * does; trusting it takes a typed word. */
#include "gui/inspect.h"
#include "gui/stage.h"

#include <glib/gstdio.h>

/* The files of its key get this instead of that at the end of their names; without any it makes new ones. */
static void
restart_with_key (TestServer *server, const char *instead, const char *this)
{
  static const char *const files[] = {"key.pem", "certificate.pem"};
  test_server_kill (server);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_build_filename (server->data, files[i], NULL);
    g_autofree char *from = g_strconcat (path, instead, NULL), *to = g_strconcat (path, this, NULL);
    assert_int_equal (g_rename (from, to), 0);
  }
  CHECK (test_server_start (server, &error));
}

/* Enter is the button that changes nothing; the banner stays, and what is written waits. */
static void
test_stay (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  restart_with_key (stage->server, "", ".first");
  gui_wait_focus (program, "Stay disconnected");
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "YOU TRUSTED, * ???"));
  gui_shoot ("14b-key-changed");
  gui_inspect_windows (program, "14b-key-changed");
  gui_key ("Return");
  gui_wait_gone (program, ATSPI_ROLE_PUSH_BUTTON, "Stay disconnected");
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "The server's key has changed.*"));
  gui_say (stage->ada, "Is that you?");
  gui_wait_message (stage->ada, "Is that you?, waiting");
  gui_shoot ("14b-stayed-disconnected");
}

/* Pressing the red button is not enough, another word neither. */
static void
test_trust (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "Look at it…");
  g_object_unref (gui_find (program, ATSPI_ROLE_FILLER, "*, *, *, *, *, *")); /* the words, which push the buttons when they come */
  gui_wait_still (program, ATSPI_ROLE_PUSH_BUTTON, "Trust the new one…");
  gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "Trust the new one…");
  gui_wait_focus (program, "To trust the new fingerprint*");
  gui_type ("yes");
  gui_key ("Return");
  gui_key ("ctrl+a");
  gui_type ("trust");
  gui_shoot ("14b-trust");
  gui_inspect_windows (program, "14b-trust");
  gui_key ("Return");
  gui_wait_gone (program, ATSPI_ROLE_PUSH_BUTTON, "Stay disconnected");
  gui_wait_gone (program, ATSPI_ROLE_LABEL, "The server's key has changed.*");
  gui_wait_message (stage->ada, "Is that you?");
}

/* Somebody was in between for a while: whoever looks again finds the server that is trusted. */
static void
test_right_again (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  restart_with_key (stage->server, "", ".trusted");
  gui_wait_focus (program, "Stay disconnected");
  gui_key ("Return");
  gui_wait_gone (program, ATSPI_ROLE_PUSH_BUTTON, "Stay disconnected");
  restart_with_key (stage->server, ".trusted", "");
  gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "Look at it…");
  gui_wait_gone (program, ATSPI_ROLE_LABEL, "The server's key has changed.*");
  gui_say (stage->ada, "There you are.");
  gui_wait_message (stage->ada, "There you are.");
}

static void
test_key_changed (void **state)
{
  GuiStage *stage = *state;
  test_stay (stage);
  test_trust (stage);
  test_right_again (stage);
  gui_person_leave (stage->ada);
}

int
main (int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_prestate_setup_teardown (test_key_changed, gui_stage_set_up_joined, gui_stage_tear_down,
                                                (void *) gui_size (argc, argv)),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
