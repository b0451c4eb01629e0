/* post-private.h - a line as the log makes and changes it. Private to core.
 *
 * Whoever changes one emits "changed" (kith_post_changed) when it is done with it. */
#pragma once

#include "post.h"

#include "proto/id.h"
#include "proto/limits.h"

#include "proto/json.h"

struct _KithPost {
  GObject parent;
  gint64 seq, changed; /* changed: the last event that touched it */
  gint64 acked;        /* the seq that the server has given it, while its event is still to come */
  guint64 key;
  char *nonce; /* NULL: not ours, or from long ago */
  gint64 at, from, account, reply_to, edited, deleted_by, gap_first, gap_last;
  KithPostKind kind;
  KithPostState state;
  char *text, *error;
  GArray *mentions;     /* gint64 */
  GPtrArray *reactions; /* KithReaction */
  GArray *readers;      /* gint64 */
  KithPost *quoted;
  gboolean mentions_me, deleted, going, pinned, urgent, mine;
  gboolean touched; /* "changed" is to be emitted */
};

/* json_object_put for tables and arrays. */
void kith_json_drop (gpointer object);
/* Whether an event is a line of its own: FALSE for edits, deletions, reactions and what is not known. */
gboolean kith_post_is_line (json_object *event);
/* NULL: no line, or it makes no sense. me: our account. */
KithPost *kith_post_new_event (json_object *event, gint64 me);
/* Takes the state that the event of this line has, unless it is older. Also makes a post of the outbox a stored one.
 * TRUE: something of it is new. */
gboolean kith_post_take (KithPost *post, json_object *event, gint64 me);
/* Takes an event about this message (edit, delete, react, unreact, pin, unpin). TRUE: something of it is new. */
gboolean kith_post_apply (KithPost *post, json_object *event, gint64 me);
/* The same for a request of ours that the server has not answered yet. */
gboolean kith_post_expect (KithPost *post, json_object *request, gint64 me);
/* An entry of the outbox of type post. */
KithPost *kith_post_new_request (json_object *request, guint64 key, gint64 at, gint64 me);
/* What an entry says now. */
void kith_post_take_body (KithPost *post, json_object *body, gint64 me);
KithPost *kith_post_new_gap (gint64 first, gint64 last);
void kith_post_set_state (KithPost *post, KithPostState state, const char *error);
/* quoted NULL: a line that leaves its window lets go, so that answers to answers do not keep each other. */
void kith_post_set_quoted (KithPost *post, KithPost *quoted);
/* accounts: gint64. */
void kith_post_set_readers (KithPost *post, const GArray *accounts);
/* The person has deleted it and can still undo that: it looks deleted here, and nobody was told. */
void kith_post_set_going (KithPost *post, gboolean going);
void kith_post_touch (KithPost *post);   /* "changed" is due */
void kith_post_changed (KithPost *post); /* emits it, if it is due */
