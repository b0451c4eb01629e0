/* report.h - what the server tells those who look after it: metrics over HTTP, and the service manager. */
#pragma once

#include "app/app-private.h"

/* Opens the endpoint for metrics where the configuration wants one. */
gboolean kithd_report_open (KithdApp *app, GError **error);
/* The server is ready: from now on the watchdog hears from the loop. */
void kithd_report_ready (KithdApp *app);
/* Once a second: how many connections there are, when that has changed. */
void kithd_report_tick (KithdApp *app);
void kithd_report_reloading (void);
void kithd_report_reloaded (void);
void kithd_report_stopping (void);
