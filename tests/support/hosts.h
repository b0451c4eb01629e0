/* hosts.h - several computers on one: network namespaces, made and joined with the command `ip`. Root only. */
#pragma once

#include <glib.h>

/* Runs a command line to its end; its standard output, to be freed. status may be NULL: then it has to succeed. */
char *test_run (int *status, const char *format, ...) G_GNUC_PRINTF (2, 3);
#define TEST_DO(...) g_free (test_run (NULL, __VA_ARGS__))

/* FALSE: says so on standard error, and the test has to skip itself. In CI it fails instead. */
gboolean test_hosts_permitted (void);

/* A new namespace, one for each number, with loopback up; its name, to be given to test_host_remove. */
char *test_host_add (guint number);
void test_host_remove (char *name); /* NULL is allowed */
