/* wire.c - numbers and checked text only, so nothing here needs escaping. */
#include "wire/wire.h"

#include "proto/id.h"

void
kithd_wire_event (GString *out, const KithdEvent *event)
{
  g_string_append_printf (out,
                          "\"seq\":%" G_GINT64_FORMAT ",\"n\":%" G_GINT64_FORMAT ",\"at\":%" G_GINT64_FORMAT
                          ",\"from\":\"u%" G_GINT64_FORMAT "\",\"kind\":\"%s\"",
                          event->seq, event->n, event->at, event->from, kithd_event_kind_name (event->kind));
  if (event->target != 0)
    g_string_append_printf (out, ",\"target\":%" G_GINT64_FORMAT, event->target);
  if (event->subject != 0)
    g_string_append_printf (out, ",\"account\":\"u%" G_GINT64_FORMAT "\"", event->subject);
  if (event->has_nonce) {
    char nonce[2 * sizeof event->nonce + 1];
    g_string_append_printf (out, ",\"nonce\":\"%s\"", kith_hex_format (event->nonce, sizeof event->nonce, nonce));
  }
  if (event->body != NULL) {
    g_string_append (out, ",\"body\":");
    g_string_append (out, event->body);
  }
}
