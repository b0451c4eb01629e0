/* session.c - a connection for a command: made, driven by the poller, waited for.
 *
 * A command that cannot connect says so at once. One whose connection breaks later keeps trying as long as its patience
 * lasts. */
#include "cli.h"

#include "client/drive.h"
#include "client/fingerprint.h"
#include "proto/id.h"
#include "terminal.h"

#include <stdio.h>

#define PATIENCE_US (30 * G_TIME_SPAN_SECOND)
#define SETTLE_US (60 * G_TIME_SPAN_SECOND)
#define TRIES 10          /* of a request that comes too soon, */
#define PAUSE_MAX_MS 2000 /* unless the server says that it takes longer than that */
#define WAKE_TOKEN 1
#define CLIENT_TOKEN 2

GQuark
cli_error_quark (void)
{
  return g_quark_from_static_string ("kith-cli-error");
}

int
cli_exit_code (const GError *error)
{
  if (error == NULL)
    return CLI_DONE;
  if (error->domain == CLI_ERROR)
    return error->code;
  if (error->domain == KITH_NET_ERROR)
    return CLI_ERROR_CONNECT;
  return error->domain == KITH_ERROR ? CLI_ERROR_REFUSED : CLI_ERROR_FAILED;
}

static void
on_state (KithClient *client, KithClientState state, const GError *why, gpointer data)
{
  Cli *cli = data;
  if (why != NULL) {
    g_clear_error (&cli->trouble);
    cli->trouble = g_error_copy (why);
  }
  if (state == KITH_CLIENT_READY) {
    if (cli->been_ready)
      fprintf (stderr, "kith-cli: connected again\n");
    cli->been_ready = TRUE;
    cli->trouble_us = 0;
  } else if (state == KITH_CLIENT_WAITING && cli->trouble_us == 0) {
    cli->trouble_us = g_get_monotonic_time ();
    if (cli->been_ready)
      fprintf (stderr, "kith-cli: waiting: %s\n",
               cli->trouble != NULL ? cli->trouble->message : "The connection broke.");
  }
}

/* Asked only where somebody sits in front of a terminal. */
static void
on_trust (KithClient *client, const char *pin, gpointer data)
{
  Cli *cli = data;
  char line[16];
  if (!kith_terminal_is (KITH_STDIN) || !kith_terminal_is (KITH_STDERR)) {
    cli->trouble = g_error_new (
        CLI_ERROR, CLI_ERROR_CONNECT,
        "%s is not known yet. If it is the right server, repeat with --pin %s (or --trust-first).", cli->server, pin);
    kith_client_trust (client, FALSE);
    return;
  }
  g_autoptr (KithFingerprint) fingerprint = kith_fingerprint_new (pin);
  g_autofree char *words = fingerprint != NULL ? kith_fingerprint_words (fingerprint) : g_strdup ("");
  fprintf (stderr,
           "%s is not known yet. Its key is\n  %s\n  %s\n(kithd logs the words and prints the pin when it starts.) Is "
           "that the right server? [y/N] ",
           cli->server, words, pin);
  gboolean yes = fgets (line, sizeof line, stdin) != NULL && (line[0] == 'y' || line[0] == 'Y');
  if (!yes)
    cli->trouble =
        g_error_new (CLI_ERROR, CLI_ERROR_CONNECT,
                     "The key was not confirmed; nothing was sent. Ask who runs the server for the right pin.");
  kith_client_trust (client, yes);
}

static void
on_event (KithClient *client, json_object *event, gpointer data)
{
  Cli *cli = data;
  if (cli->listener != NULL && cli->listener->event != NULL)
    cli->listener->event (cli, event);
}

static void
on_synced (KithClient *client, gpointer data)
{
  Cli *cli = data;
  if (cli->listener != NULL && cli->listener->synced != NULL)
    cli->listener->synced (cli);
}

static void
on_entry (KithClient *client, const KithOutboxEntry *entry, gpointer data)
{
  Cli *cli = data;
  if (cli->listener != NULL && cli->listener->entry != NULL)
    cli->listener->entry (cli, entry);
}

static void
on_presence (KithClient *client, const KithPresence *presence, gpointer data)
{
  Cli *cli = data;
  if (cli->listener != NULL && cli->listener->presence != NULL)
    cli->listener->presence (cli, presence);
}

static void
on_receipts (KithClient *client, gint64 conversation, gpointer data)
{
  Cli *cli = data;
  if (cli->listener != NULL && cli->listener->receipts != NULL)
    cli->listener->receipts (cli, conversation);
}

static gboolean
is_passing (const GError *notice)
{
  return g_error_matches (notice, KITH_ERROR, KITH_ERROR_RATE_LIMITED) ||
         g_error_matches (notice, KITH_ERROR, KITH_ERROR_STORAGE_FULL) ||
         g_error_matches (notice, KITH_ERROR, KITH_ERROR_UNAVAILABLE);
}

/* The same again (a rate limit, in each second of a long pipe) is told once. */
static void
on_notice (KithClient *client, const GError *notice, gpointer data)
{
  Cli *cli = data;
  if (!g_error_matches (cli->notice, notice->domain, notice->code))
    fprintf (stderr, "kith-cli: %s%s\n", is_passing (notice) ? "waiting: " : "", notice->message);
  g_clear_error (&cli->notice);
  cli->notice = g_error_copy (notice);
}

static const KithClientHooks hooks = {
    .state_changed = on_state,
    .trust = on_trust,
    .event = on_event,
    .synced = on_synced,
    .entry_changed = on_entry,
    .presence = on_presence,
    .receipts = on_receipts,
    .notice = on_notice,
};

static gboolean
make_client (Cli *cli, GError **error)
{
  g_autofree char *host = NULL;
  g_autoptr (GError) fault = NULL;
  guint16 port = 0;
  if (g_str_has_prefix (cli->server, "unix:"))
    host = g_strdup (cli->server);
  else if (!kith_address_split (cli->server, KITH_PORT, &host, &port, &fault)) {
    g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, fault->message);
    return FALSE;
  }
  KithClientOptions options = {.host = host,
                               .port = port,
                               .name = "kith-cli " KITH_VERSION,
                               .pin = cli->options.pin,
                               .trust_first = cli->options.trust_first,
                               .window = (guint) MAX (cli->options.window, 0),
                               .tls = cli->tls,
                               .storage = cli_profile_storage (cli->profile, host, port),
                               .hooks = &hooks,
                               .data = cli};
  cli->client = kith_client_new (&options, error);
  return cli->client != NULL;
}

static gboolean
check_pin (const char *pin, GError **error)
{
  guint8 bytes[32];
  if (pin == NULL || kith_hex_parse (pin, bytes, sizeof bytes))
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "A pin is 64 hex digits; kithd prints it when it starts.");
  return FALSE;
}

static gboolean
make_parts (Cli *cli, GError **error)
{
  if (!check_pin (cli->options.pin, error))
    return FALSE;
  cli->profile = cli_profile_open (cli->options.profile, error);
  if (cli->profile == NULL || !kith_net_start (error))
    return FALSE;
  cli->server = cli->options.server != NULL ? g_strdup (cli->options.server) : cli_profile_server (cli->profile);
  if (cli->server == NULL)
    cli->server = g_strdup ("localhost");
  if (cli->patience_us == 0)
    cli->patience_us = PATIENCE_US;
  return (cli->tls = kith_tls_client_new (error)) != NULL && (cli->wake = kith_wake_new (error)) != NULL &&
         (cli->poller = kith_poller_new (KITH_POLLER_SELECT_ONLY, error)) != NULL &&
         kith_poller_add (cli->poller, kith_wake_socket (cli->wake), KITH_PLACE_SELECT, KITH_POLL_READ, WAKE_TOKEN,
                          error) &&
         make_client (cli, error);
}

void
cli_clear (Cli *cli)
{
  kith_client_free (cli->client);
  if (cli->poller != NULL) {
    kith_poller_remove (cli->poller, kith_wake_socket (cli->wake));
    kith_poller_free (cli->poller);
  }
  g_clear_pointer (&cli->wake, kith_wake_free);
  g_clear_pointer (&cli->tls, kith_tls_free);
  g_clear_pointer (&cli->profile, cli_profile_free);
  g_clear_error (&cli->trouble);
  g_clear_error (&cli->notice);
  char *texts[] = {cli->server,          cli->options.profile, cli->options.server,   cli->options.pin,
                   cli->options.history, cli->options.topic,   cli->options.lifetime, cli->options.report,
                   cli->options.in,      cli->options.from,    cli->options.after,    cli->options.before_date,
                   cli->options.has,     cli->options.until};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
}

/* Whether the server itself said no for good, rather than being away or no Kith server at all. */
static gboolean
is_refusal (const GError *trouble)
{
  return trouble != NULL && trouble->domain == KITH_ERROR && trouble->code != KITH_ERROR_UNAVAILABLE &&
         trouble->code != KITH_ERROR_BAD_FRAME;
}

static gboolean
fail (Cli *cli, GError **error)
{
  KithClientState state = kith_client_state (cli->client);
  const char *why = cli->trouble != NULL ? cli->trouble->message : "The connection failed.";
  if (state == KITH_CLIENT_KEY_CHANGED && cli->options.pin != NULL)
    g_set_error (error, CLI_ERROR, CLI_ERROR_KEY_CHANGED,
                 "%s has another key than the one of --pin. Ask who runs the server for the right pin, and whether the "
                 "address is right; somebody may be listening in.",
                 cli->server);
  else if (state == KITH_CLIENT_KEY_CHANGED)
    g_set_error (error, CLI_ERROR, CLI_ERROR_KEY_CHANGED,
                 "%s If it was changed on purpose, repeat with --pin and the new key.", why);
  else if (g_error_matches (cli->trouble, KITH_ERROR, KITH_ERROR_BAD_CREDENTIALS))
    g_set_error (error, CLI_ERROR, CLI_ERROR_REFUSED, "%s Sign in with: kith-cli login NAME", why);
  else if (is_refusal (cli->trouble))
    g_propagate_error (error, g_error_copy (cli->trouble));
  else
    g_set_error_literal (error, CLI_ERROR, CLI_ERROR_CONNECT, why);
  return FALSE;
}

static gboolean
turn_until (Cli *cli, gint64 latest_us, GError **error)
{
  if (cli->trouble_us != 0 && cli->patience_us < G_MAXINT64)
    latest_us = MIN (latest_us, cli->trouble_us + cli->patience_us);
  if (!kith_drive (&cli->client, 1, cli->poller, CLIENT_TOKEN, latest_us, error))
    return FALSE;
  kith_wake_clear (cli->wake);
  KithClientState state = kith_client_state (cli->client);
  gboolean stopped = state == KITH_CLIENT_REFUSED || state == KITH_CLIENT_KEY_CHANGED;
  gboolean troubled = state == KITH_CLIENT_WAITING &&
                      (!cli->been_ready || g_get_monotonic_time () - cli->trouble_us >= cli->patience_us);
  return stopped || troubled ? fail (cli, error) : TRUE;
}

gboolean
cli_turn (Cli *cli, GError **error)
{
  return turn_until (cli, G_MAXINT64, error);
}

gboolean
cli_prepare (Cli *cli, GError **error)
{
  return cli->client != NULL || make_parts (cli, error);
}

gboolean
cli_connect (Cli *cli, GError **error)
{
  if (!cli_prepare (cli, error))
    return FALSE;
  kith_client_start (cli->client);
  while (kith_client_state (cli->client) != KITH_CLIENT_OPEN && kith_client_state (cli->client) != KITH_CLIENT_READY)
    if (!cli_turn (cli, error))
      return FALSE;
  return TRUE;
}

gboolean
cli_sign_in (Cli *cli, GError **error)
{
  if (!cli_connect (cli, error))
    return FALSE;
  if (kith_client_state (cli->client) == KITH_CLIENT_READY)
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_ERROR_FAILED, "There is no account on %s yet. Make one with: kith-cli join NAME",
               cli->server);
  return FALSE;
}

typedef struct {
  gboolean done;
  json_object *answer;
  GError *error;
  gint64 retry_ms; /* said with the error; 0: not */
} Asked;

static void
on_answer (KithClient *client, const KithAnswer *answer, gpointer data)
{
  Asked *asked = data;
  asked->done = TRUE;
  asked->answer = json_object_get (answer->root);
  asked->error = answer->error != NULL ? g_error_copy (answer->error) : NULL;
  asked->retry_ms = answer->retry_after_ms;
}

/* Once, with an outcome in *asked that is the caller's. */
static void
ask (Cli *cli, json_object *request, KithRequestFlags flags, Asked *asked)
{
  kith_client_request (cli->client, request, flags, on_answer, asked);
  g_autoptr (GError) fault = NULL;
  while (!asked->done && fault == NULL)
    cli_turn (cli, &fault);
  if (!asked->done) {
    /* The callback must not find this frame gone. */
    g_clear_pointer (&cli->client, kith_client_free);
    g_clear_error (&asked->error);
    asked->error = g_steal_pointer (&fault);
    asked->retry_ms = 0;
  }
}

static gboolean
pause_for (Cli *cli, gint64 ms, GError **error)
{
  gint64 until = g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND;
  while (g_get_monotonic_time () < until)
    if (!turn_until (cli, until, error))
      return FALSE;
  return TRUE;
}

/* Whether it came too soon, and is to be asked again now. */
static gboolean
waits_for_rate (Cli *cli, const Asked *asked)
{
  return asked->retry_ms > 0 && asked->retry_ms <= PAUSE_MAX_MS && g_error_matches (asked->error, KITH_ERROR, KITH_ERROR_RATE_LIMITED) &&
         pause_for (cli, asked->retry_ms, NULL);
}

gboolean
cli_request (Cli *cli, json_object *request, KithRequestFlags flags, json_object **answer, GError **error)
{
  Asked asked = {0};
  for (guint tries = 0; tries == 0 || (tries < TRIES && waits_for_rate (cli, &asked)); tries++) {
    json_object *copy = NULL;
    g_clear_error (&asked.error);
    asked = (Asked){0};
    json_object_deep_copy (request, &copy, NULL);
    ask (cli, copy, flags, &asked);
  }
  json_object_put (request);
  if (asked.error != NULL) {
    g_propagate_error (error, asked.error);
    return FALSE;
  }
  if (answer != NULL)
    *answer = asked.answer;
  else
    json_object_put (asked.answer);
  return TRUE;
}

typedef struct {
  guint64 key;
  gint64 seq;
  GError *error;
} Settled;

static void
on_settled (Cli *cli, const KithOutboxEntry *entry)
{
  Settled *settled = cli->listener_data;
  if (entry->key != settled->key)
    return;
  settled->seq = entry->seq;
  if (entry->state == KITH_ENTRY_REFUSED)
    settled->error = g_error_copy (entry->error);
}

static gboolean
give_up (Cli *cli, GError **error)
{
  g_set_error (error, CLI_ERROR, CLI_ERROR_REFUSED,
               "The server has not confirmed it for a minute%s%s. Look at kith-cli history before you repeat it.",
               cli->notice != NULL ? ": " : "", cli->notice != NULL ? cli->notice->message : "");
  return FALSE;
}

gboolean
cli_settle (Cli *cli, guint64 key, gint64 *seq, GError **error)
{
  static const CliListener listener = {.entry = on_settled};
  Settled settled = {.key = key};
  gboolean good = key != 0;
  cli->listener = &listener;
  cli->listener_data = &settled;
  gint64 end_us = g_get_monotonic_time () + SETTLE_US;
  while (good && settled.seq == 0 && settled.error == NULL)
    good = g_get_monotonic_time () < end_us ? turn_until (cli, end_us, error) : give_up (cli, error);
  cli->listener = NULL;
  if (settled.error != NULL) {
    g_propagate_error (error, settled.error);
    return FALSE;
  }
  *seq = settled.seq;
  return good;
}
