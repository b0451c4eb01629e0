/* record.h - the durable facts beside the logs, as plain values: what the store loads into the domain at the start and what
 * changes carry. Strings belong to the record. */
#pragma once

#include <glib.h>

/* Of a server (member, admin, owner) or a room; stored by value, in order. */
typedef enum { KITHD_ROLE_READ_ONLY = -1, KITHD_ROLE_MEMBER, KITHD_ROLE_MODERATOR, KITHD_ROLE_ADMIN, KITHD_ROLE_OWNER } KithdRole;
typedef enum { KITHD_ROOM, KITHD_DIRECT, KITHD_NOTES, KITHD_BROADCASTS } KithdConversationKind;          /* stored by value */

typedef struct {
  gint64 id;
  char *handle;   /* as written */
  char *folded;   /* unique for ever */
  char *display;
  char *password; /* "scrypt$..." or NULL */
  KithdRole role; /* on the server */
  guint status;   /* the state that was chosen: KithPresenceState of shared/proto/presence.h, stored by value */
  char *status_text;   /* beside it; NULL: none */
  gint64 status_until; /* ms since 1970; 0: open */
  gboolean receipts_off; /* what comes to them and what they read is told to nobody, nor are they told of others */
  gboolean deleted;
  gint64 created; /* ms since 1970 */
  gint64 rev;     /* number of the change that touched it last */
} KithdAccountRecord;

typedef struct {
  gint64 id;
  gint64 account;
  char *name;
  guint8 token_hash[32]; /* SHA-256 of the token; the token itself is never stored */
  gint64 created;
  gint64 seen;           /* the day (UTC) of its last sign-in: ms of its start */
} KithdDeviceRecord;

/* By a link that holds a code; whoever has it may make an account, and comes into the room where one is named. */
typedef struct {
  gint64 id;
  gint64 account;        /* who invites; 0: the administrator */
  gint64 conversation;   /* the room; 0: none */
  gint64 created, expires;
  gint64 uses, used;
  guint8 code_hash[32];  /* SHA-256 of the code; the code itself is never stored */
} KithdInvitationRecord;

typedef struct {
  gint64 id;
  KithdConversationKind kind;
  char *name, *folded, *topic; /* rooms; NULL otherwise */
  gboolean private_;           /* only who was invited may join */
  gboolean since_join;         /* history: members see what happened while they were in */
  gint64 first, last, n;       /* first readable seq (retention), last seq, number of messages */
  gint64 gone;                 /* messages before first */
  gint64 retention;            /* days for which a room keeps what happens; 0: no limit of its own */
  gint64 created;
  gint64 rev;
} KithdConversationRecord;

typedef enum { KITHD_MEMBER_IN, KITHD_MEMBER_INVITED, KITHD_MEMBER_LEFT, KITHD_MEMBER_KICKED, KITHD_MEMBER_BANNED } KithdMemberState; /* stored by value */

typedef struct {
  gint64 conversation, account;
  KithdMemberState state;
  KithdRole role;      /* in the conversation */
  gint64 read;         /* the cursor: seq */
  gint64 read_n;       /* n of that event, and what the member has written behind it (KITHD_OWN_LOOKED_FOR) */
  gint64 delivered;    /* seq: how far it came to them, as others may know; never goes back */
  gint64 seen;         /* seq: how far they have read, likewise */
  gint64 muted_until;  /* ms since 1970; outlives leaving and coming back */
  gint64 rev;
} KithdMemberRecord;

/* One stay of a member: from its join to its leave (0: still there), both seq inclusive. Every member has at least one once they joined. */
typedef struct {
  gint64 conversation, account;
  gint64 from, to;
} KithdStayRecord;

/* Of a member whose state is BANNED. */
typedef struct {
  gint64 conversation, account;
  gint64 from;   /* who banned; 0: nobody knows any more */
  gint64 at;     /* ms since 1970; 0: likewise */
  char *reason;  /* NULL: none was given */
} KithdBanRecord;

/* Somebody's wish not to hear from somebody; one that was taken back stays, so that sync tells. */
typedef struct {
  gint64 account, blocked;
  gboolean on;
  gint64 rev;
} KithdBlockRecord;

/* How far somebody in a conversation has got, and had got before. */
typedef struct {
  gint64 account;
  gint64 delivered, read;
  gint64 old_delivered, old_read;
} KithdReceipt;

/* An unread mention: seq > the member's read. */
typedef struct {
  gint64 conversation, account, seq;
} KithdMentionRecord;

/* The role in a room of who had `role`, after they came (first: nobody else is in), went or were removed: nobody gets rid of being
 * read-only by leaving, and a room that somebody is in has an owner. */
KithdRole kithd_role_after (KithdRole role, gboolean first);

void kithd_account_record_clear (KithdAccountRecord *record);
gint64 kithd_day_of (gint64 ms); /* the start of the day, UTC */
void kithd_device_record_clear (KithdDeviceRecord *record);
void kithd_conversation_record_clear (KithdConversationRecord *record);
KithdBanRecord *kithd_ban_record_copy (const KithdBanRecord *record);
void kithd_ban_record_free (KithdBanRecord *record);
