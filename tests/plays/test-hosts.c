/* test-hosts.c - two computers on a bad network: they find each other, people talk, and see each other come and go.
 *
 * Two hosts are network namespaces; their cable goes through a third one, where a link (support/link.h) loses, doubles
 * and reorders what it carries. Each host serves, so that each finds the other; then ada is beside the server of her
 * host and bob comes to it over the cable. Root only. */
#include "support/check.h"
#include "support/hosts.h"
#include "support/link.h"
#include "support/pattern.h"
#include "support/server.h"

#include <json-c/json.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define CABLE 2 /* the host where the cable ends meet */

static const TestLinkWeather storm = {
    .datagram_loss = 30, .datagram_twice = 20, .datagram_delay_ms = 60, .other_loss = 2};
/* Nothing gets through but datagrams. */
static const TestLinkWeather datagrams_only = {
    .datagram_loss = 30, .datagram_twice = 20, .datagram_delay_ms = 60, .other_loss = 100};

typedef struct {
  char *hosts[3];
  char *dir; /* of the profiles */
  TestServer *servers[2];
  TestLink *link;
} Lan;

/* Somebody at a host. */
typedef struct {
  Lan *lan;
  guint host;
  const char *name;
  const char *server, *pin;
} Person;

/* ---- the network ---- */

static void
lay_cable (Lan *lan, guint i)
{
  const char *host = lan->hosts[i], *middle = lan->hosts[CABLE];
  TEST_DO ("ip -n %s link add cable netns %s type veth peer name end%u netns %s", host, host, i, middle);
  TEST_DO ("ip -n %s addr add 10.77.0.%u/24 broadcast + dev cable", host, i + 1);
  TEST_DO ("ip -n %s link set end%u addrgenmode none", middle, i);
  TEST_DO ("ip -n %s link set cable up", host);
  TEST_DO ("ip -n %s link set end%u up", middle, i);
}

static void
start_on (Lan *lan, guint i)
{
  TestServer *server = lan->servers[i] = test_server_new ();
  g_autofree char *wrapper = g_strdup_printf ("ip netns exec %s", lan->hosts[i]);
  g_autofree char *arguments = g_strdup_printf ("--name Host-%u", i);
  test_server_set_wrapper (server, wrapper);
  test_server_set_arguments (server, arguments);
  server->address = g_strdup ("*:5484");
  CHECK (test_server_start (server, &error));
}

static int
set_up (void **state)
{
  Lan *lan = *state = g_new0 (Lan, 1);
  if (geteuid () != 0)
    return 0;
  CHECK (lan->dir = g_dir_make_tmp ("kith-XXXXXX", &error));
  for (guint i = 0; i < 3; i++)
    lan->hosts[i] = test_host_add (i);
  for (guint i = 0; i < 2; i++)
    lay_cable (lan, i);
  CHECK (lan->link = test_link_new (lan->hosts[CABLE], "end0", "end1", 4711, &error));
  test_link_set (lan->link, &storm);
  for (guint i = 0; i < 2; i++)
    start_on (lan, i);
  return 0;
}

static int
tear_down (void **state)
{
  Lan *lan = *state;
  test_link_free (lan->link);
  for (guint i = 0; i < 2 && lan->servers[i] != NULL; i++) {
    CHECK (test_server_stop (lan->servers[i], 0, &error));
    test_server_free (lan->servers[i]);
  }
  for (guint i = 0; i < 3; i++)
    test_host_remove (lan->hosts[i]);
  if (lan->dir != NULL)
    test_remove_tree (lan->dir);
  g_free (lan->dir);
  g_free (lan);
  return 0;
}

/* ---- people ---- */

/* kith-cli as the person runs it; words are put behind. */
static char *
command_of (const Person *person, const char *words)
{
  return g_strdup_printf ("ip netns exec %s " KITH_CLI_PATH " --profile %s/%s --server %s --pin %s --json %s",
                          person->lan->hosts[person->host], person->lan->dir, person->name, person->server, person->pin,
                          words);
}

static char *
does (const Person *person, const char *words)
{
  g_autofree char *command = command_of (person, words);
  return test_run (NULL, "%s", command);
}

/* A person who looks on (kith-cli follow). */
typedef struct {
  GPid pid;
  int output;
  GString *heard;
} Onlooker;

/* Waits for more of what kith-cli says; wanted: for the message of a failure. */
static void
listen_on (Onlooker *onlooker, gint64 deadline_us, const char *wanted)
{
  char data[4096];
  GPollFD poll = {onlooker->output, G_IO_IN | G_IO_HUP, 0};
  gint64 left_us = deadline_us - g_get_monotonic_time ();
  gboolean more = left_us > 0 && g_poll (&poll, 1, (gint) (left_us / 1000)) > 0;
  ssize_t got = more ? read (onlooker->output, data, sizeof data) : 0;
  if (got <= 0)
    fail_msg ("it was never seen: %s", wanted);
  g_string_append_len (onlooker->heard, data, got);
}

static gint64
in_patience (void)
{
  return g_get_monotonic_time () + TEST_PATIENCE_S * G_USEC_PER_SEC;
}

/* In the child: it dies with the test. */
static void
die_along (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Returns when it is signed in and up to date. */
static Onlooker
looks_on (const Person *person)
{
  Onlooker onlooker = {.heard = g_string_new (NULL)};
  gint64 deadline_us = in_patience ();
  g_autofree char *command = command_of (person, "follow 2>&1");
  g_autofree char *line = g_strconcat ("exec ", command, NULL);
  const char *words[] = {"sh", "-c", line, NULL};
  CHECK (g_spawn_async_with_pipes (NULL, (char **) words, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                                   die_along, NULL, &onlooker.pid, NULL, &onlooker.output, NULL, &error));
  while (strstr (onlooker.heard->str, "following") == NULL)
    listen_on (&onlooker, deadline_us, "kith-cli: following");
  return onlooker;
}

static void
goes (Onlooker *onlooker)
{
  int status = 0;
  kill (onlooker->pid, SIGTERM);
  assert_int_equal (waitpid (onlooker->pid, &status, 0), onlooker->pid);
  assert_true (WIFEXITED (status)); /* no crash */
  close (onlooker->output);
  g_string_free (onlooker->heard, TRUE);
}

static gboolean
is_match (const char *line, json_object *pattern)
{
  json_object *value = json_tokener_parse (line);
  gboolean match = value != NULL && pattern_match (pattern, value, NULL, NULL);
  json_object_put (value);
  return match;
}

/* Takes lines out of what was heard, up to one that matches. */
static gboolean
take_match (Onlooker *onlooker, json_object *pattern)
{
  char *end;
  while ((end = strchr (onlooker->heard->str, '\n')) != NULL) {
    g_autofree char *line = g_strndup (onlooker->heard->str, (gsize) (end - onlooker->heard->str));
    g_string_erase (onlooker->heard, 0, (gssize) strlen (line) + 1);
    if (is_match (line, pattern))
      return TRUE;
  }
  return FALSE;
}

static void
sees (Onlooker *onlooker, const char *text)
{
  json_object *pattern = json_tokener_parse (text);
  gint64 deadline_us = in_patience ();
  while (!take_match (onlooker, pattern))
    listen_on (onlooker, deadline_us, text);
  json_object_put (pattern);
}

/* ---- finding ---- */

static gboolean
finds (Lan *lan, guint from, guint to)
{
  int status;
  g_autofree char *out = test_run (&status, "ip netns exec %s " KITH_CLI_PATH " --profile %s/nobody --json find",
                                   lan->hosts[from], lan->dir);
  g_autofree char *text = g_strdup_printf ("{\"address\":\"10.77.0.%u:5484\",\"name\":\"Host-%u\",\"pin\":\"%s\"}",
                                           to + 1, to, lan->servers[to]->pin);
  g_auto (GStrv) lines = g_strsplit (out, "\n", -1);
  json_object *pattern = json_tokener_parse (text);
  gboolean found = FALSE;
  for (char **line = lines; *line != NULL; line++)
    found |= is_match (*line, pattern);
  json_object_put (pattern);
  return found;
}

/* Datagrams promise nothing: it may have to look again. */
static void
test_find (void **state)
{
  Lan *lan = *state;
  if (!test_hosts_permitted ())
    skip ();
  for (guint from = 0; from < 2; from++) {
    gboolean found = FALSE;
    for (guint i = 0; i < 10 && !found; i++)
      found = finds (lan, from, 1 - from);
    assert_true (found);
  }
}

/* ---- talking, coming and going ---- */

static void
meet (Lan *lan, guint home)
{
  g_autofree char *server = g_strdup_printf ("10.77.0.%u:5484", home + 1);
  const char *pin = lan->servers[home]->pin;
  Person ada = {lan, home, "ada", server, pin}, bob = {lan, 1 - home, "bob", server, pin};
  g_free (does (&ada, "join ada"));
  g_free (does (&bob, "join bob"));
  g_free (does (&ada, "create porch"));
  g_free (does (&bob, "enter porch"));

  Onlooker ada_on = looks_on (&ada);
  g_free (does (&bob, "say '#porch' 'Can you hear me?'"));
  sees (&ada_on, "{\"body\":{\"text\":\"Can you hear me?\"}}");
  sees (&ada_on, "{\"presence\":{\"handle\":\"bob\",\"state\":\"offline\"}}");
  Onlooker bob_on = looks_on (&bob);
  sees (&ada_on, "{\"presence\":{\"handle\":\"bob\",\"state\":\"online\"}}");
  g_free (does (&ada, "say '#porch' 'Through the storm'"));
  sees (&bob_on, "{\"body\":{\"text\":\"Through the storm\"}}");

  guint carried = test_link_carried (lan->link);
  test_link_set (lan->link, &datagrams_only);
  goes (&ada_on);
  sees (&bob_on, "{\"presence\":{\"handle\":\"ada\",\"state\":\"offline\"}}");
  ada_on = looks_on (&ada);
  sees (&bob_on, "{\"presence\":{\"handle\":\"ada\",\"state\":\"online\"}}");
  assert_true (test_link_carried (lan->link) > carried);

  test_link_set (lan->link, &storm);
  goes (&bob_on);
  sees (&ada_on, "{\"presence\":{\"handle\":\"bob\",\"state\":\"offline\"}}");
  goes (&ada_on);
  assert_true (test_link_lost (lan->link) > 0);
}

static void
test_meet_left (void **state)
{
  if (!test_hosts_permitted ())
    skip ();
  meet (*state, 0);
}

static void
test_meet_right (void **state)
{
  if (!test_hosts_permitted ())
    skip ();
  meet (*state, 1);
}

int
main (void)
{
#define LAN(name) cmocka_unit_test_setup_teardown (test_##name, set_up, tear_down)
  const struct CMUnitTest tests[] = {LAN (find), LAN (meet_left), LAN (meet_right)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
