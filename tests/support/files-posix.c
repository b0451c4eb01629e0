/* files-posix.c - modes. */
#include "support/files.h"

#include <glib/gstdio.h>

#include "support/check.h"

void
test_assert_mode (const char *path, guint mode)
{
  GStatBuf info;
  assert_int_equal (g_stat (path, &info), 0);
  assert_int_equal (info.st_mode & 0777, mode);
}

void
test_assert_private_directory (const char *path)
{
  test_assert_mode (path, 0700);
}
