/* doctor-network.c - from the network adapter to a TCP connection. */
#include "client/doctor-private.h"

#include "net/interfaces.h"
#include "net/poller.h"

#include <string.h>

/* ---- the adapter ---- */

static gboolean
is_self_given (const char *host)
{
  return g_str_has_prefix (host, "169.254.") || g_ascii_strncasecmp (host, "fe80:", 5) == 0;
}

/* Sorts the addresses of this computer into two lists of texts. */
static gboolean
list_addresses (GString *real, GString *self_given, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (KithInterface));
  if (!kith_interfaces_list (list, error))
    return FALSE;
  for (guint i = 0; i < list->len; i++) {
    char text[KITH_ADDRESS_TEXT];
    const KithAddress *address = &g_array_index (list, KithInterface, i).address;
    if (kith_address_is_loopback (address))
      continue;
    GString *kind = is_self_given (kith_address_format_host (address, text)) ? self_given : real;
    g_string_append_printf (kind, "%s%s", kind->len > 0 ? ", " : "", text);
  }
  return TRUE;
}

static gboolean
is_local (const KithDoctor *doctor)
{
  KithAddress address;
  g_autofree char *text =
      strchr (doctor->host, ':') != NULL ? g_strdup_printf ("[%s]", doctor->host) : g_strdup (doctor->host);
  return g_ascii_strcasecmp (doctor->host, "localhost") == 0 ||
         (kith_address_parse (text, doctor->options.port, &address, NULL) && kith_address_is_loopback (&address));
}

static void
begin_adapter (KithDoctor *doctor)
{
  g_autoptr (GString) real = g_string_new (NULL), self_given = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  if (!list_addresses (real, self_given, &error))
    kith_doctor_conclude (doctor, KITH_CHECK_WARNING, NULL, "The adapters cannot be listed: %s", error->message);
  else if (real->len > 0)
    kith_doctor_conclude (doctor, KITH_CHECK_OK, NULL, "This computer has the address %s.", real->str);
  else if (is_local (doctor))
    kith_doctor_conclude (doctor, KITH_CHECK_OK, NULL, "The server is on this computer; no network is needed.");
  else if (self_given->len > 0)
    kith_doctor_conclude (doctor, KITH_CHECK_WARNING,
                          "If other computers are not reached, restart the router or access point, or renew the "
                          "address (switch the network off and on).",
                          "This computer has only an address that it gave itself (%s): no router has given it one.",
                          self_given->str);
  else
    kith_doctor_conclude (
        doctor, KITH_CHECK_FAILED,
        "Plug the cable in, or switch Wi-Fi on and choose your network; check that flight mode is off.",
        "No network adapter of this computer is connected.");
}

const KithDoctorCheck kith_doctor_adapter = {.name = "adapter",
                                             .title = "Network adapter",
                                             .unix_reason = "Not needed: the server is on this computer.",
                                             .begin = begin_adapter};

/* ---- the name ---- */

static void
conclude_name (KithDoctor *doctor)
{
  g_autoptr (GString) list = g_string_new (NULL);
  for (guint i = 0; i < doctor->addresses->len; i++) {
    char text[KITH_ADDRESS_TEXT];
    kith_address_format_host (&g_array_index (doctor->addresses, KithAddress, i), text);
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", text);
  }
  kith_doctor_conclude (doctor, KITH_CHECK_OK, NULL, "%s is %s.", doctor->host, list->str);
}

/* TRUE: an address, or localhost, which needs no look-up. */
static gboolean
take_literal (KithDoctor *doctor)
{
  const char *host = g_ascii_strcasecmp (doctor->host, "localhost") == 0 ? "127.0.0.1" : doctor->host;
  KithAddress address;
  g_autofree char *text = strchr (host, ':') != NULL ? g_strdup_printf ("[%s]", host) : g_strdup (host);
  if (!kith_address_parse (text, doctor->options.port, &address, NULL))
    return FALSE;
  g_array_append_val (doctor->addresses, address);
  kith_doctor_conclude (doctor, KITH_CHECK_OK, NULL, "%s needs no look-up.", doctor->host);
  return TRUE;
}

static void
begin_name (KithDoctor *doctor)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *ascii = g_hostname_to_ascii (doctor->host);
  gboolean possible = ascii != NULL && *ascii != '\0' && strpbrk (ascii, "* /") == NULL;
  if (possible && take_literal (doctor))
    return;
  if (!possible)
    kith_doctor_conclude (doctor, KITH_CHECK_FAILED, "Check how the server's name is written.",
                          "“%s” cannot be the name of a server.", doctor->host);
  else if ((doctor->wake = kith_wake_new (&error)) == NULL)
    kith_doctor_conclude (doctor, KITH_CHECK_FAILED, NULL, "%s", error->message);
  else
    doctor->lookup = kith_lookup_start (ascii, doctor->options.port, doctor->wake);
}

static void
step_name (KithDoctor *doctor)
{
  g_autoptr (GError) error = NULL;
  kith_wake_clear (doctor->wake);
  KithIo io = kith_lookup_take (doctor->lookup, doctor->addresses, &error);
  if (io == KITH_IO_OK)
    conclude_name (doctor);
  else if (io == KITH_IO_ERROR)
    kith_doctor_conclude (doctor, KITH_CHECK_FAILED,
                          "Ask who runs the server for its exact name, or for its address in numbers (such as "
                          "192.168.1.20), and use that.",
                          "%s", error->message);
}

static void
watch_name (KithDoctor *doctor, GArray *watches)
{
  KithWatch watch = {kith_wake_socket (doctor->wake), KITH_POLL_READ};
  g_array_append_val (watches, watch);
}

static void
end_name (KithDoctor *doctor)
{
  g_clear_pointer (&doctor->lookup, kith_lookup_free);
  g_clear_pointer (&doctor->wake, kith_wake_free);
}

const KithDoctorCheck kith_doctor_name = {
    .name = "name",
    .title = "Name of the server",
    .unix_reason = "Not needed: the server is on this computer.",
    .begin = begin_name,
    .step = step_name,
    .watches = watch_name,
    .end = end_name,
    .late = "The name server does not answer.",
    .late_advice = "Check the network (do other names work, in a browser?), or use the server's address in numbers.",
};

/* ---- ping ---- */

#define PINGS 3

static const char no_echo_advice[] =
    "This alone is no fault: many computers and firewalls keep silent. If the connection fails too, see there.";

/* Where pinging is not permitted, somebody who takes or refuses a connection has answered as well. */
static void
begin_ping (KithDoctor *doctor)
{
  const KithAddress *to = &g_array_index (doctor->addresses, KithAddress, 0);
  g_autoptr (GError) error = NULL;
  doctor->ping = kith_ping_new (to, PINGS, NULL);
  if (doctor->ping == NULL && (doctor->socket = kith_socket_connect (to, &error)) == KITH_SOCKET_NONE)
    kith_doctor_conclude (doctor, KITH_CHECK_WARNING, no_echo_advice, "Pinging is not permitted here, and %s",
                          error->message);
}

static void
step_knock (KithDoctor *doctor)
{
  g_autoptr (GError) error = NULL;
  KithIo io = kith_socket_connected (doctor->socket, &error);
  double took = (double) (g_get_monotonic_time () - doctor->began_us) / 1000;
  if (io == KITH_IO_OK || g_error_matches (error, KITH_NET_ERROR, KITH_NET_ERROR_REFUSED))
    kith_doctor_conclude (doctor, KITH_CHECK_OK, NULL,
                          "Pinging is not permitted here; over TCP the computer answers in %.2f ms.", took);
  else if (io != KITH_IO_AGAIN)
    kith_doctor_conclude (doctor, KITH_CHECK_WARNING, no_echo_advice, "The computer does not answer. %s",
                          error->message);
}

static void
step_ping (KithDoctor *doctor)
{
  KithPingResult result;
  if (doctor->ping == NULL) {
    step_knock (doctor);
    return;
  }
  if (kith_ping_step (doctor->ping, doctor->now_us, &result) != KITH_IO_OK)
    return;
  if (result.received == 0)
    kith_doctor_conclude (doctor, KITH_CHECK_WARNING, no_echo_advice, "None of %u pings was answered.", result.sent);
  else if (result.received < result.sent)
    kith_doctor_conclude (doctor, KITH_CHECK_WARNING,
                          "The network loses data. On Wi-Fi, move closer to the access point; check the cable.",
                          "Only %u of %u pings were answered, in %.2f ms on average.", result.received, result.sent,
                          (double) result.mean_us / 1000);
  else
    kith_doctor_conclude (doctor, KITH_CHECK_OK, NULL, "%u of %u pings were answered, in %.2f ms on average.",
                          result.received, result.sent, (double) result.mean_us / 1000);
}

static void
watch_ping (KithDoctor *doctor, GArray *watches)
{
  KithWatch knock = {doctor->socket, KITH_POLL_WRITE};
  if (doctor->ping != NULL)
    kith_ping_watches (doctor->ping, watches);
  else
    g_array_append_val (watches, knock);
}

static gint64
due_ping (KithDoctor *doctor)
{
  return doctor->ping != NULL ? kith_ping_due (doctor->ping) : G_MAXINT64;
}

static void
end_ping (KithDoctor *doctor)
{
  g_clear_pointer (&doctor->ping, kith_ping_free);
  kith_socket_close (doctor->socket);
  doctor->socket = KITH_SOCKET_NONE;
}

const KithDoctorCheck kith_doctor_ping = {
    .name = "ping",
    .title = "Ping",
    .needs = "name",
    .unix_reason = "Not needed: the server is on this computer.",
    .begin = begin_ping,
    .step = step_ping,
    .watches = watch_ping,
    .due = due_ping,
    .end = end_ping,
    .late = "The computer did not answer in time.",
    .late_advice = no_echo_advice,
    .may_fail = TRUE,
};

/* ---- TCP ---- */

static const struct {
  KithNetError kind;
  const char *advice;
} tcp_advice[] = {
    {KITH_NET_ERROR_REFUSED, "The computer is there, but no server listens on this port. Ask who runs the server "
                             "whether it is running, and which port it uses."},
    {KITH_NET_ERROR_TIMED_OUT, "Check that the server's computer is switched on and in the same network, and that its "
                               "firewall lets the port through."},
    {KITH_NET_ERROR_UNREACHABLE,
     "This computer's network has no way to the server. Join the network that the server is in."},
    {KITH_NET_ERROR_DENIED, "Allow this program in the firewall of this computer."},
    {KITH_NET_ERROR_ADDRESS, "Check how the server's address is written."},
};

static void
fail_tcp (KithDoctor *doctor, const GError *error)
{
  const char *advice = "Ask who runs the server whether it is running.";
  for (guint i = 0; i < G_N_ELEMENTS (tcp_advice); i++)
    if (g_error_matches (error, KITH_NET_ERROR, (gint) tcp_advice[i].kind))
      advice = tcp_advice[i].advice;
  kith_doctor_conclude (doctor, KITH_CHECK_FAILED, advice, "%s", error->message);
}

static void
begin_tcp (KithDoctor *doctor)
{
  g_autoptr (GError) error = NULL;
  doctor->connector = kith_connector_new (doctor->host, doctor->options.port, &error);
  if (doctor->connector == NULL)
    fail_tcp (doctor, error);
}

static void
step_tcp (KithDoctor *doctor)
{
  g_autoptr (GError) error = NULL;
  KithAddress peer;
  char text[KITH_ADDRESS_TEXT] = "";
  KithIo io = kith_connector_step (doctor->connector, doctor->now_us, &doctor->socket, &error);
  if (io == KITH_IO_ERROR)
    fail_tcp (doctor, error);
  if (io != KITH_IO_OK)
    return;
  if (kith_socket_peer_address (doctor->socket, &peer, NULL))
    kith_address_format (&peer, text);
  kith_doctor_conclude (doctor, KITH_CHECK_OK, NULL, "Connected to %s in %.2f ms.",
                        doctor->is_unix ? doctor->host : text,
                        (double) (g_get_monotonic_time () - doctor->began_us) / 1000);
}

static void
watch_tcp (KithDoctor *doctor, GArray *watches)
{
  kith_connector_watches (doctor->connector, watches);
}

static gint64
due_tcp (KithDoctor *doctor)
{
  return kith_connector_due (doctor->connector);
}

static void
end_tcp (KithDoctor *doctor)
{
  g_clear_pointer (&doctor->connector, kith_connector_free);
}

const KithDoctorCheck kith_doctor_tcp = {
    .name = "tcp",
    .title = "Connection",
    .needs = "name",
    .begin = begin_tcp,
    .step = step_tcp,
    .watches = watch_tcp,
    .due = due_tcp,
    .end = end_tcp,
    .late = "The server does not answer: what was sent vanishes on the way.",
    .late_advice = "Check that the server's computer is switched on and in the same network, and that its firewall "
                   "lets the port through.",
};
