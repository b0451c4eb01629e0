/* sql-win32.c - the reasons of Windows for a write that failed. */
#include "sql/sql-private.h"

#include <windows.h>

gboolean
kith_sql_no_room (void)
{
  DWORD code = GetLastError ();
  return code == ERROR_DISK_FULL || code == ERROR_HANDLE_DISK_FULL || code == ERROR_NOT_ENOUGH_QUOTA;
}
