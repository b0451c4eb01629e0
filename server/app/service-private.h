/* service-private.h - what differs between the systems. */
#pragma once

#include "app/service.h"

/* Does it; what is to be known then is printed. KITHD_SERVICE_RUN returns when the service has ended. */
gboolean kithd_service_do (const KithdService *service, KithdServiceWhat what, GError **error);
