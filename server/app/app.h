/* app.h - the server as a whole: builds the parts, runs the loop. */
#pragma once

#include "app/config.h"

typedef struct _KithdApp KithdApp;

/* Opens everything; config outlives the app. Errors are sentences for people. */
KithdApp *kithd_app_new (KithdConfig *config, GError **error);
void kithd_app_free (KithdApp *app);

/* "ADDR:PORT ADDR:PORT, pin HEX": what the ready line says. */
const char *kithd_app_ready_line (const KithdApp *app);
const char *kithd_app_pin (const KithdApp *app);

/* Serves until asked to stop, then finishes what was submitted, tells the clients, and returns (within 5 s). FALSE: an error of the system. */
gboolean kithd_app_run (KithdApp *app, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithdApp, kithd_app_free)
