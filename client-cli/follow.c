/* follow.c - events as they come, each once and in order: a push that fits is printed, any gap is closed by fetching
 * from the log. */
#include "output.h"
#include "terminal.h"

#include <stdio.h>

typedef struct {
  gint64 conversation;
  gint64 printed; /* the last seq that was printed, or that was there before */
  gint64 seen;    /* the highest seq heard of */
  gint64 wanted;  /* what was seen when catching up began */
  gboolean catching_up;
  GHashTable *read; /* gint64 * account -> gint64 *: what was told of who has read */
} Lane;

static void
lane_free (gpointer data)
{
  Lane *lane = data;
  g_hash_table_unref (lane->read);
  g_free (lane);
}

typedef struct {
  GHashTable *lanes; /* gint64 * -> Lane: what is followed */
  gboolean all;      /* conversations that are not known yet, too */
  gboolean begun;
} Follow;

static Lane *
add_lane (Follow *follow, gint64 conversation, gint64 printed)
{
  Lane *lane = g_new0 (Lane, 1);
  *lane = (Lane){.conversation = conversation,
                 .printed = printed,
                 .seen = printed,
                 .read = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free)};
  g_hash_table_insert (follow->lanes, &lane->conversation, lane);
  return lane;
}

static void close_gap (Cli *cli, Lane *lane);

/* What is not known has no name yet: it waits for the sync that is under way. */
static gboolean
is_known (Cli *cli, gint64 conversation)
{
  return kith_state_conversation (kith_client_known (cli->client), conversation) != NULL;
}

static void
print (Cli *cli, Lane *lane, json_object *event)
{
  Follow *follow = cli->listener_data;
  gint64 seq = kith_member_integer (event, "seq", 0);
  if (seq <= lane->printed)
    return;
  lane->printed = seq;
  lane->seen = MAX (lane->seen, seq);
  cli_print_event (cli, lane->conversation, event, follow->all || g_hash_table_size (follow->lanes) > 1);
}

static void
on_page (KithClient *client, gint64 conversation, json_object *events, const GError *error, gpointer data)
{
  Cli *cli = data;
  Follow *follow = cli->listener_data;
  Lane *lane = follow != NULL ? g_hash_table_lookup (follow->lanes, &conversation) : NULL;
  if (lane == NULL)
    return; /* the command is over */
  for (gsize i = 0; events != NULL && i < json_object_array_length (events); i++)
    print (cli, lane, json_object_array_get_idx (events, i));
  if (events != NULL)
    return;
  /* What the log did not give (withheld, or no longer there) is no gap. What came while it was read may be one. */
  lane->catching_up = FALSE;
  lane->printed = MAX (lane->printed, error != NULL ? lane->seen : lane->wanted);
  close_gap (cli, lane);
}

static void
close_gap (Cli *cli, Lane *lane)
{
  if (lane->catching_up || lane->printed >= lane->seen || !is_known (cli, lane->conversation))
    return;
  lane->catching_up = TRUE;
  lane->wanted = lane->seen;
  kith_client_catch_up (cli->client, lane->conversation, lane->printed, on_page, cli);
}

static void
on_event (Cli *cli, json_object *event)
{
  Follow *follow = cli->listener_data;
  gint64 conversation = kith_member_id (event, "conversation", 'c'), seq = kith_member_integer (event, "seq", 0);
  Lane *lane = g_hash_table_lookup (follow->lanes, &conversation);
  if (lane == NULL && follow->all && follow->begun)
    lane = add_lane (follow, conversation, seq - 1);
  if (lane == NULL)
    return;
  lane->seen = MAX (lane->seen, seq);
  if (seq == lane->printed + 1 && !lane->catching_up && is_known (cli, conversation))
    print (cli, lane, event);
  else
    close_gap (cli, lane);
}

/* After each sync: what happened meanwhile is read from the log. A conversation that is new begins where we have read
 * it. */
static void
on_synced (Cli *cli)
{
  Follow *follow = cli->listener_data;
  g_autoptr (GPtrArray) all = kith_state_conversations (kith_client_known (cli->client));
  for (guint i = 0; i < all->len; i++) {
    const KithConversation *conversation = g_ptr_array_index (all, i);
    Lane *lane = g_hash_table_lookup (follow->lanes, &conversation->id);
    if (lane == NULL && follow->all && g_str_equal (conversation->state, "member"))
      lane = add_lane (follow, conversation->id, follow->begun ? conversation->read : conversation->last);
    if (lane == NULL)
      continue;
    lane->seen = MAX (lane->seen, conversation->last);
    close_gap (cli, lane);
  }
  follow->begun = TRUE;
}

/* Who follows some conversations only wants to read those. */
static void
on_presence (Cli *cli, const KithPresence *presence)
{
  const Follow *follow = cli->listener_data;
  if (follow->all)
    cli_print_presence (cli, presence);
}

/* Told once for each step forward; what was so before the first news of a person is told with it. */
static void
on_receipts (Cli *cli, gint64 conversation)
{
  const Follow *follow = cli->listener_data;
  Lane *lane = g_hash_table_lookup (follow->lanes, &conversation);
  if (lane == NULL)
    return;
  g_autoptr (GArray) now = kith_state_receipts (kith_client_known (cli->client), conversation);
  for (guint i = 0; i < now->len; i++) {
    const KithReceipt *receipt = &g_array_index (now, KithReceipt, i);
    gint64 *told = g_hash_table_lookup (lane->read, &receipt->account);
    if (told != NULL && *told >= receipt->read)
      continue;
    g_hash_table_replace (lane->read, g_memdup2 (&receipt->account, sizeof receipt->account),
                          g_memdup2 (&receipt->read, sizeof receipt->read));
    if (receipt->read > 0)
      cli_print_receipt (cli, conversation, receipt, follow->all || g_hash_table_size (follow->lanes) > 1);
  }
}

static gboolean
add_targets (Cli *cli, Follow *follow, char **arguments, GError **error)
{
  for (; *arguments != NULL; arguments++) {
    g_auto (CliTarget) target = {0};
    if (!cli_target_find (cli, *arguments, &target, error))
      return FALSE;
    const KithConversation *conversation =
        kith_state_conversation (kith_client_known (cli->client), target.conversation);
    if (conversation == NULL) {
      g_set_error (error, CLI_ERROR, CLI_ERROR_REFUSED, "You are not in %s. Enter it with: kith-cli enter %s",
                   target.label, target.label + 1);
      return FALSE;
    }
    add_lane (follow, conversation->id, conversation->last);
  }
  return TRUE;
}

static gboolean
run_follow (Cli *cli, Follow *follow, GError **error)
{
  static const CliListener listener = {.event = on_event, .synced = on_synced, .presence = on_presence, .receipts = on_receipts};
  gboolean good = TRUE;
  cli->listener = &listener;
  cli->listener_data = follow;
  cli->patience_us = G_MAXINT64;
  cli_terminal_catch_interrupt (cli->wake);
  on_synced (cli);
  guint n = g_hash_table_size (follow->lanes);
  fprintf (stderr, "kith-cli: following %u conversation%s\n", n, n == 1 ? "" : "s");
  while (good && !cli_terminal_interrupted ())
    good = cli_turn (cli, error);
  if (cli_terminal_interrupted () && kith_terminal_is (KITH_STDERR))
    fputc ('\n', stderr); /* behind the ^C that the terminal shows */
  cli->listener = NULL;
  cli->listener_data = NULL;
  return good;
}

static gboolean
follow_targets (Cli *cli, char **arguments, GError **error)
{
  Follow follow = {.lanes = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, lane_free),
                   .all = arguments[0] == NULL};
  gboolean good =
      cli_sign_in (cli, error) && add_targets (cli, &follow, arguments, error) && run_follow (cli, &follow, error);
  g_hash_table_unref (follow.lanes);
  return good;
}

const CliCommand cli_follow_commands[] = {
    {"follow", "[TARGET...]", "show what happens, live, until interrupted",
     "Without a target: every conversation of yours, and who comes, goes and changes. Who has read what you wrote is told, too. What happens while the connection is gone is shown when it is "
     "back.",
     0, -1, NULL, follow_targets},
    {0},
};
