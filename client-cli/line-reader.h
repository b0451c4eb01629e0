/* line-reader.h - lines of standard input, read on a thread of their own, because no platform can wait for every kind
 * of input together with sockets. A bounded number of lines waits. */
#pragma once

#include "net/wake.h"

typedef struct _CliLineReader CliLineReader;

typedef struct {
  guint64 number; /* from 1 */
  gsize length;   /* bytes, of the whole line, without its end */
  char *text;     /* NULL: longer than max, or it holds a NUL */
} CliLine;

/* Signals wake when there is something to take. NULL: the system gives no thread for it. */
CliLineReader *cli_line_reader_start (gsize max, KithWake *wake, GError **error);
/* FALSE: nothing now. */
gboolean cli_line_reader_take (CliLineReader *reader, CliLine *line);
gboolean cli_line_reader_is_done (CliLineReader *reader); /* the end, and everything was taken */
