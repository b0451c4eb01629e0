/* service-posix.c - a service manager runs the program as it is (notify.h tells it how that goes). */
#include "app/service-private.h"

#include "proto/error.h"

char *
kithd_service_config_file (void)
{
  return NULL;
}

gboolean
kithd_service_configure (KithdConfig *config, GError **error)
{
  return TRUE;
}

gboolean
kithd_service_do (const KithdService *service, KithdServiceWhat what, GError **error)
{
  static const char *const remedies[] = {[KITHD_SERVICE_INSTALL] = "sudo systemctl enable --now kithd",
                                         [KITHD_SERVICE_REMOVE] = "sudo systemctl disable --now kithd",
                                         [KITHD_SERVICE_RUN] = "sudo systemctl start kithd"};
  g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE,
               "This is for Windows. Here systemd runs kithd as a service: %s. See kithd(8), STARTING AT BOOT.", remedies[what]);
  return FALSE;
}
