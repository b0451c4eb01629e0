/* switcher-results.h - what the switcher offers for what was typed, the best first. */
#pragma once

#include "core/session.h"

typedef enum {
  KITH_RESULT_CHAT,   /* a conversation */
  KITH_RESULT_PERSON, /* somebody with whom there is none yet */
  KITH_RESULT_ROOM,   /* one that we are not in */
  KITH_RESULT_SEARCH, /* look into all messages */
  KITH_RESULT_CREATE  /* a room of that name */
} KithResultKind;

typedef struct {
  KithResultKind kind;
  gint64 score;
  KithChat *chat;
  KithContact *contact;
  gint64 room, members; /* ROOM */
  char *title;
  GArray *ranges; /* KithFuzzyRange in title; NULL: nothing was typed */
} KithResult;

/* A room of the server, as the request `rooms` lists them. */
typedef struct {
  gint64 id, members;
  char *name;
} KithOpenRoom;

void kith_open_room_free (gpointer room);
/* Reads an answer to `rooms`: those that we are not in are appended. The last name in it (whatever it is), for the next
 * page; borrowed; NULL when there is none. */
const char *kith_open_rooms_take (GPtrArray *rooms, json_object *answer);

#define KITH_RESULTS_MAX 9

/* What one of them is looked for. */
typedef enum {
  KITH_RESULTS_JUMP,   /* to go there; query "": what is unread, and where one was last */
  KITH_RESULTS_BROWSE, /* to join: only rooms that we are not in */
  KITH_RESULTS_WRITE   /* to send something there: conversations in which we may write, and people */
} KithResultsUse;

/* KithResult. rooms: KithOpenRoom; may be NULL for WRITE. */
GPtrArray *kith_results_find (KithSession *session, const char *query, const GPtrArray *rooms, KithResultsUse use);
