/* account.c - join, login, logout, whoami, password, display. */
#include "output.h"
#include "terminal.h"

#include "proto/text.h"

#include <stdio.h>
#include <string.h>

#define OPTION(name, letter, type, field, argument, text)                   \
  {                                                                         \
    name, letter, type, G_STRUCT_OFFSET (CliOptions, field), argument, text \
  }

static const CliOption password_options[] = {
    OPTION ("password-stdin", 0, G_OPTION_ARG_NONE, password_stdin, NULL, "read the password from standard input"),
    CLI_OPTIONS_END,
};

static char *
device_name (void)
{
  g_autofree char *name = g_strdup_printf ("kith-cli on %s", g_get_host_name ());
  return g_strdup (kith_text_check_display (name, KITH_DEVICE_NAME_MAX, NULL) ? name : "kith-cli");
}

static char *
read_line (void)
{
  char line[KITH_PASSWORD_MAX + 3];
  if (fgets (line, sizeof line, stdin) == NULL)
    return NULL;
  line[strcspn (line, "\r\n")] = '\0';
  return g_strdup (line);
}

/* A password, typed without echo or a line of standard input. */
static char *
read_password (Cli *cli, const char *prompt, GError **error)
{
  char *password = cli->options.password_stdin ? read_line () : cli_terminal_read_secret (prompt);
  if (password == NULL)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "%s",
                 cli->options.password_stdin ? "No password came on standard input."
                                             : "There is no terminal to ask on. Use --password-stdin.");
  return password;
}

/* A new password, before anything is sent. */
static gboolean
check_password (const char *password, GError **error)
{
  gsize length = strlen (password);
  if (length >= KITH_PASSWORD_MIN && length <= KITH_PASSWORD_MAX)
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "A password has %d to %d bytes; this one has %" G_GSIZE_FORMAT ".",
               KITH_PASSWORD_MIN, KITH_PASSWORD_MAX, length);
  return FALSE;
}

/* NULL with error: the server took back who we are, which only a broken one does. */
static const KithPerson *
find_me (Cli *cli, GError **error)
{
  const KithPerson *me = kith_state_person (kith_client_known (cli->client), kith_client_me (cli->client));
  if (me == NULL)
    g_set_error (error, CLI_ERROR, CLI_ERROR_FAILED, "The server at %s does not say who you are.", cli->server);
  return me;
}

static gboolean
print_me (Cli *cli, GError **error)
{
  const KithPerson *me = find_me (cli, error);
  if (me == NULL)
    return FALSE;
  if (cli->options.json) {
    json_object *object = json_object_new_object ();
    kith_add_id (object, "id", 'u', me->id);
    kith_add_string (object, "handle", me->handle);
    kith_add_string (object, "display", me->display);
    kith_add_string (object, "role", me->role);
    kith_add_string (object, "server", cli->server);
    kith_add_string (object, "server_name", kith_client_server_name (cli->client));
    kith_add_string (object, "pin", kith_client_pin (cli->client));
    cli_print_json (object);
    return TRUE;
  }
  CliTable *table = cli_table_new (2);
  cli_table_add (table, g_strdup ("handle"), cli_clean (me->handle, "@"));
  cli_table_add (table, g_strdup ("name"), cli_clean (me->display, NULL));
  cli_table_add (table, g_strdup ("role"), cli_clean (me->role, NULL));
  cli_table_add (table, g_strdup ("server"), cli_clean (kith_client_server_name (cli->client), NULL));
  cli_table_add (table, g_strdup ("address"), g_strdup (cli->server));
  if (kith_client_pin (cli->client)[0] != '\0')
    cli_table_add (table, g_strdup ("pin"), g_strdup (kith_client_pin (cli->client)));
  cli_table_print (table);
  return TRUE;
}

static gboolean
whoami (Cli *cli, char **arguments, GError **error)
{
  return cli_sign_in (cli, error) && print_me (cli, error);
}

/* Connected and signed in by what was set; the server becomes the default. */
static gboolean
arrive (Cli *cli, GError **error)
{
  while (kith_client_state (cli->client) != KITH_CLIENT_READY)
    if (!cli_turn (cli, error))
      return FALSE;
  return cli_profile_set_server (cli->profile, cli->server, error) && print_me (cli, error);
}

static gboolean
join (Cli *cli, char **arguments, GError **error)
{
  g_autofree char *password = NULL, *device = device_name ();
  if (!kith_text_check_handle (arguments[0], error) || !cli_connect (cli, error))
    return FALSE;
  if (kith_client_state (cli->client) == KITH_CLIENT_READY) {
    const KithPerson *me = find_me (cli, error);
    if (me == NULL)
      return FALSE;
    g_set_error (error, CLI_ERROR, CLI_ERROR_FAILED,
                 "You are @%s on %s already. For another account, use another --profile, or kith-cli logout first.",
                 me->handle, cli->server);
    return FALSE;
  }
  if (cli->options.password_stdin &&
      ((password = read_password (cli, "", error)) == NULL || !check_password (password, error)))
    return FALSE;
  return kith_client_register (cli->client, arguments[0], NULL, device, password, error) && arrive (cli, error);
}

static gboolean
login (Cli *cli, char **arguments, GError **error)
{
  g_autofree char *device = device_name ();
  if (!cli_connect (cli, error))
    return FALSE;
  if (kith_client_state (cli->client) == KITH_CLIENT_READY)
    return arrive (cli, error);
  if (arguments[0] == NULL) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                 "Who are you? Usage: kith-cli login NAME (or kith-cli join NAME for a new account)");
    return FALSE;
  }
  g_autofree char *password = read_password (cli, "Password: ", error);
  if (password == NULL)
    return FALSE;
  kith_client_login (cli->client, arguments[0], password, device);
  return arrive (cli, error);
}

static gboolean
logout (Cli *cli, char **arguments, GError **error)
{
  if (!cli_sign_in (cli, error))
    return FALSE;
  json_object *request = kith_client_message ("logout", 0, FALSE);
  kith_add_boolean (request, "forget", TRUE);
  if (!cli_request (cli, request, KITH_REQUEST_PLAIN, NULL, error))
    return FALSE;
  kith_client_forget_account (cli->client);
  if (!cli->options.json)
    printf ("Signed out of %s\n", cli->server);
  return TRUE;
}

static gboolean
change_password (Cli *cli, char **arguments, GError **error)
{
  g_autofree char *old = NULL, *new = NULL, *again = NULL;
  if (!cli_sign_in (cli, error) || (old = read_password (cli, "Old password (empty: none): ", error)) == NULL ||
      (new = read_password (cli, "New password: ", error)) == NULL || !check_password (new, error))
    return FALSE;
  if (!cli->options.password_stdin && (again = read_password (cli, "New password again: ", error)) == NULL)
    return FALSE;
  if (again != NULL && !g_str_equal (new, again)) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "The new passwords differ; nothing was changed.");
    return FALSE;
  }
  json_object *request = kith_client_message ("password", 0, FALSE);
  kith_add_string (request, "old", old[0] != '\0' ? old : NULL);
  kith_add_string (request, "new", new);
  if (!cli_request (cli, request, KITH_REQUEST_PLAIN, NULL, error))
    return FALSE;
  if (!cli->options.json)
    puts ("The password is set.");
  return TRUE;
}

static gboolean
set_display (Cli *cli, char **arguments, GError **error)
{
  g_autofree char *display = g_strjoinv (" ", arguments);
  json_object *request, *answer = NULL;
  if (!kith_text_check_display (display, KITH_DISPLAY_MAX, error) || !cli_sign_in (cli, error))
    return FALSE;
  request = kith_client_message ("profile", 0, FALSE);
  kith_add_string (request, "display", display);
  if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
    return FALSE;
  kith_state_learn_person (kith_client_known (cli->client), kith_member_object (answer, "account"));
  json_object_put (answer);
  return print_me (cli, error);
}

const CliCommand cli_account_commands[] = {
    {"join", "NAME", "make an account on the server",
     "A name is enough: this profile keeps the key that signs in. A password (--password-stdin) is needed only to sign "
     "in from elsewhere.",
     1, 1, password_options, join},
    {"login", "[NAME]", "sign in to an account that exists, with its password", NULL, 0, 1, password_options, login},
    {"logout", "", "sign out and forget the key on this device",
     "Without a password (kith-cli password) there is no way back into the account but the administrator's.", 0, 0,
     NULL, logout},
    {"whoami", "", "show the account and the server", NULL, 0, 0, NULL, whoami},
    {"display", "NAME...", "set the name that people see beside your handle", NULL, 1, -1, NULL, set_display},
    {"password", "", "set or change the password",
     "With --password-stdin: the old one (an empty line where there is none) and the new one, a line each.", 0, 0,
     password_options, change_password},
    {0},
};
