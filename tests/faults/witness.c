/* witness.c - an acknowledgement is the answer with a seq to a request that names a conversation; an event is what was
 * pushed. Both are looked up in the database. */
#include "faults/witness.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <string.h>

#include "faults/control.h"
#include "support/child.h"

#define WITNESS_ERROR (g_quark_from_static_string ("witness"))

#define LEAK "ERROR: LeakSanitizer"

/* What nothing that kithd writes may hold. */
static const char *const shameful[] = {
    LEAK,           "ERROR: AddressSanitizer", "AddressSanitizer: CHECK failed", "runtime error:", "-CRITICAL **", "level=error", "level=critical",
    "assertion '",  "stack smashing",          "double free",                    "corrupted",      FAULTS_LEFT_OPEN,
};

static gboolean G_GNUC_PRINTF (2, 3) testify (GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, WITNESS_ERROR, 0, text);
  return FALSE;
}

static char *
read_kept (const Evidence *evidence, const char *name)
{
  g_autofree char *path = g_build_filename (evidence->kept, name, NULL);
  char *text = NULL;
  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}

static gboolean
judge_end (const Evidence *evidence, GError **error)
{
  g_autofree char *log = read_kept (evidence, "log"), *end = read_kept (evidence, "end");
  if (evidence->crash != 0)
    return testify (error, "kithd died of signal %d:\n%s", evidence->crash, log);
  for (guint i = 0; i < G_N_ELEMENTS (shameful); i++)
    if (strstr (log, shameful[i]) != NULL)
      return testify (error, "kithd said:\n%s", log);
  if (strstr (evidence->said, "nothing came in time") != NULL)
    return testify (error, "somebody waits for ever: %s\n%s", evidence->said, log);
  return *end == '\0' || testify (error, "%s", end);
}

/* ---- what was told is there ---- */

typedef struct {
  sqlite3 *db;
  GHashTable *asked; /* "PLAYER ID" -> conversation */
} Court;

static const char *
text_of (json_object *object, const char *name)
{
  json_object *member = NULL;
  return json_object_object_get_ex (object, name, &member) ? json_object_get_string (member) : NULL;
}

static gint64
number_of (json_object *object, const char *name)
{
  json_object *member = NULL;
  return json_object_object_get_ex (object, name, &member) ? json_object_get_int64 (member) : 0;
}

static gboolean
is_stored (Court *court, const char *conversation, gint64 seq)
{
  static const char query[] = "SELECT 1 FROM event WHERE conversation = ?1 AND seq = ?2"
                              " UNION ALL SELECT 1 FROM recent WHERE conversation = ?1 AND seq = ?2";
  sqlite3_stmt *statement = NULL;
  gboolean found = FALSE;
  if (sqlite3_prepare_v2 (court->db, query, -1, &statement, NULL) == SQLITE_OK) {
    sqlite3_bind_int64 (statement, 1, g_ascii_strtoll (conversation + 1, NULL, 10));
    sqlite3_bind_int64 (statement, 2, seq);
    found = sqlite3_step (statement) == SQLITE_ROW;
  }
  sqlite3_finalize (statement);
  return found;
}

/* What a request asks about is remembered; what an answer or an event says must be true. */
static gboolean
judge_frame (Court *court, const char *player, char way, json_object *frame, GError **error)
{
  gint64 seq = number_of (frame, "seq"), re = number_of (frame, way == '>' ? "id" : "re");
  g_autofree char *key = g_strdup_printf ("%s %" G_GINT64_FORMAT, player, re);
  const char *conversation = text_of (frame, "conversation");
  if (way == '>') {
    if (conversation != NULL && *conversation == 'c')
      g_hash_table_insert (court->asked, g_steal_pointer (&key), g_strdup (conversation));
    return TRUE;
  }
  if (re != 0)
    conversation = g_hash_table_lookup (court->asked, key);
  else if (g_strcmp0 (text_of (frame, "type"), "event") != 0)
    return TRUE;
  if (seq == 0 || conversation == NULL || is_stored (court, conversation, seq))
    return TRUE;
  return testify (error, "not in the database: %s", json_object_to_json_string_ext (frame, JSON_C_TO_STRING_PLAIN));
}

/* "PLAYER WAY FRAME" */
static gboolean
judge_line (Court *court, const char *line, GError **error)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  json_object *frame = g_strv_length (words) == 3 ? json_tokener_parse (words[2]) : NULL;
  gboolean good = !json_object_is_type (frame, json_type_object) || judge_frame (court, words[0], *words[1], frame, error);
  json_object_put (frame);
  return good;
}

static gboolean
judge_transcript (const Evidence *evidence, const char *database, GError **error)
{
  g_autofree char *text = NULL;
  Court court = {NULL, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free)};
  gboolean good = TRUE;
  if (!g_file_get_contents (evidence->transcript, &text, NULL, NULL))
    text = g_strdup ("");
  if (sqlite3_open_v2 (database, &court.db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
    good = testify (error, "%s cannot be read: %s", database, sqlite3_errmsg (court.db));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; good && lines[i] != NULL; i++)
    good = judge_line (&court, lines[i], error);
  sqlite3_close (court.db);
  g_hash_table_unref (court.asked);
  return good;
}

gboolean
witness_judge (const Evidence *evidence, GError **error)
{
  g_autofree char *database = g_build_filename (evidence->kept, "data", "kith.db", NULL), *said = NULL;
  char *check[] = {(char *) KITHD_PATH, (char *) "check", database, NULL};
  if (!judge_end (evidence, error))
    return FALSE;
  if (!g_file_test (database, G_FILE_TEST_EXISTS)) /* it did not come so far, and told nobody anything */
    return !g_file_test (evidence->transcript, G_FILE_TEST_EXISTS) || testify (error, "there is no database");
  if (test_child_run (check, &said) != 0)
    return testify (error, "kithd check: %s", said);
  return judge_transcript (evidence, database, error);
}

gboolean
witness_is_leak (const GError *error)
{
  return strstr (error->message, LEAK) != NULL;
}
