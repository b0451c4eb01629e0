/* event-output.c - one event on one line (and more, when its text has more). */
#include "output.h"

#include "proto/id.h"

#include <stdio.h>
#include <string.h>

/* What is no message, in words: % stands for the person, the number of the message or the text that it is about. */
static const struct {
  const char *kind, *words;
  const char *text; /* the member of the body that ends the line, or NULL */
} phrases[] = {
    {"edit", "changed message %: ", "text"},
    {"delete", "deleted message %", NULL},
    {"react", "reacted to message % with ", "emoji"},
    {"unreact", "took a reaction to message % back: ", "emoji"},
    {"pin", "pinned message %", NULL},
    {"unpin", "unpinned message %", NULL},
    {"topic", "set the topic: ", "topic"},
    {"rename", "named the room ", "name"},
    {"join", "joined", NULL},
    {"leave", "left", NULL},
    {"invite", "invited %", NULL},
    {"kick", "removed %: ", "reason"},
    {"ban", "banned %: ", "reason"},
    {"unban", "lifted the ban of %", NULL},
    {"mute", "muted %: ", "reason"},
    {"unmute", "unmuted %", NULL},
    {"role", "changed the role of % to ", "role"},
    {"retention", "set for how many days messages are kept: ", "days"},
};

/* "bob", "bob until 16:10", "12". */
static char *
subject_of (Cli *cli, json_object *event)
{
  gint64 account = kith_member_id (event, "account", 'u');
  json_object *body = kith_member_object (event, "body");
  gint64 until = body != NULL ? kith_member_integer (body, "until", 0) : 0;
  if (until != 0) {
    g_autofree char *handle = cli_handle (cli, account), *time = cli_format_time (until);
    return g_strdup_printf ("%s until %s", handle, time);
  }
  return account != 0 ? cli_handle (cli, account)
                      : g_strdup_printf ("%" G_GINT64_FORMAT, kith_member_integer (event, "target", 0));
}

static char *
phrase (Cli *cli, json_object *event, guint indent)
{
  const char *kind = kith_member_string (event, "kind"), *text = NULL;
  json_object *body = kith_member_object (event, "body");
  guint i = 0;
  while (i < G_N_ELEMENTS (phrases) && g_strcmp0 (phrases[i].kind, kind) != 0)
    i++;
  if (i == G_N_ELEMENTS (phrases))
    return cli_clean (kind != NULL ? kind : "", NULL);
  if (body != NULL && phrases[i].text != NULL)
    text = kith_member_string (body, phrases[i].text);
  g_autofree char *number =
      text == NULL && body != NULL && phrases[i].text != NULL && kith_member_has (body, phrases[i].text)
          ? g_strdup_printf ("%" G_GINT64_FORMAT, kith_member_integer (body, phrases[i].text, 0))
          : NULL;
  g_autofree char *subject = subject_of (cli, event), *safe = cli_clean_lines (text != NULL     ? text
                                                                               : number != NULL ? number
                                                                                                : "",
                                                                               indent);
  g_auto (GStrv) words = g_strsplit (phrases[i].words, "%", 2);
  char *line = g_strconcat (words[0], words[1] != NULL ? subject : "", words[1] != NULL ? words[1] : "", safe, NULL);
  for (gsize end = strlen (line); safe[0] == '\0' && end > 0 && strchr (": ", line[end - 1]) != NULL; end--)
    line[end - 1] = '\0';
  return line;
}

static void
append_reactions (GString *line, json_object *event)
{
  json_object *reactions;
  if (!json_object_object_get_ex (event, "reactions", &reactions) || !json_object_is_type (reactions, json_type_array))
    return;
  for (gsize i = 0; i < json_object_array_length (reactions); i++) {
    json_object *reaction = json_object_array_get_idx (reactions, i);
    const char *emoji = kith_member_string (reaction, "emoji");
    g_autofree char *safe = cli_clean (emoji != NULL ? emoji : "?", NULL);
    g_string_append_printf (line, " %s%" G_GINT64_FORMAT, safe, kith_member_integer (reaction, "count", 0));
  }
}

static char *
message_text (json_object *event, guint indent)
{
  json_object *body = kith_member_object (event, "body");
  const char *text = body != NULL ? kith_member_string (body, "text") : NULL;
  gint64 reply_to = body != NULL ? kith_member_integer (body, "reply_to", 0) : 0;
  gboolean deleted = kith_member_boolean (event, "deleted", FALSE);
  g_autofree char *safe = cli_clean_lines (deleted || text == NULL ? "(deleted)" : text, indent);
  GString *line = g_string_new (NULL);
  if (body != NULL && kith_member_boolean (body, "urgent", FALSE) && !deleted)
    g_string_append_printf (line, "%sURGENT%s ", cli_style (CLI_RED), cli_style (CLI_PLAIN));
  if (reply_to != 0)
    g_string_append_printf (line, "%s(to %" G_GINT64_FORMAT ")%s ", cli_style (CLI_FAINT), reply_to,
                            cli_style (CLI_PLAIN));
  g_string_append (line, safe);
  g_string_append (line, cli_style (CLI_FAINT));
  g_string_append (line, kith_member_has (event, "edited") ? " (edited)" : "");
  g_string_append (line, kith_member_boolean (event, "pinned", FALSE) ? " (pinned)" : "");
  append_reactions (line, event);
  g_string_append (line, cli_style (CLI_PLAIN));
  return g_string_free (line, FALSE);
}

char *
cli_format_time (gint64 at_ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (at_ms / 1000);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  if (time == NULL)
    return g_strdup ("?");
  return g_date_time_format (time,
                             g_date_time_get_year (time) == g_date_time_get_year (now) ? "%m-%d %H:%M" : "%Y-%m-%d ");
}

static void
print_json (Cli *cli, gint64 conversation, json_object *event)
{
  json_object *object = NULL;
  gint64 from = kith_member_id (event, "from", 'u');
  g_autofree char *label = cli_label (cli, conversation), *handle = from != 0 ? cli_handle (cli, from) : NULL;
  if (json_object_deep_copy (event, &object, NULL) != 0)
    return;
  json_object_object_del (object, "type");
  kith_add_id (object, "conversation", 'c', conversation);
  kith_add_string (object, "where", label);
  kith_add_string (object, "handle", handle);
  cli_print_json (object);
}

/* A block hides no broadcast. */
static gboolean
is_blocked (Cli *cli, gint64 id, json_object *event)
{
  const KithConversation *conversation = kith_state_conversation (kith_client_known (cli->client), id);
  const KithPerson *person = kith_state_person (kith_client_known (cli->client), kith_member_id (event, "from", 'u'));
  return person != NULL && person->blocked && (conversation == NULL || conversation->kind != KITH_KIND_BROADCASTS);
}

void
cli_print_event (Cli *cli, gint64 conversation, json_object *event, gboolean where)
{
  if (!json_object_is_type (event, json_type_object))
    return; /* a hostile server's: pages of events are not looked into before */
  if (cli->options.json) {
    print_json (cli, conversation, event);
    return;
  }
  gboolean message = g_strcmp0 (kith_member_string (event, "kind"), "message") == 0;
  g_autofree char *label = where ? cli_label (cli, conversation) : g_strdup ("");
  g_autofree char *handle = cli_handle (cli, kith_member_id (event, "from", 'u'));
  g_autofree char *time = cli_format_time (kith_member_integer (event, "at", 0));
  g_autofree char *text =
      message ? (is_blocked (cli, conversation, event) ? g_strdup ("(blocked)") : message_text (event, 4)) : phrase (cli, event, 4);
  printf ("%s%s %5" G_GINT64_FORMAT "%s  %s%s%s%s%s%s%s%s %s\n", cli_style (CLI_FAINT), time,
          kith_member_integer (event, "seq", 0), cli_style (CLI_PLAIN), cli_style (CLI_CYAN), label, where ? "  " : "",
          cli_style (CLI_PLAIN), message ? cli_style (CLI_BOLD) : "* ", handle, message ? ":" : "",
          cli_style (CLI_PLAIN), text);
  fflush (stdout);
}
