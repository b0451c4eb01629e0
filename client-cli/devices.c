/* devices.c - the devices of the account: which there are, and signing one out. */
#include <stdio.h>

#include "output.h"
#include "proto/id.h"

static char *
format_day (gint64 at_ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (at_ms / 1000);
  return time != NULL ? g_date_time_format (time, "%Y-%m-%d") : g_strdup ("?");
}

static void
list_device (Cli *cli, CliTable *table, json_object *device)
{
  const char *id = kith_member_string (device, "id"), *name = kith_member_string (device, "name");
  gboolean this_one = kith_member_boolean (device, "this", FALSE);
  g_autofree char *created = format_day (kith_member_integer (device, "created", 0));
  g_autofree char *seen = format_day (kith_member_integer (device, "seen", 0));
  cli_table_add (table, cli_clean (id != NULL ? id : "?", NULL), cli_clean (name != NULL ? name : "?", NULL),
                 g_strdup_printf ("since %s", created), g_strdup_printf ("last seen %s", seen),
                 g_strdup (this_one                                           ? "this one"
                           : kith_member_boolean (device, "connected", FALSE) ? "connected"
                                                                              : ""));
}

static gboolean
devices (Cli *cli, char **arguments, GError **error)
{
  return cli_list (cli, "devices", 5, list_device, error);
}

static gboolean
revoke (Cli *cli, char **arguments, GError **error)
{
  gint64 id;
  if (!kith_id_parse (arguments[0], 'd', &id)) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "\"%s\" is no device. kith-cli devices lists them.", arguments[0]);
    return FALSE;
  }
  if (!cli_sign_in (cli, error))
    return FALSE;
  json_object *request = kith_client_message ("revoke", 0, FALSE);
  kith_add_id (request, "device", 'd', id);
  if (!cli_request (cli, request, KITH_REQUEST_PLAIN, NULL, error))
    return FALSE;
  if (!cli->options.json)
    printf ("Signed out %s\n", arguments[0]);
  return TRUE;
}

const CliCommand cli_device_commands[] = {
    {"devices", "", "list the devices that are signed in to your account", NULL, 0, 0, NULL, devices},
    {"revoke", "DEVICE", "sign a device out, at once", NULL, 1, 1, NULL, revoke},
    {0},
};
