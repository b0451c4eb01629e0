/* wire.h - the server's records as the wire writes them. One place, so that a pushed event, a fetched one and a listed one look the same. */
#pragma once

#include "domain/event.h"

/* Appends text and a number. (Every event and every acknowledgement is made of these: printf costs five times as much.) */
void kithd_wire_integer (GString *out, const char *text, gint64 number);

/* Appends the members of an event without braces:
 * "seq":813,"n":641,"at":1795341021123[,"from":"u7"],"kind":"message"[,"target":812][,"account":"u9"][,"nonce":"..."][,"body":{...}] */
void kithd_wire_event (GString *out, const KithdEvent *event);
