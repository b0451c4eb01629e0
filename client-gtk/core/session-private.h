/* session-private.h - the parts of a session as they see each other. Private to core.
 *
 *   session.c           its life, what it tells of itself, signing in
 *   session-hooks.c     what the headless client tells: noted here, shown with the next flush
 *   session-models.c    people and conversations become contacts and chats
 *   session-local.c     what only this computer knows of them
 *   session-flush.c     what was noted is shown
 *   session-previews.c  the last message of each conversation, in a line
 *   session-writing.c   posts, edits, reactions
 *   session-failed.c    messages that were refused
 *   session-marks.c     cursors, and who types
 *   session-missed.c    what came while there was no connection
 *   session-expelled.c  rooms that we were put out of
 *   session-presence.c  our own presence, and the receipts setting
 *   session-calls.c     requests as GTasks; opening, joining, creating
 *   session-search.c    search here, then on the server
 *
 * Hooks come from within a step of the client. They note what has changed; nobody outside of core is called before the
 * flush that follows the step, so whatever a widget does then, the client is at rest. */
#pragma once

#include "session.h"

#include "cache.h"
#include "roster.h"

typedef struct _KithTelling KithTelling;

/* Somebody types, or has written and types no more. */
typedef struct {
  gint64 conversation, account;
  gboolean over;
} KithTyped;

/* A message that looks deleted, by its place: its line leaves the window of the log and comes back as another object.
 */
typedef struct {
  gint64 conversation, seq;
} KithGoing;

struct _KithSession {
  GObject parent;

  /* Where to, and with what */
  char *id, *address;
  KithSettings *settings; /* may be NULL */
  KithTls *tls;
  KithClient *client;
  KithStorage *storage; /* the client's */
  KithCache *cache;
  GMainContext *context;
  GSource *source;          /* drives the client */
  GSource *flush;           /* NULL: none is due */
  gboolean flushing, again; /* again: another was due meanwhile */

  /* What is told of it */
  char *server_name, *handle, *pin;
  GError *error; /* why the state is what it is; NULL: nothing is wrong */
  gint64 me;
  KithClientState state;
  guint waiting, unsent, sent; /* entries in the outbox; when we came back; acknowledged since */
  gint64 unread, mentions;
  GQueue tellings; /* KithTelling: signals for the flush */

  /* The models */
  GHashTable *contacts; /* gint64 * -> KithContact */
  GHashTable *chats;    /* gint64 * -> KithChat */
  GHashTable *direct;   /* gint64 * (account) -> KithChat: the conversation of two, or its place */
  KithChats *list;
  KithRoster *roster;
  GHashTable *names;  /* folded name -> KithContact; NULL: to be made */
  GHashTable *logs;   /* KithChat -> KithLog, borrowed: a log takes itself out */
  GQueue kept;        /* KithLog, the last used first */
  GPtrArray *members; /* KithMembers, borrowed: each takes itself out */
  GHashTable *locals; /* what this computer keeps: "draft 7" -> value, until its chat is there */

  /* Noted since the last flush */
  GHashTable *new_people, *new_presence, *new_chats; /* sets of gint64 */
  GHashTable *last_messages;                         /* gint64 * -> json_object: for previews */
  GPtrArray *posted;                                 /* json_object: messages of others that were pushed */
  gboolean invited;                                  /* an invitation was used to get in */
  gboolean unlocking; /* the person is asked for the keyring's password */
  gboolean new_state, new_me, new_totals, all_new, forgotten, want_previews, synced;

  /* Marks, typing */
  GHashTable *marks;    /* gint64 * -> what is to be asked */
  GHashTable *typed_us; /* gint64 * -> gint64 *: when we last said so */
  GSource *typing_timer;
  GHashTable *typing; /* KithChat: where somebody types */
  GArray *typed;      /* KithTyped: since the last flush */

  GPtrArray *outcomes;   /* of calls, for the flush; or waiting for their chat to be there */
  GHashTable *before;    /* gint64 * -> gint64 *: what was unread when the connection was lost; or NULL */
  GHashTable *expelling; /* gint64 * -> json_object: events whose state is still to come */
  GPtrArray *going;      /* KithGoing: deleted, and to be undone still */
  GHashTable *failed;    /* guint64 * (key) -> json_object: requests that were refused for good */
};

extern const KithClientHooks kith_session_hooks;

/* session.c */
typedef enum {
  KITH_SIGNAL_TRUST,
  KITH_SIGNAL_KEY_CHANGED,
  KITH_SIGNAL_POSTED,
  KITH_SIGNAL_READ,
  KITH_SIGNAL_MISSED,
  KITH_SIGNAL_NOTICE,
  KITH_SIGNAL_LOCKED,
  KITH_SIGNAL_SENT,
  KITH_SIGNAL_EXPELLED,
  KITH_N_SIGNALS
} KithSessionSignal;
/* To be emitted with the next flush; what is given is copied or referenced. */
void kith_session_tell (KithSession *session, KithSessionSignal signal, const char *a, const char *b);
void kith_session_tell_chat (KithSession *session, KithSessionSignal signal, KithChat *chat, KithPost *post);
void kith_session_tell_words (KithSession *session, KithSessionSignal signal, KithChat *chat, const char *words);
void kith_session_tell_sent (KithSession *session, guint n);
void kith_session_emit_tellings (KithSession *session);
typedef enum {
  KITH_SESSION_STATE = 1,
  KITH_SESSION_SERVER_NAME,
  KITH_SESSION_ME,
  KITH_SESSION_UNREAD,
  KITH_SESSION_MENTIONS,
  KITH_SESSION_PROBLEM,
  KITH_SESSION_RETRY_AT,
  KITH_SESSION_WAITING,
  KITH_SESSION_CHOICE,
  KITH_SESSION_N_PROPERTIES
} KithSessionProperty;
void kith_session_notify (KithSession *session, KithSessionProperty property);
void kith_session_set_error (KithSession *session, const GError *error); /* NULL: nothing is wrong */

/* session-models.c */
void kith_session_models_init (KithSession *session);
void kith_session_models_clear (KithSession *session);
/* As the state has them now; nothing happens with what neither it nor we know. */
void kith_session_show_person (KithSession *session, gint64 id);
void kith_session_show_chat (KithSession *session, gint64 id);
void kith_session_show_server (KithSession *session); /* its name, as of the author of what it says itself */
void kith_session_show_presence (KithSession *session, KithContact *contact);
KithLog *kith_session_find_log (KithSession *session, KithChat *chat);  /* borrowed; NULL: nobody shows it */
void kith_session_drop_log (KithSession *session, KithChat *chat);      /* the log goes */
gboolean kith_session_setting (KithSession *session, const char *name); /* TRUE without settings */

/* session-local.c */
void kith_session_load_locals (KithSession *session);
void kith_session_adopt (KithSession *session, KithChat *chat); /* a new one: gets what is kept, and is watched */

/* session-previews.c */
void kith_session_load_previews (KithSession *session);
void kith_session_fetch_previews (KithSession *session); /* of those that we do not know, when we are online */
void kith_session_note_preview (KithSession *session, json_object *event); /* any event that was pushed */
void kith_session_show_previews (KithSession *session);

/* session-flush.c */
GHashTable *kith_session_id_set (void);
void kith_session_stir (KithSession *session); /* a flush is due */
void kith_session_flush (KithSession *session);
void kith_session_note (KithSession *session, GHashTable *set, gint64 id); /* one of the sets above; stirs */

/* session-writing.c */
gboolean kith_session_is_going (KithSession *session, gint64 conversation, gint64 seq);
void kith_session_on_entry (KithSession *session, const KithOutboxEntry *entry);

/* session-expelled.c */
void kith_session_note_expelling (KithSession *session, gint64 conversation, json_object *event); /* any event */
/* The state of a chat was learned; was_in: we were in until now. */
void kith_session_tell_expelled (KithSession *session, KithChat *chat, gboolean was_in);

/* session-failed.c */
gboolean kith_session_is_failed (KithSession *session, guint64 key);
void kith_session_keep_failed (KithSession *session, const KithOutboxEntry *entry);
void kith_session_forget_failed (KithSession *session, guint64 key);
/* TRUE: what the cache keeps under this name is one. */
gboolean kith_session_load_failed (KithSession *session, const char *what, const char *value);
/* Posts of this conversation that wait or have failed, ascending by key: each request, with its error (NULL: waits). */
typedef struct {
  guint64 key;
  json_object *request; /* borrowed, as error */
  gboolean written;
  const char *error; /* NULL: it has not failed */
  gint64 entered;    /* ms since 1970: when it was written; 0: not known */
} KithWaiting;
typedef void (*KithWaitingFunc) (const KithWaiting *waiting, gpointer data);
void kith_session_each_waiting (KithSession *session, gint64 conversation, KithWaitingFunc func, gpointer data);

/* session-missed.c */
void kith_session_note_unread (KithSession *session); /* the connection is lost */
void kith_session_tell_missed (KithSession *session); /* a sync is over */

/* session-presence.c */
void kith_session_came_online (KithSession *session);
void kith_session_watch_settings (KithSession *session);
/* session-marks.c */
void kith_session_note_typing (KithSession *session, const KithTyped *typed);
void kith_session_flush_typing (KithSession *session);

/* session-calls.c */
/* As kith_client_request and kith_client_fetch. func is called once, unless the session goes before; then destroy (may
 * be NULL) frees data in any case. */
typedef void (*KithSessionAnswerFunc) (KithSession *session, const KithAnswer *answer, gpointer data);
void kith_session_ask (KithSession *session, json_object *request, KithRequestFlags flags, KithSessionAnswerFunc func,
                       gpointer data, GDestroyNotify destroy);
void kith_session_fetch (KithSession *session, gint64 conversation, const KithFetch *fetch, KithSessionAnswerFunc func,
                         gpointer data, GDestroyNotify destroy);
GPtrArray *kith_session_outcomes_new (void);
void kith_session_conclude (KithSession *session); /* tells who has called */
void kith_session_give_up (KithSession *session);  /* who waits for a chat gets an error */
