/* hosts.c - see hosts.h. */
#include "support/hosts.h"

#include "support/check.h"

#include <unistd.h>

char *
test_run (int *status, const char *format, ...)
{
  char *out = NULL;
  int wait_status = 0;
  g_autofree char *err = NULL;
  va_list list;
  va_start (list, format);
  g_autofree char *line = g_strdup_vprintf (format, list);
  va_end (list);
  CHECK (g_spawn_command_line_sync (line, &out, &err, &wait_status, &error));
  if (status == NULL && wait_status != 0)
    fail_msg ("%s: %s", line, err);
  if (status != NULL)
    *status = wait_status;
  return out;
}

gboolean
test_hosts_permitted (void)
{
  if (geteuid () == 0)
    return TRUE;
  if (g_getenv ("CI") != NULL)
    fail_msg ("Network namespaces need root, and CI has to test them.");
  g_printerr ("SKIPPED: hosts in network namespaces need root.\n");
  return FALSE;
}

char *
test_host_add (guint number)
{
  char *name = g_strdup_printf ("kith-%d-%u", (int) getpid (), number);
  TEST_DO ("ip netns add %s", name);
  TEST_DO ("ip netns exec %s sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0", name);
  TEST_DO ("ip -n %s link set lo up", name);
  return name;
}

void
test_host_remove (char *name)
{
  if (name != NULL)
    TEST_DO ("ip netns del %s", name);
  g_free (name);
}
