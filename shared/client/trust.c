/* trust.c - whether this is the server that we know, decided after the handshake and before the first byte is written.
 *
 * What the user said, or a stored pin, outranks any authority; without one, a certificate that the system trusts needs
 * no question and no pin (its key may change at each renewal). While the user is asked no connection is kept: the
 * answer comes when it comes. */
#include "client/client-private.h"

static gboolean
is_pin (const char *expected, const char *shown)
{
  return expected != NULL && g_ascii_strcasecmp (expected, shown) == 0;
}

/* The pin was decided on: keep it, and what was announced has come or is void. */
static void
greet_known (KithClient *client)
{
  g_autofree char *kept = kith_storage_get (client->storage, KITH_KEPT_PIN);
  if (!is_pin (kept, client->pin)) {
    g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / 1000);
    kith_client_keep (client, KITH_KEPT_PIN_AT, now);
    kith_client_keep (client, KITH_KEPT_PIN, client->pin);
    kith_client_keep (client, KITH_KEPT_NEXT_PIN, NULL);
  }
  kith_client_greet (client);
}

static void
refuse_changed (KithClient *client, const char *expected)
{
  kith_client_end (
      client, KITH_CLIENT_KEY_CHANGED,
      g_error_new (
          KITH_NET_ERROR, KITH_NET_ERROR_TLS,
          "The key of %s has changed: expected %s, got %s. Somebody may be listening in; ask who runs the server.",
          client->host, expected, client->pin));
}

static void
meet_stranger (KithClient *client)
{
  if (kith_tls_peer_trusted (client->link.stream)) {
    kith_client_greet (client);
  } else if (client->trust_first) {
    greet_known (client);
  } else if (client->hooks->trust != NULL) {
    kith_client_end (client, KITH_CLIENT_ASKING, NULL);
    if (client->state == KITH_CLIENT_ASKING)
      client->hooks->trust (client, client->pin, client->data);
  } else {
    kith_client_end (client, KITH_CLIENT_REFUSED,
                     g_error_new (KITH_NET_ERROR, KITH_NET_ERROR_TLS, "The server %s is not known yet. Its key is %s.",
                                  client->host, client->pin));
  }
}

void
kith_client_meet (KithClient *client)
{
  g_autofree char *kept = kith_storage_get (client->storage, KITH_KEPT_PIN);
  g_autofree char *next = kith_storage_get (client->storage, KITH_KEPT_NEXT_PIN);
  const char *expected = client->pin_wanted != NULL ? client->pin_wanted : kept;
  client->pin[0] = '\0';
  if (client->tls == NULL)
    kith_client_greet (client);
  else if (!kith_tls_peer_pin (client->link.stream, client->pin))
    kith_client_break (
        client, g_error_new (KITH_NET_ERROR, KITH_NET_ERROR_TLS, "The server %s shows no certificate.", client->host),
        0);
  else if (expected == NULL)
    meet_stranger (client);
  else if (is_pin (expected, client->pin) || (client->pin_wanted == NULL && is_pin (next, client->pin)))
    greet_known (client);
  else
    refuse_changed (client, expected);
}

void
kith_client_trust (KithClient *client, gboolean yes)
{
  if (client->state != KITH_CLIENT_ASKING && client->state != KITH_CLIENT_KEY_CHANGED)
    return;
  if (yes) {
    g_free (client->pin_wanted);
    client->pin_wanted = g_strdup (client->pin);
  }
  client->state = yes ? KITH_CLIENT_CONNECTING : KITH_CLIENT_REFUSED;
  client->stirred = TRUE;
}

void
kith_client_expect_pin (KithClient *client, const char *pin)
{
  g_free (client->pin_wanted);
  client->pin_wanted = g_strdup (pin);
}
