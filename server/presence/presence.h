/* presence.h - presence and finding, joined to the rest of the server: the sockets, the hub, the connections. */
#pragma once

#include "conn/conn.h"
#include "domain/domain.h"
#include "proto/presence.h"

typedef struct _KithdPresence KithdPresence;

typedef struct {
  KithPoller *poller;
  KithdConns *conns;
  KithdDomain *domain;
  const KithdSettings *settings;
  const char *pin;    /* of our key */
} KithdPresenceParts; /* all borrowed, for its life */

KithdPresence *kithd_presence_new (const KithdPresenceParts *parts, GError **error);
void kithd_presence_free (KithdPresence *presence);

/* A listener of TCP is at address: datagrams are taken there, too. */
void kithd_presence_listen (KithdPresence *presence, const KithAddress *address);

/* The steps of a turn. */
void kithd_presence_begin_turn (KithdPresence *presence, gint64 now_us);
gboolean kithd_presence_on_ready (KithdPresence *presence, const KithReady *ready); /* FALSE: not one of ours */
void kithd_presence_change (KithdPresence *presence,
                            const KithdChange *change); /* was committed and applied to the domain */
void kithd_presence_run (KithdPresence *presence);
void kithd_presence_tick (KithdPresence *presence); /* once a second */

/* For the handlers of requests. Adding to answers: nothing where presence is off. The one to hello is text, without its last brace. */
void kithd_presence_greet (KithdPresence *presence, KithdConn *conn, GString *hello_answer);
void kithd_presence_sign_in (KithdPresence *presence, KithdConn *conn);
void kithd_presence_closed (KithdPresence *presence, KithdConn *conn);
/* accounts: gint64, those whom this answer names. */
void kithd_presence_add_to_sync (KithdPresence *presence, KithdConn *conn, const GArray *accounts,
                                 json_object *sync_answer);
void kithd_presence_frame (KithdPresence *presence, KithdConn *conn, const KithValue *frame);

/* What an account has chosen, as it holds now. text is borrowed. */
KithPresence kithd_presence_choice (const KithdAccount *account, gint64 real_ms);
/* {"state","text","until"} */
void kithd_presence_add_choice (const KithdAccount *account, json_object *object);
