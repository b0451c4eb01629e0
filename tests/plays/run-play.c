/* run-play.c - performs conversations written as plays (tests/plays/README.md) against a real kithd.
 *
 * A play is lines; each line is one act, looked up in a table by its first word or, for a player's act, by its second.
 * Acts fail with a GError; the line that failed is put in front of it. */
#include <string.h>

#include "example.h"
#include "proto/id.h"
#include "support/check.h"
#include "support/player.h"
#include "support/server.h"

#define PLAY_ERROR (g_quark_from_static_string ("play"))

typedef struct {
  TestServer *server;
  GHashTable *players; /* name -> Player */
  GHashTable *held;    /* name -> GString: frames that leave with the next one */
  GHashTable *vars;    /* name -> text */
} Play;

static gboolean perform_line (Play *play, const char *line, GError **error);

static gboolean G_GNUC_PRINTF (2, 3) refuse (GError **error, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *words = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, PLAY_ERROR, 0, words);
  return FALSE;
}

/* ---- variables ---- */

static void
set_var (Play *play, const char *name, const char *suffix, const char *value)
{
  g_hash_table_insert (play->vars, g_strconcat (name, suffix, NULL), g_strdup (value));
}

/* What a name stands for that nobody has set: $nonce... and $token... are made at first use, $fresh is another nonce
 * each time, $text100 is a text of 100 bytes. */
static char *
make_value (Play *play, const char *name)
{
  char *made = NULL;
  if (strcmp (name, "fresh") == 0)
    return player_random_hex (16);
  if (g_str_has_prefix (name, "text") && g_ascii_isdigit (name[4]))
    return g_strnfill ((gsize) g_ascii_strtoull (name + 4, NULL, 10), 'x');
  if (g_str_has_prefix (name, "nonce"))
    made = player_random_hex (16);
  else if (g_str_has_prefix (name, "token"))
    made = player_random_hex (32);
  if (made != NULL)
    set_var (play, name, "", made);
  return made;
}

static char *
take_name (const char **text)
{
  const char *begin = *text;
  while (g_ascii_isalnum (**text) || **text == '_')
    (*text)++;
  return g_strndup (begin, (gsize) (*text - begin));
}

/* Appends what $name stands for. In a pattern an unknown name stays, to be captured; without quotes around it, it gets
 * them. */
static gboolean
add_value (Play *play, GString *out, const char *name, gboolean pattern, GError **error)
{
  const char *known = g_hash_table_lookup (play->vars, name);
  g_autofree char *made = known == NULL && !pattern ? make_value (play, name) : NULL;
  if (known != NULL || made != NULL)
    g_string_append (out, known != NULL ? known : made);
  else if (!pattern)
    return refuse (error, "$%s is not known here", name);
  else if (out->len > 0 && out->str[out->len - 1] == '"')
    g_string_append_printf (out, "$%s", name);
  else
    g_string_append_printf (out, "\"$%s\"", name);
  return TRUE;
}

/* The text with every $name replaced; the caller frees. NULL on an error. */
static char *
substitute (Play *play, const char *text, gboolean pattern, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  while (*text != '\0') {
    if (*text != '$') {
      g_string_append_c (out, *text++);
      continue;
    }
    text++;
    g_autofree char *name = take_name (&text);
    if (!add_value (play, out, name, pattern, error))
      return NULL;
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* ---- the server ---- */

static gboolean
ensure_server (Play *play, GError **error)
{
  return play->server->child != NULL || test_server_start (play->server, error);
}

static gboolean
server_starts (Play *play, const char *rest, GError **error)
{
  return test_server_start (play->server, error);
}

static gboolean
server_killed (Play *play, const char *rest, GError **error)
{
  test_server_kill (play->server);
  g_hash_table_remove_all (play->players);
  return TRUE;
}

static gboolean
server_stops (Play *play, const char *rest, GError **error)
{
  return test_server_stop (play->server, 0, error);
}

static gboolean
server_restores (Play *play, const char *rest, GError **error)
{
  g_autofree char *output = NULL;
  int status = test_server_command (play->server, &output, "restore", rest, NULL);
  return status == 0 || refuse (error, "kithd restore ended with %d: %s", status, output);
}

static gboolean
config_act (Play *play, const char *rest, GError **error)
{
  g_auto (GStrv) parts = g_strsplit_set (rest, ".=", 3);
  if (g_strv_length (parts) != 3)
    return refuse (error, "expected: config GROUP.KEY=VALUE");
  test_server_set (play->server, parts[0], parts[1], parts[2]);
  return TRUE;
}

/* ---- players ---- */

static Player *
find_player (Play *play, const char *name, GError **error)
{
  Player *player = g_hash_table_lookup (play->players, name);
  if (player == NULL)
    refuse (error, "%s is not connected", name);
  return player;
}

static gboolean
connects (Play *play, const char *name, const char *rest, GError **error)
{
  if (!ensure_server (play, error))
    return FALSE;
  gboolean local = strcmp (rest, "to the unix socket") == 0;
  Player *player = player_connect (local ? play->server->door : play->server->address, error);
  if (player != NULL)
    g_hash_table_insert (play->players, g_strdup (name), player);
  return player != NULL;
}

/* Performs lines in which %s is the player's name, "" ends them. */
static gboolean
perform_script (Play *play, const char *name, const char *const *script, GError **error)
{
  for (; *script != NULL; script++) {
    g_auto (GStrv) parts = g_strsplit (*script, "%s", -1);
    g_autofree char *line = g_strjoinv (name, parts);
    if (!perform_line (play, line, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
joins (Play *play, const char *name, const char *rest, GError **error)
{
  static const char *const script[] = {
      "%s connects",
      "%s > {\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"play\"}",
      "%s < {\"re\":1,\"server\":{}}",
      "%s > "
      "{\"type\":\"register\",\"id\":2,\"nonce\":\"$fresh\",\"handle\":\"$%s_handle\",\"device\":\"play\",\"token\":\"$"
      "%s_token\"}",
      "%s < {\"re\":2,\"account\":{\"id\":\"$%s\"},\"device\":\"$%s_device\"}",
      "%s > {\"type\":\"sync\",\"id\":3}",
      "%s < {\"re\":3,\"conversations\":[\"...\",{\"id\":\"$%s_notes\",\"kind\":\"notes\"}]}",
      "%s forgets",
      NULL,
  };
  g_autofree char *token = player_random_hex (32);
  if (!g_str_has_prefix (rest, "as "))
    return refuse (error, "expected: NAME joins as HANDLE");
  set_var (play, name, "_handle", rest + strlen ("as "));
  set_var (play, name, "_token", token);
  return perform_script (play, name, script, error);
}

/* "signs in", or "signs in as NAME": with the token of another player's device. */
static gboolean
signs (Play *play, const char *name, const char *rest, GError **error)
{
  static const char *const script[] = {
      "%s connects",
      "%s > {\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"play\"}",
      "%s < {\"re\":1,\"server\":{}}",
      "%s > {\"type\":\"login\",\"id\":2,\"token\":\"$%s_token\"}",
      "%s < {\"re\":2,\"account\":{\"id\":\"$%s\"}}",
      "%s forgets",
      NULL,
  };
  if (g_str_has_prefix (rest, "in as ")) {
    g_autofree char *token = g_strconcat (rest + strlen ("in as "), "_token", NULL);
    const char *known = g_hash_table_lookup (play->vars, token);
    set_var (play, name, "_token", known != NULL ? known : "");
  }
  return perform_script (play, name, script, error);
}

static gboolean
send_held (Play *play, const char *name, const char *text, gsize length, GError **error)
{
  Player *player = find_player (play, name, error);
  GString *held = g_hash_table_lookup (play->held, name);
  if (player == NULL)
    return FALSE;
  if (held == NULL)
    return player_send (player, text, (gssize) length, error);
  g_string_append_len (held, text, (gssize) length);
  gboolean sent = player_send (player, held->str, (gssize) held->len, error);
  g_hash_table_remove (play->held, name);
  return sent;
}

static gboolean
says (Play *play, const char *name, const char *rest, GError **error)
{
  g_autofree char *text = substitute (play, rest, FALSE, error);
  g_autofree char *frame = text != NULL ? g_strconcat (text, "\n", NULL) : NULL;
  return frame != NULL && send_held (play, name, frame, strlen (frame), error);
}

/* Keeps the frame, so that it leaves in one write with the next. */
static gboolean
holds (Play *play, const char *name, const char *rest, GError **error)
{
  g_autofree char *text = substitute (play, rest, FALSE, error);
  GString *held = g_hash_table_lookup (play->held, name);
  if (text == NULL)
    return FALSE;
  if (held == NULL) {
    held = g_string_new (NULL);
    g_hash_table_insert (play->held, g_strdup (name), held);
  }
  g_string_append_printf (held, "%s\n", text);
  return TRUE;
}

/* Bytes as C writes them ("\377"), no line feed added. */
static gboolean
says_raw (Play *play, const char *name, const char *rest, GError **error)
{
  g_autofree char *text = substitute (play, rest, FALSE, error);
  g_autofree char *bytes = text != NULL ? g_strcompress (text) : NULL;
  return bytes != NULL && send_held (play, name, bytes, strlen (bytes), error);
}

static gboolean
hears_nothing (Play *play, const char *name, const char *rest, GError **error)
{
  Player *player = find_player (play, name, error);
  g_autofree char *pattern = substitute (play, rest, TRUE, error);
  return player != NULL && pattern != NULL && player_expect_nothing (player, pattern, play->vars, error);
}

typedef json_object *(*ExpectFunc) (Player *player, const char *pattern, GHashTable *captures, GError **error);

static gboolean
hears_with (Play *play, const char *name, const char *rest, ExpectFunc expect, GError **error)
{
  Player *player = find_player (play, name, error);
  g_autofree char *pattern = substitute (play, rest, TRUE, error);
  json_object *frame = player != NULL && pattern != NULL ? expect (player, pattern, play->vars, error) : NULL;
  json_object_put (frame);
  return frame != NULL;
}

static gboolean
hears (Play *play, const char *name, const char *rest, GError **error)
{
  if (g_str_has_prefix (rest, "nothing of "))
    return hears_nothing (play, name, rest + strlen ("nothing of "), error);
  return hears_with (play, name, rest, player_expect, error);
}

static gboolean
hears_next (Play *play, const char *name, const char *rest, GError **error)
{
  return hears_with (play, name, rest, player_expect_next, error);
}

static gboolean
hears_exactly (Play *play, const char *name, const char *rest, GError **error)
{
  return hears_with (play, name, rest, player_expect_exactly, error);
}

static gboolean
closes (Play *play, const char *name, const char *rest, GError **error)
{
  return g_hash_table_remove (play->players, name) || refuse (error, "%s is not connected", name);
}

static gboolean
is_closed (Play *play, const char *name, const char *rest, GError **error)
{
  Player *player = find_player (play, name, error);
  return player != NULL && player_expect_close (player, error) && g_hash_table_remove (play->players, name);
}

static gboolean
forgets (Play *play, const char *name, const char *rest, GError **error)
{
  Player *player = find_player (play, name, error);
  if (player == NULL || !player_settle (player, error))
    return FALSE;
  player_clear (player);
  return TRUE;
}

/* ---- acts that bring several players together ---- */

typedef struct {
  const char *word;
  const char *create[6];  /* what the first does */
  const char *include[6]; /* what the first and another one do; $other_ and so on stand for the other's name */
} Gathering;

/* In the lines %1 is the first player, %2 another one, %v the variable that gets the conversation's id. */
static const Gathering gatherings[] = {
    {"room",
     {"%1 > {\"type\":\"create\",\"id\":90,\"nonce\":\"$fresh\",\"name\":\"%v\"}",
      "%1 < {\"re\":90,\"conversation\":{\"id\":\"$%v\"}}"},
     {"%2 > {\"type\":\"join\",\"id\":91,\"conversation\":\"$%v\",\"nonce\":\"$fresh\"}",
      "%2 < {\"re\":91,\"seq\":\"*\"}"}},
    {"private",
     {"%1 > {\"type\":\"create\",\"id\":90,\"nonce\":\"$fresh\",\"name\":\"%v\",\"private\":true}",
      "%1 < {\"re\":90,\"conversation\":{\"id\":\"$%v\"}}"},
     {"%1 > {\"type\":\"invite\",\"id\":92,\"conversation\":\"$%v\",\"nonce\":\"$fresh\",\"account\":\"$%2\"}",
      "%1 < {\"re\":92,\"seq\":\"*\"}",
      "%2 > {\"type\":\"join\",\"id\":91,\"conversation\":\"$%v\",\"nonce\":\"$fresh\"}",
      "%2 < {\"re\":91,\"seq\":\"*\"}"}},
    {"secret",
     {"%1 > "
      "{\"type\":\"create\",\"id\":90,\"nonce\":\"$fresh\",\"name\":\"%v\",\"private\":true,\"history\":\"since_"
      "join\"}",
      "%1 < {\"re\":90,\"conversation\":{\"id\":\"$%v\"}}"},
     {"%1 > {\"type\":\"invite\",\"id\":92,\"conversation\":\"$%v\",\"nonce\":\"$fresh\",\"account\":\"$%2\"}",
      "%1 < {\"re\":92,\"seq\":\"*\"}",
      "%2 > {\"type\":\"join\",\"id\":91,\"conversation\":\"$%v\",\"nonce\":\"$fresh\"}",
      "%2 < {\"re\":91,\"seq\":\"*\"}"}},
    {"direct",
     {NULL},
     {"%1 > {\"type\":\"open\",\"id\":90,\"nonce\":\"$fresh\",\"people\":[\"$%2\"]}",
      "%1 < {\"re\":90,\"conversation\":{\"id\":\"$%v\"}}"}},
};

static gboolean
perform_lines (Play *play, const char *const *lines, const char *first, const char *other, const char *var,
               GError **error)
{
  for (; *lines != NULL; lines++) {
    g_autoptr (GString) line = g_string_new (*lines);
    g_string_replace (line, "%1", first, 0);
    g_string_replace (line, "%2", other, 0);
    g_string_replace (line, "%v", var, 0);
    if (!perform_line (play, line->str, error))
      return FALSE;
  }
  return TRUE;
}

/* "plans: ada bob cyd" */
static gboolean
gather (Play *play, const Gathering *gathering, const char *rest, GError **error)
{
  g_auto (GStrv) sides = g_strsplit (rest, ": ", 2);
  g_auto (GStrv) names = sides[0] != NULL && sides[1] != NULL ? g_strsplit (sides[1], " ", -1) : NULL;
  if (names == NULL || names[0] == NULL)
    return refuse (error, "expected: %s NAME: PLAYER PLAYER...", gathering->word);
  if (!perform_lines (play, gathering->create, names[0], "", sides[0], error))
    return FALSE;
  for (guint i = 1; names[i] != NULL; i++)
    if (!perform_lines (play, gathering->include, names[0], names[i], sides[0], error))
      return FALSE;
  for (guint i = 0; names[i] != NULL; i++)
    if (!forgets (play, names[i], "", error))
      return FALSE;
  return TRUE;
}

/* "all < PATTERN" and the like: every connected player, by name. */
static gboolean
all_act (Play *play, const char *rest, GError **error)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (play->players), (GCompareFunc) strcmp);
  for (GList *each = names; each != NULL; each = each->next) {
    g_autofree char *line = g_strdup_printf ("%s %s", (const char *) each->data, rest);
    if (!perform_line (play, line, error))
      return FALSE;
  }
  return TRUE;
}

/* "repeat N LINE"; $i counts from 1, $j from 2. */
static gboolean
repeat_act (Play *play, const char *rest, GError **error)
{
  char *line = NULL;
  guint64 n = g_ascii_strtoull (rest, &line, 10);
  for (guint64 i = 1; i <= n; i++) {
    g_autofree char *count = g_strdup_printf ("%" G_GUINT64_FORMAT, i),
                    *next = g_strdup_printf ("%" G_GUINT64_FORMAT, i + 1);
    set_var (play, "i", "", count);
    set_var (play, "j", "", next);
    if (!perform_line (play, g_strchug (line), error))
      return FALSE;
  }
  return n > 0 || refuse (error, "expected: repeat N LINE");
}

/* ---- performing ---- */

static const struct {
  const char *words; /* the line begins with them */
  gboolean (*act) (Play *play, const char *rest, GError **error);
} acts[] = {
    {"config", config_act},
    {"server starts", server_starts},
    {"server restarts", server_starts},
    {"server killed", server_killed},
    {"server stops", server_stops},
    {"server restores", server_restores},
    {"all", all_act},
    {"repeat", repeat_act},
};

static const struct {
  const char *word; /* the second of the line; the first is the player's name */
  gboolean (*act) (Play *play, const char *name, const char *rest, GError **error);
} player_acts[] = {
    {"connects", connects},
    {"joins", joins},
    {"signs", signs},
    {">", says},
    {">+", holds},
    {">raw", says_raw},
    {"<", hears},
    {"<next", hears_next},
    {"<exactly", hears_exactly},
    {"closes", closes},
    {"is", is_closed},
    {"forgets", forgets},
};

/* What follows words in line; NULL when line does not begin with them. */
static const char *
after_words (const char *line, const char *words)
{
  gsize length = strlen (words);
  if (strncmp (line, words, length) != 0 || (line[length] != '\0' && line[length] != ' '))
    return NULL;
  return line[length] == ' ' ? line + length + 1 : line + length;
}

static gboolean
perform_player_line (Play *play, const char *line, GError **error)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  guint n = g_strv_length (words);
  for (guint i = 0; n >= 2 && i < G_N_ELEMENTS (player_acts); i++)
    if (strcmp (words[1], player_acts[i].word) == 0)
      return player_acts[i].act (play, words[0], n == 3 ? words[2] : "", error);
  return refuse (error, "no such act");
}

static gboolean
perform_line (Play *play, const char *line, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++) {
    const char *rest = after_words (line, acts[i].words);
    if (rest != NULL) {
      g_autofree char *text = substitute (play, rest, TRUE, error);
      gboolean own = acts[i].act == all_act || acts[i].act == repeat_act;
      return text != NULL && acts[i].act (play, own ? rest : text, error);
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (gatherings); i++) {
    const char *rest = after_words (line, gatherings[i].word);
    if (rest != NULL)
      return gather (play, &gatherings[i], rest, error);
  }
  return perform_player_line (play, line, error);
}

static gboolean
perform (Play *play, const char *file, GError **error)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents (file, &text, NULL, error))
    return FALSE;
  g_auto (GStrv) lines = g_str_has_suffix (file, ".md") ? example_lines (text) : g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    const char *line = g_strstrip (lines[i]);
    if (*line == '\0' || *line == '#')
      continue;
    if (!perform_line (play, line, error)) {
      g_prefix_error (error, "\n%s:%u: %s\n", file, i + 1, line);
      return FALSE;
    }
  }
  return play->server->child == NULL || test_server_stop (play->server, 0, error);
}

static void
free_held (gpointer held)
{
  g_string_free (held, TRUE);
}

static void
free_player (gpointer player)
{
  player_free (player);
}

static void
run_play (void **state)
{
  g_autoptr (GError) error = NULL;
  Play play = {
      .server = test_server_new (),
      .players = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_player),
      .held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_held),
      .vars = pattern_captures_new (),
  };
  g_autofree char *dir = g_strdelimit (g_strdup (play.server->dir), "\\", '/'); /* plays have it in JSON */
  set_var (&play, "dir", "", dir);
  gboolean done = perform (&play, *state, &error);
  g_hash_table_unref (play.players);
  g_hash_table_unref (play.held);
  g_hash_table_unref (play.vars);
  test_server_free (play.server);
  if (!done)
    fail_msg ("%s", error->message);
}

/* run-play FILE...: each a test. */
int
main (int argc, char **argv)
{
  int failed = 0;
  for (int i = 1; i < argc; i++) {
    g_autofree char *name = g_path_get_basename (argv[i]);
    const struct CMUnitTest tests[] = {{name, run_play, NULL, NULL, argv[i]}};
    failed += cmocka_run_group_tests_name (name, tests, NULL, NULL);
  }
  return failed != 0;
}
