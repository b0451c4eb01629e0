/* service.h - kithd as a service of the system: it starts before anybody signs in, and again when it has failed.
 * `kithd service install|remove|run` arranges that on Windows; elsewhere a sentence names who does it (systemd). */
#pragma once

#include "app/config.h"

typedef enum { KITHD_SERVICE_INSTALL, KITHD_SERVICE_REMOVE, KITHD_SERVICE_RUN } KithdServiceWhat;

typedef struct {
  char **options; /* of the command line: the service is started with them */
  gpointer data;
  KithdConfig *(*load) (gpointer data, GError **error);    /* what the options and their file say */
  gboolean (*serve) (KithdConfig *config, GError **error); /* until it is asked to stop */
} KithdService;

/* The configuration of a service that was told none; to be freed. NULL: none. */
char *kithd_service_config_file (void);
/* What a service has else than a program of a person, unless the file or the command line say it: where data and log
 * are, because it has no home and nobody reads its standard error. */
gboolean kithd_service_configure (KithdConfig *config, GError **error);

/* words: what follows "service" on the command line. The exit status: 0 done, 1 failed, 2 usage. */
int kithd_service_command (const KithdService *service, char **words);
