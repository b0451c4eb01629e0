/* log.h - structured log lines on standard error: key=value, or one JSON object a line.
 *
 * Never texts of messages, passwords or tokens. Values are quoted and escaped, so a line cannot be forged by what a client sent. */
#pragma once

#include <glib.h>

/* level: debug < info < message < warning < critical, as GLib has them; lines below the chosen one are dropped. */
void kithd_log_configure (gboolean json, GLogLevelFlags least);

/* One line: time=… level=… event=… [conn=…] key=value …. The rest are pairs of texts (const char *), ended by NULL. conn 0 is left out. */
void kithd_log (GLogLevelFlags level, const char *event, guint64 conn, ...) G_GNUC_NULL_TERMINATED;
