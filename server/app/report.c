/* report.c - see report.h. */
#include "app/report.h"

#include "app/notify.h"
#include "log/log.h"
#include "metrics/metrics.h"

#include <string.h>

/* "9484" is a port of this machine alone. */
static gboolean
parse_address (const char *text, KithAddress *address, GError **error)
{
  gboolean port_alone = strspn (text, "0123456789") == strlen (text);
  g_autofree char *whole = g_strconcat (port_alone ? "127.0.0.1:" : "", text, NULL);
  return kith_address_parse (whole, KITHD_METRICS_PORT, address, error);
}

static void
refresh (gpointer data)
{
  KithdApp *app = data;
  kithd_gauge (KITHD_GAUGE_CONNECTIONS, kithd_conns_count (app->conns));
  kithd_gauge (KITHD_GAUGE_OUTBOUND, (gint64) kithd_conns_queued (app->conns));
  kithd_gauge (KITHD_GAUGE_STORE, (gint64) kithd_store_queued (app->store));
  kithd_gauge (KITHD_GAUGE_READS, kithd_store_reads_queued (app->store));
}

gboolean
kithd_report_open (KithdApp *app, GError **error)
{
  KithdEndpointOptions options = {.poller = app->poller, .token = KITHD_TOKEN_METRICS, .refresh = refresh, .data = app};
  KithAddress bound;
  char shown[KITH_ADDRESS_TEXT];
  if (g_str_equal (app->config->metrics_address, "off"))
    return TRUE;
  if (!parse_address (app->config->metrics_address, &options.address, error))
    return FALSE;
  app->endpoint = kithd_endpoint_new (&options, &bound, error);
  if (app->endpoint == NULL)
    return FALSE;
  kithd_log (G_LOG_LEVEL_INFO, "metrics", 0, "address", kith_address_format (&bound, shown), NULL);
  if (!kith_address_is_loopback (&bound))
    kithd_log (G_LOG_LEVEL_WARNING, "metrics-open", 0, "remedy",
               "everybody who reaches that address can read the metrics; choose 127.0.0.1", NULL);
  return TRUE;
}

static void
on_watchdog (gpointer data)
{
  KithdApp *app = data;
  kithd_notify ("WATCHDOG=1");
  kith_poller_timer_add (app->poller, g_get_monotonic_time () + kithd_notify_watchdog_us (), on_watchdog, app);
}

static void
tell_status (KithdApp *app, const char *first)
{
  g_autofree char *lines = g_strdup_printf ("%sSTATUS=%u connections", first, kithd_conns_count (app->conns));
  app->told_connections = kithd_conns_count (app->conns);
  kithd_notify (lines);
}

void
kithd_report_ready (KithdApp *app)
{
  tell_status (app, "READY=1\n");
  if (kithd_notify_watchdog_us () > 0)
    on_watchdog (app);
}

void
kithd_report_tick (KithdApp *app)
{
  if (app->told_connections != kithd_conns_count (app->conns))
    tell_status (app, "");
}

void
kithd_report_reloading (void)
{
  g_autofree char *lines = g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());
  kithd_notify (lines);
}

void
kithd_report_reloaded (void)
{
  kithd_notify ("READY=1");
}

void
kithd_report_stopping (void)
{
  kithd_notify ("STOPPING=1");
}
