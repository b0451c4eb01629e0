/* shaky-disk.h - a file system for SQLite whose fsync fails on demand, and which knows what of the databases a power cut would leave. Everything else
 * is the platform's own. */
#pragma once

/* Makes it the default of this process. Once. */
void shaky_disk_install (void);
/* The next `count` syncs of files fail; -1: all from now on; 0: none. */
void shaky_disk_fail (int count);
/* The same, of databases of that name alone ("kith.db"), and not of their journals. */
void shaky_disk_fail_database (const char *name, int count);
int shaky_disk_failures_of_database (void); /* how many are left of them */
/* Whoever opens a file of that name waits, until it is called with NULL; the other one returns when somebody does. */
void shaky_disk_hold (const char *name);
void shaky_disk_await_held (void);
/* Makes `copy`, a copy of a database that is in use, what a power cut leaves at worst: nothing of what was not synced since it was written, or was to
 * be written by a sync that failed, as systems forget then that it is not. */
void shaky_disk_cut (const char *file, const char *copy);
