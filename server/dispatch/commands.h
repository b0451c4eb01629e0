/* commands.h - the command table's row, and what the families of commands share. For server/dispatch only. */
#pragma once

#include "dispatch/dispatch.h"
#include "dispatch/search-queue.h"
#include "secret/link-codes.h"

typedef struct {
  const char *name;
  /* Decides about a decoded, well-formed request in the right phase. */
  void (*ask) (KithdDispatch *d, KithdConn *conn, const KithMessage *message);
  /* Answers after its change was committed (or known already); NULL: seq and at. */
  void (*answer) (KithdDispatch *d, KithdConn *conn, KithdChange *change);
  /* Goes on after its password was hashed. */
  void (*hashed) (KithdDispatch *d, KithdConn *conn, KithdHashJob *job);
} KithdCommand;

typedef struct _KithdReports KithdReports;

struct _KithdDispatch {
  KithdDispatchParts parts;
  KithdConversation *conversation; /* that the request at hand is about; NULL: there is none */
  GPtrArray *changes, *reads;
  KithdRates *registrations;  /* by host */
  KithdRates *wrong;          /* passwords and tokens: by host, and by host and handle */
  KithdLinkCodes *codes;
  char *hello;                /* of the answers to hello what is the same for everybody; NULL: it is made with the next one */
  char content[KITH_FRAME_TO_SERVER]; /* of a request, while it is written in the one way; that is never longer than its frame */
  KithdReports *reports;      /* what was delivered and read, not yet submitted */
  KithdSearchQueue *searches; /* that wait for their turn */
  GHashTable *seen;           /* gint64 * devices: that they are used today is on its way to the store */
  gint64 now;
};

/* The families. Each table ends with a NULL name. */
extern const KithdCommand kithd_opening_commands[];  /* hello ping pong register login logout */
extern const KithdCommand kithd_account_commands[];  /* password profile */
extern const KithdCommand kithd_device_commands[];   /* devices revoke link_start delete_account */
extern const KithdCommand kithd_invitation_commands[]; /* invitation_create invitations invitation_revoke */
extern const KithdCommand kithd_sync_commands[];     /* sync */
extern const KithdCommand kithd_room_commands[];     /* rooms members create open join leave invite kick ban role mute topic ... */
extern const KithdCommand kithd_message_commands[];  /* post broadcast edit delete react unreact pin unpin typing */
extern const KithdCommand kithd_reading_commands[];  /* fetch versions mentions seen_by mark */
extern const KithdCommand kithd_receipt_commands[];  /* received receipts settings */
extern const KithdCommand kithd_presence_commands[]; /* presence status */
extern const KithdCommand kithd_search_commands[];   /* search */
extern const KithdCommand kithd_admin_commands[];    /* admin_... */

/* Answering. */
json_object *kithd_answer_new (gint64 request);
void kithd_answer_send (KithdConn *conn, json_object *answer); /* takes answer */
void kithd_answer_error (KithdConn *conn, gint64 request, const GError *error, gint64 retry_after_us);
void kithd_answer_refuse (KithdConn *conn, const KithMessage *message, KithError code, const char *sentence);
void kithd_answer_empty (KithdDispatch *d, KithdConn *conn, KithdChange *change); /* an answer without members, for a row */
json_object *kithd_person_json (const KithdAccount *account);
void kithd_answer_conversation (KithdDispatch *d, KithdConn *conn, KithdChange *change); /* for a row: change->conversation, as actor sees it */
json_object *kithd_conversation_json (const KithdConversation *conversation, const KithdMember *member);

/* What a text takes in a frame, at most: nothing that is kept has a character that needs more than one to be escaped. */
gsize kithd_json_bytes (const char *text);

/* Queueing a change. refusal (taken, may be NULL): the checks refuse it; it is still asked whether its nonce has an answer already. */
void kithd_dispatch_submit (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdChange *change, GError *refusal);
void kithd_dispatch_read (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdRead *read);
/* The same when it is the account's turn. FALSE with error: too many wait; then read is freed. */
gboolean kithd_dispatch_search (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdRead *read, GError **error);
/* Hashing; job->context becomes the message, kept. Answers itself when the pool is full (UNAVAILABLE), or at it for this account (RATE_LIMITED). */
void kithd_dispatch_hash (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdHashJob *job);

KithdAccount *kithd_dispatch_account (const KithdDispatch *d, const KithdConn *conn); /* who is signed in; never NULL for SIGNED requests */
KithdConversation *kithd_dispatch_conversation (const KithdDispatch *d); /* that the request at hand is about; NULL: none of that id */
/* Adds muted_until where the member is muted now. */
void kithd_add_muted (json_object *object, const KithdMember *member);
/* Takes one of what the account may do beside posting. retry_us: when it may again. */
gboolean kithd_may_act (const KithdDispatch *d, KithdAccount *account, gint64 *retry_us, GError **error);
guint kithd_page_limit (const KithMessage *message, guint fallback);
/* The event that a request asks for: its conversation, target and account. */
KithdEvent *kithd_event_asked (KithdConn *conn, const KithMessage *message, KithdEventKind kind);
/* {"name":"value"}, as the body of an event; to be freed. */
char *kithd_event_body (const char *name, const char *value);
const char *kithd_role_name (KithdRole role);
gboolean kithd_role_parse (const char *name, KithdRole *out);

/* The device that goes when the account has as many as it may have: of those that are not connected the one that was not used for the
 * longest. 0: none has to go. FALSE: all of them are connected. */
gboolean kithd_dispatch_evict (KithdDispatch *d, gint64 account, gint64 *device);
/* Remembers the day, once a day; and what has come back of it. */
void kithd_dispatch_see_device (KithdDispatch *d, gint64 device);
void kithd_dispatch_device_seen (KithdDispatch *d, gint64 device);
void kithd_hash_code (const char *hex, guint8 hash[32]); /* of an invitation */
const KithdInvitationRecord *kithd_dispatch_invitation (const KithdDispatch *d, const char *code); /* NULL: there is none, or it is over */
/* The administrator's invitation, and the answer to everybody's. */
void kithd_dispatch_invite (KithdDispatch *d, KithdConn *conn, const KithMessage *message);
void kithd_answer_invitation (KithdDispatch *d, KithdConn *conn, KithdChange *change);
/* A message to everybody, by me or by the administrator (NULL), and its answer. */
void kithd_dispatch_broadcast (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdAccount *me);
void kithd_answer_broadcast (KithdDispatch *d, KithdConn *conn, KithdChange *change);
/* The outcome of link_start, for the account. */
void kithd_answer_link_code (KithdDispatch *d, KithdConn *conn, gint64 request, gint64 account);
/* Answers emptily; who has deleted their own account is let go. */
void kithd_answer_account_deleted (KithdDispatch *d, KithdConn *conn, KithdChange *change);
void kithd_dispatch_delete_account (KithdDispatch *d, KithdConn *conn, const KithMessage *message, gint64 account);
/* Wrong passwords and tokens are counted by address, and by address and person (folded; NULL: a token). */
void kithd_wrong_count (KithdDispatch *d, KithdConn *conn, const char *folded);
gboolean kithd_wrong_is_too_soon (KithdDispatch *d, KithdConn *conn, const KithMessage *message, const char *folded); /* TRUE: answered so */

/* receipts.c */
KithdReports *kithd_reports_new (void);
void kithd_reports_free (KithdReports *reports);
/* account has got that far (seqs) in the conversation (may be NULL): told to others where they may know. */
void kithd_report_progress (KithdDispatch *d, const KithdConversation *conversation, const KithdAccount *account, gint64 delivered, gint64 read);
gboolean kithd_shows_progress (const KithdAccount *account); /* whether others may know what it gets and reads */
void kithd_reports_run (KithdDispatch *d); /* submits what is due */
void kithd_reports_done (KithdDispatch *d, gint64 conversation); /* what was submitted of it has come back */

/* Whether the account (may be NULL) has another password now than the one that the job was about. */
gboolean kithd_hash_is_outdated (const KithdAccount *account, const KithdHashJob *job);
/* The message that a hash job goes on with. */
const KithMessage *kithd_hash_message (const KithdHashJob *job);
