/* log.c - GLib's own messages come out in the same form, through its structured log writer. */
#include "log/log.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static GMutex lock;  /* for output: the store's threads log, too */
static FILE *output; /* NULL: standard error */
static gboolean as_json = FALSE;
static GLogLevelFlags least_level = G_LOG_LEVEL_INFO;

static const char *
level_name (GLogLevelFlags level)
{
  static const struct {
    GLogLevelFlags level;
    const char *name;
  } names[] = {{G_LOG_LEVEL_ERROR, "error"},     {G_LOG_LEVEL_CRITICAL, "critical"}, {G_LOG_LEVEL_WARNING, "warning"},
               {G_LOG_LEVEL_MESSAGE, "message"}, {G_LOG_LEVEL_INFO, "info"},         {G_LOG_LEVEL_DEBUG, "debug"}};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (level & names[i].level)
      return names[i].name;
  return "info";
}

/* Quotes, backslashes and control characters are escaped; invalid UTF-8 is replaced. */
static void
append_quoted (GString *line, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);
  g_string_append_c (line, '"');
  for (const char *c = valid; *c != '\0'; c++)
    if (*c == '"' || *c == '\\')
      g_string_append_printf (line, "\\%c", *c);
    else if ((guchar) *c < 0x20 || *c == 0x7f)
      g_string_append_printf (line, "\\u%04x", (guint) (guchar) *c);
    else
      g_string_append_c (line, *c);
  g_string_append_c (line, '"');
}

static gboolean
is_plain (const char *value)
{
  return *value != '\0' &&
         strspn (value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/+[]%@*,") == strlen (value);
}

static void
append_pair (GString *line, const char *key, const char *value)
{
  if (value == NULL)
    return;
  g_string_append_printf (line, as_json ? "%s\"%s\":" : "%s%s=", line->len == 0 ? "" : as_json ? "," : " ", key);
  if (!as_json && is_plain (value))
    g_string_append (line, value);
  else
    append_quoted (line, value);
}

gboolean
kithd_log_takes (GLogLevelFlags level)
{
  return level <= least_level;
}

static GString *
begin_line (GLogLevelFlags level, const char *event)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *seconds = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S");
  g_autofree char *time = g_strdup_printf ("%s.%03dZ", seconds, g_date_time_get_microsecond (now) / 1000);
  GString *line = g_string_sized_new (160);
  append_pair (line, "time", time);
  append_pair (line, "level", level_name (level));
  append_pair (line, "event", event);
  return line;
}

static void
end_line (GString *line)
{
  g_mutex_lock (&lock);
  FILE *file = output != NULL ? output : stderr;
  fprintf (file, as_json ? "{%s}\n" : "%s\n", line->str);
  fflush (file);
  g_mutex_unlock (&lock);
  g_string_free (line, TRUE);
}

static GLogWriterOutput
write_foreign (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  if (!kithd_log_takes (level & G_LOG_LEVEL_MASK))
    return G_LOG_WRITER_HANDLED;
  GString *line = begin_line (level, "glib");
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      append_pair (line, "message", fields[i].value);
  end_line (line);
  return G_LOG_WRITER_HANDLED;
}

gboolean
kithd_log_open (const char *directory, const char *file, GError **error)
{
  g_autofree char *path = g_canonicalize_filename (file, directory);
  gboolean is_file = !g_str_equal (file, "stderr");
  FILE *opened = is_file ? g_fopen (path, "ab") : NULL;
  if (is_file && opened == NULL) {
    int code = errno;
    g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (code),
                 "The log %s cannot be opened: %s. Set file in [log] to another.", path, g_strerror (code));
    return FALSE;
  }
  g_mutex_lock (&lock);
  FILE *before = output;
  output = opened;
  g_mutex_unlock (&lock);
  if (before != NULL)
    fclose (before);
  return TRUE;
}

void
kithd_log_configure (gboolean json, GLogLevelFlags least)
{
  as_json = json;
  least_level = least;
  static gsize installed = 0;
  if (g_once_init_enter (&installed)) {
    g_log_set_writer_func (write_foreign, NULL, NULL);
    g_once_init_leave (&installed, 1);
  }
}

void
kithd_log (GLogLevelFlags level, const char *event, guint64 conn, ...)
{
  if (!kithd_log_takes (level))
    return;
  GString *line = begin_line (level, event);
  if (conn != 0)
    g_string_append_printf (line, as_json ? ",\"conn\":%" G_GUINT64_FORMAT : " conn=%" G_GUINT64_FORMAT, conn);
  va_list pairs;
  va_start (pairs, conn);
  for (const char *key = va_arg (pairs, const char *); key != NULL; key = va_arg (pairs, const char *))
    append_pair (line, key, va_arg (pairs, const char *));
  va_end (pairs);
  end_line (line);
}
