/* reading.c - history, versions, mentions. */
#include "output.h"

#include <stdio.h>

#define OPTION(name, letter, type, field, argument, text)                   \
  {                                                                         \
    name, letter, type, G_STRUCT_OFFSET (CliOptions, field), argument, text \
  }
#define MESSAGES 20
#define MESSAGES_MAX 100000

static const CliOption history_options[] = {
    OPTION ("number", 'n', G_OPTION_ARG_INT, n, "N", "how many messages (default 20)"),
    OPTION ("before", 0, G_OPTION_ARG_INT64, before, "SEQ", "only what is older than this"),
    CLI_OPTIONS_END,
};

static const CliOption mentions_options[] = {
    OPTION ("number", 'n', G_OPTION_ARG_INT, n, "N", "how many (default 20)"),
    CLI_OPTIONS_END,
};

static gboolean
is_message (json_object *event)
{
  return g_strcmp0 (kith_member_string (event, "kind"), "message") == 0;
}

/* The messages show edits, reactions and pins already. */
static gboolean
is_shown (Cli *cli, json_object *event)
{
  return cli->options.json || is_message (event) || kith_member_integer (event, "target", 0) == 0;
}

static gboolean
check_number (Cli *cli, GError **error)
{
  if (cli->options.n == 0)
    cli->options.n = MESSAGES;
  if (cli->options.n > 0 && cli->options.n <= MESSAGES_MAX)
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "-n is from 1 to %d.", MESSAGES_MAX);
  return FALSE;
}

/* Takes one page from the back: the newest first into events (owned references), until there are enough messages. */
static void
take_page (json_object *page, GPtrArray *events, int *missing)
{
  for (gsize i = json_object_array_length (page); i > 0 && *missing > 0; i--) {
    json_object *event = json_object_array_get_idx (page, i - 1);
    *missing -= is_message (event);
    g_ptr_array_add (events, json_object_get (event));
  }
}

static void
unref_event (gpointer event)
{
  json_object_put (event);
}

/* Goes back page by page; events: the newest first. */
static gboolean
collect (Cli *cli, gint64 conversation, gint64 before, GPtrArray *events, GError **error)
{
  int missing = cli->options.n;
  gboolean more = TRUE;
  while (more && missing > 0) {
    json_object *request = kith_client_message ("fetch", conversation, FALSE), *answer = NULL, *page;
    if (before > 0)
      kith_add_integer (request, "before", before);
    kith_add_integer (request, "limit", CLAMP (missing, 50, KITH_PAGE_MAX));
    if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
      return FALSE;
    json_object_object_get_ex (answer, "events", &page);
    gint64 oldest =
        json_object_array_length (page) > 0 ? kith_member_integer (json_object_array_get_idx (page, 0), "seq", 0) : 0;
    take_page (page, events, &missing);
    more = kith_member_boolean (answer, "more", FALSE) && oldest > 1 && (before == 0 || oldest < before);
    before = oldest;
    json_object_put (answer);
  }
  return TRUE;
}

static gboolean
history (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func (unref_event);
  if (!check_number (cli, error) || !cli_sign_in (cli, error) || !cli_target_find (cli, arguments[0], &target, error) ||
      !collect (cli, target.conversation, cli->options.before, events, error))
    return FALSE;
  for (guint i = events->len; i > 0; i--)
    if (is_shown (cli, g_ptr_array_index (events, i - 1)))
      cli_print_event (cli, target.conversation, g_ptr_array_index (events, i - 1), FALSE);
  return TRUE;
}

static void
print_version (Cli *cli, json_object *version)
{
  json_object *body = kith_member_object (version, "body");
  const char *text = body != NULL ? kith_member_string (body, "text") : NULL;
  if (cli->options.json) {
    cli_print_json (json_object_get (version));
    return;
  }
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (kith_member_integer (version, "at", 0) / 1000);
  g_autofree char *when = time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : g_strdup ("?");
  g_autofree char *safe = cli_clean_lines (text != NULL ? text : "(deleted)", 4);
  printf ("%s%s%s  %s\n", cli_style (CLI_FAINT), when, cli_style (CLI_PLAIN), safe);
}

static gboolean
versions (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  gint64 seq;
  if (!cli_seq_parse (arguments[1], &seq, error) || !cli_sign_in (cli, error) ||
      !cli_target_find (cli, arguments[0], &target, error))
    return FALSE;
  json_object *request = kith_client_message ("versions", target.conversation, FALSE), *answer = NULL, *list;
  kith_add_integer (request, "target", seq);
  if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
    return FALSE;
  json_object_object_get_ex (answer, "versions", &list);
  for (gsize i = 0; i < json_object_array_length (list); i++)
    print_version (cli, json_object_array_get_idx (list, i));
  json_object_put (answer);
  return TRUE;
}

static gboolean
pins (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (unref_event);
  if (!cli_sign_in (cli, error) || !cli_target_find (cli, arguments[0], &target, error))
    return FALSE;
  gint64 before = 0;
  for (gboolean more = TRUE; more;) {
    json_object *request = kith_client_message ("pins", target.conversation, FALSE), *answer = NULL, *page;
    if (before > 0)
      kith_add_integer (request, "before", before);
    if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
      return FALSE;
    json_object_object_get_ex (answer, "events", &page);
    gsize n = json_object_array_length (page);
    for (gsize i = n; i > 0; i--)
      g_ptr_array_add (all, json_object_get (json_object_array_get_idx (page, i - 1)));
    gint64 oldest = n > 0 ? kith_member_integer (json_object_array_get_idx (page, 0), "seq", 0) : 0;
    more = kith_member_boolean (answer, "more", FALSE) && oldest > 1 && (before == 0 || oldest < before);
    before = oldest;
    json_object_put (answer);
  }
  for (guint i = all->len; i > 0; i--)
    cli_print_event (cli, target.conversation, g_ptr_array_index (all, i - 1), FALSE);
  return TRUE;
}

static gboolean
mentions (Cli *cli, char **arguments, GError **error)
{
  json_object *request = kith_client_message ("mentions", 0, FALSE), *answer = NULL, *events;
  if (!check_number (cli, error) || !cli_sign_in (cli, error)) {
    json_object_put (request);
    return FALSE;
  }
  kith_add_integer (request, "limit", MIN (cli->options.n, KITH_PAGE_MAX));
  if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
    return FALSE;
  json_object_object_get_ex (answer, "events", &events);
  for (gsize i = json_object_array_length (events); i > 0; i--) {
    json_object *event = json_object_array_get_idx (events, i - 1);
    cli_print_event (cli, kith_member_id (event, "conversation", 'c'), event, TRUE);
  }
  json_object_put (answer);
  return TRUE;
}

const CliCommand cli_reading_commands[] = {
    {"history", "TARGET", "show the latest messages",
     "Messages show as they are now; changes and reactions are no lines of their own, except with --json.", 1, 1,
     history_options, history},
    {"versions", "TARGET SEQ", "show what an edited message said before", NULL, 2, 2, NULL, versions},
    {"pins", "TARGET", "show the pinned messages", NULL, 1, 1, NULL, pins},
    {"mentions", "", "show the latest messages that mention you", NULL, 0, 0, mentions_options, mentions},
    {0},
};
