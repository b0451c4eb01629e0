/* desk.h - sessions of the desktop client against a real kithd, driven by the default main context of this thread, and
 * a listener that keeps a copy of a model by its signals alone. */
#pragma once

#include "support/check.h"
#include "support/scratch.h"
#include "support/server.h"

#include "core/places.h"

typedef struct {
  TestServer *server;
  KithSettings *settings;
} Desk;

/* For cmocka: *state is a Desk with a running server whose limits are far. */
int desk_set_up (void **state);
int desk_tear_down (void **state);

/* A session that trusts whoever it meets; address NULL: the server's. Not started. */
KithSession *desk_session (Desk *desk, KithProfile *profile, const char *address);
/* What is kept in that directory; the caller unrefs it. */
KithProfile *desk_profile (const TestScratch *scratch);
/* A session, registered and ready; profile NULL: of one that is gone with it. */
KithSession *desk_join_at (Desk *desk, KithProfile *profile, const char *name);
KithSession *desk_join (Desk *desk, const char *name);
/* Stops it, and lets the last reference go: whoever else holds one fails the test. */
void desk_leave (KithSession *session);

/* Runs the main context once: until something happens, or latest_us. */
void desk_turn (gint64 latest_us);
#define WAIT_UNTIL(condition)                                                          \
  do {                                                                                 \
    gint64 latest_us = g_get_monotonic_time () + TEST_PATIENCE_S * G_TIME_SPAN_SECOND; \
    while (!(condition)) {                                                             \
      if (g_get_monotonic_time () >= latest_us)                                        \
        fail_msg ("still not: %s", #condition);                                        \
      desk_turn (latest_us);                                                           \
    }                                                                                  \
  } while (0)

/* One request to its end; request is taken. The answer is the caller's. */
json_object *desk_call (KithSession *session, json_object *request);
KithChat *desk_room (KithSession *session, const char *name); /* makes it; borrowed */
KithChat *desk_enter (KithSession *session, gint64 room);     /* joins it; borrowed */
/* The direct conversation with this person; borrowed. */
KithChat *desk_direct (KithSession *session, const char *handle);
void desk_post (KithSession *session, KithChat *chat, const char *text);

/* What a listener believes that a model has. Every signal is checked against the model: what it says stays is the same
 * object, and the lengths fit. */
typedef struct {
  GListModel *model;
  GPtrArray *items; /* referenced */
  guint signals;    /* items-changed so far */
} Mirror;
Mirror *mirror_new (GListModel *model);
void mirror_free (Mirror *mirror);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Mirror, mirror_free)
