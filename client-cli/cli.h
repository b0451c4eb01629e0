/* cli.h - what the parts of kith-cli share: one run of one command, its connection, and how errors become exit codes.
 */
#pragma once

#include "client/client.h"
#include "client/invitation.h"
#include "net/poller.h"
#include "net/wake.h"
#include "profile.h"

/* Exit codes, and the codes of errors that kith-cli itself makes. */
#define CLI_ERROR (cli_error_quark ())
GQuark cli_error_quark (void);

typedef enum {
  CLI_DONE = 0,
  CLI_ERROR_FAILED = 1,
  CLI_ERROR_USAGE = 2,
  CLI_ERROR_CONNECT = 3,
  CLI_ERROR_REFUSED = 4,
  CLI_ERROR_KEY_CHANGED = 5
} CliExit;

int cli_exit_code (const GError *error);

/* Every option of every command; zero or NULL: not given. */
typedef struct {
  /* for all */
  char *profile, *server, *pin;
  gboolean trust_first, json, help, version;
  /* of commands */
  gboolean password_stdin, is_private, urgent;
  char *history, *topic, *lifetime, *report, *until, *in, *from, *after, *before_date, *has;
  gint64 reply, before;
  int n, window, timeout, uses, port;
} CliOptions;

typedef struct _Cli Cli;

typedef struct {
  void (*event) (Cli *cli, json_object *event);
  void (*synced) (Cli *cli);
  void (*entry) (Cli *cli, const KithOutboxEntry *entry);
  void (*presence) (Cli *cli, const KithPresence *presence);
  void (*receipts) (Cli *cli, gint64 conversation);
} CliListener;

struct _Cli {
  CliOptions options;
  char *server; /* as it was asked for, or remembered */
  CliProfile *profile;
  KithTls *tls;
  KithPoller *poller;
  KithWake *wake;
  KithClient *client;

  /* Riding out trouble */
  gboolean been_ready;
  gint64 patience_us; /* how long to keep trying once it had been ready; G_MAXINT64: for ever */
  gint64 trouble_us;  /* since when there is no connection; 0: there is */
  GError *trouble;    /* the last reason */
  GError *notice;     /* the last thing that was told on the way */

  /* The command that listens */
  const CliListener *listener;
  gpointer listener_data;
};

/* session.c: connecting and waiting. All return FALSE with an error that says what to do. */
gboolean cli_prepare (Cli *cli, GError **error); /* profile, server, TLS, poller: everything but a connection */
gboolean cli_connect (Cli *cli, GError **error); /* up to READY, or OPEN without a token */
gboolean cli_sign_in (Cli *cli, GError **error); /* up to READY */
gboolean cli_turn (Cli *cli, GError **error);    /* waits once and steps once */
/* Asks (request is taken) and waits for the answer; what comes too soon is asked again when the server says, if that is soon. *answer is the
 * caller's to json_object_put, and may be NULL. */
gboolean cli_request (Cli *cli, json_object *request, KithRequestFlags flags, json_object **answer, GError **error);
/* Waits until the outbox entry key (0: error is set already) is acknowledged. */
gboolean cli_settle (Cli *cli, guint64 key, gint64 *seq, GError **error);
void cli_clear (Cli *cli);

/* account.c: the server and its key are those that an invitation by link names, which must have a code. */
gboolean cli_follow_link (Cli *cli, const char *link, KithInvitation *invitation, GError **error);

/* target.c: what people name. */
typedef struct {
  gint64 conversation;
  char *label; /* "#plans", "@ada", "notes", "broadcasts"; fit for a terminal */
} CliTarget;
void cli_target_clear (CliTarget *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliTarget, cli_target_clear)
gboolean cli_target_find (Cli *cli, const char *text, CliTarget *target, GError **error);
/* A room by name, with or without "#", ours or a public one. */
gboolean cli_room_find (Cli *cli, const char *text, CliTarget *target, GError **error);
const KithPerson *cli_person_find (Cli *cli, const char *text, GError **error); /* with or without "@" */
char *cli_label (Cli *cli, gint64 conversation);                                /* fit for a terminal; to be freed */
char *cli_handle (Cli *cli, gint64 account); /* the same; "u9" when unknown, "(server)" for 0 */
gboolean cli_seq_parse (const char *text, gint64 *seq, GError **error);
gboolean cli_duration_parse (const char *text, gint64 *seconds, GError **error); /* "90s", "10m", "2h", "7d" */
GArray *cli_mentions (Cli *cli, const char *text);      /* gint64: the people whom text names as "@ada" */
gboolean cli_mentions_all (Cli *cli, const char *text); /* "@all", unless somebody is called so */

/* The commands, by family: each file defines its own table, ended by a row without a name. */
typedef struct {
  const char *name;
  char letter;
  GOptionArg type;
  gsize offset; /* in CliOptions */
  const char *argument, *help;
} CliOption;

typedef struct {
  const char *name, *arguments, *help;
  const char *details;      /* more, for help on this command; may be NULL */
  int min, max;             /* arguments; max -1: any number */
  const CliOption *options; /* ended by a row without a name; may be NULL */
  gboolean (*run) (Cli *cli, char **arguments, GError **error);
} CliCommand;

extern const CliCommand cli_account_commands[], cli_device_commands[], cli_invitation_commands[], cli_room_commands[],
    cli_people_commands[], cli_receipt_commands[], cli_message_commands[], cli_reading_commands[],
    cli_search_commands[], cli_pipe_commands[], cli_follow_commands[], cli_doctor_commands[], cli_find_commands[];

#define CLI_OPTIONS_END       \
  {                           \
    NULL, 0, 0, 0, NULL, NULL \
  }
