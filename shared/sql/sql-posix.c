/* sql-posix.c - the reasons of POSIX for a write that failed. */
#include "sql/sql-private.h"

#include <errno.h>

gboolean
kith_sql_no_room (void)
{
  return errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
}
