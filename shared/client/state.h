/* state.h - what sync taught: the people whom we may see and the conversations that we are, were or may be in.
 *
 * Everything in it came from the server: bounded in number, every member checked. Times and seqs as on the wire. */
#pragma once

#include "client/receipts.h"

typedef struct {
  gint64 id;
  char *handle, *display, *role;
  gboolean deleted; /* nobody any more; the names say so */
  gboolean blocked; /* by us: not to be shown */
} KithPerson;

/* Broadcasts: what the server, its owners and admins say to everybody; not there before somebody did. */
typedef enum { KITH_KIND_ROOM, KITH_KIND_DIRECT, KITH_KIND_NOTES, KITH_KIND_BROADCASTS, KITH_N_KINDS } KithKind;

typedef struct {
  gint64 id;
  KithKind kind;
  char *name, *topic; /* rooms; "" otherwise */
  char *state;        /* "member", "invited", "left", "kicked", "banned" */
  char *role;         /* "" when unknown */
  char *history;      /* "all" or "since_join" */
  gboolean is_private;
  GArray *people; /* gint64: everybody in a direct conversation; empty otherwise */
  gint64 members;
  gint64 first, last; /* seqs of the oldest and the newest event that one may read */
  gint64 n;           /* messages */
  gint64 retention;   /* a room keeps what happens for so many days; 0: as the server does */
  gint64 read, unread, mentions;
} KithConversation;

typedef struct _KithState KithState;

KithState *kith_state_new (void);
void kith_state_free (KithState *state);
void kith_state_clear (KithState *state);

/* What is found is valid until the state changes. NULL: not known. */
const KithPerson *kith_state_person (KithState *state, gint64 id);
const KithPerson *kith_state_person_by_handle (KithState *state, const char *handle); /* whatever case and width */
const KithConversation *kith_state_conversation (KithState *state, gint64 id);
const KithConversation *kith_state_room (KithState *state, const char *name); /* whatever case and width */
const KithConversation *kith_state_notes (KithState *state);
const KithConversation *kith_state_broadcasts (KithState *state);
/* The direct conversation of exactly these people (gint64, everybody's id, ours too, in any order). */
const KithConversation *kith_state_direct (KithState *state, const GArray *people);
/* Both by ascending id. Free with g_ptr_array_unref. */
GPtrArray *kith_state_people (KithState *state);        /* const KithPerson * */
GPtrArray *kith_state_conversations (KithState *state); /* const KithConversation * */

/* Adds or replaces. The id, or 0: it cannot be read, or the table is full. */
gint64 kith_state_learn_person (KithState *state, json_object *person);
gint64 kith_state_learn_conversation (KithState *state, json_object *conversation);
/* Takes an answer to sync: conversations, people, removed. Returns how many of its items could not be taken. */
guint kith_state_learn (KithState *state, json_object *answer);
/* Takes a pushed event, seen by the account me. FALSE: it names somebody or a conversation that is not known, so sync
 * is due. An event by the server itself names nobody. */
gboolean kith_state_apply_event (KithState *state, json_object *event, gint64 me);
/* Takes a cursor (a push `marked`, or the answer to `mark`). */
void kith_state_apply_mark (KithState *state, gint64 conversation, json_object *cursor);
/* How far the others in a conversation have got, as far as they let it be seen: KithReceipt, by ascending account; to
 * be freed with g_array_unref. Message 813 was delivered to whose `delivered` is 813 or more, and read by whose `read`
 * is. Kept up to date for what was asked once with kith_client_ask_receipts, and for what is written from now on. */
GArray *kith_state_receipts (KithState *state, gint64 conversation);
/* Takes {"u9":[delivered,read]}. TRUE: something rose. */
gboolean kith_state_apply_receipts (KithState *state, gint64 conversation, json_object *people);
void kith_state_clear_receipts (KithState *state);
/* Takes a newest seq (a push `behind`). */
void kith_state_apply_last (KithState *state, gint64 conversation, gint64 last);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithState, kith_state_free)
