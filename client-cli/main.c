/* main.c - the command line: global options, the command's row, its options, and how it ends. */
#include "help.h"
#include "terminal.h"

#include <stdio.h>
#include <string.h>

/* The GOption entries for rows, pointing into options. */
static void
add_entries (GArray *entries, const CliOption *rows, CliOptions *options)
{
  for (const CliOption *row = rows; row != NULL && row->name != NULL; row++) {
    GOptionEntry entry = {.long_name = row->name,
                          .short_name = row->letter,
                          .arg = row->type,
                          .arg_data = (char *) options + row->offset,
                          .description = row->help,
                          .arg_description = row->argument};
    g_array_append_val (entries, entry);
  }
}

static gboolean
parse (const CliCommand *command, char ***arguments, CliOptions *options, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GArray) entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  add_entries (entries, cli_global_options, options);
  if (command != NULL)
    add_entries (entries, command->options, options);
  g_option_context_add_main_entries (context, (GOptionEntry *) (void *) entries->data, NULL);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_strict_posix (context, command == NULL); /* global options end where the command begins */
  g_autoptr (GError) fault = NULL;
  if (g_option_context_parse_strv (context, arguments, &fault))
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "%s. See: kith-cli help %s", fault->message,
               command != NULL ? command->name : "");
  return FALSE;
}

/* "--" ends the options; what follows it are arguments, and it is none. */
static void
drop_dashes (char **arguments)
{
  while (*arguments != NULL && !g_str_equal (*arguments, "--"))
    arguments++;
  if (*arguments == NULL)
    return;
  g_free (*arguments);
  for (; *arguments != NULL; arguments++)
    arguments[0] = arguments[1];
}

static gboolean
check_count (const CliCommand *command, char **arguments, GError **error)
{
  int n = (int) g_strv_length (arguments);
  if (n >= command->min && (command->max < 0 || n <= command->max))
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "%s. Usage: kith-cli %s %s",
               n < command->min ? "Something is missing" : "That is too much", command->name, command->arguments);
  return FALSE;
}

static gboolean
run_command (Cli *cli, const CliCommand *command, char ***line, GError **error)
{
  if (!parse (command, line, &cli->options, error))
    return FALSE;
  if (cli->options.help) {
    cli_help_command (command);
    return TRUE;
  }
  char **arguments = *line + 1;
  drop_dashes (arguments);
  return check_count (command, arguments, error) && command->run (cli, arguments, error);
}

/* Takes the words of the global part from the line, so that it begins with the command; which is told. */
static gboolean
run (Cli *cli, char ***line, const CliCommand **command, GError **error)
{
  if (!parse (NULL, line, &cli->options, error))
    return FALSE;
  if (cli->options.version) {
    puts ("kith-cli " KITH_VERSION);
    return TRUE;
  }
  const char *name = (*line)[0] != NULL ? (*line)[1] : NULL;
  if (name == NULL && !cli->options.help) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "A command is missing. See: kith-cli help");
    return FALSE;
  }
  if (name == NULL || g_str_equal (name, "help"))
    return cli_help (name != NULL ? (*line)[2] : NULL, error);
  *command = cli_find_command (name, error);
  if (*command == NULL)
    return FALSE;
  g_free ((*line)[0]);
  for (char **word = *line; *word != NULL; word++)
    word[0] = word[1];
  return run_command (cli, *command, line, error);
}

/* What the server's sentence cannot know: how kith-cli is used. */
static const struct {
  KithError code;
  const char *argument; /* that the command takes; "": any command */
  const char *hint;
} hints[] = {
    {KITH_ERROR_NOT_MEMBER, "", " A room is entered with: kith-cli enter ROOM"},
    {KITH_ERROR_NAME_TAKEN, "", " A room is entered with: kith-cli enter ROOM"},
    {KITH_ERROR_HANDLE_TAKEN, "", " If it is yours, sign in with: kith-cli login NAME"},
    {KITH_ERROR_NOT_FOUND, "SEQ", " kith-cli history shows the numbers of messages."},
    {KITH_ERROR_NOT_FOUND, "ROOM", " kith-cli rooms shows the rooms."},
};

static const char *
hint_for (const CliCommand *command, const GError *error)
{
  for (guint i = 0; command != NULL && i < G_N_ELEMENTS (hints); i++)
    if (g_error_matches (error, KITH_ERROR, (int) hints[i].code) && strstr (command->arguments, hints[i].argument) != NULL)
      return hints[i].hint;
  return "";
}

int
main (int argc, char **argv)
{
  Cli cli = {0};
  const CliCommand *command = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) line = cli_terminal_start (argv);
  if (!run (&cli, &line, &command, &error))
    fprintf (stderr, "kith-cli: %s%s\n", error->message, hint_for (command, error));
  cli_clear (&cli);
  return cli_exit_code (error);
}
