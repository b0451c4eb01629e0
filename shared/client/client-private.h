/* client-private.h - the parts of the headless client as they see each other. Private to shared/client.
 *
 *   client.c    the life: connect, wait, try again; the step
 *   trust.c     whether this is the server that we know
 *   signin.c    hello, register, login
 *   sync.c      sync, and the pushes that change what sync taught
 *   requests.c  questions and their answers
 *   posts.c     the outbox and the wire
 *   presence.c  who is there: the datagram socket, and the core of presence-core.c
 *   fetch.c     pages of events
 *   reports.c   what was delivered and read, here and elsewhere */
#pragma once

#include "client/backoff.h"
#include "client/client.h"
#include "client/link.h"
#include "client/presence-core.h"

typedef enum { KITH_SIGNIN_TOKEN, KITH_SIGNIN_REGISTER, KITH_SIGNIN_PASSWORD, KITH_SIGNIN_LINK } KithSignInMode;

struct _KithClient {
  /* Where to, and with what */
  char *host;
  guint16 port;
  char *name;
  char *pin_wanted; /* from the options or by the user's word; NULL: what the storage holds */
  gboolean trust_first;
  KithTls *tls;
  KithStorage *storage;
  const KithClientHooks *hooks;
  gpointer data;

  /* The connection */
  KithClientState state;
  KithLink link;
  char pin[KITH_PIN_TEXT]; /* of this connection, or of the one that was asked about */
  gint64 now_us;           /* of the step under way */
  gint64 deadline_us;      /* when this phase has taken too long */
  gint64 retry_us;         /* WAITING */
  gint64 pinged_us;
  gboolean probe;   /* ask at once whether the server is there still ... */
  gint64 probed_us; /* ... and when that was, while nothing has come since; 0: not */
  KithBackoff backoff;
  GError *last_words; /* what the server said before it closed */
  gboolean stirred;   /* something was asked for since the last step */

  /* Signing in */
  KithSignInMode mode;
  gboolean sign_in_now;                              /* it was set while the connection stood open for it */
  char *handle, *display, *device, *password, *code; /* code: of a link, or of an invitation to register */
  char token[KITH_TOKEN_TEXT];                       /* the one that is being introduced: REGISTER and PASSWORD */
  char join_nonce[KITH_NONCE_TEXT];                  /* REGISTER */

  /* What the server told */
  gint64 me;
  char *server_name;
  char *history;
  gint64 text_max;
  gint64 rev;
  KithState *known;
  gboolean syncing, sync_again;

  /* Who is there */
  KithPresenceCore *presence;
  KithSocket presence_socket; /* KITH_SOCKET_NONE: no datagrams */
  KithAddress presence_to;
  KithPresence choice;        /* ours; text is owned */

  /* What was delivered and read */
  gboolean receipts;      /* the setting of the account */
  GHashTable *reports;    /* gint64 * -> what is to be told of a conversation */
  gint64 reports_due_us;

  /* What it is asked */
  gint64 last_id;
  GQueue requests;   /* KithRequest, ascending ids */
  GHashTable *by_id; /* gint64 * -> GList of requests */
  guint in_flight;   /* of those that were asked through kith_client_request */
  gint64 answered_us; /* when the last answer came that was not to a ping */
  GQueue lost;       /* KithRequest whose callers are to be told */
  KithOutbox *outbox;
};

#define KITH_REQUEST_SYSTEM \
  ((KithRequestFlags) (1 << 8)) /* belongs to this connection; goes out at once, ready or not */

/* presence.c */
void kith_client_presence_init (KithClient *client);
void kith_client_presence_clear (KithClient *client);
void kith_client_presence_greet (KithClient *client, json_object *hello_answer);
void kith_client_presence_learn (KithClient *client, json_object *sync_answer);
void kith_client_presence_end (KithClient *client);
void kith_client_presence_step (KithClient *client);
void kith_client_presence_watches (KithClient *client, GArray *watches);
void kith_client_on_presence (KithClient *client, json_object *push);
void kith_client_on_status (KithClient *client, json_object *push);
/* reports.c */
void kith_client_reports_init (KithClient *client);
void kith_client_reports_clear (KithClient *client);
void kith_client_note_come (KithClient *client, gint64 conversation, json_object *event); /* an event was pushed or fetched */
void kith_client_pump_reports (KithClient *client);
void kith_client_on_receipts (KithClient *client, json_object *push);
void kith_client_on_settings (KithClient *client, json_object *settings);
/* client.c */
void kith_client_enter (KithClient *client, KithClientState state, const GError *why); /* changes the state and tells */
void kith_client_allow (KithClient *client, gint64 span_us);                           /* for the phase that begins */
/* The connection is of no use any more: try again later. A server that asks for patience gets it. error is taken. */
void kith_client_break (KithClient *client, GError *error, gint64 retry_after_ms);
/* It makes no sense to go on without the user: state is REFUSED, KEY_CHANGED or ASKING. error is taken, may be NULL. */
void kith_client_end (KithClient *client, KithClientState state, GError *error);
void kith_client_notice (KithClient *client, const GError *notice);
/* Keeps a value; when that fails, goes on and gives notice. */
void kith_client_keep (KithClient *client, KithKept what, const char *value);

/* trust.c, after the handshake: greets, or ends. */
void kith_client_meet (KithClient *client);
/* signin.c */
void kith_client_greet (KithClient *client);
void kith_client_sign_in (KithClient *client);
/* sync.c */
void kith_client_sync (KithClient *client);
void kith_client_take_push (KithClient *client, const KithMessage *message);
/* requests.c */
void kith_client_ask (KithClient *client, json_object *request, KithAnswerFunc func, gpointer data);
void kith_client_take_answer (KithClient *client, const KithMessage *message);
/* Since when the server owes an answer and gives none (to pings it may); G_MAXINT64: it owes none. */
gint64 kith_client_owed_since (const KithClient *client);
void kith_client_pump_requests (KithClient *client);
void kith_client_requests_lost (KithClient *client, gboolean all); /* all: those to be kept too */
void kith_client_tell_lost (KithClient *client);
/* posts.c */
void kith_client_pump_posts (KithClient *client);
