/* main.c - arguments, configuration, run. */
#include "app/admin.h"
#include "app/app.h"
#include "client/fingerprint.h"
#include "log/log.h"
#include "net/net.h"

#include <locale.h>
#include <stdio.h>

typedef struct {
  char *config, *data, *name;
  char **listen;
  gboolean check_config, sample_config, version;
} Arguments;

static gboolean
parse_arguments (Arguments *arguments, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &arguments->config, "Read the configuration from FILE", "FILE" },
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &arguments->data, "Keep everything in DIR", "DIR" },
    { "listen", 'l', 0, G_OPTION_ARG_STRING_ARRAY, &arguments->listen, "Listen on ADDR:PORT (port 0: a free one); may be repeated", "ADDR:PORT" },
    { "name", 'n', 0, G_OPTION_ARG_STRING, &arguments->name, "What people see as the name of the server", "NAME" },
    { "check-config", 0, 0, G_OPTION_ARG_NONE, &arguments->check_config, "Only check the configuration", NULL },
    { "sample-config", 0, 0, G_OPTION_ARG_NONE, &arguments->sample_config, "Print a configuration with every key and its default", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &arguments->version, "Print the version", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("[COMMAND ...]");
  g_autofree char *commands = kithd_admin_summary ();
  g_option_context_set_summary (context, "Hosts a Kith server: instant messaging for people on one network.");
  g_option_context_set_description (context, commands);
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static void
clear_arguments (Arguments *arguments)
{
  g_free (arguments->config);
  g_free (arguments->data);
  g_free (arguments->name);
  g_strfreev (arguments->listen);
}

static gboolean
apply_arguments (KithdConfig *config, const Arguments *arguments, GError **error)
{
  g_autofree char *data = arguments->data != NULL ? g_canonicalize_filename (arguments->data, NULL) : NULL;
  g_autofree char *listen = arguments->listen != NULL ? g_strjoinv (";", arguments->listen) : NULL;
  const struct {
    const char *group, *name, *value;
  } given[] = { { "server", "data", data }, { "server", "name", arguments->name }, { "listen", "addresses", listen } };
  for (guint i = 0; i < G_N_ELEMENTS (given); i++) {
    g_autoptr (GError) problem = NULL;
    if (given[i].value == NULL || kithd_config_override (config, given[i].group, given[i].name, given[i].value, &problem))
      continue;
    g_set_error (error, problem->domain, problem->code, "On the command line: %s.", problem->message);
    return FALSE;
  }
  return TRUE;
}

static int
fail (const GError *error)
{
  fprintf (stderr, "kithd: %s\n", error->message);
  return 1;
}

/* The words take a tenth of a second to work out: beside the service, not before it, and only if somebody will see them. */
static gpointer
log_key (gpointer pin)
{
  g_autoptr (KithFingerprint) fingerprint = kith_fingerprint_new (pin);
  g_autofree char *words = fingerprint != NULL ? kith_fingerprint_words (fingerprint) : NULL;
  kithd_log (G_LOG_LEVEL_INFO, "key", 0, "pin", pin, "words", words, NULL);
  return NULL;
}

static int
serve (KithdConfig *config)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KithdApp) app = kithd_app_new (config, &error);
  if (app == NULL)
    return fail (error);
  printf ("kithd: ready on %s\n", kithd_app_ready_line (app));
  fflush (stdout);
  GThread *words =
      kithd_log_takes (G_LOG_LEVEL_INFO) ? g_thread_try_new ("words", log_key, (gpointer) kithd_app_pin (app), NULL) : NULL;
  gboolean done = kithd_app_run (app, &error);
  if (words != NULL)
    g_thread_join (words);
  return done ? 0 : fail (error);
}

static int
run (const Arguments *arguments, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  if (arguments->version) {
    puts ("kithd " KITH_VERSION);
    return 0;
  }
  if (arguments->sample_config) {
    g_autofree char *sample = kithd_config_sample ();
    fputs (sample, stdout);
    return 0;
  }
  g_autoptr (KithdConfig) config = kithd_config_load (arguments->config, &error);
  if (config == NULL)
    return fail (error);
  if (!apply_arguments (config, arguments, &error))
    return fail (error);
  if ((argc == 1 || arguments->check_config) && !kithd_config_check (config, &error))
    return fail (error);
  if (arguments->check_config) {
    puts ("The configuration is right.");
    return 0;
  }
  kithd_log_configure (config->log_json, (GLogLevelFlags) config->log_level);
  if (!kith_net_start (&error))
    return fail (error);
  return argc > 1 ? kithd_admin_run (config, argc - 1, argv + 1) : serve (config);
}

int
main (int argc, char **argv)
{
  Arguments arguments = { 0 };
  g_autoptr (GError) error = NULL;
  setlocale (LC_ALL, "");
  if (!parse_arguments (&arguments, &argc, &argv, &error)) {
    fprintf (stderr, "kithd: %s. kithd --help lists what there is.\n", error->message);
    clear_arguments (&arguments);
    return 2;
  }
  int status = run (&arguments, argc, argv);
  clear_arguments (&arguments);
  return status;
}
