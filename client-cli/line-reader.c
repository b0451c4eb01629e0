/* line-reader.c - a thread, a queue with a limit, and a wake-up.
 *
 * The reader lives as long as the process: a thread that waits for input cannot be ended otherwise. */
#include "line-reader.h"

#include <stdio.h>

#define QUEUE_MAX 256

struct _CliLineReader {
  gsize max;
  KithWake *wake;
  GMutex mutex;
  GCond room;
  GQueue lines; /* of CliLine * */
  gboolean ended;
};

/* Reads up to the end of a line. FALSE: there was nothing more. */
static gboolean
read_line (CliLineReader *reader, CliLine *line)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean fits = TRUE;
  int c;
  line->length = 0;
  while ((c = getc (stdin)) != EOF && c != '\n') {
    line->length++;
    fits = fits && c != '\0' && text->len <= reader->max;
    if (fits)
      g_string_append_c (text, (char) c);
  }
  if (fits && text->len > 0 && text->str[text->len - 1] == '\r') {
    g_string_truncate (text, text->len - 1);
    line->length--;
  }
  fits = fits && text->len <= reader->max;
  line->text = fits ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
  return c != EOF || line->length > 0;
}

static void
put (CliLineReader *reader, const CliLine *line)
{
  g_mutex_lock (&reader->mutex);
  while (reader->lines.length >= QUEUE_MAX)
    g_cond_wait (&reader->room, &reader->mutex);
  if (line != NULL)
    g_queue_push_tail (&reader->lines, g_memdup2 (line, sizeof *line));
  else
    reader->ended = TRUE;
  kith_wake_signal (reader->wake);
  g_mutex_unlock (&reader->mutex);
}

static gpointer
read_lines (gpointer data)
{
  CliLineReader *reader = data;
  CliLine line = {0};
  while (read_line (reader, &line)) {
    line.number++;
    put (reader, &line);
  }
  g_free (line.text);
  put (reader, NULL);
  return NULL;
}

CliLineReader *
cli_line_reader_start (gsize max, KithWake *wake, GError **error)
{
  static CliLineReader reader; /* one standard input, one reader */
  reader.max = max;
  reader.wake = wake;
  GThread *thread = g_thread_try_new ("lines", read_lines, &reader, error);
  if (thread == NULL)
    return NULL;
  g_thread_unref (thread);
  return &reader;
}

gboolean
cli_line_reader_take (CliLineReader *reader, CliLine *line)
{
  g_mutex_lock (&reader->mutex);
  g_autofree CliLine *first = g_queue_pop_head (&reader->lines);
  g_cond_signal (&reader->room);
  g_mutex_unlock (&reader->mutex);
  if (first != NULL)
    *line = *first;
  return first != NULL;
}

gboolean
cli_line_reader_is_done (CliLineReader *reader)
{
  g_mutex_lock (&reader->mutex);
  gboolean done = reader->ended && g_queue_is_empty (&reader->lines);
  g_mutex_unlock (&reader->mutex);
  return done;
}
