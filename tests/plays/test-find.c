/* test-find.c - servers are found: on this machine, and between hosts, which are network namespaces joined by virtual
 * cables (root only).
 *
 * Three hosts: one and two serve, each at an end of a cable of its own; the third has both cables and looks. */
#include "support/check.h"
#include "support/hosts.h"
#include "support/player.h"
#include "support/server.h"

#include "net/net.h"
#include "net/socket.h"
#include "proto/discovery.h"

#include <json-c/json.h>
#include <string.h>
#include <unistd.h>

/* ---- on this machine ---- */

static int
start_server (void **state)
{
  TestServer *server = test_server_new ();
  CHECK (kith_net_start (&error));
  CHECK (test_server_start (server, &error));
  *state = server;
  return 0;
}

static int
stop_server (void **state)
{
  CHECK (test_server_stop (*state, 0, &error));
  test_server_free (*state);
  return 0;
}

static void
test_here (void **state)
{
  TestServer *server = *state;
  g_autofree char *json = NULL, *text = NULL;
  int status = 1;
  for (guint i = 0; i < 5 && status != 0; i++) { /* UDP promises nothing */
    g_free (json);
    json = test_run (&status, KITH_CLI_PATH " --json find --port %u", server->port);
  }
  json_object *root = json_tokener_parse (json), *pin = NULL, *address = NULL;
  assert_true (json_object_object_get_ex (root, "pin", &pin) && json_object_object_get_ex (root, "address", &address));
  assert_string_equal (json_object_get_string (pin), server->pin);
  assert_string_equal (json_object_get_string (address), server->address);
  json_object_put (root);
  status = 1;
  for (guint i = 0; i < 5 && status != 0; i++) {
    g_free (text);
    text = test_run (&status, KITH_CLI_PATH " find --port %u", server->port);
  }
  assert_non_null (strstr (text, server->address));
}

static void
test_switched_off (void **state)
{
  TestServer *server = *state;
  int status;
  CHECK (test_server_stop (server, 0, &error));
  test_server_set (server, "server", "discovery", "off");
  CHECK (test_server_start (server, &error));
  g_autofree char *text = test_run (&status, KITH_CLI_PATH " find --port %u", server->port);
  assert_string_equal (text, "");
  assert_int_not_equal (status, 0);
}

/* Asks so many times; how many answers came, none of them longer than the question. */
static guint
ask (TestServer *server, guint times, gsize size)
{
  static const guint8 nonce[KITH_NONCE_BYTES] = {7};
  char question[2 * KITH_FIND_BYTES], answer[2048];
  KithAddress any, target, from;
  g_autoptr (Player) player = NULL;
  gsize got;
  guint count = 0;
  memset (question, ' ', sizeof question);
  kith_find_write (nonce, question);
  CHECK (kith_address_parse ("127.0.0.1:0", 0, &any, &error));
  CHECK (kith_address_parse (server->address, 0, &target, &error));
  CHECK (player = player_connect (server->address, &error));
  KithSocket socket = kith_socket_datagram (&any, NULL);
  for (guint i = 0; i < times; i++)
    kith_socket_send_to (socket, question, size, &target, NULL);
  CHECK (player_settle (player, &error)); /* may be read in the turn that began before the question came; */
  CHECK (player_settle (player, &error)); /* this one is read in a later one: now it was answered, or not */
  while (kith_socket_receive_from (socket, answer, sizeof answer, &got, &from, NULL) == KITH_IO_OK) {
    KithFound found;
    assert_true (got <= size);
    assert_true (kith_address_equal (&from, &target));
    assert_true (kith_found_read (answer, got, nonce, &found));
    kith_found_clear (&found);
    count++;
  }
  kith_socket_close (socket);
  return count;
}

static void
test_amplification (void **state)
{
  TestServer *server = *state;
  assert_int_equal (ask (server, 1, KITH_FIND_BYTES), 1);
  assert_int_equal (ask (server, 1, 2 * KITH_FIND_BYTES), 1);
  assert_int_equal (ask (server, 30, KITH_FIND_BYTES - 1), 0);
  assert_int_equal (ask (server, 30, 0), 0);
  assert_in_range (ask (server, 60, KITH_FIND_BYTES), 40, 60);
  guint answers = 0;
  gint64 begin_us = g_get_monotonic_time ();
  for (guint i = 0; i < 5; i++)
    answers += ask (server, 60, KITH_FIND_BYTES);
  gint64 seconds = (g_get_monotonic_time () - begin_us) / G_USEC_PER_SEC;
  assert_true (answers <= 64 * (guint) (seconds + 2)); /* 64 a second */
}

/* ---- between hosts ---- */

typedef struct {
  char *hosts[3];
  char *profile;
  TestServer *servers[2];
} Lan;

static char *G_GNUC_PRINTF (3, 4) on (Lan *lan, guint host, const char *format, ...)
{
  va_list list;
  va_start (list, format);
  g_autofree char *words = g_strdup_vprintf (format, list);
  va_end (list);
  return test_run (NULL, "ip netns exec %s " KITH_CLI_PATH " --profile %s %s", lan->hosts[host], lan->profile, words);
}

static void
lay_cable (Lan *lan, guint i)
{
  const char *end = lan->hosts[i], *looker = lan->hosts[2];
  TEST_DO ("ip -n %s link add cable netns %s type veth peer name cable%u netns %s", end, end, i, looker);
  TEST_DO ("ip -n %s addr add 10.77.%u.1/24 broadcast + dev cable", end, i);
  TEST_DO ("ip -n %s addr add 10.77.%u.2/24 broadcast + dev cable%u", looker, i, i);
  TEST_DO ("ip -n %s link set cable up", end);
  TEST_DO ("ip -n %s link set cable%u up", looker, i);
}

static void
start_on (Lan *lan, guint i)
{
  TestServer *server = lan->servers[i] = test_server_new ();
  g_autofree char *wrapper = g_strdup_printf ("ip netns exec %s", lan->hosts[i]);
  g_autofree char *arguments = g_strdup_printf ("--listen [::]:5484 --name %s", i == 0 ? "One" : "The-second-one");
  test_server_set_wrapper (server, wrapper);
  test_server_set_arguments (server, arguments);
  server->address = g_strdup ("*:5484");
  CHECK (test_server_start (server, &error));
}

static int
build_lan (void **state)
{
  Lan *lan = *state = g_new0 (Lan, 1);
  if (geteuid () != 0)
    return 0;
  CHECK (lan->profile = g_dir_make_tmp ("kith-XXXXXX", &error));
  for (guint i = 0; i < 3; i++)
    lan->hosts[i] = test_host_add (i);
  for (guint i = 0; i < 2; i++) {
    lay_cable (lan, i);
    start_on (lan, i);
  }
  return 0;
}

static int
tear_lan (void **state)
{
  Lan *lan = *state;
  for (guint i = 0; i < 2 && lan->servers[i] != NULL; i++) {
    CHECK (test_server_stop (lan->servers[i], 0, &error));
    test_server_free (lan->servers[i]);
  }
  for (guint i = 0; i < 3; i++)
    test_host_remove (lan->hosts[i]);
  if (lan->profile != NULL)
    test_remove_tree (lan->profile);
  g_free (lan->profile);
  g_free (lan);
  return 0;
}

/* The address under which a server of that pin was found; to be freed. */
static char *
address_of (const char *lines, const char *pin)
{
  g_auto (GStrv) split = g_strsplit (lines, "\n", -1);
  char *found = NULL;
  for (guint i = 0; split[i] != NULL && *split[i] != '\0'; i++) {
    json_object *root = json_tokener_parse (split[i]), *member = NULL;
    if (json_object_object_get_ex (root, "pin", &member) && strcmp (json_object_get_string (member), pin) == 0 &&
        json_object_object_get_ex (root, "address", &member))
      found = g_strdup (json_object_get_string (member));
    json_object_put (root);
  }
  return found;
}

static void
test_hosts (void **state)
{
  Lan *lan = *state;
  if (!test_hosts_permitted ())
    skip ();
  gint64 begin_us = g_get_monotonic_time ();
  g_autofree char *found = on (lan, 2, "--json find");
  assert_true (g_get_monotonic_time () - begin_us < 2 * G_USEC_PER_SEC); /* a second, and starting the program */
  g_autofree char *one = address_of (found, lan->servers[0]->pin), *two = address_of (found, lan->servers[1]->pin);
  assert_non_null (one);
  assert_non_null (two);
  /* They answer over IPv6, too, but this can be read out. */
  assert_string_equal (one, "10.77.0.1:5484");
  assert_string_equal (two, "10.77.1.1:5484");
  /* Aligned: the second column begins at the same place. */
  g_autofree char *table = on (lan, 2, "find");
  g_auto (GStrv) lines = g_strsplit (table, "\n", -1);
  assert_int_equal (g_strv_length (lines), 3);
  const char *wide = "The-second-one";
  for (guint i = 0; i < 2; i++)
    assert_true (lines[i][strlen (wide)] == ' ' && lines[i][strlen (wide) + 1] == ' ' &&
                 lines[i][strlen (wide) + 2] != ' ');
  /* What was found can be joined. */
  g_free (on (lan, 2, "--server %s --pin %s join ada", one, lan->servers[0]->pin));
  g_autofree char *who = on (lan, 2, "who");
  assert_true (g_str_has_prefix (who, "@ada  online"));
}

static void
test_hosts_ipv6 (void **state)
{
  Lan *lan = *state;
  if (!test_hosts_permitted ())
    skip ();
  for (guint i = 0; i < 2; i++)
    TEST_DO ("ip -n %s -4 addr flush dev cable%u", lan->hosts[2], i);
  g_autofree char *found = on (lan, 2, "--json find");
  g_autofree char *two = address_of (found, lan->servers[1]->pin);
  assert_non_null (two);
  assert_true (g_str_has_prefix (two, "[fe80::") && g_str_has_suffix (two, "%cable1]:5484"));
  g_free (on (lan, 2, "--server %s --pin %s join bob", two, lan->servers[1]->pin));
  g_autofree char *who = on (lan, 2, "who");
  assert_true (g_str_has_prefix (who, "@bob  online"));
}

/* An interface that comes later is heard, too. */
static void
test_late_cable (void **state)
{
  Lan *lan = *state;
  if (!test_hosts_permitted ())
    skip ();
  g_autofree char *two = NULL;
  TEST_DO ("ip -n %s link set cable down", lan->hosts[1]);
  TEST_DO ("ip -n %s addr flush dev cable", lan->hosts[1]);
  TEST_DO ("ip -n %s addr add 10.77.9.1/24 broadcast + dev cable", lan->hosts[1]);
  TEST_DO ("ip -n %s addr add 10.77.9.2/24 broadcast + dev cable1", lan->hosts[2]);
  TEST_DO ("ip -n %s link set cable up", lan->hosts[1]);
  for (guint i = 0; i < 15 && two == NULL; i++) {
    int status;
    g_autofree char *found = test_run (&status, "ip netns exec %s " KITH_CLI_PATH " --json find", lan->hosts[2]);
    g_autofree char *address = address_of (found, lan->servers[1]->pin);
    if (address != NULL && g_str_has_prefix (address, "10.77.9.1"))
      two = g_steal_pointer (&address);
  }
  assert_non_null (two);
}

int
main (void)
{
#define HERE(name) cmocka_unit_test_setup_teardown (test_##name, start_server, stop_server)
#define LAN(name) cmocka_unit_test_setup_teardown (test_##name, build_lan, tear_lan)
  const struct CMUnitTest tests[] = {HERE (here), HERE (switched_off), HERE (amplification),
                                     LAN (hosts), LAN (hosts_ipv6),    LAN (late_cable)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
