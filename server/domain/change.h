/* change.h - one wanted change of what is durable, and afterwards its outcome.
 *
 * A handler fills in the request part and queues it; the store's thread fills in the outcome; then the loop applies it to the domain,
 * tells the people concerned and answers. A change whose error is set changed nothing. */
#pragma once

#include "domain/event.h"
#include "domain/record.h"

typedef enum {
  KITHD_CHANGE_REGISTER,     /* account, device: a new account, its first device and its notes; invitation where it comes by one (id, conversation);
                                room: the public one that everybody begins in, made where it is missing; no name: none */
  KITHD_CHANGE_ADD_DEVICE,   /* device; evicted: the one that has to go for it, or 0 */
  KITHD_CHANGE_REMOVE_DEVICE,/* device.id */
  KITHD_CHANGE_SEE_DEVICE,   /* device.id, device.seen */
  KITHD_CHANGE_PASSWORD,     /* account.id, account.password */
  KITHD_CHANGE_DISPLAY,      /* account.id, account.display */
  KITHD_CHANGE_STATUS,       /* account.id, account.status, .status_text, .status_until; in no rev */
  KITHD_CHANGE_SETTINGS,     /* account.id, account.receipts_off; in no rev */
  KITHD_CHANGE_ROLE,         /* account.id, account.role (on the server) */
  KITHD_CHANGE_DELETE_ACCOUNT, /* account.id: a leave event for every conversation, before it a role event where an owner is needed */
  KITHD_CHANGE_INVITE,       /* invitation; those of its account that are over go */
  KITHD_CHANGE_REVOKE_INVITATION, /* invitation.id */
  KITHD_CHANGE_BLOCK,        /* block: account, blocked, on */
  KITHD_CHANGE_CREATE_ROOM,  /* room; its first event is the join of the actor, who becomes its owner */
  KITHD_CHANGE_OPEN_DIRECT,  /* people (sorted, the actor among them): found or made; a join event of each, in that order, when made */
  KITHD_CHANGE_APPEND,       /* event; invitation where somebody joins by one */
  KITHD_CHANGE_BROADCAST,    /* event, a message to everybody: its conversation is found, or made with everybody in it */
  KITHD_CHANGE_MARK,         /* event is NULL; conversation, read or unread_from */
  KITHD_CHANGE_RECEIPTS,     /* conversation, receipts; nobody asks for it, and it is in no rev */
  KITHD_CHANGE_EXPIRE,       /* conversation, before, limit: the oldest events go; nobody asks for it */
  KITHD_N_CHANGES
} KithdChangeKind;

#define KITHD_PEOPLE_MAX 8

typedef struct _KithdChange KithdChange;

struct _KithdChange {
  KithdChangeKind kind;
  GList link;                /* in the store's queue */
  gint64 actor;              /* account that asks; 0: the administrator, or nobody yet (register) */

  /* For requests that may be repeated: who asks (the account; 0 for register, whose digest covers the token), nonce, and a digest of the content. */
  gboolean has_nonce, has_after;
  guint8 nonce[16];
  guint8 after[16];          /* the actor's previous nonce in this conversation: unless accepted -> OUT_OF_ORDER */
  guint8 digest[32];         /* SHA-256 of type and content; the same nonce with another digest -> NONCE_CONFLICT */
  GError *refusal;           /* not NULL: the checks refuse it; the store only looks whether the nonce has an answer already, and if not,
                                error becomes this */

  KithdAccountRecord account;
  KithdDeviceRecord device;
  gint64 evicted;            /* a device */
  KithdConversationRecord room;
  KithdInvitationRecord invitation;
  KithdBlockRecord block;
  gint64 people[KITHD_PEOPLE_MAX];
  guint n_people;
  KithdEvent *event;
  gint64 before;             /* expire: what happened before that, ms since 1970, */
  guint limit;               /* so many events of it at most */
  GArray *receipts;          /* KithdReceipt */
  gboolean may_moderate;     /* delete: also messages of others; pin and edit rules are the domain's */
  gint64 conversation;       /* mark, and results of create/open */
  gint64 read;               /* mark: wanted, then in force */
  gboolean shows;            /* mark: others may know what was read */
  gint64 unread_from;        /* mark: the cursor moves back to before this seq; 0: not wanted */

  /* Outcome, by the store. */
  GError *error;             /* NULL: done */
  gboolean repeated;         /* the nonce was known: what follows is the first answer; nothing was changed, nothing is to be told */
  gboolean unchanged;        /* nothing to do (reaction there already, pinned already, direct exists): as repeated */
  gint64 seq, at, n, rev;    /* append: the event's; others: at and rev */
  gboolean more;             /* expire: there may be more; seq is the new first, n the messages gone */
  gint64 oldest_at;          /* expire: when the oldest event that is left happened; 0: none is */
  gint64 read_n;             /* mark: n at read, and what the actor wrote behind it */
  GArray *unread_mentions;   /* mark with unread_from: gint64 seqs after the new cursor, ascending, at most KITHD_MENTIONS_COUNTED */
  GQueue events;             /* KithdEvent, in order, committed by this change */
  gint64 notes;              /* register: id of the notes conversation */
  gint64 made;               /* register, broadcast: id of the lobby, of the conversation, when it was made by this change, or 0 */
  gint64 account_id, device_id; /* register (also when repeated), add_device */

  /* For who queued it; the store does not look. */
  guint64 connection;        /* 0: nobody waits */
  gint64 request;            /* id of the request */
  gconstpointer command;     /* the row of the command table */
  gint64 retry_after_us;     /* refusal RATE_LIMITED: when to try again */
  GArray *barred;            /* gint64 conversations whose requests wait for it; NULL: none */
  gint64 standing;           /* refused only because it is so already: the seq to answer with; 0: no */
  gsize bytes;               /* what it weighs in the store's queue; set by kithd_change_weigh */
};

#define KITHD_MENTIONS_COUNTED 1000
/* Among so many events behind a cursor that went back the member's own are looked for. */
#define KITHD_OWN_LOOKED_FOR 1000

KithdChange *kithd_change_new (KithdChangeKind kind, gint64 actor);
void kithd_change_free (KithdChange *change);
gsize kithd_change_weigh (KithdChange *change);
void kithd_change_add_event (KithdChange *change, KithdEvent *event); /* takes a reference of its own; an event is in one change only */
void kithd_change_drop_events (KithdChange *change);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithdChange, kithd_change_free)
