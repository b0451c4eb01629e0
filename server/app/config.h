/* config.h - the configuration: a key file (GKeyFile), every key in one table. Without a file everything has its default. */
#pragma once

#include "domain/settings.h"

typedef struct {
  char *file;              /* absolute; NULL: none */
  char *data;              /* directory */
  char **listen;           /* addresses as kith_address_parse reads them */
  gboolean listen_default; /* nobody chose them */
  gboolean tls;
  gboolean select_only;    /* no nested set */
  gboolean log_json;
  char *log_file;          /* "stderr", or a file; a relative one is in data */
  char *metrics_address;   /* "off", a port of loopback, or an address */
  int log_level;           /* GLogLevelFlags */
  guint64 overridden;      /* a bit for each row of the table of keys: kithd_config_override has set it */
  guint64 given;           /* the same: the file or kithd_config_override has set it */
  KithdSettings settings;
} KithdConfig;

/* The defaults, then what stands in file (NULL: nothing). Errors name the file and the line. */
KithdConfig *kithd_config_load (const char *file, GError **error);
void kithd_config_free (KithdConfig *config);

/* What the command line says outranks the file, now and when it is reloaded. group and name are of a key that there is. */
gboolean kithd_config_override (KithdConfig *config, const char *group, const char *name, const char *value, GError **error);

/* Whether the file or kithd_config_override says anything of a key that there is. */
gboolean kithd_config_says (const KithdConfig *config, const char *group, const char *name);

/* Whether it can be served: every address can be read, and without TLS each is a loopback one. */
gboolean kithd_config_check (const KithdConfig *config, GError **error);

/* Takes over what can change while running. Returns the names of keys that differ but need a restart ("listen.addresses, ..."), NULL when none. */
char *kithd_config_reload (KithdConfig *running, const KithdConfig *fresh);

/* The sample configuration: every key with its default, commented. */
char *kithd_config_sample (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithdConfig, kithd_config_free)
