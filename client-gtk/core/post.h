/* post.h - one line of a conversation: a message (stored or still in the outbox), something that happened (a system
 * line), or a gap. Signal "changed": anything of it but its place. Read-only for widgets. */
#pragma once

#include <glib-object.h>

#define KITH_TYPE_POST (kith_post_get_type ())
G_DECLARE_FINAL_TYPE (KithPost, kith_post, KITH, POST, GObject)

typedef enum {
  KITH_POST_MESSAGE,
  KITH_POST_TOPIC,
  KITH_POST_RENAME,
  KITH_POST_JOIN,
  KITH_POST_LEAVE,
  KITH_POST_INVITE,
  KITH_POST_KICK,
  KITH_POST_BAN,
  KITH_POST_UNBAN,
  KITH_POST_MUTE,
  KITH_POST_UNMUTE,
  KITH_POST_ROLE,
  KITH_POST_PIN,
  KITH_POST_UNPIN,
  KITH_POST_GAP, /* messages between that are not on this computer */
  KITH_N_POST_KINDS
} KithPostKind;

/* How far a message of ours has come; SENT for everybody else's. */
typedef enum {
  KITH_POST_QUEUED,  /* in the outbox, may be altered or cancelled */
  KITH_POST_WRITTEN, /* was handed to a socket */
  KITH_POST_FAILED,  /* refused for good: kept until deleted or tried again */
  KITH_POST_SENT,    /* the server has it on disk */
  KITH_POST_DELIVERED,
  KITH_POST_READ
} KithPostState;

typedef struct {
  char *emoji;
  guint count;
  gboolean mine;
  GArray *people; /* gint64, at most 50 */
} KithReaction;

gint64 kith_post_seq (KithPost *post);  /* 0: in the outbox */
guint64 kith_post_key (KithPost *post); /* in the outbox; 0: stored */
gint64 kith_post_at (KithPost *post);   /* ms since 1970 */
gint64 kith_post_from (KithPost *post); /* account; 0: the server */
KithPostKind kith_post_kind (KithPost *post);
KithPostState kith_post_state (KithPost *post);
const char *kith_post_error (KithPost *post);      /* FAILED: a sentence; else NULL */
const char *kith_post_text (KithPost *post);       /* message, topic, name, reason, role; never NULL */
gint64 kith_post_account (KithPost *post);         /* whom it was done to; 0 nobody */
gint64 kith_post_reply_to (KithPost *post);        /* seq; 0 none */
KithPost *kith_post_quoted (KithPost *post);       /* borrowed; NULL while it is not known */
const GArray *kith_post_mentions (KithPost *post); /* gint64; borrowed */
gboolean kith_post_mentions_me (KithPost *post);
const GPtrArray *kith_post_reactions (KithPost *post); /* KithReaction; borrowed */
gint64 kith_post_edited (KithPost *post);              /* ms since 1970; 0 never */
gboolean kith_post_is_deleted (KithPost *post); /* or is going */
gint64 kith_post_deleted_by (KithPost *post); /* 0: unknown or the author */
gboolean kith_post_is_pinned (KithPost *post);
gboolean kith_post_is_urgent (KithPost *post);
gboolean kith_post_is_mine (KithPost *post);
/* Accounts that have read up to here and no further (rooms of up to 50). gint64; borrowed. */
const GArray *kith_post_readers (KithPost *post);
