/* client.h - the headless client: one account on one server, kept connected, caught up, and rid of what it has to post.
 *
 * Driven from outside: ask what it waits for (kith_client_watches, kith_client_due), wait, kith_client_step. It has no
 * main loop, no thread (but the look-up of a name) and no globals; several live in one process. Not thread-safe. A step
 * receives and sends until it would block, or asks to be called again by being due at once. Call any function at any
 * time, and look at watches and due afresh afterwards. Callbacks come from kith_client_step and kith_client_free only;
 * they may call everything here but these two. */
#pragma once

#include "client/outbox.h"
#include "client/state.h"
#include "net/connector.h"
#include "net/tls.h"
#include "proto/message.h"
#include "proto/presence.h"

typedef struct _KithClient KithClient;

typedef enum {
  KITH_CLIENT_STOPPED,    /* not started, or stopped */
  KITH_CLIENT_CONNECTING, /* looking up, connecting */
  KITH_CLIENT_SECURING,   /* TLS handshake */
  KITH_CLIENT_ASKING,     /* the server is not known: hook trust was called, kith_client_trust goes on */
  KITH_CLIENT_GREETING,   /* hello */
  KITH_CLIENT_OPEN,       /* greeted, and nothing to sign in with: kith_client_register or kith_client_login goes on */
  KITH_CLIENT_SIGNING_IN,
  KITH_CLIENT_SYNCING,
  KITH_CLIENT_READY,       /* requests and posts go out */
  KITH_CLIENT_WAITING,     /* the connection failed; another attempt is due later */
  KITH_CLIENT_KEY_CHANGED, /* the server shows another key than the one we trusted: stopped until the user decides */
  KITH_CLIENT_REFUSED      /* the server (or the user) said no: stopped */
} KithClientState;

/* What became of a request. All is valid during the call only. */
typedef struct {
  json_object *root;     /* the answer, checked by the table; NULL when refused or lost */
  const GError *error;   /* set when root is NULL */
  gint64 retry_after_ms; /* what the server said with the error, or 0 */
  gboolean lost;         /* no answer came: whether the server did it is not known */
} KithAnswer;

typedef void (*KithAnswerFunc) (KithClient *client, const KithAnswer *answer, gpointer data);

/* What the client tells. Each may be NULL. Arguments are valid during the call only. */
typedef struct {
  void (*state_changed) (KithClient *client, KithClientState state, const GError *why,
                         gpointer data);                              /* why may be NULL */
  void (*trust) (KithClient *client, const char *pin, gpointer data); /* answer with kith_client_trust, now or later */
  void (*learned) (KithClient *client, json_object *sync_answer,
                   gpointer data);                    /* a page of sync, applied already, before REV is stored */
  void (*synced) (KithClient *client, gpointer data); /* the state is complete up to now */
  void (*forgotten) (
      KithClient *client,
      gpointer data); /* another `history`: everything cached of this server is void, the outbox is kept */
  void (*event) (KithClient *client, json_object *event, gpointer data);
  void (*typing) (KithClient *client, gint64 conversation, gint64 account, gpointer data);
  void (*marked) (KithClient *client, gint64 conversation, gpointer data);
  void (*behind) (KithClient *client, gint64 conversation, gint64 last,
                  gpointer data); /* events up to last were not pushed: fetch them */
  void (*entry_changed) (KithClient *client, const KithOutboxEntry *entry, gpointer data);
  void (*presence) (KithClient *client, const KithPresence *presence, gpointer data); /* how somebody is has changed */
  void (*status) (KithClient *client, const KithPresence *choice, gpointer data);     /* what we chose was learned, perhaps from another device */
  void (*notice) (KithClient *client, const GError *notice,
                  gpointer data); /* nothing stops, but somebody may want to know */
  void (*receipts) (KithClient *client, gint64 conversation,
                    gpointer data); /* somebody has got further: kith_state_receipts */
  void (*settings) (KithClient *client, gpointer data); /* of the account; learned, or changed on another device */
} KithClientHooks;

typedef struct {
  const char *host; /* a name, an address, or "unix:/path" (no TLS then) */
  guint16 port;
  const char *name;             /* program and version for hello, up to 64 bytes */
  const char *pin;              /* the only key to accept (64 hex digits), whatever the storage holds; or NULL */
  gboolean trust_first;         /* trust an unknown server's key without a question, and keep it */
  guint window;                 /* posts in flight; 0: 32 */
  KithTls *tls;                 /* borrowed, must outlive the client; may be NULL for "unix:" */
  KithStorage *storage;         /* taken */
  const KithClientHooks *hooks; /* borrowed */
  gpointer data;                /* for the hooks */
} KithClientOptions;

/* Fails when the storage cannot be read, or without TLS over TCP. */
KithClient *kith_client_new (const KithClientOptions *options, GError **error);
/* Calls back every unanswered request as lost. NULL is allowed. */
void kith_client_free (KithClient *client);

void kith_client_watches (KithClient *client, GArray *watches); /* appends KithWatch: at most one for each socket */
gint64 kith_client_due (KithClient *client); /* monotonic, microseconds; G_MAXINT64: only for a socket */
void kith_client_step (KithClient *client, gint64 now_us);

void kith_client_start (KithClient *client);               /* connect and stay connected */
void kith_client_stop (KithClient *client);                /* close; the state is STOPPED */
/* The network or the computer came back: do not wait any longer. A connection that is up is asked for a sign of life; one
 * that gives none within 3 s is replaced. */
void kith_client_try_now (KithClient *client);
/* The answer to hook trust; in KEY_CHANGED: TRUE trusts the new key from now on. */
void kith_client_trust (KithClient *client, gboolean yes);
/* The only key to accept (64 hex digits), whatever the storage holds. Before kith_client_start. */
void kith_client_expect_pin (KithClient *client, const char *pin);

/* Sets what to sign in with, at any time; without them the stored token is used. A registration whose answer was lost
 * is repeated with the nonce and the token that the storage holds, and gives the same account. display, password: may
 * be NULL. */
gboolean kith_client_register (KithClient *client, const char *handle, const char *display, const char *device,
                               const char *password, GError **error);
void kith_client_login (KithClient *client, const char *handle, const char *password, const char *device);
/* The code of an invitation (32 hex digits), for a kith_client_register that follows. */
void kith_client_use_invitation (KithClient *client, const char *code);
/* By a code that another device of the account shows (link_start). */
void kith_client_link (KithClient *client, const char *code, const char *device);
gboolean kith_client_has_token (KithClient *client);
/* Drops token, handle and rev from the storage: after a logout, or when the token does not sign in any more. */
void kith_client_forget_account (KithClient *client);

KithClientState kith_client_state (KithClient *client);
gint64 kith_client_retry_at (KithClient *client); /* WAITING: of the next attempt, monotonic microseconds; else 0 */
const char *kith_client_state_name (KithClientState state);
KithState *kith_client_known (KithClient *client);        /* borrowed */
KithOutbox *kith_client_outbox (KithClient *client);      /* borrowed; to look, not to change */
gint64 kith_client_me (KithClient *client);               /* our account; 0 before the first sign-in */
/* Nothing is owed: every request has its answer, and nothing waits in the outbox, or there is no connection. */
gboolean kith_client_is_settled (const KithClient *client);
const char *kith_client_server_name (KithClient *client); /* "" before hello */
const char *kith_client_pin (KithClient *client);         /* of the connection's TLS, or "" */
gint64 kith_client_text_max (KithClient *client);         /* bytes of a message */
gint64 kith_client_rev (KithClient *client);
/* Gives back what a storage kept: an object as sync answers it. Before kith_client_start. */
void kith_client_learn (KithClient *client, json_object *sync_answer);

/* How somebody is. Never NULL: OFFLINE (and text "") who was not heard of. Valid until the next step. */
const KithPresence *kith_client_presence (KithClient *client, gint64 account);
/* What we chose ourselves (request `status`). Others see AWAY for ONLINE while every device is idle. */
const KithPresence *kith_client_choice (KithClient *client);
/* Whether nobody uses this device just now. */
void kith_client_set_idle (KithClient *client, gboolean idle);
/* How presence travels, for diagnostics: by UDP, or as frames because UDP does not get through. */
typedef enum { KITH_PATH_NONE, KITH_PATH_PACKETS, KITH_PATH_FRAMES } KithPresencePath;
KithPresencePath kith_client_presence_path (KithClient *client);

/* Receipts: what others have got and read, in conversations of up to KITH_RECEIPTS_MEMBERS_MAX people. kith_state_receipts
 * tells what is known; asking once, when a conversation is opened, makes it complete, and hook receipts says when there is
 * more. That events have come here is reported by itself; that they were read is what the request `mark` says. */
void kith_client_ask_receipts (KithClient *client, gint64 conversation);
/* The setting of the account: when it is off, others learn nothing of us, nor we of them. TRUE until sync has told. */
gboolean kith_client_receipts (KithClient *client);
void kith_client_set_receipts (KithClient *client, gboolean on, KithAnswerFunc func, gpointer data);

/* Asks the server. request (taken) has type and members, no id. func is called exactly once, never from within this
 * call. */
typedef enum {
  KITH_REQUEST_PLAIN = 0,    /* fails as lost when the connection goes, at once when there is none */
  KITH_REQUEST_KEEP = 1 << 0 /* has a nonce or changes nothing: waits for a connection and is repeated until answered */
} KithRequestFlags;
void kith_client_request (KithClient *client, json_object *request, KithRequestFlags flags, KithAnswerFunc func,
                          gpointer data);
/* A message without an answer (typing); dropped when not ready or when much else waits to be
 * written. push is taken. */
void kith_client_push (KithClient *client, json_object *push);
/* {"type":type}, with a conversation unless it is 0, and a new nonce if wanted. */
json_object *kith_client_message (const char *type, gint64 conversation, gboolean nonce);

/* Which events: one of after, before (exclusive) or changed_after with upto; negative: not given. */
typedef struct {
  gint64 after, before, changed_after, upto;
  guint limit; /* 0: the server's */
} KithFetch;
#define KITH_FETCH_NEWEST ((KithFetch){-1, -1, -1, -1, 0})
void kith_client_fetch (KithClient *client, gint64 conversation, const KithFetch *fetch, KithAnswerFunc func,
                        gpointer data);

/* Pages through the events behind after up to the present. Called for each page (events is a JSON array, ascending), at
 * the end once with events NULL; error NULL: all of it is there. */
typedef void (*KithPageFunc) (KithClient *client, gint64 conversation, json_object *events, const GError *error,
                              gpointer data);
void kith_client_catch_up (KithClient *client, gint64 conversation, gint64 after, KithPageFunc func, gpointer data);

/* What somebody wrote. */
typedef struct {
  const char *text;
  gint64 reply_to;        /* 0: none; ignored by an edit */
  const gint64 *mentions; /* accounts, none twice */
  gsize n_mentions;       /* up to KITH_MENTIONS_MAX */
  gboolean all;           /* mentions everybody who is there: needs a role in a room */
  gboolean urgent;        /* ignored by an edit */
} KithDraft;

/* The request that says it to everybody on the server, for kith_client_request; reply_to and all do not apply. */
json_object *kith_client_broadcast_message (const KithDraft *draft);

/* Into the outbox; hook entry_changed tells what becomes of them. Return the entry's key, or 0 with an error (see
 * outbox.h). */
guint64 kith_client_post (KithClient *client, gint64 conversation, const KithDraft *draft, GError **error);
guint64 kith_client_edit (KithClient *client, gint64 conversation, gint64 target, const KithDraft *draft,
                          GError **error);
guint64 kith_client_delete (KithClient *client, gint64 conversation, gint64 target, GError **error);
guint64 kith_client_react (KithClient *client, gint64 conversation, gint64 target, const char *emoji, gboolean on,
                           GError **error);
guint64 kith_client_set_pinned (KithClient *client, gint64 conversation, gint64 target, gboolean on, GError **error);
/* While it was not handed to a socket (KITH_ENTRY_QUEUED). */
gboolean kith_client_alter (KithClient *client, guint64 key, const KithDraft *draft, GError **error);
gboolean kith_client_cancel (KithClient *client, guint64 key, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithClient, kith_client_free)
