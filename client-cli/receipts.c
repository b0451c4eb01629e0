/* receipts.c - who has got and read what, and whether others learn it of you. */
#include "output.h"

#include "proto/id.h"

#include <stdio.h>
#include <string.h>

static json_object *
make_json (Cli *cli, const KithReceipt *receipt)
{
  json_object *object = json_object_new_object ();
  const KithPerson *person = kith_state_person (kith_client_known (cli->client), receipt->account);
  kith_add_id (object, "id", 'u', receipt->account);
  kith_add_string (object, "handle", person != NULL ? person->handle : NULL);
  kith_add_integer (object, "delivered", receipt->delivered);
  kith_add_integer (object, "read", receipt->read);
  return object;
}

void
cli_print_receipt (Cli *cli, gint64 conversation, const KithReceipt *receipt, gboolean where)
{
  g_autofree char *label = cli_label (cli, conversation), *handle = cli_handle (cli, receipt->account);
  if (cli->options.json) {
    json_object *line = json_object_new_object (), *object = make_json (cli, receipt);
    kith_add_id (object, "conversation", 'c', conversation);
    kith_add_string (object, "where", label);
    json_object_object_add (line, "receipt", object);
    cli_print_json (line);
    return;
  }
  g_autofree char *now = cli_format_time (g_get_real_time () / 1000);
  printf ("%s%s%s        * %s has read up to %" G_GINT64_FORMAT "%s%s\n", cli_style (CLI_FAINT), now,
          cli_style (CLI_PLAIN), handle, receipt->read, where ? " in " : "", where ? label : "");
  fflush (stdout);
}

/* "read", "delivered" or "" for a message; where none is asked for, up to which one. */
static char *
describe (const KithReceipt *receipt, gint64 seq)
{
  if (seq == 0)
    return g_strdup_printf ("read up to %" G_GINT64_FORMAT ", delivered up to %" G_GINT64_FORMAT, receipt->read,
                            receipt->delivered);
  return g_strdup (receipt->read >= seq ? "read" : receipt->delivered >= seq ? "delivered" : "not delivered");
}

static gboolean
readers (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  gint64 seq = 0;
  json_object *answer = NULL;
  if ((arguments[1] != NULL && !cli_seq_parse (arguments[1], &seq, error)) || !cli_sign_in (cli, error) ||
      !cli_target_find (cli, arguments[0], &target, error) ||
      !cli_request (cli, kith_client_message ("receipts", target.conversation, FALSE), KITH_REQUEST_KEEP, &answer,
                    error))
    return FALSE;
  kith_state_apply_receipts (kith_client_known (cli->client), target.conversation,
                             kith_member_object (answer, "people"));
  json_object_put (answer);
  g_autoptr (GArray) all = kith_state_receipts (kith_client_known (cli->client), target.conversation);
  CliTable *table = cli_table_new (2);
  for (guint i = 0; i < all->len; i++) {
    const KithReceipt *receipt = &g_array_index (all, KithReceipt, i);
    if (cli->options.json)
      cli_print_json (make_json (cli, receipt));
    else
      cli_table_add (table, cli_handle (cli, receipt->account), describe (receipt, seq));
  }
  cli_table_print (table);
  if (!kith_client_receipts (cli->client))
    fputs ("kith-cli: your receipts are off, so you see none. To see them: kith-cli receipts on\n", stderr);
  return TRUE;
}

static gboolean
print_reader (Cli *cli, const char *id)
{
  gint64 account;
  if (id == NULL || !kith_id_parse (id, 'u', &account))
    return FALSE;
  g_autofree char *handle = cli_handle (cli, account);
  if (!cli->options.json) {
    puts (handle);
    return TRUE;
  }
  json_object *object = json_object_new_object ();
  kith_add_id (object, "id", 'u', account);
  kith_add_string (object, "handle", handle);
  cli_print_json (object);
  return TRUE;
}

/* A page; *after becomes its last account, or 0 at the end. */
static gboolean
list_readers (Cli *cli, gint64 conversation, gint64 seq, gint64 *after, GError **error)
{
  json_object *request = kith_client_message ("seen_by", conversation, FALSE), *answer = NULL, *people;
  gint64 before = *after;
  kith_add_integer (request, "target", seq);
  if (before != 0)
    kith_add_id (request, "after", 'u', before);
  if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
    return FALSE;
  *after = 0;
  json_object_object_get_ex (answer, "people", &people);
  for (gsize i = 0; i < json_object_array_length (people); i++) {
    const char *id = json_object_get_string (json_object_array_get_idx (people, i));
    if (print_reader (cli, id))
      kith_id_parse (id, 'u', after);
  }
  if (!kith_member_boolean (answer, "more", FALSE) || *after <= before)
    *after = 0;
  json_object_put (answer);
  return TRUE;
}

static gboolean
seen_by (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  gint64 seq, after = 0;
  if (!cli_seq_parse (arguments[1], &seq, error) || !cli_sign_in (cli, error) ||
      !cli_target_find (cli, arguments[0], &target, error))
    return FALSE;
  do
    if (!list_readers (cli, target.conversation, seq, &after, error))
      return FALSE;
  while (after != 0);
  return TRUE;
}

static gboolean
receipts (Cli *cli, char **arguments, GError **error)
{
  const char *word = arguments[0];
  json_object *answer = NULL;
  if (word != NULL && !g_str_equal (word, "on") && !g_str_equal (word, "off")) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "“%s” is neither on nor off.", word);
    return FALSE;
  }
  if (!cli_sign_in (cli, error))
    return FALSE;
  json_object *request = kith_client_message ("settings", 0, FALSE);
  if (word != NULL)
    kith_add_boolean (request, "receipts", g_str_equal (word, "on"));
  if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
    return FALSE;
  gboolean on = kith_member_boolean (answer, "receipts", TRUE);
  json_object_put (answer);
  if (cli->options.json) {
    json_object *line = json_object_new_object ();
    kith_add_boolean (line, "receipts", on);
    cli_print_json (line);
  } else
    puts (on ? "on: who writes to you can see what has come to you and what you have read, and you see it of them"
             : "off: nobody sees what has come to you and what you have read, nor do you of others");
  return TRUE;
}

const CliCommand cli_receipt_commands[] = {
    {"receipts", "[on|off]", "show or change whether others see what you have got and read",
     "Off is off both ways. There are receipts in conversations of up to 50 people.", 0, 1, NULL, receipts},
    {"readers", "TARGET [SEQ]", "show who has got and read what, or one message", NULL, 1, 2, NULL, readers},
    {"seen-by", "TARGET SEQ", "list who has read a message",
     "In a conversation of more than 50 people: an urgent message, by who wrote it or moderates. A broadcast: by who "
     "wrote it, or owners and admins of the server.", 2, 2, NULL, seen_by},
    {0},
};
