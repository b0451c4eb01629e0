/* server.c - a kithd with its directory, its configuration and its log. */
#include "support/server.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define READY "kithd: ready on "
#define LOG_TAIL 700 /* bytes of the log that an error carries: CMocka prints no longer line than 1024 bytes on Windows */

const char *
test_server_program (void)
{
  const char *path = g_getenv ("KITHD");
  return path != NULL ? path : KITHD_PATH;
}

TestServer *
test_server_new (void)
{
  g_autoptr (GError) error = NULL;
  TestServer *server = g_new0 (TestServer, 1);
  server->dir = g_dir_make_tmp ("kith-XXXXXX", &error);
  if (server->dir == NULL)
    g_error ("no temporary directory: %s", error->message);
  server->data = g_build_filename (server->dir, "data", NULL);
  server->log = g_build_filename (server->dir, "log", NULL);
  server->door = g_strconcat ("door:", server->data, NULL);
  server->unix_address = g_strdup_printf ("unix:%s/kithd.sock", server->data);
  server->config = g_key_file_new ();
  test_server_set (server, "server", "lobby", ""); /* a test begins without a room, unless it asks for one */
  return server;
}

void
test_remove_tree (const char *path)
{
  GDir *dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  if (dir != NULL) {
    for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir)) {
      g_autofree char *child = g_build_filename (path, name, NULL);
      test_remove_tree (child);
    }
    g_dir_close (dir);
  }
  g_remove (path);
}

/* The environment's KITH_KEEP: a directory that is to be made of what would else be removed, once kithd has ended by
 * itself; how it did not is in its file "end". */
static void
keep (TestServer *server, const char *where)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *end = g_build_filename (server->dir, "end", NULL);
  if (server->child != NULL && !test_server_stop (server, 0, &error))
    g_file_set_contents (end, error->message, -1, NULL);
  if (g_rename (server->dir, where) != 0)
    g_error ("%s cannot be kept as %s", server->dir, where);
}

void
test_server_free (TestServer *server)
{
  const char *where = g_getenv ("KITH_KEEP");
  if (server == NULL)
    return;
  if (where != NULL)
    keep (server, where);
  test_server_kill (server);
  test_remove_tree (server->dir);
  g_free (server->dir);
  g_free (server->data);
  g_free (server->log);
  g_free (server->address);
  g_free (server->door);
  g_free (server->unix_address);
  g_free (server->pin);
  g_strfreev (server->wrapper);
  g_strfreev (server->arguments);
  g_key_file_free (server->config);
  g_free (server);
}

void
test_server_set (TestServer *server, const char *group, const char *key, const char *value)
{
  g_key_file_set_value (server->config, group, key, value);
}

static void
set_words (char ***where, const char *words)
{
  g_strfreev (*where);
  *where = words != NULL ? g_strsplit (words, " ", -1) : NULL;
}

void
test_server_set_wrapper (TestServer *server, const char *words)
{
  set_words (&server->wrapper, words);
}

void
test_server_set_arguments (TestServer *server, const char *words)
{
  set_words (&server->arguments, words);
}

char *
test_server_read_log (TestServer *server)
{
  char *text = NULL;
  if (!g_file_get_contents (server->log, &text, NULL, NULL))
    text = g_strdup ("");
  return text;
}

static void G_GNUC_PRINTF (3, 4) fail (GError **error, TestServer *server, const char *format, ...)
{
  g_autofree char *log = test_server_read_log (server);
  gsize length = strlen (log);
  va_list args;
  va_start (args, format);
  g_autofree char *words = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, TEST_SERVER_ERROR, 0, "%s\n--- its log:\n%s", words,
               log + (length > LOG_TAIL ? length - LOG_TAIL : 0));
}

/* ---- starting ---- */

static char **
command_line (TestServer *server, const char *config)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_autofree char *listen = server->address != NULL ? g_strdup (server->address) : g_strdup ("127.0.0.1:0");
  if (server->wrapper != NULL)
    g_strv_builder_addv (words, (const char **) server->wrapper);
  g_strv_builder_add_many (words, test_server_program (), "--config", config, "--data", server->data, "--listen", listen, NULL);
  if (server->arguments != NULL)
    g_strv_builder_addv (words, (const char **) server->arguments);
  return g_strv_builder_end (words);
}

static gboolean
spawn (TestServer *server, GError **error)
{
  g_autofree char *config = g_build_filename (server->dir, "kithd.conf", NULL);
  if (!g_key_file_save_to_file (server->config, config, error))
    return FALSE;
  g_auto (GStrv) words = command_line (server, config);
  server->child = test_child_new (words, server->log, error);
  return server->child != NULL;
}

/* The text up to a line feed or the end. */
static gboolean
read_line (TestServer *server, gint64 deadline, GString *line)
{
  char byte;
  int got = test_child_read_byte (server->child, deadline, &byte);
  for (; got == 1 && byte != '\n' && line->len < 4096; got = test_child_read_byte (server->child, deadline, &byte))
    g_string_append_c (line, byte);
  return got == 1;
}

/* "kithd: ready on 127.0.0.1:5484, pin HEX" */
static gboolean
parse_ready (TestServer *server, const char *line)
{
  if (!g_str_has_prefix (line, READY))
    return FALSE;
  g_auto (GStrv) parts = g_strsplit (line + strlen (READY), ", pin ", 2);
  if (parts[0] != NULL)
    g_strdelimit (parts[0], " ", '\0'); /* the first of several listeners */
  const char *colon = parts[0] != NULL ? strrchr (parts[0], ':') : NULL;
  if (colon == NULL || parts[1] == NULL)
    return FALSE;
  guint port = (guint) strtoul (colon + 1, NULL, 10);
  if (port == 0 || port > 65535)
    return FALSE;
  server->port = (guint16) port;
  g_free (server->address);
  server->address = g_strdup (parts[0]);
  g_free (server->pin);
  server->pin = g_strdup (parts[1]);
  return TRUE;
}

gboolean
test_server_start (TestServer *server, GError **error)
{
  if (server->child != NULL) {
    g_set_error (error, TEST_SERVER_ERROR, 0, "kithd runs already");
    return FALSE;
  }
  if (!spawn (server, error))
    return FALSE;
  g_autoptr (GString) line = g_string_new (NULL);
  gint64 deadline = g_get_monotonic_time () + TEST_PATIENCE_S * G_USEC_PER_SEC;
  gboolean complete = read_line (server, deadline, line);
  if (complete && parse_ready (server, line->str))
    return TRUE;
  int status = test_child_is_running (server->child) ? -1 : test_child_wait (server->child);
  test_server_kill (server);
  fail (error, server, "kithd did not get ready: it said \"%s\"; status %d", line->str, status);
  return FALSE;
}

/* ---- ending ---- */

void
test_server_kill (TestServer *server)
{
  g_clear_pointer (&server->child, test_child_free);
}

gboolean
test_server_stop (TestServer *server, guint limit_s, GError **error)
{
  g_autoptr (GString) rest = g_string_new (NULL);
  gint64 begin = g_get_monotonic_time ();
  gint64 deadline = begin + (limit_s != 0 ? limit_s : TEST_PATIENCE_S) * G_USEC_PER_SEC;
  char byte;
  int got;
  g_return_val_if_fail (server->child != NULL, FALSE);
  test_child_ask (server->child, TEST_CHILD_STOP);
  while ((got = test_child_read_byte (server->child, deadline, &byte)) == 1)
    g_string_append_c (rest, byte);
  if (got < 0) {
    test_server_kill (server);
    fail (error, server, "kithd did not stop within %d s of being asked to",
          (int) ((g_get_monotonic_time () - begin) / G_USEC_PER_SEC));
    return FALSE;
  }
  int status = test_child_wait (server->child);
  test_server_kill (server);
  if (status != 0)
    fail (error, server, "kithd stopped with status %d instead of 0", status);
  else if (rest->len != 0)
    fail (error, server, "kithd printed more than its one line: \"%s\"", rest->str);
  else
    return TRUE;
  return FALSE;
}

void
test_server_reload (TestServer *server)
{
  test_child_ask (server->child, TEST_CHILD_RELOAD);
}

gboolean
test_server_is_running (TestServer *server)
{
  return server->child != NULL && test_child_is_running (server->child);
}

/* ---- asking ---- */

int
test_server_command (TestServer *server, char **output, ...)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  va_list args;
  g_strv_builder_add_many (builder, test_server_program (), "--data", server->data, NULL);
  va_start (args, output);
  for (const char *word = va_arg (args, const char *); word != NULL; word = va_arg (args, const char *))
    g_strv_builder_add (builder, word);
  va_end (args);
  g_auto (GStrv) words = g_strv_builder_end (builder);
  return test_child_run (words, output);
}

gint64
test_server_cpu_ms (TestServer *server)
{
  return test_child_cpu_ms (server->child);
}

gint64
test_server_memory_kib (TestServer *server)
{
  return test_child_memory_kib (server->child);
}
