/* Addresses: what is read, what is refused, and that every text comes back as it went in. */
#include "../support/check.h"
#include "net/address.h"

#include <string.h>

static void
reads_and_writes (void **state)
{
  static const struct {
    const char *text, *written, *host;
    guint16 port;
  } cases[] = {
      {"192.0.2.1:80", "192.0.2.1:80", "192.0.2.1", 80},
      {"192.0.2.1", "192.0.2.1:5484", "192.0.2.1", 5484},
      {"*:5485", "0.0.0.0:5485", "0.0.0.0", 5485},
      {"*", "0.0.0.0:5484", "0.0.0.0", 5484},
      {":0", "0.0.0.0:0", "0.0.0.0", 0},
      {"[::]:65535", "[::]:65535", "::", 65535},
      {"[2001:db8::1]:80", "[2001:db8::1]:80", "2001:db8::1", 80},
      {"[2001:DB8:0::1]", "[2001:db8::1]:5484", "2001:db8::1", 5484},
      {"2001:db8::1", "[2001:db8::1]:5484", "2001:db8::1", 5484},
      {"[fe80::1%4000000000]:80", "[fe80::1%4000000000]:80", "fe80::1%4000000000", 80},
      {"unix:/run/kith.sock", "unix:/run/kith.sock", "unix", 0},
      {"unix:relative", "unix:relative", "unix", 0},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    KithAddress address, again;
    char text[KITH_ADDRESS_TEXT];
    CHECK (kith_address_parse (cases[i].text, 5484, &address, &error));
    assert_string_equal (kith_address_format (&address, text), cases[i].written);
    CHECK (kith_address_parse (text, 1, &again, &error));
    assert_true (kith_address_equal (&address, &again));
    assert_string_equal (kith_address_format_host (&address, text), cases[i].host);
    assert_int_equal (kith_address_port (&address), cases[i].port);
  }
}

/* The first interface is the loopback one; what it is called is the system's affair. */
static void
knows_interfaces_by_name (void **state)
{
  KithAddress address, again;
  char text[KITH_ADDRESS_TEXT];

  CHECK (kith_address_parse ("[fe80::1%1]:80", 0, &address, &error));
  kith_address_format (&address, text);
  assert_null (strstr (text, "%1]"));
  CHECK (kith_address_parse (text, 0, &again, &error));
  assert_true (kith_address_equal (&address, &again));
}

static void
refuses_nonsense (void **state)
{
  static const char *const cases[] = {
      "studio.lan:80",  "192.0.2.1:",     "192.0.2.1:65536",
      "192.0.2.1:-1",   "192.0.2.1:+1",   "192.0.2.1:80 ",
      "192.0.2.256",    "127.1",          "[::1",
      "[]:80",          "[::1]80",        "[192.0.2.1]]:80",
      "::1::2",         "[fe80::1%]:80",  "[fe80::1%no-such-if]:80",
      "[fe80::1%0]:80", "unix:",          "1:2:3",
      "\xff:80",        "192.0.2.1:0x50", "[::1]:18446744073709551617",
      "* :80",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    KithAddress address;
    g_autoptr (GError) error = NULL;
    if (kith_address_parse (cases[i], 5484, &address, &error))
      fail_msg ("%s was read", cases[i]);
    assert_true (g_error_matches (error, KITH_NET_ERROR, KITH_NET_ERROR_ADDRESS));
    assert_int_equal (address.length, 0);
  }
}

static void
refuses_long_ones (void **state)
{
  static const gsize lengths[] = {108, 109, 4096, 100000};
  static const char *const prefixes[] = {"unix:/", "", "[", "[fe80::1%", "1:"};

  for (gsize i = 0; i < G_N_ELEMENTS (lengths) * G_N_ELEMENTS (prefixes); i++) {
    g_autofree char *fill = g_strnfill (lengths[i / G_N_ELEMENTS (prefixes)], '1');
    g_autofree char *text = g_strconcat (prefixes[i % G_N_ELEMENTS (prefixes)], fill, NULL);
    KithAddress address;
    g_autoptr (GError) error = NULL;
    assert_false (kith_address_parse (text, 5484, &address, &error));
    assert_non_null (error);
  }
}

static void
unix_path_of_every_length (void **state)
{
  for (gsize length = 1; length <= 107; length++) {
    g_autofree char *path = g_strnfill (length, 'p');
    g_autofree char *text = g_strconcat ("unix:", path, NULL);
    KithAddress address;
    char written[KITH_ADDRESS_TEXT];
    CHECK (kith_address_parse (text, 0, &address, &error));
    assert_string_equal (kith_address_format (&address, written), text);
  }
}

static void
splits (void **state)
{
  static const struct {
    const char *text, *host;
    guint16 port;
  } cases[] = {
      {"studio.lan", "studio.lan", 5484},
      {"studio.lan:80", "studio.lan", 80},
      {"[::1]:80", "::1", 80},
      {"[::1]", "::1", 5484},
      {"::1", "::1", 5484},
      {"192.0.2.1:1", "192.0.2.1", 1},
      {"unix:/a:b", "unix:/a:b", 5484},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *host = NULL;
    guint16 port;
    CHECK (kith_address_split (cases[i].text, 5484, &host, &port, &error));
    assert_string_equal (host, cases[i].host);
    assert_int_equal (port, cases[i].port);
  }
}

static void
split_refuses (void **state)
{
  static const char *const cases[] = {"", ":80", "studio:", "studio:http", "studio:70000", "[::1]x", "[", "\xc3:80"};

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *host = NULL;
    g_autoptr (GError) error = NULL;
    guint16 port;
    assert_false (kith_address_split (cases[i], 5484, &host, &port, &error));
    assert_true (g_error_matches (error, KITH_NET_ERROR, KITH_NET_ERROR_ADDRESS));
    assert_null (host);
  }
}

static void
tells_kinds_apart (void **state)
{
  static const struct {
    const char *text;
    gboolean loopback, is_unix, ipv6;
  } cases[] = {
      {"127.0.0.1:1", TRUE, FALSE, FALSE},
      {"127.255.0.9", TRUE, FALSE, FALSE},
      {"128.0.0.1", FALSE, FALSE, FALSE},
      {"[::1]", TRUE, FALSE, TRUE},
      {"[::2]", FALSE, FALSE, TRUE},
      {"[::ffff:127.0.0.1]", TRUE, FALSE, TRUE},
      {"[::ffff:10.0.0.1]", FALSE, FALSE, TRUE},
      {"unix:/x", TRUE, TRUE, FALSE},
      {"*", FALSE, FALSE, FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    KithAddress address;
    CHECK (kith_address_parse (cases[i].text, 5484, &address, &error));
    assert_int_equal (kith_address_is_loopback (&address), cases[i].loopback);
    assert_int_equal (kith_address_is_unix (&address), cases[i].is_unix);
    assert_int_equal (kith_address_is_ipv6 (&address), cases[i].ipv6);
  }
}

static void
compares (void **state)
{
  static const char *const different[] = {"192.0.2.1:1", "192.0.2.1:2", "192.0.2.2:1", "[::1]:1",
                                          "[::1%7]:1",   "[::2]:1",     "unix:/a",     "unix:/b"};

  for (gsize i = 0; i < G_N_ELEMENTS (different); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (different); j++) {
      KithAddress a, b;
      CHECK (kith_address_parse (different[i], 0, &a, &error));
      CHECK (kith_address_parse (different[j], 0, &b, &error));
      assert_int_equal (kith_address_equal (&a, &b), i == j);
    }
}

static void
sets_ports (void **state)
{
  KithAddress address;
  char text[KITH_ADDRESS_TEXT];

  CHECK (kith_address_parse ("[::1]:1", 0, &address, &error));
  kith_address_set_port (&address, 40000);
  assert_string_equal (kith_address_format (&address, text), "[::1]:40000");
  CHECK (kith_address_parse ("unix:/x", 0, &address, &error));
  kith_address_set_port (&address, 40000);
  assert_string_equal (kith_address_format (&address, text), "unix:/x");
  memset (&address, 0, sizeof address);
  assert_int_equal (kith_address_port (&address), 0);
  assert_string_equal (kith_address_format_host (&address, text), "");
}

static void
groups_neighbours (void **state)
{
  static const char *const cases[][2] = {{"192.0.2.1:1", "192.0.2.1"},
                                         {"[2001:db8:1:2:3:4:5:6]:1", "2001:db8:1:2::/64"},
                                         {"[2001:db8:1:2::9]:1", "2001:db8:1:2::/64"},
                                         {"[2001:db8:1:3::9]:1", "2001:db8:1:3::/64"},
                                         {"[::1]:1", "::1"},
                                         {"[fe80::1]:1", "fe80::1"},
                                         {"unix:/x", "unix"}};
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    KithAddress address;
    char text[KITH_ADDRESS_TEXT];
    CHECK (kith_address_parse (cases[i][0], 0, &address, &error));
    assert_string_equal (kith_address_format_group (&address, text), cases[i][1]);
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (reads_and_writes),
      cmocka_unit_test (knows_interfaces_by_name),
      cmocka_unit_test (refuses_nonsense),
      cmocka_unit_test (refuses_long_ones),
      cmocka_unit_test (unix_path_of_every_length),
      cmocka_unit_test (splits),
      cmocka_unit_test (split_refuses),
      cmocka_unit_test (tells_kinds_apart),
      cmocka_unit_test (compares),
      cmocka_unit_test (sets_ports),
      cmocka_unit_test (groups_neighbours),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
