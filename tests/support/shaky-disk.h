/* shaky-disk.h - a file system for SQLite whose fsync fails on demand. Everything else is the platform's own. */
#pragma once

/* Makes it the default of this process. Once. */
void shaky_disk_install (void);
/* The next `count` syncs of files fail; -1: all from now on; 0: none. */
void shaky_disk_fail (int count);
