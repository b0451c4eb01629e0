/* test-interfaces.c - the addresses of this machine, and datagrams between them. */
#include "support/check.h"
#include "support/loopback.h"

#include "net/interfaces.h"

#include <string.h>

static GArray *
list_all (void)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (KithInterface));
  CHECK (kith_net_start (&error));
  CHECK (kith_interfaces_list (list, &error));
  return list;
}

static void
test_loopback_is_listed (void **state)
{
  g_autoptr (GArray) list = list_all ();
  gboolean found = FALSE;
  for (guint i = 0; i < list->len; i++) {
    const KithInterface *one = &g_array_index (list, KithInterface, i);
    char text[KITH_ADDRESS_TEXT];
    kith_address_format_host (&one->address, text);
    assert_int_equal (kith_address_port (&one->address), 0);
    assert_true (one->index > 0 && !kith_address_is_unix (&one->address));
    assert_true (!one->multicast || (kith_address_is_ipv6 (&one->address) && g_str_has_prefix (text, "fe80:")));
    if (strcmp (text, "127.0.0.1") == 0) {
      found = TRUE;
      assert_int_equal (one->everyone.length, 0); /* nobody else is there */
    }
  }
  assert_true (found);
}

/* Each address can be bound, reaches itself, and is the one that answers come from. */
static void
test_each_answers (void **state)
{
  g_autoptr (GArray) list = list_all ();
  for (guint i = 0; i < list->len; i++) {
    KithAddress address = g_array_index (list, KithInterface, i).address, from;
    KithSocket socket = KITH_SOCKET_NONE;
    char data[8];
    gsize got = 0;
    if (kith_address_is_ipv6 (&address) && !kith_address_is_loopback (&address))
      continue; /* may still be looking whether it is alone with its address */
    CHECK ((socket = kith_socket_datagram (&address, &error)) != KITH_SOCKET_NONE);
    CHECK (kith_socket_local_address (socket, &address, &error));
    assert_int_equal (kith_socket_send_to (socket, "kith", 4, &address, NULL), KITH_IO_OK);
    assert_true (loopback_wait (socket, KITH_POLL_READ) & KITH_POLL_READ);
    assert_int_equal (kith_socket_receive_from (socket, data, sizeof data, &got, &from, NULL), KITH_IO_OK);
    assert_int_equal (got, 4);
    assert_true (kith_address_equal (&from, &address));
    kith_socket_close (socket);
  }
}

static void
test_group_address (void **state)
{
  KithInterface one = {.index = 1, .multicast = TRUE};
  KithAddress group;
  char text[KITH_ADDRESS_TEXT];
  assert_true (kith_interface_group (&one, "ff02::4b49:5448", 5484, &group));
  assert_int_equal (kith_address_port (&group), 5484);
  assert_true (g_str_has_prefix (kith_address_format (&group, text), "[ff02::4b49:5448"));
  assert_false (kith_interface_group (&one, "nonsense", 5484, &group));
}

/* Where there is nobody to hear, there is no socket, and that is no error. */
static void
test_nobody_to_hear (void **state)
{
  KithInterface one = {0};
  GError *problem = NULL;
  CHECK (kith_address_parse ("127.0.0.1:0", 0, &one.address, &error));
  assert_true (kith_interface_hear (&one, "ff02::4b49:5448", 0, KITH_SOCKET_NONE, &problem) == KITH_SOCKET_NONE);
  assert_null (problem);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test (test_##name)
  const struct CMUnitTest tests[] = {TEST (loopback_is_listed), TEST (each_answers), TEST (group_address),
                                     TEST (nobody_to_hear)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
