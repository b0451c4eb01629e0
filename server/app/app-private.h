/* app-private.h - the parts of the server, for the files of server/app. */
#pragma once

#include "app/app.h"
#include "app/door.h"
#include "conn/conn.h"
#include "delivery/delivery.h"
#include "dispatch/dispatch.h"
#include "domain/domain.h"
#include "metrics/endpoint.h"
#include "net/poller.h"
#include "net/tls.h"
#include "net/wake.h"
#include "presence/presence.h"
#include "secret/hasher.h"
#include "store/store.h"

enum { KITHD_TOKEN_WAKE = 1, KITHD_TOKEN_METRICS = 3 };

#define KITHD_METRICS_PORT 9484

struct _KithdApp {
  KithdConfig *config;
  KithPoller *poller;
  KithWake *wake;        /* store, reader, hasher and signals have something for the loop */
  KithTls *tls;
  KithdStore *store;
  KithdDomain *domain;
  KithdConns *conns;
  KithdDelivery *delivery;
  KithdHasher *hasher;
  KithdPresence *presence;
  KithdRetention *retention;
  KithdDispatch *dispatch;
  KithdEndpoint *endpoint; /* NULL: none */
  GArray *ready;         /* KithReady */
  GArray *commits;       /* gint64 us: of this turn */
  guint told_connections; /* to the service manager */
  KithdDoor *door;
  char *ready_line;
  gint64 now;            /* monotonic us, of this turn */
};

/* turn.c: kithd_app_run is begin, then turns until it is asked to stop. FALSE: an error of the system. */
void kithd_app_begin (KithdApp *app);
gboolean kithd_app_turn (KithdApp *app, GError **error);

/* The handlers of connections; data is the app. */
void kithd_app_on_frame (gpointer app, KithdConn *conn, const char *frame, gsize length);
void kithd_app_on_drained (gpointer app, KithdConn *conn);
void kithd_app_on_closed (gpointer app, KithdConn *conn);
