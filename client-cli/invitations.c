/* invitations.c - links that let new people in: made, listed, revoked. They are used by kith-cli join. */
#include <stdio.h>

#include "client/invitation.h"
#include "client/reachable.h"
#include "output.h"
#include "proto/id.h"

#define OPTION(name, letter, type, field, argument, text)                   \
  {                                                                         \
    name, letter, type, G_STRUCT_OFFSET (CliOptions, field), argument, text \
  }

static const CliOption link_options[] = {
    OPTION ("uses", 0, G_OPTION_ARG_INT, uses, "N", "how many people may use it (default: 1)"),
    OPTION ("for", 0, G_OPTION_ARG_STRING, lifetime, "TIME", "how long it is good: 2h, 7d (default: 7d)"),
    CLI_OPTIONS_END,
};

/* The link names the server as we do. */
static void
warn_of_loopback (const char *server)
{
  g_autofree char *address = kith_reachable_address (server);
  if (!g_str_equal (address, server))
    fprintf (stderr, "It is good on this computer only: %s is the computer itself. For others: kith-cli --server %s invite-link\n",
             server, address);
}

static char *
print_link (Cli *cli, const char *code, json_object *answer)
{
  KithInvitation invitation = {cli->server, (char *) kith_client_pin (cli->client), (char *) code};
  gint64 expires = kith_member_integer (answer, "expires", 0);
  char *link = kith_invitation_format (&invitation);
  if (cli->options.json) {
    json_object *object = json_object_new_object ();
    kith_add_integer (object, "invitation", kith_member_integer (answer, "invitation", 0));
    kith_add_string (object, "link", link);
    kith_add_integer (object, "expires", expires);
    cli_print_json (object);
    return link;
  }
  g_autofree char *time = cli_format_time (expires);
  printf ("%s\nGood until %s. To use it: kith-cli join LINK NAME\n", link, time);
  warn_of_loopback (cli->server);
  return link;
}

static gboolean
invite_link (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) room = {0};
  gint64 seconds = 0;
  if ((cli->options.lifetime != NULL && !cli_duration_parse (cli->options.lifetime, &seconds, error)) ||
      !cli_sign_in (cli, error) || (arguments[0] != NULL && !cli_room_find (cli, arguments[0], &room, error)))
    return FALSE;
  if (g_str_has_prefix (cli->server, "unix:")) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                 "Others cannot reach %s. Name the server as they do: kith-cli --server HOST invite-link", cli->server);
    return FALSE;
  }
  json_object *request = kith_client_message ("invitation_create", room.conversation, TRUE), *answer = NULL;
  json_object *random = kith_client_message ("", 0, TRUE);
  g_autofree char *code = g_strdup (kith_member_string (random, "nonce")); /* 16 random bytes */
  json_object_put (random);
  kith_add_string (request, "code", code);
  if (cli->options.uses != 0)
    kith_add_integer (request, "uses", cli->options.uses);
  if (seconds != 0)
    kith_add_integer (request, "seconds", seconds);
  if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
    return FALSE;
  g_free (print_link (cli, code, answer));
  json_object_put (answer);
  return TRUE;
}

static void
list_invitation (Cli *cli, CliTable *table, json_object *invitation)
{
  gint64 room = kith_member_id (invitation, "conversation", 'c'), by = kith_member_id (invitation, "by", 'u');
  g_autofree char *until = cli_format_time (kith_member_integer (invitation, "expires", 0));
  g_autofree char *handle = by != 0 ? cli_handle (cli, by) : NULL;
  cli_table_add (table, g_strdup_printf ("%" G_GINT64_FORMAT, kith_member_integer (invitation, "invitation", 0)),
                 room != 0 ? cli_label (cli, room) : g_strdup ("the server"),
                 g_strdup_printf ("used %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT,
                                  kith_member_integer (invitation, "used", 0),
                                  kith_member_integer (invitation, "uses", 0)),
                 g_strdup_printf ("until %s", until),
                 handle != NULL ? cli_clean (handle, "by @") : g_strdup ("by the administrator"));
}

static gboolean
invite_links (Cli *cli, char **arguments, GError **error)
{
  return cli_list (cli, "invitations", 5, list_invitation, error);
}

static gboolean
revoke_link (Cli *cli, char **arguments, GError **error)
{
  guint64 id;
  if (!g_ascii_string_to_unsigned (arguments[0], 10, 1, KITH_INTEGER_MAX, &id, NULL)) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "\"%s\" is no invitation. kith-cli invite-links lists them.",
                 arguments[0]);
    return FALSE;
  }
  if (!cli_sign_in (cli, error))
    return FALSE;
  json_object *request = kith_client_message ("invitation_revoke", 0, FALSE);
  kith_add_integer (request, "invitation", (gint64) id);
  if (!cli_request (cli, request, KITH_REQUEST_PLAIN, NULL, error))
    return FALSE;
  if (!cli->options.json)
    printf ("Revoked invitation %s\n", arguments[0]);
  return TRUE;
}

const CliCommand cli_invitation_commands[] = {
    {"invite-link", "[ROOM]", "make a link by which new people come in, and into a room",
     "Whoever has the link can use it: send it to the right people only. It holds the key of the server, so that who "
     "joins by it "
     "need not trust blindly, and the address that this profile uses: name the server as others reach it (--server).",
     0, 1, link_options, invite_link},
    {"invite-links", "", "list the invitations that are open", NULL, 0, 0, NULL, invite_links},
    {"revoke-link", "NUMBER", "make an invitation void", NULL, 1, 1, NULL, revoke_link},
    {0},
};
