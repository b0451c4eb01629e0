/* test-config.c - the configuration: every key, bad ones with file and line, what a reload takes over; and the sample that is shipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/config.h"

#include <glib/gstdio.h>
#include <string.h>

static char *
write_config (const char *text)
{
  char *file = NULL;
  int descriptor = g_file_open_tmp ("kithd-XXXXXX.conf", &file, NULL);
  assert_true (descriptor >= 0);
  g_close (descriptor, NULL);
  assert_true (g_file_set_contents (file, text, -1, NULL));
  return file;
}

static KithdConfig *
load (const char *text, GError **error)
{
  g_autofree char *file = write_config (text);
  KithdConfig *config = kithd_config_load (file, error);
  g_unlink (file);
  return config;
}

static void
assert_refused (const char *text, const char *where, const char *why)
{
  g_autoptr (GError) error = NULL;
  assert_null (load (text, &error));
  assert_non_null (error);
  if (strstr (error->message, where) == NULL || strstr (error->message, why) == NULL)
    fail_msg ("\"%s\" does not say \"%s\" and \"%s\"", error->message, where, why);
}

static void
nothing_configured_works (void **state)
{
  g_autoptr (KithdConfig) config = kithd_config_load (NULL, NULL);
  assert_non_null (config);
  assert_true (config->tls && config->listen_default);
  assert_string_equal (config->metrics_address, "off");
  assert_string_equal (config->settings.lobby, "lobby");
  assert_int_equal (config->settings.posts_per_second, 20);
}

static void
a_key_stands_there_once (void **state)
{
  assert_refused ("[limits]\ntext = 1\n# text = 2\nmembers = 5\n text=3\n", ":5:", "text stands there twice");
  assert_refused ("[limits]\ntext = 1\n[server]\nname = x\n[limits]\ntext = 2\n", ":6:", "twice");
  g_autoptr (KithdConfig) fine = load ("[limits]\ntext = 1\n[server]\nname = a=b\n#name = c\n", NULL);
  assert_non_null (fine);
}

static void
plain_text_is_for_loopback (void **state)
{
  g_autoptr (KithdConfig) near = load ("[listen]\naddresses = 127.0.0.1:1; [::1]:2; unix:/tmp/x\ntls = off\n", NULL);
  g_autoptr (KithdConfig) far = load ("[listen]\naddresses = 127.0.0.1:1; 192.0.2.1:2\ntls = off\n", NULL);
  g_autoptr (GError) error = NULL;
  assert_true (near != NULL && far != NULL);
  assert_true (kithd_config_check (near, NULL));
  assert_false (kithd_config_check (far, &error));
  assert_non_null (strstr (error->message, "192.0.2.1:2"));
}

static void
values_are_taken (void **state)
{
  g_autoptr (KithdConfig) config = load ("[server]\nname = Studio LAN\nlobby =\nregistration = closed\npoller = select\n"
                                         "[listen]\naddresses = 127.0.0.1:1; [::1]:2\ntls = off\n[log]\nlevel = debug\nformat = json\n"
                                         "[limits]\ntext = 100\n", NULL);
  assert_non_null (config);
  assert_string_equal (config->settings.name, "Studio LAN");
  assert_string_equal (config->settings.lobby, "");
  assert_int_equal (config->settings.registration, KITHD_REGISTRATION_CLOSED);
  assert_true (config->select_only && config->log_json && !config->tls && !config->listen_default);
  assert_int_equal (g_strv_length (config->listen), 2);
  assert_string_equal (config->listen[1], "[::1]:2");
  assert_int_equal (config->log_level, G_LOG_LEVEL_DEBUG);
  assert_int_equal (config->settings.text_max, 100);
}

static void
mistakes_are_named_with_their_line (void **state)
{
  assert_refused ("[server]\nname = x\ncolour = red\n", ":3:", "no key colour");
  assert_refused ("# a\n\n[sever]\nname = x\n", ":3:", "no group [sever]");
  assert_refused ("[limits]\n\ntext = many\n", ":3:", "number from 1 to 16384");
  assert_refused ("[limits]\ntext = 0\n", ":2:", "number from 1");
  assert_refused ("[limits]\ntext = 99999999999999999999\n", ":2:", "number from 1");
  assert_refused ("[server]\nregistration = maybe\n", ":2:", "open, invite or closed");
  assert_refused ("[log]\nlevel = loud\n", ":2:", "debug, info");
  assert_refused ("[listen]\naddresses = ;\n", ":2:", "addresses");
  assert_refused ("[server]\nname =\n", ":2:", "empty");
  assert_refused ("[server]\nlobby = a b\n", ":2:", "the name of a room");
  g_autofree char *long_name = g_strnfill (257, 'n'), *long_file = g_strdup_printf ("[server]\nname = %s\n", long_name);
  assert_refused (long_file, ":2:", "256 bytes");
  assert_refused ("[server]\nname = x \xe2\x80\xae y\n", ":2:", "hidden");
  assert_refused ("[server]\nname = a\033[31m\n", ":2:", "hidden");
  assert_refused ("this is no key file\n", "", "");
  g_autoptr (GError) error = NULL;
  assert_null (kithd_config_load ("/nowhere/kithd.conf", &error));
  assert_non_null (error);
}

static void
a_reload_takes_what_it_can (void **state)
{
  g_autoptr (KithdConfig) running = load ("[server]\nname = Old\n[limits]\ntext = 10\n", NULL);
  g_autoptr (KithdConfig) fresh = load ("[server]\nname = New\npoller = select\n[listen]\naddresses = 127.0.0.1:0\n[limits]\ntext = 20\n", NULL);
  g_autofree char *stuck = kithd_config_reload (running, fresh);
  assert_string_equal (stuck, "server.poller, listen.addresses");
  assert_string_equal (running->settings.name, "New");
  assert_int_equal (running->settings.text_max, 20);
  assert_false (running->select_only);
  assert_null (kithd_config_reload (running, running));
}

static void
the_command_line_outranks_every_reload (void **state)
{
  g_autoptr (KithdConfig) running = load ("[server]\nname = Old\n", NULL);
  g_autoptr (KithdConfig) fresh = load ("[server]\nname = New\ndata = /elsewhere\n[listen]\naddresses = [::1]:0\n", NULL);
  assert_true (kithd_config_override (running, "server", "name", "Given", NULL));
  assert_false (kithd_config_says (running, "server", "data"));
  assert_true (kithd_config_override (running, "server", "data", "/given", NULL));
  assert_true (kithd_config_says (running, "server", "data"));
  assert_true (kithd_config_override (running, "listen", "addresses", "127.0.0.1:0;127.0.0.2:0", NULL));
  assert_false (kithd_config_override (running, "server", "name", "", NULL));
  assert_int_equal (g_strv_length (running->listen), 2);
  assert_null (kithd_config_reload (running, fresh));
  assert_string_equal (running->settings.name, "Given");
  assert_string_equal (running->data, "/given");
}

/* The shipped sample is what kithd prints, and it is right with every key uncommented (but for those that name no real value). */
static void
the_sample_is_true (void **state)
{
  g_autofree char *sample = kithd_config_sample (), *file = g_build_filename (g_getenv ("KITH_SOURCE"), "resources", "kithd.conf.sample", NULL);
  g_autofree char *shipped = NULL;
  assert_true (g_file_get_contents (file, &shipped, NULL, NULL));
  assert_string_equal (sample, shipped);
  g_autoptr (GRegex) commented = g_regex_new ("^#(\\w+ = )", G_REGEX_MULTILINE, 0, NULL);
  g_autofree char *live = g_regex_replace (commented, sample, -1, 0, "\\1", 0, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KithdConfig) config = load (live, &error);
  assert_null (error);
  assert_int_equal (config->settings.outbound_queue, 1024 * 1024);
}

static void
every_key_is_documented (void **state)
{
  g_autofree char *sample = kithd_config_sample (), *page = NULL;
  g_autofree char *file = g_build_filename (g_getenv ("KITH_SOURCE"), "docs", "configuration.md", NULL);
  assert_true (g_file_get_contents (file, &page, NULL, NULL));
  g_autoptr (GRegex) key = g_regex_new ("^#(\\w+) = ", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint count = 0;
  for (gboolean found = g_regex_match (key, sample, 0, &match); found; found = g_match_info_next (match, NULL), count++) {
    g_autofree char *name = g_match_info_fetch (match, 1), *row = g_strdup_printf ("| `%s` |", name);
    if (strstr (page, row) == NULL)
      fail_msg ("docs/configuration.md has no row for %s", name);
  }
  assert_in_range (count, 20, 200);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (nothing_configured_works), cmocka_unit_test (values_are_taken),
    cmocka_unit_test (plain_text_is_for_loopback),
    cmocka_unit_test (a_key_stands_there_once), cmocka_unit_test (mistakes_are_named_with_their_line),
    cmocka_unit_test (a_reload_takes_what_it_can), cmocka_unit_test (the_command_line_outranks_every_reload),
    cmocka_unit_test (the_sample_is_true),
    cmocka_unit_test (every_key_is_documented),
  };
  return cmocka_run_group_tests_name ("config", tests, NULL, NULL);
}
