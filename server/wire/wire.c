/* wire.c - numbers and checked text only, so nothing here needs escaping. What has a longest length is written where it will stay. */
#include "wire/wire.h"

#include <string.h>

#include "proto/id.h"

#define DIGITS 20    /* of a number, with its sign */
#define HEAD_MAX 512 /* of an event without its body: its words are half of that */

/* at has room for it. Returns the end. */
static char *
put_integer (char *at, const char *text, gint64 number)
{
  char digits[DIGITS], *first = digits + sizeof digits;
  guint64 rest = number < 0 ? -(guint64) number : (guint64) number;
  do
    *--first = (char) ('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (number < 0)
    *--first = '-';
  gsize n = (gsize) (digits + sizeof digits - first);
  at = g_stpcpy (at, text);
  return (char *) memcpy (at, first, n) + n;
}

/* Room for n bytes more; cut_room says where they ended. */
static char *
make_room (GString *out, gsize n)
{
  gsize before = out->len;
  g_string_set_size (out, before + n);
  return out->str + before;
}

static void
cut_room (GString *out, const char *end)
{
  g_string_truncate (out, (gsize) (end - out->str));
}

void
kithd_wire_integer (GString *out, const char *text, gint64 number)
{
  char *at = make_room (out, strlen (text) + DIGITS + 1);
  cut_room (out, put_integer (at, text, number));
}

void
kithd_wire_event (GString *out, const KithdEvent *event)
{
  char *at = make_room (out, HEAD_MAX);
  at = put_integer (at, "\"seq\":", event->seq);
  at = put_integer (at, ",\"n\":", event->n);
  at = put_integer (at, ",\"at\":", event->at);
  if (event->from != 0) {
    at = put_integer (at, ",\"from\":\"u", event->from);
    *at++ = '"';
  }
  at = g_stpcpy (at, ",\"kind\":\"");
  at = g_stpcpy (at, kithd_event_kind_name (event->kind));
  *at++ = '"';
  if (event->target != 0)
    at = put_integer (at, ",\"target\":", event->target);
  if (event->subject != 0) {
    at = put_integer (at, ",\"account\":\"u", event->subject);
    *at++ = '"';
  }
  if (event->has_nonce) {
    at = g_stpcpy (at, ",\"nonce\":\"");
    kith_hex_format (event->nonce, sizeof event->nonce, at);
    at += 2 * sizeof event->nonce;
    *at++ = '"';
  }
  cut_room (out, at);
  if (event->body != NULL) {
    g_string_append (out, ",\"body\":");
    g_string_append (out, event->body);
  }
}
