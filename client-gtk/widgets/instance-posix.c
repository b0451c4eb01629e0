/* instance-posix.c - GApplication does it: a later start sends its command line, which arrives as "command-line". */
#include "widgets/instance.h"

const GApplicationFlags kith_instance_flags = G_APPLICATION_HANDLES_COMMAND_LINE;

gboolean
kith_instance_hand_over (GApplication *application, GVariantDict *options)
{
  return FALSE;
}

gboolean
kith_instance_is_first (GApplication *application)
{
  g_autoptr (GError) error = NULL;
  return !g_application_register (application, NULL, &error) || !g_application_get_is_remote (application);
}

void
kith_instance_begin (GApplication *application, KithInstanceFunc func)
{
}

void
kith_instance_end (void)
{
}
