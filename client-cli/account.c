/* account.c - join, login, link, logout, whoami, password, display, delete-account. */
#include "client/fingerprint.h"
#include "client/invitation.h"
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
  char *password = cli->options.password_stdin ? read_line () : kith_terminal_read_secret (prompt);
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
  g_autoptr (KithFingerprint) fingerprint = kith_fingerprint_new (kith_client_pin (cli->client));
  g_autofree char *words = fingerprint != NULL ? kith_fingerprint_words (fingerprint) : g_strdup ("");
  if (cli->options.json) {
    json_object *object = json_object_new_object ();
    kith_add_id (object, "id", 'u', me->id);
    kith_add_string (object, "handle", me->handle);
    kith_add_string (object, "display", me->display);
    kith_add_string (object, "role", me->role);
    kith_add_string (object, "server", cli->server);
    kith_add_string (object, "server_name", kith_client_server_name (cli->client));
    kith_add_string (object, "pin", kith_client_pin (cli->client));
    kith_add_string (object, "words", words);
    cli_print_json (object);
    return TRUE;
  }
  CliTable *table = cli_table_new (2);
  cli_table_add (table, g_strdup ("handle"), cli_clean (me->handle, "@"));
  cli_table_add (table, g_strdup ("name"), cli_clean (me->display, NULL));
  cli_table_add (table, g_strdup ("role"), cli_clean (me->role, NULL));
  cli_table_add (table, g_strdup ("server"), cli_clean (kith_client_server_name (cli->client), NULL));
  cli_table_add (table, g_strdup ("address"), g_strdup (cli->server));
  if (kith_client_pin (cli->client)[0] != '\0') {
    cli_table_add (table, g_strdup ("pin"), g_strdup (kith_client_pin (cli->client)));
    cli_table_add (table, g_strdup ("words"), g_strdup (words));
  }
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

/* A link names the server, its key and the invitation. */
gboolean
cli_follow_link (Cli *cli, const char *link, KithInvitation *invitation, GError **error)
{
  if (!kith_invitation_parse (link, invitation, error))
    return FALSE;
  g_free (cli->options.server);
  cli->options.server = g_strdup (invitation->server);
  if (invitation->pin != NULL) {
    g_free (cli->options.pin);
    cli->options.pin = g_strdup (invitation->pin);
  }
  return TRUE;
}

static gboolean
join (Cli *cli, char **arguments, GError **error)
{
  g_autofree char *password = NULL, *device = device_name ();
  g_auto (KithInvitation) invitation = {0};
  gboolean by_link = kith_invitation_is (arguments[0]);
  const char *handle = arguments[by_link ? 1 : 0];
  if (by_link != (arguments[1] != NULL)) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                 "Usage: kith-cli join NAME, or with a link: kith-cli join kith://... NAME");
    return FALSE;
  }
  if (!kith_text_check_handle (handle, error) ||
      (by_link && !cli_follow_link (cli, arguments[0], &invitation, error)) || !cli_connect (cli, error))
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
  if (invitation.code != NULL)
    kith_client_use_invitation (cli->client, invitation.code);
  return kith_client_register (cli->client, handle, NULL, device, password, error) && arrive (cli, error);
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

/* A code for another device. */
static gboolean
print_code (Cli *cli, GError **error)
{
  json_object *answer = NULL;
  if (!cli_sign_in (cli, error) ||
      !cli_request (cli, kith_client_message ("link_start", 0, FALSE), KITH_REQUEST_PLAIN, &answer, error))
    return FALSE;
  const char *code = kith_member_string (answer, "code");
  if (cli->options.json) {
    json_object *object = json_object_new_object ();
    kith_add_string (object, "code", code);
    kith_add_integer (object, "expires", kith_member_integer (answer, "expires", 0));
    cli_print_json (object);
  } else {
    g_autofree char *safe = cli_clean (code, NULL);
    printf ("%s\nGood for 10 minutes and one device. There: kith-cli --server %s link %s\n", safe, cli->server, safe);
  }
  json_object_put (answer);
  return TRUE;
}

static gboolean
link_device (Cli *cli, char **arguments, GError **error)
{
  g_autofree char *device = device_name ();
  if (arguments[0] == NULL)
    return print_code (cli, error);
  if (!cli_connect (cli, error))
    return FALSE;
  if (kith_client_state (cli->client) == KITH_CLIENT_READY) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_FAILED,
                 "This profile is signed in already. Use another --profile, or kith-cli logout first.");
    return FALSE;
  }
  kith_client_link (cli->client, arguments[0], device);
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
ask_delete (Cli *cli, const char *handle, const char *password, GError **error)
{
  json_object *request = kith_client_message ("delete_account", 0, FALSE);
  kith_add_string (request, "handle", handle);
  kith_add_string (request, "password", password);
  return cli_request (cli, request, KITH_REQUEST_PLAIN, NULL, error);
}

/* The password is asked for where the server wants one. */
static gboolean
delete_account (Cli *cli, char **arguments, GError **error)
{
  g_autoptr (GError) refusal = NULL;
  g_autofree char *password = NULL;
  const char *handle = arguments[0][0] == '@' ? arguments[0] + 1 : arguments[0];
  if (!cli_sign_in (cli, error) || (cli->options.password_stdin && (password = read_password (cli, "", error)) == NULL))
    return FALSE;
  gboolean done = ask_delete (cli, handle, password, &refusal);
  if (!done && password == NULL && g_error_matches (refusal, KITH_ERROR, KITH_ERROR_BAD_CREDENTIALS)) {
    password = read_password (cli, "Password: ", error);
    if (password == NULL)
      return FALSE;
    g_clear_error (&refusal);
    done = ask_delete (cli, handle, password, &refusal);
  }
  if (done)
    kith_client_forget_account (cli->client);
  else
    g_propagate_error (error, g_steal_pointer (&refusal));
  return done;
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
    {"join", "[LINK] NAME", "make an account on the server, with or without an invitation",
     "A name is enough: this profile keeps the key that signs in. A password (--password-stdin) is needed only to sign "
     "in from elsewhere.",
     1, 2, password_options, join},
    {"login", "[NAME]", "sign in to an account that exists, with its password", NULL, 0, 1, password_options, login},
    {"link", "[CODE]", "show a code for another device; there, sign in with it",
     "On a device that is signed in: kith-cli link. On the new one: kith-cli --server HOST link CODE. Who has no "
     "device "
     "left asks the administrator (kithd user link NAME).",
     0, 1, NULL, link_device},
    {"logout", "", "sign out and forget the key on this device",
     "Without a password (kith-cli password) there is no way back into the account but the administrator's.", 0, 0,
     NULL, logout},
    {"whoami", "", "show the account and the server", NULL, 0, 0, NULL, whoami},
    {"display", "NAME...", "set the name that people see beside your handle", NULL, 1, -1, NULL, set_display},
    {"password", "", "set or change the password",
     "With --password-stdin: the old one (an empty line where there is none) and the new one, a line each.", 0, 0,
     password_options, change_password},
    {"delete-account", "NAME", "delete your account; NAME is yours, as a confirmation",
     "You leave every room and conversation, every device is signed out, your notes are emptied. What you wrote to "
     "others stays, by a deleted account. Nobody gets your name again. There is no way back.",
     1, 1, password_options, delete_account},
    {0},
};
