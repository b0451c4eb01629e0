/* pipe.c - each line of standard input a message, in order, exactly once: the outbox repeats what was not acknowledged
 * with its nonce. */
#include "line-reader.h"
#include "output.h"

#include <stdio.h>

#define OPTION(name, letter, type, field, argument, text)                   \
  {                                                                         \
    name, letter, type, G_STRUCT_OFFSET (CliOptions, field), argument, text \
  }
#define WINDOW_MAX 256
#define WAITING_MAX 512 /* lines that the outbox holds at a time */

static const CliOption pipe_options[] = {
    OPTION ("window", 0, G_OPTION_ARG_INT, window, "N",
            "how many may wait for the server's word (1 to 256, default 32)"),
    OPTION ("timeout", 0, G_OPTION_ARG_INT, timeout, "SECONDS",
            "give up when the server has been away so long (default: never)"),
    CLI_OPTIONS_END,
};

typedef struct {
  CliTarget target;
  CliLineReader *reader;
  GHashTable *numbers; /* key -> number of the line, both in pointers */
  guint64 sent, refused;
  gint64 first, last; /* seqs */
} Pipe;

static void
complain (Pipe *state, guint64 number, const char *what)
{
  state->refused++;
  fprintf (stderr, "kith-cli: line %" G_GUINT64_FORMAT ": %s\n", number, what);
}

static void
acknowledged (Cli *cli, Pipe *state, const KithOutboxEntry *entry, guint64 number)
{
  state->sent++;
  state->first = state->first != 0 ? state->first : entry->seq;
  state->last = entry->seq;
  if (!cli->options.json)
    return;
  json_object *object = json_object_new_object ();
  kith_add_integer (object, "line", (gint64) number);
  kith_add_integer (object, "seq", entry->seq);
  kith_add_integer (object, "at", entry->at);
  cli_print_json (object);
}

static void
on_entry (Cli *cli, const KithOutboxEntry *entry)
{
  Pipe *state = cli->listener_data;
  gpointer number;
  if (entry->state < KITH_ENTRY_ACKNOWLEDGED ||
      !g_hash_table_steal_extended (state->numbers, GSIZE_TO_POINTER (entry->key), NULL, &number))
    return;
  if (entry->state == KITH_ENTRY_ACKNOWLEDGED)
    acknowledged (cli, state, entry, GPOINTER_TO_SIZE (number));
  else
    complain (state, GPOINTER_TO_SIZE (number), entry->error->message);
}

static void
post_line (Cli *cli, Pipe *state, const CliLine *line)
{
  gsize max = (gsize) kith_client_text_max (cli->client);
  g_autoptr (GError) error = NULL;
  if (line->length == 0)
    return;
  if (line->length > max) {
    g_autofree char *words = g_strdup_printf (
        "%" G_GSIZE_FORMAT " bytes, and the server takes %" G_GSIZE_FORMAT "; not sent.", line->length, max);
    complain (state, line->number, words);
    return;
  }
  if (line->text == NULL || !g_utf8_validate (line->text, -1, NULL)) {
    complain (state, line->number, "not UTF-8 text; not sent.");
    return;
  }
  g_autoptr (GArray) mentions = cli_mentions (cli, line->text);
  KithDraft draft = {.text = line->text, .mentions = (gint64 *) (void *) mentions->data, .n_mentions = mentions->len};
  guint64 key = kith_client_post (cli->client, state->target.conversation, &draft, &error);
  if (key == 0)
    complain (state, line->number, error->message);
  else
    g_hash_table_insert (state->numbers, GSIZE_TO_POINTER (key), GSIZE_TO_POINTER (line->number));
}

static gboolean
is_finished (Cli *cli, Pipe *state)
{
  CliLine line;
  while (kith_outbox_count (kith_client_outbox (cli->client)) < WAITING_MAX &&
         cli_line_reader_take (state->reader, &line)) {
    post_line (cli, state, &line);
    g_free (line.text);
  }
  return kith_outbox_count (kith_client_outbox (cli->client)) == 0 && cli_line_reader_is_done (state->reader);
}

static gboolean
run_pipe (Cli *cli, Pipe *state, GError **error)
{
  static const CliListener listener = {.entry = on_entry};
  cli->listener = &listener;
  cli->listener_data = state;
  gboolean good = TRUE;
  while (good && !is_finished (cli, state))
    good = cli_turn (cli, error);
  cli->listener = NULL;
  fprintf (stderr, "kith-cli: %" G_GUINT64_FORMAT " lines sent to %s", state->sent, state->target.label);
  if (state->sent > 0)
    fprintf (stderr, " (%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ")", state->first, state->last);
  fprintf (stderr, ", %" G_GUINT64_FORMAT " refused, %u without an answer\n", state->refused,
           g_hash_table_size (state->numbers));
  if (good && state->refused > 0)
    g_set_error (error, CLI_ERROR, CLI_ERROR_REFUSED, "%" G_GUINT64_FORMAT " lines were not sent; see above.",
                 state->refused);
  return good && state->refused == 0;
}

static gboolean
check_options (Cli *cli, GError **error)
{
  if (cli->options.window < 0 || cli->options.window > WINDOW_MAX || cli->options.timeout < 0) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--window is from 1 to %d, --timeout from 1.", WINDOW_MAX);
    return FALSE;
  }
  cli->patience_us = cli->options.timeout > 0 ? cli->options.timeout * G_TIME_SPAN_SECOND : G_MAXINT64;
  return TRUE;
}

static gboolean
pipe_lines (Cli *cli, char **arguments, GError **error)
{
  Pipe state = {0};
  if (!check_options (cli, error) || !cli_sign_in (cli, error) ||
      !cli_target_find (cli, arguments[0], &state.target, error)) {
    cli_target_clear (&state.target);
    return FALSE;
  }
  state.numbers = g_hash_table_new (NULL, NULL);
  state.reader = cli_line_reader_start ((gsize) kith_client_text_max (cli->client), cli->wake, error);
  gboolean good = state.reader != NULL && run_pipe (cli, &state, error);
  g_hash_table_unref (state.numbers);
  cli_target_clear (&state.target);
  return good;
}

const CliCommand cli_pipe_commands[] = {
    {"pipe", "TARGET", "send each line of standard input as a message",
     "In order and exactly once, also when the server goes away and comes back. Empty lines are skipped. What was sent "
     "is summed up on standard error.",
     1, 1, pipe_options, pipe_lines},
    {0},
};
