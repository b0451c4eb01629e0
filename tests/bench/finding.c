/* finding.c - see finding.h. An answer without a message is an error: nothing would have been measured. */
#include "bench/finding.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define ASKED_MS 50 /* what is asked of all of them */
#define PATIENCE_S 60

typedef struct {
  Load *load;
  gboolean done, found;
  gint64 next; /* where it goes on; 0: it is over */
} Answer;

/* A word in one message of five, near the end; one in a single message, far back; and two characters, in one of five.
 */
static char *
word_of (const Finding *finding, guint kind)
{
  return kind == 1 ? g_strdup_printf ("%u", finding->messages / 10 + 7) : g_strdup (kind == 0 ? "lunch" : "on");
}

static void
on_line (gpointer data, LoadPeer *peer, const char *line, gsize length)
{
  Answer *answer = data;
  if (!g_str_has_prefix (line, "{\"re\":"))
    return;
  const char *next = g_strstr_len (line, (gssize) length, "],\"next\":");
  gboolean more = g_strstr_len (line, (gssize) length, "\"more\":true") != NULL;
  answer->done = TRUE;
  answer->found = g_strstr_len (line, (gssize) length, "\"seq\":") != NULL;
  answer->next = more && next != NULL ? g_ascii_strtoll (next + strlen ("],\"next\":"), NULL, 10) : 0;
  if (!answer->found && answer->next == 0)
    load_fail (answer->load, "A search found nothing: %.*s", (int) MIN (length, 400), line);
}

static gboolean
is_done (gpointer data)
{
  return ((Answer *) data)->done;
}

/* ms until there is something to see, in as many pages as the server's time limit makes of it; below 0: error. members:
 * of the request. */
static double
search_ms (const Scene *scene, const char *members, GError **error)
{
  Answer answer = {.load = scene->load};
  gint64 begin = g_get_monotonic_time ();
  load_set_reader (scene->load, on_line, &answer);
  while (!answer.found) {
    g_autofree char *before =
        answer.next > 0 ? g_strdup_printf (",\"before\":%" G_GINT64_FORMAT, answer.next) : g_strdup ("");
    g_autofree char *frame = g_strdup_printf ("{\"type\":\"search\",\"id\":7,%s%s}\n", members, before);
    answer.done = FALSE;
    load_say (scene->load, scene->peers->pdata[0], frame, strlen (frame));
    if (!load_run (scene->load, is_done, &answer, PATIENCE_S, error))
      return -1;
  }
  return (double) (g_get_monotonic_time () - begin) / 1000;
}

/* What is written is not kept in memory any longer; nobody has the files open. */
static void
forget_files (const char *directory)
{
  const char *name;
  g_autoptr (GDir) files = g_dir_open (directory, 0, NULL);
  while (files != NULL && (name = g_dir_read_name (files)) != NULL) {
    g_autofree char *path = g_build_filename (directory, name, NULL);
    int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0)
      continue;
    fsync (fd);
    posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
    close (fd);
  }
}

static gboolean
note_again (const Finding *finding, const Scene *scene, const char *what, const char *members, Report *report,
            GError **error)
{
  g_autoptr (GArray) took = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; i < finding->times; i++) {
    double ms = search_ms (scene, members, error);
    if (ms < 0)
      return FALSE;
    g_array_append_val (took, ms);
  }
  g_autofree char *name = g_strdup_printf ("%s, again", what);
  report_kithd (report_row (report, name, "ms", REPORT_VALUE_AT_MOST, ASKED_MS), report_percentile (took, 100));
  return TRUE;
}

static gboolean
note_one (const Finding *finding, const char *what, const char *members, Report *report, GError **error)
{
  g_auto (Scene) scene = {.longest = finding->longest};
  forget_files (finding->server->data);
  if (!scene_open (&scene, finding->crowd, finding->server, TARGET_KITHD, FALSE, TARGET_ANYWHERE, NULL, error) ||
      !crowd_enter (finding->crowd, scene.load, scene.target, NULL, 0, 1, scene.peers, error))
    return FALSE;
  double first = search_ms (&scene, members, error);
  if (first < 0)
    return FALSE;
  g_autofree char *name = g_strdup_printf ("%s, first", what);
  report_kithd (report_row (report, name, "ms", REPORT_VALUE_AT_MOST, ASKED_MS), first);
  return note_again (finding, &scene, what, members, report, error);
}

gboolean
finding_note (const Finding *finding, Report *report, GError **error)
{
  static const char *const kinds[] = {"common word", "rare word", "two characters"};
  report_section (report, "Searching there, after a restart each");
  g_autofree char *room =
      g_strdup_printf (",\"conversation\":\"c%" G_GINT64_FORMAT "\"", finding->archive->conversations[0]);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (kinds); i++) {
    gboolean everywhere = i >= G_N_ELEMENTS (kinds);
    guint kind = i % G_N_ELEMENTS (kinds);
    g_autofree char *word = word_of (finding, kind);
    g_autofree char *members = g_strdup_printf ("\"text\":\"%s\"%s", word, everywhere ? "" : room);
    g_autofree char *what = g_strdup_printf ("%s, %s", everywhere ? "everywhere" : "room", kinds[kind]);
    if (!note_one (finding, what, members, report, error))
      return FALSE;
  }
  return TRUE;
}
