/* app-command-line.c - the same words mean the same whether an instance runs already or not: it gets them
 * (widgets/instance.h). A profile has an id of its own, so that each is one instance. */
#include "widgets/app-private.h"
#include "widgets/notifications.h"

#include "widgets/instance.h"

#include <glib/gi18n.h>
#include <stdio.h>

void
kith_app_add_options (KithApp *app)
{
  const GOptionEntry entries[] = {
      {"profile", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Keep everything in DIR: another person, or another life"),
       N_("DIR")},
      {"server", 's', 0, G_OPTION_ARG_STRING, NULL, N_("Show the server at ADDRESS, or sign in there"), N_("ADDRESS")},
      {"minimized", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Start without a window in front"), NULL},
      {"quit", 'q', 0, G_OPTION_ARG_NONE, NULL, N_("End the instance that runs"), NULL},
      {"version", 'v', 0, G_OPTION_ARG_NONE, NULL, N_("Print the version"), NULL},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, N_("[kith://INVITATION]")},
      {NULL},
  };
  GApplication *application = G_APPLICATION (app);
  g_application_add_main_option_entries (application, entries);
  g_application_set_option_context_summary (application,
                                            _("Kith: instant messaging for the people on one network."));
}

static void
take_profile (KithApp *app, const char *directory)
{
  app->directory = g_canonicalize_filename (directory, NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, app->directory, -1);
  g_autofree char *id = g_strdup_printf (KITH_APP_ID ".p%.16s", hash);
  g_application_set_application_id (G_APPLICATION (app), id);
  /* GNOME's own way shows nothing of an id without a desktop entry; the other one asks for none. */
  g_setenv (KITH_NOTIFICATION_BACKEND, "freedesktop", FALSE);
}

int
kith_app_on_local_options (GApplication *application, GVariantDict *options)
{
  g_autofree char *directory = NULL;
  if (g_variant_dict_contains (options, "version")) {
    puts ("kith " KITH_VERSION);
    return 0;
  }
  if (g_variant_dict_lookup (options, "profile", "^ay", &directory))
    take_profile (KITH_APP (application), directory);
  if (g_variant_dict_contains (options, "quit") && kith_instance_is_first (application))
    return 0; /* it starts nothing */
  return kith_instance_hand_over (application, options) ? 0 : -1;
}

static void
open_links (KithApp *app, const char *const *links)
{
  for (guint i = 0; links[i] != NULL; i++)
    kith_app_sign_in (app, links[i]);
}

void
kith_app_on_options (GApplication *application, GVariantDict *options)
{
  KithApp *app = KITH_APP (application);
  const char *server = NULL;
  g_autofree const char **links = NULL;
  if (app->profile == NULL)
    return; /* and somebody is told why */
  if (g_variant_dict_contains (options, "quit"))
    kith_app_quit (app);
  else if (g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&s", &links))
    open_links (app, links);
  else if (g_variant_dict_lookup (options, "server", "&s", &server))
    kith_app_sign_in (app, server);
  else if (g_variant_dict_contains (options, "minimized"))
    kith_app_start_minimized (app);
  else
    kith_app_present (app);
}
