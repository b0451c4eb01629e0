/* store-writer.h - the writing connection: applies batches of changes, each batch one transaction. One thread at a
 * time.
 *
 * store-writer.c    transactions, what fails and what then
 * store-apply.c     a table: kind of change -> function
 * store-append.c    a table: kind of event -> function
 * store-leave.c     the end of an account
 * store-broadcast.c the conversation of everybody
 * store-expire.c    the beginning of a log goes
 * store-recent.c    where messages are until they are put into their places
 * store-nonces.c    what was answered, by nonce
 * store-numbers.c   seq, n, rev and cursors: counted in memory, derived from the log where that was lost */
#pragma once

#include "domain/change.h"
#include "proto/error.h"
#include "sql/sql.h"

/* Where a conversation stands, with what the transaction at work has added. */
typedef struct {
  gint64 conversation, last, n, at, rev;
  gboolean dirty; /* differs from its row */
} KithdNumbers;

#define KITHD_NONCE_BYTES ((gsize) 16)
#define KITHD_DIGEST_KEPT ((gsize) 16) /* bytes of the digest: enough to tell one's own requests apart */

typedef struct _KithdNonces KithdNonces; /* what memory knows of nonces */

typedef struct {
  char *file;
  gboolean keep_versions;
  KithSql *sql;        /* NULL: every change is refused */
  gboolean failing;    /* the last batch was refused: said once, not with every batch */
  gboolean unsound;    /* that for good; else opening is tried again with every batch */
  GHashTable *numbers; /* conversation -> KithdNumbers */
  GPtrArray *dirty;    /* of them, those that differ from their rows */
  GHashTable *cursors; /* set of posters' cursors that are not yet in their rows */
  KithdNonces *nonces; /* store-nonces.c */
  gboolean staging;    /* the messages of the batch at work become recent ones */
  guint unsettled;     /* messages that were committed without those rows, most of them recent */
  gsize recent_bytes;  /* of the bodies of recent ones */
  gboolean behind;     /* the rows may be behind the log, and memory does not know: they are derived first */
  gint64 rev;          /* with what the transaction at work has added */
  gint64 committed_rev;
  gint64 now;            /* ms since 1970, for the change at work */
  KithdNumbers *touched; /* by the change at work, or NULL */
  KithdNumbers before;   /* what it was before that */
  gboolean erased;       /* text was deleted and may still be in the journal */
  guint journal;         /* pages that the last commit left in the journal */
  guint batch;           /* changes of the last batch */
  gboolean moved;        /* the last rest went into moving the journal */
  gboolean doubted;      /* what was moved out of the journal may not be on the disk */
} KithdWriter;

KithdWriter *kithd_writer_open (const char *file, gboolean keep_versions, GError **error);
void kithd_writer_close (KithdWriter *writer);
/* Fills in the outcome of each change. Never fails as a whole: what cannot be stored is refused change by change. */
void kithd_writer_apply (KithdWriter *writer, GPtrArray *changes);
/* Brings everything into its place that waits for it. */
void kithd_writer_settle (KithdWriter *writer);
/* How much there is for a rest: 0: nothing yet; 2: twice as much as is worth it. */
guint kithd_writer_lots (const KithdWriter *writer);
/* For when nobody waits: does a little of what would else keep everybody waiting when there is much of it. */
void kithd_writer_rest (KithdWriter *writer);
/* Empties the journal, so that no deleted text stays in it. FALSE: a reader is in the way; try later. */
gboolean kithd_writer_clean (KithdWriter *writer);

/* store-apply.c: does one change inside the transaction. Errors of KITH_ERROR refuse this change, others end the batch.
 */
gboolean kithd_apply (KithdWriter *writer, KithdChange *change, GError **error);
/* Both return FALSE. taken: a row that is there already means `code`; takes problem, other errors stay what they are.
 */
gboolean kithd_refuse (GError **error, KithError code, const char *sentence);
gboolean kithd_refuse_taken (GError **error, GError *problem, KithError code, const char *sentence);
/* Makes the conversation; change->conversation is its id. */
gboolean kithd_add_conversation (KithdWriter *writer, KithdChange *change, const KithdConversationRecord *record,
                                 const char *direct_key, gint64 rev, GError **error);
/* TRUE where the change names no invitation. */
gboolean kithd_use_invitation (KithdWriter *writer, const KithdChange *change, GError **error);
/* store-append.c */
gboolean kithd_apply_append (KithdWriter *writer, KithdChange *change, GError **error);
/* store-leave.c: deletes an account. */
gboolean kithd_apply_delete_account (KithdWriter *writer, KithdChange *change, GError **error);
/* store-broadcast.c: a message to everybody; a new account enters its conversation, where there is one; a deleted one
 * leaves it. No events but the message. */
gboolean kithd_apply_broadcast (KithdWriter *writer, KithdChange *change, GError **error);
gboolean kithd_broadcasts_enter (KithdWriter *writer, gint64 account, GError **error);
gboolean kithd_broadcasts_leave (KithdWriter *writer, gint64 account, GError **error);
/* store-expire.c: the oldest events of a conversation, or all of it. */
gboolean kithd_apply_expire (KithdWriter *writer, KithdChange *change, GError **error);
/* Everything of the conversation up to that seq goes; then gone messages are. */
gboolean kithd_log_cut (KithdWriter *writer, gint64 conversation, gint64 upto, gint64 gone, GError **error);
/* Takes the next numbers and writes the event, but not yet where messages are staged (store-recent.c); change gets a reference. */
gboolean kithd_write_event (KithdWriter *writer, KithdChange *change, KithdEvent *event, KithdNumbers *numbers,
                            GError **error);

/* store-recent.c: whether the change is a message that does nothing but be appended. */
gboolean kithd_recent_may_hold (const KithdChange *change);
/* What became of a batch of such changes, many messages at a time: a statement costs as much as a row or two. */
gboolean kithd_recent_add (KithdWriter *writer, const GPtrArray *changes, GError **error);
/* Within a transaction: all of them into their places. */
gboolean kithd_recent_settle (KithdWriter *writer, GError **error);

/* store-nonces.c */
typedef struct {
  gboolean same; /* the content was the same: the digest is */
  gint64 conversation, seq, at, made_account, made_device; /* what does not apply is 0 */
} KithdAnswer;
/* 1: answered before, *answer says what; digest: of what is asked now, may be NULL. 0: new. -1: error. */
int kithd_nonces_find (KithdWriter *writer, gint64 account, const guint8 nonce[KITHD_NONCE_BYTES], const guint8 *digest,
                       KithdAnswer *answer, GError **error);
/* The change was done just now; its nonce was looked for and is new. */
gboolean kithd_nonces_remember (KithdWriter *writer, const KithdChange *change, GError **error);
/* Within a transaction, while the recent messages are still there: their nonces into their places. */
gboolean kithd_nonces_settle (KithdWriter *writer, GError **error);
KithdNonces *kithd_nonces_new (void);
void kithd_nonces_drop (KithdNonces *nonces); /* what it knows may be wrong; the recent messages are settled before anybody asks again */
void kithd_nonces_free (KithdNonces *nonces);

/* store-numbers.c. NOT_FOUND where there is no such conversation. */
KithdNumbers *kithd_numbers_find (KithdWriter *writer, gint64 conversation, GError **error);
void kithd_numbers_give (KithdWriter *writer, KithdNumbers *numbers, KithdEvent *event);
/* The change at work changes the conversation without an event: it takes the next rev. */
void kithd_numbers_touch (KithdWriter *writer, KithdNumbers *numbers);
void kithd_numbers_posted (KithdWriter *writer, const KithdEvent *message); /* just now: its sender's cursor */
gboolean kithd_numbers_flush_cursors (KithdWriter *writer, GError **error);
gboolean kithd_numbers_flush (KithdWriter *writer, GError **error);
void kithd_numbers_undo (KithdWriter *writer, gint64 rev); /* the change at work did not happen */
void kithd_numbers_drop (KithdWriter *writer);             /* the transaction did not happen */
/* Within a transaction, while nothing is in memory: brings the rows up to the end of the log. */
gboolean kithd_numbers_derive (KithdWriter *writer, GError **error);
void kithd_numbers_init (KithdWriter *writer);
void kithd_numbers_clear (KithdWriter *writer);

#define KITHD_RECENT_AT_ONCE 16
#define KITHD_RECENT_COLUMNS 9

/* The statements of this connection, by id (store-statements.c). */
enum {
  W_BEGIN,
  W_COMMIT,
  W_ROLLBACK,
  W_SAVEPOINT,
  W_RELEASE,
  W_ROLLBACK_TO,
  W_SET_REV,
  W_NONCE_FIND,
  W_NONCE_ABOVE,
  W_NONCE_ADD,
  W_RUN_FIND,
  W_RUN_LAST,
  W_RUN_ADD,
  W_ACCOUNT_ADD,
  W_ACCOUNT_PASSWORD,
  W_ACCOUNT_DISPLAY,
  W_ACCOUNT_STATUS,
  W_ACCOUNT_SETTINGS,
  W_ACCOUNT_ROLE,
  W_ACCOUNT_DELETE,
  W_DEVICES_REMOVE,
  W_INVITATIONS_END,
  W_MENTIONS_FORGET,
  W_MEMBER_OF,
  W_HEIR,
  W_NOTES_OF,
  W_LOG_EMPTY,
  W_LOG_FIRST,
  W_LOG_OLD,
  W_LOG_OLDEST,
  W_LOG_ORIGINALS,
  W_LOG_REACTIONS,
  W_LOG_MENTIONS,
  W_DEVICE_ADD,
  W_DEVICE_ROOM,
  W_DEVICE_SEE,
  W_DEVICE_FIND,
  W_DEVICE_REMOVE,
  W_INVITATION_ADD,
  W_INVITATION_USE,
  W_INVITATION_REMOVE,
  W_INVITATIONS_OVER,
  W_INVITATIONS_OF,
  W_BLOCK_FIND,
  W_BLOCK_SET,
  W_BLOCKS_OF,
  W_CONVERSATION_ADD,
  W_CONVERSATION_NUMBERS,
  W_CONVERSATION_ADVANCE,
  W_LOG_BEHIND,
  W_CONVERSATION_TOPIC,
  W_CONVERSATION_RENAME,
  W_CONVERSATION_RETENTION,
  W_DIRECT_FIND,
  W_BROADCASTS_FIND,
  W_BROADCASTS_MEMBERS,
  W_BROADCASTS_STAYS,
  W_ROOM_FIND,
  W_MEMBER_FIND,
  W_MEMBER_ANYBODY,
  W_MEMBER_ROLE,
  W_MEMBER_MUTE,
  W_MEMBER_SET,
  W_MEMBER_CURSOR,
  W_MEMBER_POSTED,
  W_MEMBER_RECEIPT,
  W_BAN_ADD,
  W_BAN_REMOVE,
  W_STAY_OPEN,
  W_STAY_CLOSE,
  W_EVENT_ADD,
  W_RECENT_ADD,
  W_RECENT_ADD_MANY, /* KITHD_RECENT_AT_ONCE, each of KITHD_RECENT_COLUMNS */
  W_RECENT_EVENTS,
  W_RECENT_NONCES,
  W_RECENT_EMPTY,
  W_EVENT_N,
  W_EVENT_N_GONE,
  W_EVENTS_OWN,
  W_TARGET,
  W_TARGET_TOUCH,
  W_TARGET_EDIT,
  W_TARGET_DELETE,
  W_TARGET_PIN,
  W_EDITS_EMPTY,
  W_PIN_COUNT,
  W_ORIGINAL_KEEP,
  W_ORIGINAL_REMOVE,
  W_REACTION_FIND,
  W_REACTION_ROOM,
  W_REACTION_ADD,
  W_REACTION_REMOVE,
  W_REACTIONS_REMOVE,
  W_MENTION_ADD,
  W_MENTION_ALL,
  W_MENTION_REMOVE,
  W_MENTIONS_OF,
  W_MENTIONS_REMOVE,
  W_MENTIONS_UNREAD,
  W_N_STATEMENTS
};
extern const char *const kithd_writer_statements[W_N_STATEMENTS];

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithdWriter, kithd_writer_close)
