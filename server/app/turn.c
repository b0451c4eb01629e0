/* turn.c - one turn of the server, and its life: serve until asked to stop, then finish. */
#include "app/app-private.h"

#include "app/report.h"
#include "app/signals.h"
#include "base/prompt.h"
#include "log/log.h"
#include "metrics/metrics.h"
#include "metrics/watch.h"

enum {
  READY_PER_TURN = 1024,
  TICK_US = G_USEC_PER_SEC,
  FINISH_STORE_US = 2500 * 1000,   /* for what is submitted */
  FINISH_CLIENTS_US = 4000 * 1000, /* in all, until clients must have been told */
  GOODBYE_US = 300 * 1000          /* for clients to close their side, once all are told */
};

void
kithd_app_on_frame (gpointer data, KithdConn *conn, const char *frame, gsize length)
{
  KithdApp *app = data;
  kithd_dispatch_frame (app->dispatch, conn, frame, length);
}

void
kithd_app_on_drained (gpointer data, KithdConn *conn)
{
  KithdApp *app = data;
  kithd_delivery_drained (app->delivery, conn);
}

void
kithd_app_on_closed (gpointer data, KithdConn *conn)
{
  KithdApp *app = data;
  kithd_presence_closed (app->presence, conn);
}

static gboolean
wait_for_events (KithdApp *app, GError **error)
{
  gint64 timeout = kithd_conns_has_busy (app->conns) || kithd_dispatch_is_due (app->dispatch) ? 0 : -1;
  gboolean sound = kith_poller_wait (app->poller, timeout, READY_PER_TURN, app->ready, error);
  app->now = g_get_monotonic_time ();
  kithd_conns_begin_turn (app->conns, app->now);
  kithd_dispatch_begin_turn (app->dispatch, app->now);
  kithd_presence_begin_turn (app->presence, app->now);
  return sound;
}

/* Who has waited comes first, in order: else newcomers could keep them waiting. */
static void
serve (KithdApp *app)
{
  kithd_conns_serve_busy (app->conns);
  for (guint i = 0; i < app->ready->len; i++) {
    const KithReady *ready = &g_array_index (app->ready, KithReady, i);
    if (ready->token == KITHD_TOKEN_WAKE)
      kith_wake_clear (app->wake);
    else if (ready->token == KITHD_TOKEN_METRICS)
      kithd_endpoint_serve (app->endpoint);
    else if (!kithd_presence_on_ready (app->presence, ready))
      kithd_conns_on_ready (app->conns, ready);
  }
}

/* Before submit: most of them go on with a change, which would else lie until something happens. */
static void
take_hashes (KithdApp *app)
{
  for (KithdHashJob *job = kithd_hasher_take (app->hasher); job != NULL; job = kithd_hasher_take (app->hasher)) {
    kithd_dispatch_answer_hash (app->dispatch, job);
    kithd_hash_job_free (job);
  }
}

static void
submit (KithdApp *app)
{
  GPtrArray *changes = kithd_dispatch_take_changes (app->dispatch);
  if (changes != NULL)
    kithd_store_submit (app->store, changes);
  g_autoptr (GPtrArray) reads = kithd_dispatch_take_reads (app->dispatch);
  for (guint i = 0; reads != NULL && i < reads->len; i++)
    kithd_store_read (app->store, g_steal_pointer (&reads->pdata[i]));
  gsize queued = kithd_store_queued (app->store), ceiling = (gsize) app->config->settings.store_queue;
  if (queued > ceiling)
    kithd_conns_hold_writers (app->conns, TRUE);
  else if (queued < ceiling / 2)
    kithd_conns_hold_writers (app->conns, FALSE);
}

static void
run_timers (KithdApp *app)
{
  kith_poller_run_timers (app->poller, app->now);
}

static void
count_change (const KithdChange *change)
{
  for (const GList *link = change->events.head; link != NULL; link = link->next) {
    const KithdEvent *event = link->data;
    kithd_count (KITHD_COUNT_EVENTS, 1);
    kithd_count (KITHD_COUNT_POSTS, event->kind == KITHD_EVENT_MESSAGE ? 1 : 0);
  }
}

static void
count_commits (KithdApp *app)
{
  kithd_store_take_commits (app->store, app->commits);
  for (guint i = 0; i < app->commits->len; i++)
    kithd_time (KITHD_TIME_COMMIT, g_array_index (app->commits, gint64, i));
  g_array_set_size (app->commits, 0);
}

/* In commit order: the domain and the people, one by one, then who asked. */
static void
deliver (KithdApp *app)
{
  g_autoptr (GPtrArray) changes = kithd_store_take_changes (app->store);
  for (guint i = 0; i < changes->len; i++) {
    KithdChange *change = changes->pdata[i];
    if (change->error == NULL && !change->repeated && !change->unchanged) {
      kithd_domain_apply (app->domain, change);
      kithd_delivery_change (app->delivery, change);
      kithd_presence_change (app->presence, change);
      count_change (change);
    }
  }
  kithd_delivery_end_run (app->delivery);
  for (guint i = 0; i < changes->len; i++)
    kithd_dispatch_answer_change (app->dispatch, changes->pdata[i]);
  kithd_delivery_end_turn (app->delivery);
  count_commits (app);
  g_autoptr (GPtrArray) reads = kithd_store_take_reads (app->store);
  for (guint i = 0; i < reads->len; i++)
    kithd_dispatch_answer_read (app->dispatch, reads->pdata[i]);
}

static void
tell_presence (KithdApp *app)
{
  kithd_presence_run (app->presence);
}

static void
flush (KithdApp *app)
{
  kithd_conns_flush (app->conns);
}

static void
reap (KithdApp *app)
{
  kithd_conns_reap (app->conns);
}

/* The table of contents of the server: what a turn does once it has waited. */
static const struct {
  const char *name; /* as the watchdog says it */
  void (*run) (KithdApp *app);
} steps[] = {
  { "step:serve", serve },   { "step:timers", run_timers }, { "step:hashes", take_hashes }, { "step:submit", submit },
  { "step:deliver", deliver }, { "step:presence", tell_presence }, { "step:flush", flush },     { "step:reap", reap },
};

gboolean
kithd_app_turn (KithdApp *app, GError **error)
{
  if (!wait_for_events (app, error))
    return FALSE;
  gint64 began = app->now;
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    steps[i].run (app);
    gint64 now = g_get_monotonic_time ();
    kithd_watch (steps[i].name, 0, began, now);
    began = now;
  }
  kithd_time (KITHD_TIME_TURN, began - app->now);
  return TRUE;
}

static void
on_tick (gpointer data)
{
  KithdApp *app = data;
  kithd_conns_tick (app->conns);
  kithd_presence_tick (app->presence);
  kithd_report_tick (app);
  kith_poller_timer_add (app->poller, app->now + TICK_US, on_tick, app);
}

static void
reopen_log (KithdApp *app)
{
  g_autoptr (GError) error = NULL;
  if (!kithd_log_open (app->config->data, app->config->log_file, &error))
    kithd_log (G_LOG_LEVEL_WARNING, "log-not-opened", 0, "why", error->message, NULL);
}

static void
reload_config (KithdApp *app)
{
  g_autoptr (GError) error = NULL;
  if (app->config->file == NULL) {
    kithd_log (G_LOG_LEVEL_WARNING, "not-reloaded", 0, "why", "no configuration file was given at the start", NULL);
    return;
  }
  g_autoptr (KithdConfig) fresh = kithd_config_load (app->config->file, &error);
  if (fresh == NULL) {
    kithd_log (G_LOG_LEVEL_WARNING, "not-reloaded", 0, "why", error->message, NULL);
    return;
  }
  g_autofree char *stuck = kithd_config_reload (app->config, fresh);
  kithd_dispatch_reloaded (app->dispatch);
  kithd_log_configure (app->config->log_json, (GLogLevelFlags) app->config->log_level);
  kithd_log (G_LOG_LEVEL_INFO, "reloaded", 0, "file", app->config->file, "needs-restart", stuck, NULL);
}

static void
reload (KithdApp *app)
{
  kithd_report_reloading ();
  reload_config (app);
  reopen_log (app);
  kithd_report_reloaded ();
}

static void
stop_reading (KithdConn *conn, gpointer data)
{
  kithd_conn_hold (conn, KITHD_HOLD_STORE);
}

static gboolean
is_submitted (KithdApp *app)
{
  return kithd_store_queued (app->store) > 0;
}

static gboolean
is_unsaid (KithdApp *app)
{
  return kithd_conns_unsaid (app->conns) > 0;
}

static gboolean
is_connected (KithdApp *app)
{
  return kithd_conns_count (app->conns) > 0;
}

static void
do_nothing (gpointer data)
{
}

/* Turns while something is so, at the longest until the given time. FALSE: an error of the system. */
static gboolean
turn_while (KithdApp *app, gboolean (*is_so) (KithdApp *), gint64 until, GError **error)
{
  gboolean sound = TRUE;
  guint64 alarm = kith_poller_timer_add (app->poller, until, do_nothing, NULL);
  while (sound && is_so (app) && g_get_monotonic_time () < until)
    sound = kithd_app_turn (app, error);
  kith_poller_timer_remove (app->poller, alarm);
  return sound;
}

/* What is submitted is finished, then everybody is told, then they may close. */
static gboolean
finish (KithdApp *app, GError **error)
{
  g_autoptr (GError) why = g_error_new_literal (KITH_ERROR, KITH_ERROR_UNAVAILABLE, "The server is stopping. Try again soon.");
  gint64 began = g_get_monotonic_time ();
  kithd_log (G_LOG_LEVEL_INFO, "stopping", 0, NULL);
  kithd_report_stopping ();
  kithd_conns_stop_listening (app->conns);
  kithd_conns_foreach (app->conns, stop_reading, NULL);
  gboolean sound = turn_while (app, is_submitted, began + FINISH_STORE_US, error);
  deliver (app);
  kithd_conns_close_all (app->conns, why);
  sound = sound && turn_while (app, is_unsaid, began + FINISH_CLIENTS_US, error) &&
          turn_while (app, is_connected, g_get_monotonic_time () + GOODBYE_US, error);
  kithd_log (G_LOG_LEVEL_INFO, "stopped", 0, NULL);
  return sound;
}

void
kithd_app_begin (KithdApp *app)
{
  app->now = g_get_monotonic_time ();
  kithd_report_ready (app);
  on_tick (app);
}

gboolean
kithd_app_run (KithdApp *app, GError **error)
{
  kith_prompt_thread ();
  kithd_app_begin (app);
  while (!kithd_signals_stop_wanted ()) {
    if (!kithd_app_turn (app, error))
      return FALSE;
    if (kithd_signals_take_reload ())
      reload (app);
  }
  return finish (app, error);
}
