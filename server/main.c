/* main.c - arguments, configuration, run. */
#include "app/admin.h"
#include "app/app.h"
#include "app/service.h"
#include "client/fingerprint.h"
#include "log/log.h"
#include "net/net.h"

#include <locale.h>
#include <stdio.h>

#define SERVICE_COMMANDS "  service install|remove|run                 serve as a service of Windows; elsewhere it says who does that\n"

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
  g_autofree char *commands = kithd_admin_summary (), *description = g_strconcat (commands, SERVICE_COMMANDS, NULL);
  g_option_context_set_summary (context, "Hosts a Kith server: instant messaging for people on one network.");
  g_option_context_set_description (context, description);
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

/* The words take a moment to work out: beside the service, not before it, and only if somebody will see them. */
static gpointer
log_key (gpointer pin)
{
  g_autoptr (KithFingerprint) fingerprint = kith_fingerprint_new (pin);
  g_autofree char *words = fingerprint != NULL ? kith_fingerprint_words (fingerprint) : NULL;
  kithd_log (G_LOG_LEVEL_INFO, "key", 0, "pin", pin, "words", words, NULL);
  return NULL;
}

static gboolean
serve (KithdConfig *config, GError **error)
{
  kithd_log_configure (config->log_json, (GLogLevelFlags) config->log_level);
  g_autoptr (KithdApp) app = kith_net_start (error) ? kithd_app_new (config, error) : NULL;
  if (app == NULL)
    return FALSE;
  printf ("kithd: ready on %s\n", kithd_app_ready_line (app));
  fflush (stdout);
  GThread *words =
      kithd_log_takes (G_LOG_LEVEL_INFO) ? g_thread_try_new ("words", log_key, (gpointer) kithd_app_pin (app), NULL) : NULL;
  gboolean done = kithd_app_run (app, error);
  if (words != NULL)
    g_thread_join (words);
  return done;
}

static KithdConfig *
load_config (const Arguments *arguments, const char *file, GError **error)
{
  g_autoptr (KithdConfig) config = kithd_config_load (file, error);
  return config != NULL && apply_arguments (config, arguments, error) ? g_steal_pointer (&config) : NULL;
}

/* ---- as a service ---- */

static KithdConfig *
load_for_service (gpointer data, GError **error)
{
  const Arguments *arguments = data;
  g_autofree char *own = arguments->config == NULL ? kithd_service_config_file () : NULL;
  g_autoptr (KithdConfig) config = load_config (arguments, own != NULL ? own : arguments->config, error);
  if (config == NULL || !kithd_service_configure (config, error) || !kithd_config_check (config, error))
    return NULL;
  return g_steal_pointer (&config);
}

static void
add_option (GStrvBuilder *options, const char *name, const char *value, gboolean is_path)
{
  g_autofree char *path = is_path && value != NULL ? g_canonicalize_filename (value, NULL) : NULL;
  if (value != NULL)
    g_strv_builder_add_many (options, name, path != NULL ? path : value, NULL);
}

static int
run_service (Arguments *arguments, char **words)
{
  g_autoptr (GStrvBuilder) options = g_strv_builder_new ();
  add_option (options, "--config", arguments->config, TRUE);
  add_option (options, "--data", arguments->data, TRUE);
  add_option (options, "--name", arguments->name, FALSE);
  for (char **address = arguments->listen; address != NULL && *address != NULL; address++)
    add_option (options, "--listen", *address, FALSE);
  g_auto (GStrv) given = g_strv_builder_end (options);
  return kithd_service_command (&(KithdService){ given, arguments, load_for_service, serve }, words);
}

/* ---- as a program ---- */

static int
run (Arguments *arguments, int argc, char **argv)
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
  if (argc > 1 && g_str_equal (argv[1], "service"))
    return run_service (arguments, argv + 2);
  g_autoptr (KithdConfig) config = load_config (arguments, arguments->config, &error);
  if (config == NULL)
    return fail (error);
  if ((argc == 1 || arguments->check_config) && !kithd_config_check (config, &error))
    return fail (error);
  if (arguments->check_config) {
    puts ("The configuration is right.");
    return 0;
  }
  if (argc == 1)
    return serve (config, &error) ? 0 : fail (error);
  kithd_log_configure (config->log_json, (GLogLevelFlags) config->log_level);
  return kith_net_start (&error) ? kithd_admin_run (config, argc - 1, argv + 1) : fail (error);
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
