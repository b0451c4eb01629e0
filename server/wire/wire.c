/* wire.c - numbers and checked text only, so nothing here needs escaping. */
#include "wire/wire.h"

#include "proto/id.h"

void
kithd_wire_integer (GString *out, const char *text, gint64 number)
{
  char digits[20], *first = digits + sizeof digits;
  guint64 rest = number < 0 ? -(guint64) number : (guint64) number;
  do
    *--first = (char) ('0' + rest % 10);
  while ((rest /= 10) != 0);
  g_string_append (out, text);
  if (number < 0)
    g_string_append_c (out, '-');
  g_string_append_len (out, first, digits + sizeof digits - first);
}

void
kithd_wire_event (GString *out, const KithdEvent *event)
{
  kithd_wire_integer (out, "\"seq\":", event->seq);
  kithd_wire_integer (out, ",\"n\":", event->n);
  kithd_wire_integer (out, ",\"at\":", event->at);
  if (event->from != 0) {
    kithd_wire_integer (out, ",\"from\":\"u", event->from);
    g_string_append_c (out, '"');
  }
  g_string_append (out, ",\"kind\":\"");
  g_string_append (out, kithd_event_kind_name (event->kind));
  g_string_append_c (out, '"');
  if (event->target != 0)
    kithd_wire_integer (out, ",\"target\":", event->target);
  if (event->subject != 0) {
    kithd_wire_integer (out, ",\"account\":\"u", event->subject);
    g_string_append_c (out, '"');
  }
  if (event->has_nonce) {
    char nonce[2 * sizeof event->nonce + 1];
    g_string_append (out, ",\"nonce\":\"");
    g_string_append (out, kith_hex_format (event->nonce, sizeof event->nonce, nonce));
    g_string_append_c (out, '"');
  }
  if (event->body != NULL) {
    g_string_append (out, ",\"body\":");
    g_string_append (out, event->body);
  }
}
