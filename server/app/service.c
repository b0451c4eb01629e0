/* service.c - the words behind `kithd service`. */
#include "app/service-private.h"

#include <stdio.h>

int
kithd_service_command (const KithdService *service, char **words)
{
  static const char *const names[] = {
      [KITHD_SERVICE_INSTALL] = "install", [KITHD_SERVICE_REMOVE] = "remove", [KITHD_SERVICE_RUN] = "run"};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GError) error = NULL;
    if (words[0] == NULL || words[1] != NULL || !g_str_equal (words[0], names[i]))
      continue;
    if (kithd_service_do (service, (KithdServiceWhat) i, &error))
      return 0;
    fprintf (stderr, "kithd: %s\n", error->message);
    return 1;
  }
  fputs ("kithd: usage: kithd service install|remove|run\n", stderr);
  return 2;
}
