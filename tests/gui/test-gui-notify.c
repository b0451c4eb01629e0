/* test-gui-notify.c - what a person is told of while they do not look: a real client beside the services of a desktop,
 * a real server, somebody who writes, and another device that reads. */
#include "gui/services.h"
#include "gui/stage.h"

typedef struct {
  GuiStage *stage;
  GuiServices *services;
  Player *phone; /* Ada's other device */
  char *account; /* Ada's */
  char *direct;  /* the conversation of Bob and Ada */
} Scene;

/* The administrator gives a code for a further device. */
static Player *
add_device (GuiStage *stage, char **account)
{
  json_object *code = NULL, *answer = NULL, *member = NULL;
  g_autofree char *token = player_random_hex (32);
  Player *admin = NULL, *phone = NULL;
  CHECK (admin = player_connect (stage->server->door, &error));
  json_object_put (player_ask (admin, 1, NULL, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"test\"}"));
  CHECK (code = player_ask (admin, 2, &error, "{\"type\":\"admin_link\",\"id\":2,\"handle\":\"ada\"}"));
  CHECK (phone = player_connect (stage->server->address, &error));
  json_object_put (player_ask (phone, 1, NULL, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"test\"}"));
  CHECK (answer = player_ask (phone, 2, &error,
                              "{\"type\":\"link\",\"id\":2,\"code\":\"%s\",\"device\":\"phone\",\"token\":\"%s\"}",
                              scene_string (code, "code"), token));
  assert_true (json_object_object_get_ex (answer, "account", &member));
  *account = g_strdup (scene_string (member, "id"));
  json_object_put (code);
  json_object_put (answer);
  player_free (admin);
  return phone;
}

static char *
open_direct (Player *player, const char *account)
{
  json_object *answer = NULL, *conversation = NULL;
  g_autofree char *nonce = player_random_hex (16);
  CHECK (answer = player_ask (player, 30, &error, "{\"type\":\"open\",\"id\":30,\"nonce\":\"%s\",\"people\":[\"%s\"]}",
                              nonce, account));
  assert_true (json_object_object_get_ex (answer, "conversation", &conversation));
  char *id = g_strdup (scene_string (conversation, "id"));
  json_object_put (answer);
  return id;
}

static gint64
bob_writes (Scene *scene, const char *text)
{
  gint64 seq = scene_post (scene->stage->bob, scene->direct, NULL, text, NULL);
  assert_int_not_equal (seq, 0);
  return seq;
}

static void
phone_reads (Scene *scene, gint64 seq)
{
  json_object *answer = NULL;
  CHECK (answer = player_ask (scene->phone, 40, &error,
                              "{\"type\":\"mark\",\"id\":40,\"conversation\":\"%s\",\"read\":%" G_GINT64_FORMAT "}",
                              scene->direct, seq));
  json_object_put (answer);
}

static void
phone_is (Scene *scene, const char *state)
{
  json_object *answer = NULL;
  CHECK (answer = player_ask (scene->phone, 41, &error, "{\"type\":\"status\",\"id\":41,\"state\":\"%s\"}", state));
  json_object_put (answer);
}

static int
set_up (void **state)
{
  Scene *scene = g_new0 (Scene, 1);
  gui_stage_set_up ((void **) &scene->stage);
  scene->services = gui_services_new ();
  gui_stage_bob (scene->stage);
  gui_stage_join (scene->stage);
  scene->phone = add_device (scene->stage, &scene->account);
  scene->direct = open_direct (scene->stage->bob, scene->account);
  *state = scene;
  return 0;
}

static int
tear_down (void **state)
{
  Scene *scene = *state;
  player_free (scene->phone);
  gui_person_leave (scene->stage->ada);
  gui_services_free (scene->services);
  gui_stage_tear_down ((void **) &scene->stage);
  g_free (scene->account);
  g_free (scene->direct);
  g_free (scene);
  return 0;
}

/* One desktop for all: each test leaves the lobby open. */
static int
begin (void **state)
{
  gui_services_count (((Scene *) *state)->services);
  return 0;
}

/* What she looks at is not told; what she does not look at is, once, with its text as text; read elsewhere, it goes. */
static void
test_told_and_withdrawn (void **state)
{
  Scene *scene = *state;
  GuiServices *services = scene->services;
  gui_wait_tray_icon (services, "kith-symbolic");
  scene_post (scene->stage->bob, scene->stage->lobby, NULL, "In the open conversation", NULL);
  gui_wait_message (scene->stage->ada, "In the open conversation*");
  gint64 seq = bob_writes (scene, "<b>lunch</b> & tea?");
  gui_wait_notified (services, 1);
  assert_string_equal (gui_notified_title (services), "bob");
  assert_string_equal (gui_notified_body (services), "&lt;b&gt;lunch&lt;/b&gt; &amp; tea?");
  gui_wait_tray_icon (services, "kith-unread-symbolic");
  gui_wait_launcher (services, 1);
  phone_reads (scene, seq);
  gui_wait_withdrawn (services, 1);
  gui_wait_tray_icon (services, "kith-symbolic");
  gui_wait_launcher (services, 0);
}

static void
test_grouped_and_opened (void **state)
{
  Scene *scene = *state;
  GuiServices *services = scene->services;
  bob_writes (scene, "First");
  gui_wait_notified (services, 1);
  bob_writes (scene, "Second");
  gui_wait_notified (services, 2);
  assert_true (gui_notified_replaces (services));
  assert_string_equal (gui_notified_title (services), "bob (2)");
  assert_string_equal (gui_notified_body (services), "Second");
  gui_press_notification (services, NULL);
  gui_wait_focus (&scene->stage->ada->program, "Message to bob");
  gui_wait_launcher (services, 0); /* for now she reads it */
  gui_stage_enter (scene->stage, "lobby");
}

static void
test_marked_read (void **state)
{
  Scene *scene = *state;
  bob_writes (scene, "Only to know");
  gui_wait_notified (scene->services, 1);
  gui_press_notification (scene->services, "Mark as read"); /* which takes it off the screen */
  json_object *marked = NULL;
  g_autofree char *pattern =
      g_strdup_printf ("{\"type\":\"marked\",\"conversation\":\"%s\",\"unread\":0}", scene->direct);
  CHECK (marked = player_expect (scene->phone, pattern, NULL, &error));
  json_object_put (marked);
  gui_wait_focus (&scene->stage->ada->program, "Message to #lobby"); /* the window stays where it is */
}

/* Nothing in between: what is told next is the first that is told. */
static void
test_do_not_disturb (void **state)
{
  Scene *scene = *state;
  phone_is (scene, "dnd");
  gui_wait_tray_icon (scene->services, "kith-dnd-symbolic");
  bob_writes (scene, "Not now");
  gui_wait_launcher (scene->services, 1); /* the number goes on */
  phone_is (scene, "online");
  gui_wait_tray_icon (scene->services, "kith-unread-symbolic");
  gint64 seq = bob_writes (scene, "Now");
  gui_wait_notified (scene->services, 1);
  assert_string_equal (gui_notified_body (scene->services), "Now");
  phone_reads (scene, seq);
  gui_wait_withdrawn (scene->services, 1);
}

static void
test_muted (void **state)
{
  Scene *scene = *state;
  const GuiProgram *program = &scene->stage->ada->program;
  Player *cyd = scene_person (scene->stage->server->address, "cyd", NULL);
  g_autofree char *other = open_direct (cyd, scene->account);
  bob_writes (scene, "Before");
  gui_wait_notified (scene->services, 1);
  gui_press_notification (scene->services, NULL);
  gui_wait_focus (program, "Message to bob");
  gui_key ("ctrl+shift+m");
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "bob is muted*"));
  gui_stage_enter (scene->stage, "lobby");
  bob_writes (scene, "Silent");
  scene_post (cyd, other, NULL, "Heard", NULL);
  gui_wait_notified (scene->services, 2);
  assert_string_equal (gui_notified_title (scene->services), "cyd");
  player_free (cyd);
}

/* What is urgent disturbs; what is said to everybody is told as something to her, of the server by its name. */
static void
test_urgent (void **state)
{
  Scene *scene = *state;
  phone_is (scene, "dnd");
  gui_wait_tray_icon (scene->services, "kith-dnd-symbolic");
  bob_writes (scene, "Not now");
  gui_bob_does (scene->stage, "post", scene->stage->lobby, "\"body\":{\"text\":\"Fire\",\"urgent\":true}");
  gui_wait_message (scene->stage->ada, "Fire, urgent*"); /* looked at */
  assert_int_equal (test_server_command (scene->stage->server, NULL, "urgent", "Everybody out", NULL), 0);
  gui_wait_notified (scene->services, 1);
  assert_string_equal (gui_notified_body (scene->services), "Everybody out");
  assert_string_equal (gui_notified_title (scene->services), "Studio in Broadcasts");
  phone_is (scene, "online");
  gui_wait_tray_icon (scene->services, "kith-unread-symbolic");
}

/* Bob has no UDP, and is told by frames. */
static void
bob_sees (Scene *scene, const char *state)
{
  g_autofree char *pattern =
      g_strdup_printf ("{\"type\":\"presence\",\"people\":{\"%s\":[\"%s\",\"*\"]}}", scene->account, state);
  json_object *presence = NULL;
  CHECK (presence = player_expect (scene->stage->bob, pattern, NULL, &error));
  json_object_put (presence);
}

static void
test_idle (void **state)
{
  Scene *scene = *state;
  g_clear_pointer (&scene->phone, player_free); /* away is who has no device that is touched */
  CHECK (player_say (scene->stage->bob, &error,
                     "{\"type\":\"presence\",\"idle\":false,\"seen\":0,\"counter\":1}"));
  bob_sees (scene, "online");
  gui_set_idle (scene->services, TRUE);
  bob_sees (scene, "away");
  gui_set_idle (scene->services, FALSE);
  bob_sees (scene, "online");
}

/* The first close asks; afterwards there is no window, but messages still come, and open it again. */
static void
test_closed_window (void **state)
{
  Scene *scene = *state;
  const GuiProgram *program = &scene->stage->ada->program;
  gui_key ("ctrl+w");
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "Kith keeps running so messages reach you."));
  gui_shoot ("12-closing");
  gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "OK");
  gui_wait_gone (program, ATSPI_ROLE_FRAME, NULL);
  scene_post (scene->stage->bob, scene->stage->lobby, NULL, "Still there?", NULL);
  gui_wait_notified (scene->services, 1);
  assert_string_equal (gui_notified_title (scene->services), "bob in #lobby");
  gui_press_notification (scene->services, NULL);
  gui_wait_focus (program, "Message to #lobby");
  gui_wait_message (scene->stage->ada, "Still there?*");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup (test_told_and_withdrawn, begin), cmocka_unit_test_setup (test_marked_read, begin),
      cmocka_unit_test_setup (test_do_not_disturb, begin),     cmocka_unit_test_setup (test_grouped_and_opened, begin),
      cmocka_unit_test_setup (test_muted, begin),              cmocka_unit_test_setup (test_urgent, begin),
      cmocka_unit_test_setup (test_closed_window, begin),
      cmocka_unit_test_setup (test_idle, begin),
  };
  return cmocka_run_group_tests (tests, set_up, tear_down);
}
