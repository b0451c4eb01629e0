/* app.c - builds the parts in order, and takes them down in the opposite one. */
#include "app/app-private.h"

#include "app/report.h"
#include "app/signals.h"
#include "log/log.h"
#include "net/poller.h"
#include "proto/limits.h"

enum { SPARE_DESCRIPTORS = 128 };

static void
wake_loop (gpointer wake)
{
  kith_wake_signal (wake);
}

static gboolean
open_store (KithdApp *app, GError **error)
{
  KithdStoreOptions options = { .directory = app->config->data, .keep_versions = app->config->settings.keep_versions,
                                .index_clean = app->config->settings.index_clean_hours * G_TIME_SPAN_HOUR,
                                .on_ready = wake_loop, .data = app->wake };
  static const KithdStoreSink sink = { kithd_domain_load_account, kithd_domain_load_device, kithd_domain_load_conversation,
                                       kithd_domain_load_direct,  kithd_domain_load_member, kithd_domain_load_stay,
                                       kithd_domain_load_mention, kithd_domain_load_invitation, kithd_domain_load_ban, kithd_domain_load_block };
  app->store = kithd_store_open (&options, error);
  if (app->store == NULL || !kithd_store_load (app->store, &sink, app->domain, error))
    return FALSE;
  kithd_domain_set_rev (app->domain, kithd_store_rev (app->store));
  return TRUE;
}

static gboolean
open_identity (KithdApp *app, GError **error)
{
  g_autofree char *key = g_build_filename (app->config->data, "key.pem", NULL);
  g_autofree char *certificate = g_build_filename (app->config->data, "certificate.pem", NULL);
  if (!kith_tls_ensure_identity (key, certificate, app->config->settings.name, error))
    return FALSE;
  app->tls = kith_tls_server_new (key, certificate, error);
  return app->tls != NULL;
}

static gboolean
build_parts (KithdApp *app, GError **error)
{
  static const KithdConnHandlers handlers = { kithd_app_on_frame, kithd_app_on_drained, kithd_app_on_closed };
  const KithdSettings *settings = &app->config->settings;
  app->conns = kithd_conns_new (app->poller, settings, &handlers, app);
  app->delivery = kithd_delivery_new (app->domain, app->conns);
  app->hasher = kithd_hasher_new (2, 32, wake_loop, app->wake, error);
  KithdPresenceParts presence = { app->poller, app->conns, app->domain, settings, kith_tls_pin (app->tls) };
  app->presence = app->hasher != NULL ? kithd_presence_new (&presence, error) : NULL;
  if (app->presence == NULL)
    return FALSE;
  app->retention = kithd_retention_new (app->domain, settings, kithd_store_newest (app->store));
  KithdDispatchParts parts = { app->domain, app->conns, app->delivery, app->hasher, app->presence, app->retention, settings,
                               kithd_store_server_id (app->store), kithd_store_history (app->store) };
  app->dispatch = kithd_dispatch_new (&parts);
  return TRUE;
}

static gboolean
listen_on (KithdApp *app, const char *text, GString *ready, GError **error)
{
  KithAddress address, bound;
  char shown[KITH_ADDRESS_TEXT];
  if (!kith_address_parse (text, KITH_PORT, &address, error))
    return FALSE;
  gboolean plain = !app->config->tls || kith_address_is_unix (&address);
  if (!kithd_conns_listen (app->conns, &address, &(KithdAdmission){ .tls = plain ? NULL : app->tls }, &bound, error))
    return FALSE;
  kithd_presence_listen (app->presence, &bound);
  kith_address_format (&bound, shown);
  g_string_append_printf (ready, "%s%s", ready->len > 0 ? " " : "", shown);
  kithd_log (G_LOG_LEVEL_INFO, "listening", 0, "address", shown, "tls", plain ? "off" : "on", NULL);
  return TRUE;
}

/* Every address must work, but of the default ones a machine may lack a family. */
static gboolean
open_listeners (KithdApp *app, GError **error)
{
  g_autoptr (GString) ready = g_string_new (NULL);
  for (char **text = app->config->listen; *text != NULL; text++) {
    g_autoptr (GError) problem = NULL;
    if (listen_on (app, *text, ready, &problem))
      continue;
    gboolean missing_family = app->config->listen_default && !g_error_matches (problem, KITH_NET_ERROR, KITH_NET_ERROR_IN_USE);
    if (!missing_family || (text[1] == NULL && ready->len == 0)) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
    kithd_log (G_LOG_LEVEL_WARNING, "not-listening", 0, "address", *text, "why", problem->message, NULL);
  }
  app->ready_line = g_strdup_printf ("%s, pin %s", ready->str, kith_tls_pin (app->tls));
  return TRUE;
}

static gboolean
listen_for_admin (gpointer data, const KithAddress *address, const char *token, KithAddress *bound, GError **error)
{
  KithdApp *app = data;
  return kithd_conns_listen (app->conns, address, &(KithdAdmission){ .admin = TRUE, .token = token }, bound, error);
}

KithdApp *
kithd_app_new (KithdConfig *config, GError **error)
{
  g_autoptr (KithdApp) app = g_new0 (KithdApp, 1);
  app->config = config;
  app->ready = g_array_new (FALSE, FALSE, sizeof (KithReady));
  app->commits = g_array_new (FALSE, FALSE, sizeof (gint64));
  app->domain = kithd_domain_new ();
  guint descriptors = kith_socket_raise_limit ((guint) config->settings.connections_max + SPARE_DESCRIPTORS);
  if (descriptors < config->settings.connections_max + SPARE_DESCRIPTORS)
    kithd_log (G_LOG_LEVEL_WARNING, "few-descriptors", 0, "remedy", "raise the limit of open files (ulimit -n, LimitNOFILE=)", NULL);
  app->wake = kith_wake_new (error);
  app->poller = kith_poller_new (config->select_only ? KITH_POLLER_SELECT_ONLY : KITH_POLLER_BEST, error);
  if (app->wake == NULL || app->poller == NULL ||
      !kith_poller_add (app->poller, kith_wake_socket (app->wake), KITH_PLACE_SELECT, KITH_POLL_READ, KITHD_TOKEN_WAKE, error) ||
      !open_store (app, error) || !kithd_log_open (config->data, config->log_file, error) || !open_identity (app, error))
    return NULL;
  if (!build_parts (app, error) || (app->door = kithd_door_new (config->data, listen_for_admin, app, error)) == NULL ||
      !open_listeners (app, error) || !kithd_report_open (app, error))
    return NULL;
  if (!kithd_signals_watch (app->wake, error)) /* before anybody is told that the server is ready, and sends one */
    return NULL;
  return g_steal_pointer (&app);
}

void
kithd_app_free (KithdApp *app)
{
  if (app == NULL)
    return;
  kithd_endpoint_free (app->endpoint);
  kithd_dispatch_free (app->dispatch);
  kithd_hasher_free (app->hasher);
  kithd_delivery_free (app->delivery);
  kithd_conns_free (app->conns);
  kithd_presence_free (app->presence);
  kithd_door_free (app->door);
  kithd_retention_free (app->retention);
  g_clear_pointer (&app->store, kithd_store_close);
  kithd_domain_free (app->domain);
  g_clear_pointer (&app->tls, kith_tls_free);
  g_clear_pointer (&app->poller, kith_poller_free);
  g_clear_pointer (&app->wake, kith_wake_free);
  g_array_unref (app->ready);
  g_array_unref (app->commits);
  g_free (app->ready_line);
  g_free (app);
}

const char *
kithd_app_ready_line (const KithdApp *app)
{
  return app->ready_line;
}

const char *
kithd_app_pin (const KithdApp *app)
{
  return kith_tls_pin (app->tls);
}
