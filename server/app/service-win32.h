/* service-win32.h - what the parts of the service of Windows say to each other. */
#pragma once

#include "app/service.h"

#include <windows.h>

#define KITHD_SERVICE_NAME L"kithd"

/* service-setup-win32.c: the entry in the system's list of services, and what belongs to it. */
gboolean kithd_service_install (const KithdService *service, GError **error);
gboolean kithd_service_remove (const KithdService *service, GError **error);
/* %ProgramData%\Kith, which need not be there yet; to be freed. */
char *kithd_service_directory (void);

/* notify-win32.c: from now on kithd_notify tells the manager of services. */
void kithd_notify_service (SERVICE_STATUS_HANDLE manager);
void kithd_notify_service_ended (gboolean well);

/* Whether this process is a service. */
gboolean kithd_service_is_running (void);
