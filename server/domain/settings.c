/* settings.c - what holds when nothing is configured. */
#include "domain/settings.h"

#include "proto/limits.h"

void
kithd_settings_init (KithdSettings *settings)
{
  *settings = (KithdSettings) {
    .registration = KITHD_REGISTRATION_OPEN,
    .presence = TRUE,
    .discovery = TRUE,
    .keep_versions = TRUE,
    .index_clean_hours = 12,
    .text_max = KITH_TEXT_MAX,
    .posts_per_second = 20,
    .posts_burst = 60,
    .searches_per_second = 10,
    .searches_burst = 30,
    .registrations_per_minute = 1000,
    .members_max = 2000,
    .rooms_max = 10000,
    .connections_max = 10000,
    .connections_per_address = 8,
    .connections_per_account = 16,
    .hello_seconds = 10,
    .sign_in_seconds = 60,
    .ping_seconds = 30,
    .dead_seconds = 75,
    .outbound_queue = 1024 * 1024,
    .outbound_total = 256 * 1024 * 1024,
    .store_queue = 8 * 1024 * 1024,
    .wrong_passwords = 5,
    .wrong_passwords_address = 30,
    .handshakes_per_turn = 16,
    .accepts_per_turn = 64,
  };
}

void
kithd_settings_clear (KithdSettings *settings)
{
  g_clear_pointer (&settings->name, g_free);
  g_clear_pointer (&settings->lobby, g_free);
}
