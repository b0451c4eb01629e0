/* people.c - who is there, and what one shows oneself. */
#include "output.h"

#include "proto/id.h"

#include <stdio.h>

static const CliOption status_options[] = {
    {"until", 0, G_OPTION_ARG_STRING, G_STRUCT_OFFSET (CliOptions, until), "TIME",
     "back to online at 14:30, in 45m, 2h or 3d, or at 2026-12-24T18:00"},
    CLI_OPTIONS_END,
};

/* "away until 14:30"; to be freed. */
static char *
describe (KithPresenceState state, gint64 until)
{
  g_autofree char *when = until != 0 ? cli_format_time (until) : NULL;
  return g_strdup_printf ("%s%s%s", kith_presence_name (state), when != NULL ? " until " : "",
                          when != NULL ? when : "");
}

static json_object *
make_json (Cli *cli, gint64 account, const KithPresence *presence)
{
  const KithPerson *person = kith_state_person (kith_client_known (cli->client), account);
  json_object *object = json_object_new_object ();
  kith_add_id (object, "id", 'u', account);
  kith_add_string (object, "handle", person != NULL ? person->handle : NULL);
  kith_add_string (object, "display", person != NULL ? person->display : NULL);
  kith_add_string (object, "state", kith_presence_name (presence->state));
  kith_add_string (object, "text", presence->text);
  kith_add_integer (object, "until", presence->until);
  return object;
}

void
cli_print_presence (Cli *cli, const KithPresence *presence)
{
  if (cli->options.json) {
    json_object *line = json_object_new_object ();
    json_object_object_add (line, "presence", make_json (cli, presence->account, presence));
    cli_print_json (line);
    return;
  }
  g_autofree char *handle = cli_handle (cli, presence->account), *text = cli_clean (presence->text, NULL);
  g_autofree char *state = describe (presence->state, presence->until);
  g_autofree char *now = cli_format_time (g_get_real_time () / 1000);
  printf ("%s%s%s        * %s is %s%s%s\n", cli_style (CLI_FAINT), now, cli_style (CLI_PLAIN), handle, state,
          *text != '\0' ? ": " : "", text);
  fflush (stdout);
}

/* How somebody is; of ourselves what we chose, for others cannot see all of it. */
static KithPresence
presence_of (Cli *cli, gint64 account)
{
  return account == kith_client_me (cli->client) ? *kith_client_choice (cli->client)
                                                 : *kith_client_presence (cli->client, account);
}

/* Who is there first, then by name. */
static int
compare_people (gconstpointer a, gconstpointer b, gpointer data)
{
  const KithPerson *left = *(const KithPerson *const *) a, *right = *(const KithPerson *const *) b;
  gboolean left_gone = presence_of (data, left->id).state == KITH_PRESENCE_OFFLINE;
  gboolean right_gone = presence_of (data, right->id).state == KITH_PRESENCE_OFFLINE;
  return left_gone != right_gone ? left_gone - right_gone : g_utf8_collate (left->handle, right->handle);
}

static gboolean
who (Cli *cli, char **arguments, GError **error)
{
  if (!cli_sign_in (cli, error))
    return FALSE;
  g_autoptr (GPtrArray) people = kith_state_people (kith_client_known (cli->client));
  CliTable *table = cli_table_new (3);
  g_ptr_array_sort_with_data (people, compare_people, cli);
  for (guint i = 0; i < people->len; i++) {
    const KithPerson *person = people->pdata[i];
    KithPresence presence = presence_of (cli, person->id);
    if (cli->options.json)
      cli_print_json (make_json (cli, person->id, &presence));
    else
      cli_table_add (table, cli_clean (person->handle, "@"), describe (presence.state, presence.until),
                     cli_clean (presence.text, NULL));
  }
  cli_table_print (table);
  return TRUE;
}

/* 45m, 2h, 3d: after now. */
static gboolean
parse_span (const char *text, gint64 now_ms, gint64 *until_ms)
{
  static const struct {
    char unit;
    gint64 minutes;
  } units[] = {{'m', 1}, {'h', 60}, {'d', 24 * 60}};
  char *end;
  guint64 n = g_ascii_strtoull (text, &end, 10);
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (end > text && *end == units[i].unit && end[1] == '\0' && n >= 1 && n <= 10000) {
      *until_ms = now_ms + (gint64) n * units[i].minutes * 60 * 1000;
      return TRUE;
    }
  return FALSE;
}

/* 14:30: the next one. */
static gboolean
parse_clock (const char *text, gint64 now_ms, gint64 *until_ms)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 3);
  guint64 hour, minute;
  if (g_strv_length (parts) != 2 || !g_ascii_string_to_unsigned (parts[0], 10, 0, 23, &hour, NULL) ||
      !g_ascii_string_to_unsigned (parts[1], 10, 0, 59, &minute, NULL))
    return FALSE;
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_ms / 1000);
  g_autoptr (GDateTime) today = g_date_time_new_local (g_date_time_get_year (now), g_date_time_get_month (now),
                                                       g_date_time_get_day_of_month (now), (int) hour, (int) minute, 0);
  if (today == NULL)
    return FALSE;
  g_autoptr (GDateTime) tomorrow = g_date_time_add_days (today, 1);
  *until_ms = g_date_time_to_unix (g_date_time_compare (today, now) > 0 ? today : tomorrow) * 1000;
  return TRUE;
}

static gboolean
parse_date (const char *text, gint64 now_ms, gint64 *until_ms)
{
  g_autoptr (GTimeZone) here = g_time_zone_new_local ();
  g_autofree char *whole = g_strconcat (text, ":00", NULL);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, here);
  g_autoptr (GDateTime) minute = time == NULL ? g_date_time_new_from_iso8601 (whole, here) : NULL;
  if (time == NULL && minute == NULL)
    return FALSE;
  *until_ms = g_date_time_to_unix (time != NULL ? time : minute) * 1000;
  return *until_ms > now_ms;
}

static gboolean
parse_until (const char *text, gint64 *until_ms, GError **error)
{
  gint64 now_ms = g_get_real_time () / 1000;
  *until_ms = 0;
  if (text == NULL || parse_span (text, now_ms, until_ms) || parse_clock (text, now_ms, until_ms) ||
      parse_date (text, now_ms, until_ms))
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
               "“%s” is no time to come. Write 14:30, 45m, 2h, 3d or 2026-12-24T18:00.", text);
  return FALSE;
}

static gboolean
print_choice (Cli *cli, const KithPresence *choice)
{
  if (cli->options.json) {
    cli_print_json (make_json (cli, kith_client_me (cli->client), choice));
    return TRUE;
  }
  g_autofree char *state = describe (choice->state, choice->until), *text = cli_clean (choice->text, NULL);
  printf ("%s%s%s\n", state, *text != '\0' ? ": " : "", text);
  return TRUE;
}

static gboolean
choose (Cli *cli, const char *state, const char *text, gint64 until_ms, GError **error)
{
  KithPresence choice = {.text = text != NULL ? text : "", .until = until_ms};
  json_object *request = kith_client_message ("status", 0, FALSE);
  kith_presence_parse (state, &choice.state);
  kith_add_string (request, "state", state);
  kith_add_string (request, "text", choice.text);
  kith_add_integer (request, "until", until_ms);
  return cli_request (cli, request, KITH_REQUEST_KEEP, NULL, error) && print_choice (cli, &choice);
}

static gboolean
status (Cli *cli, char **arguments, GError **error)
{
  gint64 until_ms;
  const char *state = arguments[0];
  if (state != NULL && !g_strv_contains (kith_presence_choices, state)) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "“%s” is no state. There are online, away, dnd and invisible.",
                 state);
    return FALSE;
  }
  if (!parse_until (cli->options.until, &until_ms, error) || !cli_sign_in (cli, error))
    return FALSE;
  return state != NULL ? choose (cli, state, arguments[1], until_ms, error)
                       : print_choice (cli, kith_client_choice (cli->client));
}

const CliCommand cli_people_commands[] = {
    {"who", "", "show who is there", "Yourself as you chose to be seen; others as they are.", 0, 0, NULL, who},
    {"status", "[STATE] [TEXT]", "show or change how others see you",
     "STATE is online, away, dnd (do not disturb) or invisible (others see you offline). It holds for all your devices "
     "until you change it, or until --until.",
     0, 2, status_options, status},
    {0},
};
