/* wire.h - the server's records as the wire writes them. One place, so that a pushed event, a fetched one and a listed one look the same. */
#pragma once

#include <string.h>

#include "domain/event.h"

#define KITHD_WIRE_DIGITS 20 /* of a number at most, with its sign */

/* Text, or text and a number, to where there is room for it. Returns the end. (Every event and every acknowledgement is made of
 * these: printf costs five times as much.) */
static inline char *
kithd_wire_put_text (char *at, const char *text)
{
  gsize length = strlen (text);
  return (char *) memcpy (at, text, length) + length;
}

char *kithd_wire_put_number (char *at, gint64 number);

static inline char *
kithd_wire_put_integer (char *at, const char *text, gint64 number)
{
  return kithd_wire_put_number (kithd_wire_put_text (at, text), number);
}

/* Appends text and a number. */
void kithd_wire_integer (GString *out, const char *text, gint64 number);

/* Appends the members of an event without braces:
 * "seq":813,"n":641,"at":1795341021123[,"from":"u7"],"kind":"message"[,"target":812][,"account":"u9"][,"nonce":"..."][,"body":{...}] */
void kithd_wire_event (GString *out, const KithdEvent *event);

/* Appends the frame that tells of an event, with its line feed. */
void kithd_wire_push (GString *out, const KithdEvent *event);
