/* net.c - the errors of this layer: one table of sentences, found by what was done and what went wrong. */
#include "net/net-private.h"

G_DEFINE_QUARK (kith - net - error - quark, kith_net_error)

typedef struct {
  KithDoing doing;
  KithNetError kind;
  const char *sentence; /* {port} {host} {address} {reason} are filled in */
} Sentence;

static const Sentence sentences[] = {
    {KITH_DOING_LISTEN, KITH_NET_ERROR_IN_USE,
     "Port {port} is already in use (another kithd?). Choose another with --listen."},
    {KITH_DOING_LISTEN, KITH_NET_ERROR_DENIED,
     "Not permitted to listen on port {port}. Ports below 1024 need the right CAP_NET_BIND_SERVICE; choose 1024 or "
     "above with --listen."},
    {KITH_DOING_LISTEN, KITH_NET_ERROR_ADDRESS,
     "This machine has no address {host}. Choose one of its own, or * for all, with --listen."},
    {KITH_DOING_LISTEN_UNIX, KITH_NET_ERROR_IN_USE,
     "{address} is already in use (another kithd?). Stop that one, or choose another path."},
    {KITH_DOING_LISTEN_UNIX, KITH_NET_ERROR_DENIED,
     "Not permitted to make {address}. Choose a directory that this user may write to."},
    {KITH_DOING_LISTEN_UNIX, KITH_NET_ERROR_ADDRESS,
     "Cannot make {address}: its directory does not exist. Make it first, or choose another path."},
    {KITH_DOING_DATAGRAM, KITH_NET_ERROR_IN_USE,
     "UDP port {port} is already in use (another kithd?). Choose another with --listen."},
    {KITH_DOING_DATAGRAM, KITH_NET_ERROR_DENIED,
     "Not permitted to use UDP port {port}. Ports below 1024 need the right CAP_NET_BIND_SERVICE; choose 1024 or above "
     "with --listen."},
    {KITH_DOING_DATAGRAM, KITH_NET_ERROR_ADDRESS,
     "This machine has no address {host}. Choose one of its own, or * for all, with --listen."},
    {KITH_DOING_CONNECT, KITH_NET_ERROR_REFUSED, "Nobody listens there. Is kithd running, and is the port right?"},
    {KITH_DOING_CONNECT, KITH_NET_ERROR_UNREACHABLE,
     "The network has no way there. Check the address and the network."},
    {KITH_DOING_CONNECT, KITH_NET_ERROR_TIMED_OUT,
     "No answer. Check that the machine is on, and that no firewall is in between."},
    {KITH_DOING_CONNECT, KITH_NET_ERROR_DENIED, "A firewall of this machine does not permit it."},
    {KITH_DOING_CONNECT, KITH_NET_ERROR_ADDRESS, "This machine cannot use such an address."},
    {KITH_DOING_CONNECT_UNIX, KITH_NET_ERROR_REFUSED, "Nobody listens on {address}. Is kithd running?"},
    {KITH_DOING_CONNECT_UNIX, KITH_NET_ERROR_ADDRESS,
     "There is no {address}. Is kithd running, and is the path right?"},
    {KITH_DOING_CONNECT_UNIX, KITH_NET_ERROR_DENIED,
     "Not permitted to open {address}. It belongs to the user that runs kithd."},
    {KITH_DOING_IO, KITH_NET_ERROR_RESET, "The other side cut the connection."},
    {KITH_DOING_IO, KITH_NET_ERROR_TIMED_OUT, "The other side no longer answers; the connection was lost."},
    {KITH_DOING_IO, KITH_NET_ERROR_UNREACHABLE, "The network has no way there any more; the connection was lost."},
};

/* What is said where the table above has nothing better. */
static const char *const plain[] = {
    [KITH_DOING_LISTEN] = "Cannot listen on {address}: {reason}.",
    [KITH_DOING_LISTEN_UNIX] = "Cannot listen on {address}: {reason}.",
    [KITH_DOING_DATAGRAM] = "Cannot use UDP on {address}: {reason}.",
    [KITH_DOING_CONNECT] = "Cannot connect: {reason}.",
    [KITH_DOING_CONNECT_UNIX] = "Cannot connect to {address}: {reason}.",
    [KITH_DOING_ACCEPT] = "Cannot accept a connection: {reason}.",
    [KITH_DOING_IO] = "The connection failed: {reason}.",
    [KITH_DOING_WAIT] = "Cannot wait for sockets: {reason}.",
    [KITH_DOING_SETUP] = "Cannot make a socket: {reason}.",
};

static const char descriptors_ran_out[] =
    "Out of file descriptors ({reason}). Raise the limit: LimitNOFILE= in the service unit, or ulimit -n.";

static const KithSystemError *
find_error (int code)
{
  for (gsize i = 0; i < kith_system_n_errors; i++)
    if (kith_system_errors[i].code == code)
      return &kith_system_errors[i];
  return NULL;
}

guint
kith_net_error_flags (int code)
{
  const KithSystemError *found = find_error (code);
  return found == NULL ? 0 : found->flags;
}

static const char *
find_sentence (KithDoing doing, KithNetError kind)
{
  if (kind == KITH_NET_ERROR_DESCRIPTORS)
    return descriptors_ran_out;
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (sentences[i].doing == doing && sentences[i].kind == kind)
      return sentences[i].sentence;
  return plain[doing];
}

static void
fill_in_address (GString *text, const KithAddress *address)
{
  KithAddress none = {0};
  char whole[KITH_ADDRESS_TEXT], host[KITH_ADDRESS_TEXT], port[8];

  if (address == NULL)
    address = &none;
  g_snprintf (port, sizeof port, "%u", kith_address_port (address));
  g_string_replace (text, "{port}", port, 0);
  g_string_replace (text, "{host}", kith_address_format_host (address, host), 0);
  g_string_replace (text, "{address}", kith_address_format (address, whole), 0);
}

void
kith_net_fail_kind (GError **error, KithDoing doing, KithNetError kind, const char *reason, const KithAddress *address)
{
  GString *text = g_string_new (find_sentence (doing, kind));

  g_string_replace (text, "{reason}", reason, 0);
  fill_in_address (text, address);
  g_set_error_literal (error, KITH_NET_ERROR, kind, text->str);
  g_string_free (text, TRUE);
}

void
kith_net_fail (GError **error, KithDoing doing, int code, const KithAddress *address)
{
  if (error == NULL)
    return;

  const KithSystemError *found = find_error (code);
  g_autofree char *reason = kith_system_error_text (code);
  kith_net_fail_kind (error, doing, found == NULL ? KITH_NET_ERROR_FAILED : found->kind, reason, address);
}

void
kith_net_fail_last (GError **error, KithDoing doing, const KithAddress *address)
{
  kith_net_fail (error, doing, kith_system_last_error (), address);
}
