/* help.c - help is printed from the tables that run the commands. */
#include "help.h"

#include "output.h"

#include <stdio.h>

#define GLOBAL(name, letter, type, field, argument, text)                   \
  {                                                                         \
    name, letter, type, G_STRUCT_OFFSET (CliOptions, field), argument, text \
  }

const CliOption cli_global_options[] = {
    GLOBAL ("profile", 0, G_OPTION_ARG_FILENAME, profile, "DIR", "where pins, tokens and the default server are kept"),
    GLOBAL ("server", 's', G_OPTION_ARG_STRING, server, "HOST[:PORT]|unix:PATH",
            "the server (default: that of the last join or login, or localhost)"),
    GLOBAL ("pin", 0, G_OPTION_ARG_STRING, pin, "HEX", "accept the server with this key only"),
    GLOBAL ("trust-first", 0, G_OPTION_ARG_NONE, trust_first, NULL, "accept an unknown server without a question"),
    GLOBAL ("json", 0, G_OPTION_ARG_NONE, json, NULL, "print one JSON object a line"),
    GLOBAL ("help", 'h', G_OPTION_ARG_NONE, help, NULL, "show help"),
    GLOBAL ("version", 0, G_OPTION_ARG_NONE, version, NULL, "show the version"),
    CLI_OPTIONS_END,
};

static const struct {
  const char *title;
  const CliCommand *commands;
} families[] = {
    {"Account", cli_account_commands},       {"Devices", cli_device_commands},
    {"Rooms and people", cli_room_commands}, {"Invitations", cli_invitation_commands},
    {"Presence", cli_people_commands},       {"Receipts", cli_receipt_commands},
    {"Messages", cli_message_commands},      {"Reading", cli_reading_commands},
    {"Searching", cli_search_commands},      {"Live", cli_follow_commands},
    {"Scripts and bots", cli_pipe_commands}, {"Servers", cli_find_commands},
    {"Trouble", cli_doctor_commands},
};

const CliCommand *
cli_find_command (const char *name, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    for (const CliCommand *command = families[i].commands; command->name != NULL; command++)
      if (g_str_equal (command->name, name))
        return command;
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "There is no command \"%s\". See: kith-cli help", name);
  return NULL;
}

static void
print_options (const CliOption *options)
{
  CliTable *table = cli_table_new (2);
  for (const CliOption *option = options; option->name != NULL; option++) {
    char letter[] = {'-', option->letter, ',', ' ', '\0'};
    cli_table_add (table,
                   g_strdup_printf ("  %s--%s%s%s", option->letter != 0 ? letter : "", option->name,
                                    option->argument != NULL ? " " : "",
                                    option->argument != NULL ? option->argument : ""),
                   g_strdup (option->help));
  }
  cli_table_print (table);
}

static void
print_overview (void)
{
  puts ("Usage: kith-cli [OPTION...] COMMAND [ARGUMENT...]\n\n"
        "TARGET is '#room' (in quotes, for most shells), @person, notes or broadcasts. SEQ is the number of a message.");
  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    CliTable *table = cli_table_new (2);
    printf ("\n%s\n", families[i].title);
    for (const CliCommand *command = families[i].commands; command->name != NULL; command++)
      cli_table_add (table, g_strdup_printf ("  %-9s %s", command->name, command->arguments), g_strdup (command->help));
    cli_table_print (table);
  }
  puts ("\nOptions");
  print_options (cli_global_options);
  puts ("\nMore on a command: kith-cli help COMMAND");
}

void
cli_help_command (const CliCommand *command)
{
  printf ("Usage: kith-cli [OPTION...] %s %s\n\n%c%s.\n", command->name, command->arguments,
          g_ascii_toupper (command->help[0]), command->help + 1);
  if (command->details != NULL)
    printf ("\n%s\n", command->details);
  if (command->options != NULL) {
    puts ("\nOptions of this command");
    print_options (command->options);
  }
  puts ("\nOptions of every command");
  print_options (cli_global_options);
}

gboolean
cli_help (const char *name, GError **error)
{
  if (name == NULL) {
    print_overview ();
    return TRUE;
  }
  const CliCommand *command = cli_find_command (name, error);
  if (command != NULL)
    cli_help_command (command);
  return command != NULL;
}
