/* search.c - looking for messages: one line each, in columns, the newest last as in a history; what fits stands out on
 * a terminal. */
#include "output.h"

#include "proto/fold.h"

#include <string.h>

#define OPTION(name, letter, type, field, argument, text)                   \
  {                                                                         \
    name, letter, type, G_STRUCT_OFFSET (CliOptions, field), argument, text \
  }
#define RESULTS 20
#define RESULTS_MAX 10000
#define EXCERPT 200 /* characters of a message around what fits */
#define LEAD 40     /* of them before it */

static const CliOption search_options[] = {
    OPTION ("in", 0, G_OPTION_ARG_STRING, in, "TARGET", "only in this room or conversation"),
    OPTION ("from", 0, G_OPTION_ARG_STRING, from, "PERSON", "only what this person wrote"),
    OPTION ("after", 0, G_OPTION_ARG_STRING, after, "DATE",
            "only from this day on: 2026-11-22, or with a time: 2026-11-22T15:00"),
    OPTION ("before", 0, G_OPTION_ARG_STRING, before_date, "DATE", "only what is older than this"),
    OPTION ("has", 0, G_OPTION_ARG_STRING, has, "link|mention|reply", "only messages with one"),
    OPTION ("number", 'n', G_OPTION_ARG_INT, n, "N", "how many messages (default 20)"),
    CLI_OPTIONS_END,
};

/* A day, or a moment, in local time unless it says otherwise; 0 with error. */
static gint64
parse_date (const char *text, GError **error)
{
  g_autoptr (GTimeZone) here = g_time_zone_new_local ();
  g_autofree char *midnight = strchr (text, 'T') == NULL ? g_strconcat (text, "T00:00:00", NULL) : NULL;
  g_autofree char *minute = g_strconcat (text, ":00", NULL);
  g_autoptr (GDateTime) date = g_date_time_new_from_iso8601 (midnight != NULL ? midnight : text, here);
  if (date == NULL)
    date = g_date_time_new_from_iso8601 (minute, here);
  gint64 at = date != NULL ? g_date_time_to_unix (date) * 1000 : 0;
  if (at <= 0)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "\"%s\" is no date. Write it like 2026-11-22 or 2026-11-22T15:00.",
                 text);
  return MAX (at, 0);
}

static gboolean
add_date (json_object *request, const char *member, const char *text, GError **error)
{
  gint64 at = text != NULL ? parse_date (text, error) : 0;
  if (text != NULL && at != 0)
    kith_add_integer (request, member, at);
  return text == NULL || at != 0;
}

static gboolean
add_from (Cli *cli, json_object *request, GError **error)
{
  const KithPerson *person = cli->options.from != NULL ? cli_person_find (cli, cli->options.from, error) : NULL;
  if (person != NULL)
    kith_add_id (request, "from", 'u', person->id);
  return person != NULL || cli->options.from == NULL;
}

/* NULL with error. */
static json_object *
make_request (Cli *cli, const char *text, GError **error)
{
  g_auto (CliTarget) target = {0};
  const CliOptions *options = &cli->options;
  if (options->in != NULL && !cli_target_find (cli, options->in, &target, error))
    return NULL;
  json_object *request = kith_client_message ("search", target.conversation, FALSE);
  kith_add_string (request, "text", text);
  kith_add_string (request, "has", options->has);
  if (add_date (request, "since", options->after, error) && add_date (request, "until", options->before_date, error) &&
      add_from (cli, request, error))
    return request;
  json_object_put (request);
  return NULL;
}

static void
unref_event (gpointer event)
{
  json_object_put (event);
}

/* One page into events, the newest first. before: where it goes on, 0 at the end. */
static gboolean
ask_page (Cli *cli, json_object *question, GPtrArray *events, gint64 *before, gboolean *pending, GError **error)
{
  json_object *request = NULL, *answer = NULL, *page;
  json_object_deep_copy (question, &request, NULL);
  if (*before > 0)
    kith_add_integer (request, "before", *before);
  kith_add_integer (request, "limit", MIN (cli->options.n - (gint64) events->len, KITH_PAGE_MAX));
  if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
    return FALSE;
  json_object_object_get_ex (answer, "events", &page);
  for (gsize i = 0; i < json_object_array_length (page); i++)
    g_ptr_array_add (events, json_object_get (json_object_array_get_idx (page, i)));
  gint64 next = kith_member_integer (answer, "next", 0);
  gboolean goes_on = kith_member_boolean (answer, "more", FALSE) && next > 0 && (*before == 0 || next < *before);
  *before = goes_on ? next : 0;
  *pending = *pending || kith_member_boolean (answer, "pending", FALSE);
  json_object_put (answer);
  return TRUE;
}

/* Marks in shown (NFC) the bytes that fit a word; *first: where the first of them is. */
static guint8 *
mark (const char *shown, const GPtrArray *words, gsize *first)
{
  gsize length = strlen (shown);
  guint8 *marked = g_malloc0 (length + 1);
  g_autoptr (GArray) origins = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autofree char *folded = kith_fold (shown, origins);
  *first = length;
  for (guint i = 0; i < words->len; i++) {
    const char *word = words->pdata[i], *hit = folded;
    while ((hit = strstr (hit, word)) != NULL) {
      gsize from = g_array_index (origins, gsize, hit - folded);
      hit += strlen (word);
      gsize to = MAX (g_array_index (origins, gsize, hit - folded), (gsize) (g_utf8_next_char (shown + from) - shown));
      memset (marked + from, 1, MIN (to, length) - from);
      *first = MIN (*first, from);
    }
  }
  return marked;
}

static char *
highlight (const char *text, const GPtrArray *words)
{
  gsize first;
  g_autofree char *clean = cli_clean (text, NULL);
  g_autofree char *shown = g_utf8_normalize (clean, -1, G_NORMALIZE_NFC);
  g_autofree guint8 *marked = mark (shown, words, &first);
  glong length = g_utf8_strlen (shown, -1), lead = g_utf8_pointer_to_offset (shown, shown + first);
  glong from = length > EXCERPT && lead < length ? CLAMP (lead - LEAD, 0, length - EXCERPT) : 0,
        to = MIN (from + EXCERPT, length);
  GString *line = g_string_new (from > 0 ? "…" : NULL);
  gboolean bold = FALSE;
  const char *p = g_utf8_offset_to_pointer (shown, from), *end = g_utf8_offset_to_pointer (shown, to);
  for (; p < end; p = g_utf8_next_char (p)) {
    if (marked[p - shown] != bold)
      g_string_append (line, cli_style (bold ? CLI_PLAIN : CLI_RED));
    bold = marked[p - shown];
    g_string_append_len (line, p, g_utf8_next_char (p) - p);
  }
  if (bold)
    g_string_append (line, cli_style (CLI_PLAIN));
  if (to < length)
    g_string_append (line, "…");
  return g_string_free (line, FALSE);
}

static void
add_row (Cli *cli, CliTable *table, json_object *event, const GPtrArray *words)
{
  json_object *body = kith_member_object (event, "body");
  const char *text = body != NULL ? kith_member_string (body, "text") : NULL;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (kith_member_integer (event, "at", 0) / 1000);
  g_autofree char *handle = cli_handle (cli, kith_member_id (event, "from", 'u'));
  cli_table_add (table, time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : g_strdup ("?"),
                 cli_label (cli, kith_member_id (event, "conversation", 'c')),
                 g_strdup_printf ("%" G_GINT64_FORMAT, kith_member_integer (event, "seq", 0)),
                 g_strconcat (handle, ":", NULL), highlight (text != NULL ? text : "", words));
}

static void
print_results (Cli *cli, const GPtrArray *events, const char *text)
{
  g_autoptr (GPtrArray) words = kith_fold_words (text);
  CliTable *table = cli_table_new (5);
  for (guint i = events->len; i > 0; i--)
    if (cli->options.json)
      cli_print_event (cli, kith_member_id (events->pdata[i - 1], "conversation", 'c'), events->pdata[i - 1], TRUE);
    else
      add_row (cli, table, events->pdata[i - 1], words);
  cli_table_print (table);
}

static gboolean
search (Cli *cli, char **arguments, GError **error)
{
  gint64 before = 0;
  gboolean pending = FALSE;
  g_autofree char *text = g_strjoinv (" ", arguments);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func (unref_event);
  cli->options.n = cli->options.n == 0 ? RESULTS : cli->options.n;
  if (cli->options.n < 0 || cli->options.n > RESULTS_MAX) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "-n is from 1 to %d.", RESULTS_MAX);
    return FALSE;
  }
  json_object *question = cli_sign_in (cli, error) ? make_request (cli, text, error) : NULL;
  gboolean done = question != NULL;
  do
    done = done && ask_page (cli, question, events, &before, &pending, error);
  while (done && before != 0 && events->len < (guint) cli->options.n);
  json_object_put (question);
  if (!done)
    return FALSE;
  print_results (cli, events, text);
  if (pending)
    g_printerr ("kith-cli: the server is still making its index; older messages may be missing\n");
  return TRUE;
}

const CliCommand cli_search_commands[] = {
    {"search", "TEXT...", "look for messages",
     "Finds the messages that have all the words, or parts of words, in any order. Neither case nor accents matter.\n"
     "The newest come last.",
     1, -1, search_options, search},
    {0},
};
