/* find.c - the servers on this network. */
#include "output.h"

#include "client/finder.h"

#include <stdio.h>

static const CliOption find_options[] = {
    {"port", 0, G_OPTION_ARG_INT, G_STRUCT_OFFSET (CliOptions, port), "PORT",
     "servers that listen on this port (default 5484)"},
    CLI_OPTIONS_END,
};

typedef struct {
  gboolean json;
  CliTable *table;
  guint count;
} Listing;

static void
on_found (const KithFoundServer *server, gpointer data)
{
  Listing *listing = data;
  char address[KITH_ADDRESS_TEXT];
  kith_address_format (&server->address, address);
  listing->count++;
  if (!listing->json) {
    cli_table_add (listing->table, cli_clean (server->found.name, NULL), g_strdup (address),
                   g_strdup_printf ("%" G_GINT64_FORMAT " %s", server->found.people,
                                    server->found.people == 1 ? "person" : "people"),
                   g_strdup (server->found.pin));
    return;
  }
  json_object *line = json_object_new_object ();
  kith_add_string (line, "name", server->found.name);
  kith_add_string (line, "address", address);
  kith_add_string (line, "pin", server->found.pin);
  kith_add_integer (line, "people", server->found.people);
  cli_print_json (line);
}

static gboolean
look (KithPoller *poller, KithFinder *finder, GError **error)
{
  g_autoptr (GArray) watches = g_array_new (FALSE, FALSE, sizeof (KithWatch)),
                     ready = g_array_new (FALSE, FALSE, sizeof (KithReady));
  gboolean good = TRUE;
  kith_finder_watches (finder, watches);
  for (guint i = 0; good && i < watches->len; i++)
    good = kith_poller_add (poller, g_array_index (watches, KithWatch, i).socket, KITH_PLACE_SELECT, KITH_POLL_READ, i,
                            error);
  while (good && kith_finder_step (finder, g_get_monotonic_time ()))
    good = kith_poller_wait (poller, MAX (kith_finder_due (finder) - g_get_monotonic_time (), 0), watches->len, ready,
                             error);
  for (guint i = 0; i < watches->len; i++)
    kith_poller_remove (poller, g_array_index (watches, KithWatch, i).socket);
  return good;
}

static gboolean
find (Cli *cli, char **arguments, GError **error)
{
  int port = cli->options.port != 0 ? cli->options.port : KITH_PORT;
  Listing listing = {.json = cli->options.json};
  if (port < 1 || port > G_MAXUINT16) {
    g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, "A port is a number from 1 to 65535.");
    return FALSE;
  }
  g_autoptr (KithPoller) poller = kith_net_start (error) ? kith_poller_new (KITH_POLLER_SELECT_ONLY, error) : NULL;
  g_autoptr (KithFinder) finder = poller != NULL ? kith_finder_new ((guint16) port, on_found, &listing, error) : NULL;
  if (finder == NULL)
    return FALSE;
  listing.table = cli_table_new (4);
  gboolean good = look (poller, finder, error);
  cli_table_print (listing.table);
  if (!good || listing.count > 0)
    return good;
  g_set_error_literal (
      error, CLI_ERROR, CLI_ERROR_FAILED,
      "No server answered. On another network, or with discovery = off, name it: kith-cli --server HOST join NAME");
  return FALSE;
}

const CliCommand cli_find_commands[] = {
    {"find", "", "look for servers on this network",
     "Asks everybody on each network of this computer, for a second. Compare the pin before you trust it.", 0, 0,
     find_options, find},
    {0},
};
