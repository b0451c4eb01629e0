/* session.h - one account on one server, as the desktop client has it: the headless client on the main loop, the models
 * that widgets show, the cache behind them. No widget knows more of the network than this.
 *
 * Properties (notify): "state" (KithClientState), "server-name", "me" (KithContact), "unread" (messages in
 * conversations that are not muted), "mentions", "problem" (a sentence, or NULL), "retry-at" (monotonic microseconds of
 * the next attempt; 0 none), "waiting" (entries in the outbox), "choice" (our own presence).
 *
 * Signals:
 *   "trust" (char *pin)                 the server is not known: kith_session_trust goes on
 *   "key-changed" (char *old, char *new)  stopped until kith_session_trust_changed or kith_session_stop
 *   "posted" (KithChat *, KithPost *)   a message of somebody else arrived just now: for notifications
 *   "missed" (KithChat *, KithPost *)   it got messages while there was no connection; told after the next sync, of the
 *                                       most important conversations (NULL), and of each again when one of them is urgent
 *                                       (the newest such)
 *   "expelled" (KithChat *, char *sentence)  somebody has put us out of this room
 *   "locked"   the keyring has the account, and stays locked
 *   "read" (KithChat *)                 read, here or on another device: notifications are withdrawn
 *   "notice" (char *sentence)           something the person should be told once
 *   "sent" (guint n)                    the outbox was emptied of n entries after a time without connection */
#pragma once

#include "chats.h"
#include "client/client.h"
#include "log.h"
#include "members.h"
#include "profile.h"
#include "settings.h"

#define KITH_TYPE_SESSION (kith_session_get_type ())
G_DECLARE_FINAL_TYPE (KithSession, kith_session, KITH, SESSION, GObject)

/* address: "host", "host:port", "[v6]:port", "unix:/path". profile NULL: nothing is kept. id: the directory below
 * servers/, chosen by KithPlaces. */
KithSession *kith_session_new (KithProfile *profile, KithSettings *settings, const char *id, const char *address,
                               GError **error);
void kith_session_start (KithSession *session);
/* With the account that is kept here, if there is one. It may be in a keyring that is locked: then it is counted as there
 * while its person is asked ("locked": it was not opened). */
void kith_session_resume (KithSession *session);
gboolean kith_session_is_locked (KithSession *session); /* they are being asked */
void kith_session_stop (KithSession *session);
void kith_session_try_now (KithSession *session);
/* Before the program ends: what was asked just now gets its answer, and what waits goes out, while there is a connection;
 * at most until until_us (monotonic). */
void kith_session_settle (KithSession *session, gint64 until_us);

/* Trust: the answer to signal "trust". FALSE forgets the key and stops. */
void kith_session_trust (KithSession *session, gboolean yes);
void kith_session_trust_changed (KithSession *session); /* accepts the new key, and connects */
/* A key that must be the server's (from an invitation): no question is asked. Before start. */
void kith_session_expect_pin (KithSession *session, const char *pin);

/* Signing in: at any time; the state tells how it goes, "problem" why it did not. password may be NULL. */
gboolean kith_session_register (KithSession *session, const char *name, const char *password, GError **error);
void kith_session_login (KithSession *session, const char *handle, const char *password);
void kith_session_link (KithSession *session, const char *code);
void kith_session_use_invitation (KithSession *session, const char *code);
gboolean kith_session_has_account (KithSession *session);
/* Forgets token and cache of this server; the caller removes it from the places. */
void kith_session_forget (KithSession *session);

const char *kith_session_id (KithSession *session);
const char *kith_session_address (KithSession *session);
const char *kith_session_server_name (KithSession *session); /* its address as long as the name is not known */
const char *kith_session_pin (KithSession *session);         /* the one that was trusted; "" unknown; 64 hex digits */
gint64 kith_session_trusted_at (KithSession *session);       /* ms since 1970; 0: not known */
const char *kith_session_shown_pin (KithSession *session);   /* what the server showed last; "" unknown */
KithClientState kith_session_state (KithSession *session);
gboolean kith_session_is_online (KithSession *session); /* READY */
const char *kith_session_problem (KithSession *session);
/* Why the connection ended or the server refused, for the code of it (KITH_ERROR, KITH_NET_ERROR); NULL: nothing is
 * wrong. Valid until the state changes. */
const GError *kith_session_error (KithSession *session);
gint64 kith_session_retry_at (KithSession *session);
guint kith_session_waiting (KithSession *session);
gint64 kith_session_text_max (KithSession *session); /* bytes of a message */
KithContact *kith_session_me (KithSession *session); /* NULL before the first sign-in */
gint64 kith_session_unread (KithSession *session);
gint64 kith_session_mentions (KithSession *session);

KithChats *kith_session_chats (KithSession *session);     /* borrowed; order SECTIONS; the sidebar's */
GListModel *kith_session_contacts (KithSession *session); /* borrowed; KithContact by name, deleted ones left out */
/* Never NULL: unknown ones are "Somebody"; 0: the server. */
KithContact *kith_session_contact (KithSession *session, gint64 account);
KithContact *kith_session_contact_by_handle (KithSession *session, const char *handle);
KithChat *kith_session_chat (KithSession *session, gint64 conversation); /* NULL: not known */
/* The one that was shown last on this computer, kept over a restart; NULL: none that is still there. Borrowed. */
KithChat *kith_session_last_chat (KithSession *session);
void kith_session_set_last_chat (KithSession *session, KithChat *chat);
/* Where a new person begins: the room of the invitation that was used, else the lobby; NULL: none. */
KithChat *kith_session_lobby (KithSession *session);

/* The log of a conversation. The last KITH_LOGS_KEPT that were used stay filled. The caller's reference. */
#define KITH_LOGS_KEPT 6
KithLog *kith_session_log (KithSession *session, KithChat *chat);
KithMembers *kith_session_members (KithSession *session, KithChat *chat); /* the caller's reference */

/* Writing. They go into the outbox, and show in the log at once. text: as the person wrote it; mentions are found in it
 * ("@handle" and "@Full Name" of people that we know). FALSE with an error that can be shown. */
gboolean kith_session_post (KithSession *session, KithChat *chat, const char *text, gint64 reply_to, GError **error);
gboolean kith_session_post_urgent (KithSession *session, KithChat *chat, const char *text, gint64 reply_to,
                                   GError **error); /* the same, marked so */
/* The request that says it to everybody on the server, for kith_session_call_async; NULL with an error. Only owners and
 * admins of the server may. */
json_object *kith_session_broadcast (KithSession *session, const char *text, gboolean urgent, GError **error);
gboolean kith_session_may_broadcast (KithSession *session);
/* An edit of a stored message, or altering one that no socket has seen. An empty text is refused. */
gboolean kith_session_edit (KithSession *session, KithChat *chat, KithPost *post, const char *text, GError **error);
/* Deletes a stored message; cancels one that no socket has seen; forgets a failed one. */
gboolean kith_session_delete (KithSession *session, KithChat *chat, KithPost *post, GError **error);
/* The person has deleted a stored message and can still undo that: it looks deleted here, wherever it is shown, and nobody
 * was told. FALSE: undone, or kith_session_delete follows. */
void kith_session_set_going (KithSession *session, KithChat *chat, KithPost *post, gboolean going);
gboolean kith_session_retry (KithSession *session, KithChat *chat, KithPost *post, GError **error);
gboolean kith_session_react (KithSession *session, KithChat *chat, KithPost *post, const char *emoji, gboolean on,
                             GError **error);
gboolean kith_session_pin_post (KithSession *session, KithChat *chat, KithPost *post, gboolean on, GError **error);
void kith_session_typing (KithSession *session,
                          KithChat *chat); /* at most once in 3 s is sent; a setting switches it off */
void kith_session_mark_read (KithSession *session, KithChat *chat, gint64 seq);   /* only forward */
void kith_session_mark_unread (KithSession *session, KithChat *chat, gint64 seq); /* from this message on */

/* Presence. */
const KithPresence *kith_session_choice (KithSession *session);
void kith_session_choose (KithSession *session, KithPresenceState state, const char *text, gint64 until);
void kith_session_set_idle (KithSession *session, gboolean idle);

/* Anything else that the protocol has: request (taken) from kith_client_message and json_object_object_add. The answer
 * is the caller's (json_object_put). Errors can be shown. */
void kith_session_call_async (KithSession *session, json_object *request, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data);
json_object *kith_session_call_finish (KithSession *session, GAsyncResult *result, GError **error);

/* The conversation with this person (made when there is none): a KithChat with an id, the caller's reference. */
void kith_session_open_chat_async (KithSession *session, KithChat *chat, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer data);
void kith_session_open_people_async (KithSession *session, const gint64 *accounts, gsize n, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer data);
void kith_session_join_async (KithSession *session, gint64 conversation, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data);
void kith_session_create_room_async (KithSession *session, const char *name, const char *topic, gboolean is_private,
                                     gboolean since_join, GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer data);
/* Into the room that an invitation names, by its code; BAD_REQUEST: it names none. Waits for a connection. */
void kith_session_accept_async (KithSession *session, const char *code, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
KithChat *kith_session_chat_finish (KithSession *session, GAsyncResult *result, GError **error);

/* Looks on this computer first, then (while connected) on the server; newest first, each message once. */
typedef struct {
  const char *text;
  gint64 conversation; /* 0: everywhere */
  gint64 from;         /* account; 0: anybody */
  gint64 since, until; /* ms since 1970; 0: open */
  const char *has;     /* "link", "mention", "reply"; NULL */
  guint patience_ms;   /* until the server is asked: somebody may still be typing */
} KithQuery;
typedef struct {
  gint64 conversation;
  KithPost *post;
} KithHit;
KithHit *kith_hit_copy (const KithHit *hit); /* the caller's */
void kith_hit_free (KithHit *hit);
/* Called with what is new (KithHit *, borrowed), more than once: from the cache, then from the server. done: that was
 * all of this page; more: kith_search_more brings older ones. */
typedef struct _KithSearch KithSearch;
typedef void (*KithHitsFunc) (KithSearch *search, GPtrArray *hits, gboolean done, gboolean more, const GError *error,
                              gpointer data);
KithSearch *kith_session_search (KithSession *session, const KithQuery *query, KithHitsFunc func, gpointer data);
void kith_search_more (KithSearch *search);
void kith_search_free (KithSearch *search); /* func is not called any more */
