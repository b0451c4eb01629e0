/* sql-private.h - what SQLite does not tell of the system's errors. */
#pragma once

#include <glib.h>

/* Whether the system call that failed last on this thread found no room: the disk, a quota, or a limit on the size of
 * files. */
gboolean kith_sql_no_room (void);
