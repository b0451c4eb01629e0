/* log.h - structured log lines, on standard error or in a file: key=value, or one JSON object a line.
 *
 * Never texts of messages, passwords or tokens. Values are quoted and escaped, so a line cannot be forged by what a
 * client sent. */
#pragma once

#include <glib.h>

/* level: debug < info < message < warning < critical, as GLib has them; lines below the chosen one are dropped. */
void kithd_log_configure (gboolean json, GLogLevelFlags least);

/* Whether a line of that level would be written: for those that cost something to make. */
gboolean kithd_log_takes (GLogLevelFlags level);

/* Where lines go from now on: file, or a file in directory unless it is absolute; "stderr": standard error. Lines are
 * appended; the same file again is opened anew, which ends a rotation. On failure everything stays as it was. */
gboolean kithd_log_open (const char *directory, const char *file, GError **error);

/* One line: time=… level=… event=… [conn=…] key=value …. The rest are pairs of texts (const char *), ended by NULL.
 * conn 0 is left out. */
void kithd_log (GLogLevelFlags level, const char *event, guint64 conn, ...) G_GNUC_NULL_TERMINATED;
