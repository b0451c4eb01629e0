/* wire.c - numbers and checked text only, so nothing here needs escaping. What has a longest length is written where it will stay. */
#include "wire/wire.h"

#include "proto/id.h"

#define HEAD_MAX 512 /* of an event without its body: its words are half of that */

char *
kithd_wire_put_number (char *at, gint64 number)
{
  guint64 rest = number < 0 ? -(guint64) number : (guint64) number, unit = 10;
  guint n = 1;
  if (number < 0)
    *at++ = '-';
  for (; n < 19 && rest >= unit; n++)
    unit *= 10;
  for (guint i = n; i-- > 0; rest /= 10)
    at[i] = (char) ('0' + rest % 10);
  return at + n;
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
  char *at = make_room (out, strlen (text) + KITHD_WIRE_DIGITS);
  cut_room (out, kithd_wire_put_integer (at, text, number));
}

/* What an event takes at most. */
static gsize
room_of (const KithdEvent *event)
{
  return HEAD_MAX + (event->body != NULL ? strlen (event->body) : 0);
}

static char *
put_id (char *at, const char *text, gint64 id)
{
  return id != 0 ? kithd_wire_put_text (kithd_wire_put_integer (at, text, id), "\"") : at;
}

static char *
put_event (char *at, const KithdEvent *event)
{
  at = kithd_wire_put_integer (at, "\"seq\":", event->seq);
  at = kithd_wire_put_integer (at, ",\"n\":", event->n);
  at = kithd_wire_put_integer (at, ",\"at\":", event->at);
  at = put_id (at, ",\"from\":\"u", event->from);
  at = kithd_wire_put_text (at, ",\"kind\":\"");
  at = kithd_wire_put_text (at, kithd_event_kind_name (event->kind));
  at = kithd_wire_put_text (at, "\"");
  if (event->target != 0)
    at = kithd_wire_put_integer (at, ",\"target\":", event->target);
  at = put_id (at, ",\"account\":\"u", event->subject);
  if (event->has_nonce) {
    at = kithd_wire_put_text (at, ",\"nonce\":\"");
    kith_hex_format (event->nonce, sizeof event->nonce, at);
    at = kithd_wire_put_text (at + 2 * sizeof event->nonce, "\"");
  }
  if (event->body != NULL)
    at = kithd_wire_put_text (kithd_wire_put_text (at, ",\"body\":"), event->body);
  return at;
}

void
kithd_wire_event (GString *out, const KithdEvent *event)
{
  cut_room (out, put_event (make_room (out, room_of (event)), event));
}

void
kithd_wire_push (GString *out, const KithdEvent *event)
{
  char *at = make_room (out, room_of (event));
  at = kithd_wire_put_integer (at, "{\"type\":\"event\",\"conversation\":\"c", event->conversation);
  at = put_event (kithd_wire_put_text (at, "\","), event);
  at = kithd_wire_put_integer (at, ",\"rev\":", event->rev);
  cut_room (out, kithd_wire_put_text (at, "}\n"));
}
