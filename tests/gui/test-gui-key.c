/* test-gui-key.c - the server comes back with another key: everything stops, and staying disconnected is what Enter
 * does. */
#include "gui/stage.h"

#include <glib/gstdio.h>

static int
set_up (void **state)
{
  gui_stage_set_up (state);
  gui_stage_bob (*state);
  gui_stage_join (*state);
  return 0;
}

static void
replace_key (TestServer *server)
{
  static const char *const files[] = {"key.pem", "certificate.pem"};
  test_server_kill (server);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_build_filename (server->data, files[i], NULL);
    assert_int_equal (g_remove (path), 0);
  }
  CHECK (test_server_start (server, &error));
}

static void
test_key_changed (void **state)
{
  GuiStage *stage = *state;
  const GuiProgram *program = &stage->ada->program;
  replace_key (stage->server);
  gui_wait_focus (program, "Stay disconnected");
  gui_shoot ("14b-key-changed");
  gui_key ("Return");
  gui_wait_gone (program, ATSPI_ROLE_PUSH_BUTTON, "Stay disconnected");
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "The server's key has changed."));
  gui_say (stage->ada, "Is that you?");
  gui_wait_message (stage->ada, "Is that you?, waiting");
  gui_shoot ("14b-stayed-disconnected");
  gui_person_leave (stage->ada);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (test_key_changed, set_up, gui_stage_tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
