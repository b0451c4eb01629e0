/* messages.c - say, broadcast, and what is done to messages: edit, delete, react, unreact, pin, unpin, mark. */
#include "output.h"

#include <stdio.h>
#include <string.h>

#define OPTION(name, letter, type, field, argument, text)                   \
  {                                                                         \
    name, letter, type, G_STRUCT_OFFSET (CliOptions, field), argument, text \
  }

static const CliOption say_options[] = {
    OPTION ("reply", 0, G_OPTION_ARG_INT64, reply, "SEQ", "answer this message"),
    OPTION ("urgent", 0, G_OPTION_ARG_NONE, urgent, NULL, "mark it as urgent"),
    CLI_OPTIONS_END,
};

static const CliOption broadcast_options[] = {
    OPTION ("urgent", 0, G_OPTION_ARG_NONE, urgent, NULL, "disturb who does not want to be disturbed, too"),
    CLI_OPTIONS_END,
};

static void
print_seq (Cli *cli, const CliTarget *target, gint64 seq)
{
  json_object *object = json_object_new_object ();
  kith_add_id (object, "conversation", 'c', target->conversation);
  kith_add_string (object, "where", target->label);
  kith_add_integer (object, "seq", seq);
  cli_print_json (object);
}

/* Waits for the entry, and prints its number, or what was done to which message. */
static gboolean
finish (Cli *cli, const CliTarget *target, guint64 key, const char *done, gint64 message, GError **error)
{
  gint64 seq;
  if (!cli_settle (cli, key, &seq, error))
    return FALSE;
  if (cli->options.json)
    print_seq (cli, target, seq);
  else if (done != NULL)
    printf ("%s message %" G_GINT64_FORMAT "\n", done, message);
  else
    printf ("%" G_GINT64_FORMAT "\n", seq);
  return TRUE;
}

static gboolean
check_text (Cli *cli, const char *text, GError **error)
{
  gsize length = strlen (text);
  if (length == 0)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "The text is empty.");
  else if (length > (gsize) kith_client_text_max (cli->client))
    g_set_error (error, CLI_ERROR, CLI_ERROR_REFUSED,
                 "The text has %" G_GSIZE_FORMAT " bytes; the server takes %" G_GINT64_FORMAT ". Send it in parts.",
                 length, kith_client_text_max (cli->client));
  else
    return TRUE;
  return FALSE;
}

static gboolean
say (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  g_autofree char *text = g_strjoinv (" ", arguments + 1);
  if (!cli_sign_in (cli, error) || !check_text (cli, text, error) ||
      !cli_target_find (cli, arguments[0], &target, error))
    return FALSE;
  g_autoptr (GArray) mentions = cli_mentions (cli, text);
  KithDraft draft = {.text = text,
                     .reply_to = cli->options.reply,
                     .mentions = (gint64 *) (void *) mentions->data,
                     .n_mentions = mentions->len,
                     .all = cli_mentions_all (cli, text),
                     .urgent = cli->options.urgent};
  return finish (cli, &target, kith_client_post (cli->client, target.conversation, &draft, error), NULL, 0, error);
}

static gboolean
broadcast (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {.label = g_strdup ("broadcasts")};
  g_autofree char *text = g_strjoinv (" ", arguments);
  json_object *answer = NULL;
  if (!cli_sign_in (cli, error) || !check_text (cli, text, error))
    return FALSE;
  g_autoptr (GArray) mentions = cli_mentions (cli, text);
  const KithDraft draft = {.text = text,
                           .mentions = (gint64 *) (void *) mentions->data,
                           .n_mentions = mentions->len,
                           .urgent = cli->options.urgent};
  if (!cli_request (cli, kith_client_broadcast_message (&draft), KITH_REQUEST_KEEP, &answer, error))
    return FALSE;
  target.conversation = kith_member_id (answer, "conversation", 'c');
  gint64 seq = kith_member_integer (answer, "seq", 0);
  json_object_put (answer);
  if (cli->options.json)
    print_seq (cli, &target, seq);
  else
    printf ("%" G_GINT64_FORMAT "\n", seq);
  return TRUE;
}

/* TARGET SEQ, as most commands here begin. */
static gboolean
find (Cli *cli, char **arguments, CliTarget *target, gint64 *seq, GError **error)
{
  return cli_seq_parse (arguments[1], seq, error) && cli_sign_in (cli, error) &&
         cli_target_find (cli, arguments[0], target, error);
}

static gboolean
edit (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  g_autofree char *text = g_strjoinv (" ", arguments + 2);
  gint64 seq;
  if (!find (cli, arguments, &target, &seq, error) || !check_text (cli, text, error))
    return FALSE;
  g_autoptr (GArray) mentions = cli_mentions (cli, text);
  KithDraft draft = {.text = text,
                     .mentions = (gint64 *) (void *) mentions->data,
                     .n_mentions = mentions->len,
                     .all = cli_mentions_all (cli, text)};
  return finish (cli, &target, kith_client_edit (cli->client, target.conversation, seq, &draft, error), "Changed", seq,
                 error);
}

static gboolean delete (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  gint64 seq;
  return find (cli, arguments, &target, &seq, error) &&
         finish (cli, &target, kith_client_delete (cli->client, target.conversation, seq, error), "Deleted", seq,
                 error);
}

static gboolean
set_reaction (Cli *cli, char **arguments, gboolean on, GError **error)
{
  g_auto (CliTarget) target = {0};
  gint64 seq;
  return find (cli, arguments, &target, &seq, error) &&
         finish (cli, &target, kith_client_react (cli->client, target.conversation, seq, arguments[2], on, error),
                 on ? "Reacted to" : "Took the reaction back from", seq, error);
}

static gboolean
react (Cli *cli, char **arguments, GError **error)
{
  return set_reaction (cli, arguments, TRUE, error);
}

static gboolean
unreact (Cli *cli, char **arguments, GError **error)
{
  return set_reaction (cli, arguments, FALSE, error);
}

static gboolean
set_pinned (Cli *cli, char **arguments, gboolean on, GError **error)
{
  g_auto (CliTarget) target = {0};
  gint64 seq;
  return find (cli, arguments, &target, &seq, error) &&
         finish (cli, &target, kith_client_set_pinned (cli->client, target.conversation, seq, on, error),
                 on ? "Pinned" : "Unpinned", seq, error);
}

static gboolean
pin (Cli *cli, char **arguments, GError **error)
{
  return set_pinned (cli, arguments, TRUE, error);
}

static gboolean
unpin (Cli *cli, char **arguments, GError **error)
{
  return set_pinned (cli, arguments, FALSE, error);
}

static void
print_cursor (Cli *cli, const CliTarget *target, json_object *answer)
{
  if (cli->options.json) {
    kith_add_id (answer, "conversation", 'c', target->conversation);
    kith_add_string (answer, "where", target->label);
    json_object_object_del (answer, "re");
    cli_print_json (json_object_get (answer));
    return;
  }
  printf ("Read %s up to %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT " unread\n", target->label,
          kith_member_integer (answer, "read", 0), kith_member_integer (answer, "unread", 0));
}

static gboolean
mark (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  gint64 seq = 0;
  if ((arguments[1] != NULL && !cli_seq_parse (arguments[1], &seq, error)) || !cli_sign_in (cli, error) ||
      !cli_target_find (cli, arguments[0], &target, error))
    return FALSE;
  const KithConversation *conversation = kith_state_conversation (kith_client_known (cli->client), target.conversation);
  json_object *request = kith_client_message ("mark", target.conversation, FALSE), *answer = NULL;
  kith_add_integer (request, "read", seq != 0 || conversation == NULL ? seq : conversation->last);
  if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
    return FALSE;
  print_cursor (cli, &target, answer);
  json_object_put (answer);
  return TRUE;
}

const CliCommand cli_message_commands[] = {
    {"say", "TARGET TEXT...", "send a message and print its number",
     "Ends with 0 only when the server has stored the message. \"@ada\" in the text mentions @ada, \"@all\" everybody "
     "in a room in which you have a role.",
     2, -1, say_options, say},
    {"broadcast", "TEXT...", "say something to everybody on the server and print its number",
     "For owners and admins of the server. Who is offline gets it when they come. Who has read it: kith-cli seen-by "
     "broadcasts SEQ.",
     1, -1, broadcast_options, broadcast},
    {"edit", "TARGET SEQ TEXT...", "change a message of yours", NULL, 3, -1, NULL, edit},
    {"delete", "TARGET SEQ", "delete a message", NULL, 2, 2, NULL, delete},
    {"react", "TARGET SEQ EMOJI", "react to a message", NULL, 3, 3, NULL, react},
    {"unreact", "TARGET SEQ EMOJI", "take a reaction back", NULL, 3, 3, NULL, unreact},
    {"pin", "TARGET SEQ", "pin a message", NULL, 2, 2, NULL, pin},
    {"unpin", "TARGET SEQ", "unpin a message", NULL, 2, 2, NULL, unpin},
    {"mark", "TARGET [SEQ]", "mark as read, up to SEQ or everything", NULL, 1, 2, NULL, mark},
    {0},
};
