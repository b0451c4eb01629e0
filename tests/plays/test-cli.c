/* test-cli.c - kith-cli as people and scripts use it, against a real kithd. */
#include "support/check.h"
#include "support/seat.h"
#include "support/server.h"

#include "client/fingerprint.h"

#include <gio/gio.h>
#include <json-c/json.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static TestServer *server;

/* A finished run of kith-cli. */
typedef struct {
  int status;
  char *out, *err;
} Run;

static void
run_clear (Run *run)
{
  g_free (run->out);
  g_free (run->err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static char *
profile_of (const char *person)
{
  return g_build_filename (server->dir, "profiles", person, NULL);
}

/* kith-cli with the profile of person; words: of the command, divided by '|'. */
static char **
command_line (const char *person, const char *words)
{
  g_autoptr (GStrvBuilder) line = g_strv_builder_new ();
  g_autofree char *profile = profile_of (person);
  g_auto (GStrv) split = g_strsplit (words, "|", -1);
  g_strv_builder_add_many (line, KITH_CLI_PATH, "--profile", profile, NULL);
  g_strv_builder_addv (line, (const char **) split);
  return g_strv_builder_end (line);
}

static GSubprocess *
spawn (const char *person, const char *words)
{
  g_auto (GStrv) line = command_line (person, words);
  GSubprocess *process = NULL;
  CHECK ((process = g_subprocess_newv ((const char *const *) line, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                                                       G_SUBPROCESS_FLAGS_STDERR_PIPE, &error)) != NULL);
  return process;
}

static Run
run_with (const char *person, const char *words, const char *input, gsize length)
{
  g_autoptr (GSubprocess) process = spawn (person, words);
  g_autoptr (GBytes) in = g_bytes_new (input, length), out = NULL, err = NULL;
  CHECK (g_subprocess_communicate (process, in, NULL, &out, &err, &error));
  assert_true (g_subprocess_get_if_exited (process)); /* no crash */
  return (Run){g_subprocess_get_exit_status (process), g_strndup (g_bytes_get_data (out, NULL), g_bytes_get_size (out)),
               g_strndup (g_bytes_get_data (err, NULL), g_bytes_get_size (err))};
}

static Run
run (const char *person, const char *words)
{
  return run_with (person, words, "", 0);
}

/* It must end with status; what it said is returned, to be freed: on the standard stream that fits the status. */
static char *
expect (int status, const char *person, const char *words)
{
  g_auto (Run) ended = run (person, words);
  if (ended.status != status)
    fail_msg ("%s: ended with %d instead of %d: %s", words, ended.status, status, ended.err);
  if (status != 0) {
    assert_true (g_str_has_prefix (ended.err, "kith-cli: ")); /* one line */
    assert_ptr_equal (strchr (ended.err, '\n'), ended.err + strlen (ended.err) - 1);
  }
  return status == 0 ? g_steal_pointer (&ended.out) : g_steal_pointer (&ended.err);
}

static void
expect_said (int status, const char *person, const char *words, const char *part)
{
  g_autofree char *said = expect (status, person, words);
  if (said == NULL || strstr (said, part) == NULL)
    fail_msg ("%s: no \"%s\" in: %s", words, part, said != NULL ? said : "nothing");
}

static void
join (const char *person)
{
  g_autofree char *words = g_strdup_printf ("--server|%s|--pin|%s|join|%s", server->address, server->pin, person);
  g_free (expect (0, person, words));
}

/* Ada and Bob in the room #name. */
static void
gather (const char *name)
{
  g_autofree char *create = g_strdup_printf ("create|%s", name), *enter = g_strdup_printf ("enter|%s", name);
  join ("ada");
  join ("bob");
  g_free (expect (0, "ada", create));
  g_free (expect (0, "bob", enter));
}

/* A member of each object in text, one a line, joined by spaces. */
static char *
members_of (const char *text, const char *outer, const char *name)
{
  GString *all = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL && **line != '\0'; line++) {
    json_object *object = json_tokener_parse (*line), *inner = object, *value;
    assert_true (json_object_is_type (object, json_type_object));
    if ((outer == NULL || json_object_object_get_ex (object, outer, &inner)) &&
        json_object_object_get_ex (inner, name, &value))
      g_string_append_printf (all, "%s ", json_object_get_string (value));
    json_object_put (object);
  }
  return g_string_free (all, FALSE);
}

static void
expect_members (const char *text, const char *outer, const char *name, const char *wanted)
{
  g_autofree char *got = members_of (text, outer, name);
  assert_string_equal (got, wanted);
}

static void
exit_codes_and_remedies (void **state)
{
  g_autofree char *stranger = g_strdup_printf ("--server|%s|join|eve", server->address);
  g_autofree char *changed = g_strdup_printf ("--pin|%064d|whoami", 7);
  expect_said (2, "eve", "nonsense", "kith-cli help");
  expect_said (2, "eve", "say|#x", "Usage: kith-cli say");
  expect_said (2, "eve", "say|--nonsense", "kith-cli help say");
  expect_said (2, "eve", "history|#x|-n|-1", "-n");
  expect_said (2, "eve", "--pin|12|whoami", "64 hex digits");
  expect_said (4, "eve", "join|no spaces", "name");
  expect_said (3, "eve", "--server|127.0.0.1:1|whoami", "127.0.0.1");
  expect_said (3, "eve", "--server|unix:/nonexistent|whoami", "/nonexistent");
  expect_said (3, "eve", stranger, server->pin);
  join ("ada");
  expect_said (5, "ada", changed, "--pin");
  expect_said (1, "ada", "join|other", "logout");
  expect_said (4, "ada", "say|#nowhere|x", "kith-cli create");
  expect_said (4, "ada", "say|@nobody|x", "kith-cli people");
  expect_said (2, "ada", "say|plans|x", "#room");
  expect_said (2, "ada", "edit|notes|one|x", "one");
  g_autofree char *taken = g_strdup_printf ("--server|%s|--trust-first|join|ADA", server->address);
  expect_said (4, "eve", taken, "kith-cli login");
  g_autofree char *nobody = g_strdup_printf ("--server|%s|rooms", server->address);
  expect_said (1, "eve", nobody, "kith-cli join");
}

static void
a_unix_socket_needs_no_pin (void **state)
{
  g_autofree char *words = g_strdup_printf ("--server|%s|join|ada", server->unix_address);
  expect_said (0, "ada", words, "@ada");
  expect_said (0, "ada", "say|notes|over the short way", "\n");
  expect_said (0, "ada", "whoami", server->unix_address);
}

static void
a_limit_of_the_server_is_a_refusal (void **state)
{
  g_autofree char *words = g_strdup_printf ("--server|%s|--trust-first|join|bob", server->address);
  test_server_set (server, "limits", "registrations_per_minute", "1");
  test_server_kill (server);
  CHECK (test_server_start (server, &error));
  join ("ada");
  g_free (expect (4, "bob", words));
}

static void
help_names_every_command (void **state)
{
  static const char *const commands[] = {
      "join",     "login",    "logout", "rooms",          "create",      "enter",        "leave",       "invite",
      "kick",     "topic",    "say",    "pipe",           "history",     "follow",       "react",       "unreact",
      "edit",     "delete",   "pin",    "unpin",          "mark",        "people",       "members",     "mentions",
      "versions", "password", "whoami", "role",           "ban",         "unban",        "mute",        "unmute",
      "link",     "devices",  "revoke", "delete-account", "invite-link", "invite-links", "revoke-link", "block",
      "unblock",  "rename",   "display", "search",        "bans"};
  g_autofree char *overview = expect (0, "eve", "help");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_autofree char *ask = g_strdup_printf ("help|%s", commands[i]),
                    *option = g_strdup_printf ("%s|--help", commands[i]);
    g_autofree char *usage = g_strdup_printf ("Usage: kith-cli [OPTION...] %s", commands[i]);
    g_autofree char *row = g_strdup_printf ("\n  %s ", commands[i]);
    assert_non_null (strstr (overview, row));
    expect_said (0, "eve", ask, usage);
    expect_said (0, "eve", option, usage);
  }
}

static void
two_people_talk (void **state)
{
  gather ("plans");
  expect_said (0, "ada", "say|#plans|Hello,|@bob!", "3\n");
  expect_said (0, "bob", "mentions", "Hello, @bob!");
  expect_said (0, "bob", "--json|say|#PLANS|--reply|3|Hi", "\"seq\":4");
  expect_said (0, "bob", "react|#plans|3|\360\237\221\215", "Reacted to message 3\n");
  expect_said (0, "ada", "edit|#plans|3|Good morning", "Changed message 3\n");
  expect_said (0, "ada", "pin|#plans|4", "Pinned message 4\n");
  expect_said (0, "ada", "topic|#plans|What|next", "#plans");
  expect_said (4, "ada", "edit|#plans|4|not mine", "");
  g_autofree char *history = expect (0, "bob", "history|#plans");
  assert_non_null (strstr (history, "ada: Good morning (edited) \360\237\221\215"
                                    "1\n"));
  assert_non_null (strstr (history, "bob: (to 3) Hi (pinned)\n"));
  assert_non_null (strstr (history, "* bob joined\n"));
  assert_non_null (strstr (history, "* ada set the topic: What next\n"));
  assert_null (strstr (history, "\033")); /* no terminal, no colour */
  g_free (expect (0, "ada", "delete|#plans|3"));
  expect_said (0, "bob", "history|#plans|--before|4", "(deleted)");
  expect_said (0, "bob", "say|@ada|just us", "\n");
  expect_said (0, "ada", "history|@bob", "bob: just us");
  expect_said (0, "ada", "say|notes|mine", "\n");
  expect_said (0, "ada", "mark|#plans", "0 unread");
  expect_said (0, "ada", "rooms", "2 members");
  expect_said (0, "ada", "people", "@bob");
  expect_said (0, "ada", "members|#plans", "owner");
  g_autoptr (KithFingerprint) fingerprint = kith_fingerprint_new (server->pin);
  g_autofree char *words = kith_fingerprint_words (fingerprint);
  expect_said (0, "ada", "whoami", server->pin);
  expect_said (0, "ada", "whoami", words);
  expect_said (0, "ada", "rename|plans|#plots", "#plots\n");
  expect_said (0, "ada", "--json|rename|#plots|plans", "\"where\":\"#plans\"");
  expect_said (0, "bob", "display|Bob|B.", "Bob B.\n");
  expect_said (0, "ada", "people", "@bob  member  Bob B.\n");
}

/* The code that kith-cli link shows to person. */
static char *
link_code (const char *person)
{
  g_autofree char *out = expect (0, person, "--json|link");
  json_object *object = json_tokener_parse (out);
  char *code = g_strdup (json_object_get_string (json_object_object_get (object, "code")));
  json_object_put (object);
  assert_non_null (code);
  return code;
}

static void
devices_come_and_go (void **state)
{
  join ("ada");
  g_autofree char *code = link_code ("ada");
  g_autofree char *wrong = g_strdup_printf ("--server|%s|--pin|%s|link|AAAA-AAAA", server->address, server->pin);
  g_autofree char *right = g_strdup_printf ("--server|%s|--pin|%s|link|%s", server->address, server->pin, code);
  expect_said (4, "phone", wrong, "");
  expect_said (0, "phone", right, "@ada");
  expect_said (1, "phone", right, "signed in already");
  expect_said (0, "ada", "devices", "this one");
  g_autofree char *list = expect (0, "phone", "--json|devices");
  expect_members (list, NULL, "this", "false true ");
  expect_said (2, "ada", "revoke|phone", "kith-cli devices");
  expect_said (4, "ada", "revoke|d99", "no such device");
  expect_said (0, "ada", "revoke|d2", "d2");
  expect_said (4, "phone", "whoami", "kith-cli login");
}

static void
a_link_lets_somebody_in (void **state)
{
  join ("ada");
  g_free (expect (0, "ada", "create|plans|--private"));
  g_autofree char *out = expect (0, "ada", "--json|invite-link|plans|--uses|2|--for|2h");
  json_object *object = json_tokener_parse (out);
  g_autofree char *link = g_strdup (json_object_get_string (json_object_object_get (object, "link")));
  json_object_put (object);
  g_autofree char *come = g_strdup_printf ("join|%s|bob", link), *nameless = g_strdup_printf ("join|%s", link);
  expect_said (2, "bob", nameless, "Usage");
  expect_said (2, "bob", "join|ada|bob", "Usage");
  expect_said (4, "bob", "join|kith://nowhere/?pin=1|bob", "link");
  expect_said (0, "bob", come, "@bob"); /* no pin, no question: the link has it */
  expect_said (0, "bob", "members|#plans", "@bob");
  expect_said (0, "ada", "invite-links", "used 1 of 2");
  join ("dan");
  g_autofree char *enter = g_strdup_printf ("enter|%s", link);
  expect_said (0, "dan", enter, "Entered #plans"); /* who has an account already */
  expect_said (0, "dan", "members|#plans", "@dan");
  expect_said (4, "bob", "invite-link|plans", "private room");
  expect_said (2, "ada", "revoke-link|all", "invite-links");
  expect_said (0, "ada", "revoke-link|1", "1");
  g_autofree char *late = g_strdup_printf ("join|%s|cyd", link);
  expect_said (4, "cyd", late, "used up or has expired. Ask for another one.\n"); /* and no advice that is none */
}

static void
who_is_blocked_is_not_heard (void **state)
{
  gather ("plans");
  g_free (expect (0, "bob", "say|#plans|Buy this"));
  expect_said (0, "ada", "block|@bob", "@bob");
  expect_said (0, "ada", "people", "blocked");
  expect_said (0, "ada", "history|#plans", "bob: (blocked)");
  expect_said (4, "bob", "say|@ada|Buy this", "takes no messages");
  expect_said (0, "ada", "unblock|@bob", "@bob");
  expect_said (0, "ada", "history|#plans", "bob: Buy this");
  g_free (expect (0, "bob", "say|@ada|Sorry"));
}

static void
an_account_ends (void **state)
{
  gather ("plans");
  g_free (expect (0, "bob", "say|#plans|I was here"));
  expect_said (4, "bob", "delete-account|ada", "your own");
  g_free (expect (0, "bob", "delete-account|bob"));
  expect_said (1, "bob", "whoami", "kith-cli join");
  expect_said (0, "ada", "history|#plans", "deleted 2: I was here");
  g_autofree char *people = expect (0, "ada", "people");
  assert_null (strstr (people, "deleted"));
}

static void
moderators_keep_order (void **state)
{
  gather ("plans");
  expect_said (0, "ada", "role|#plans|@bob|moderator", "#plans");
  expect_said (2, "ada", "role|#plans|@bob|king", "read_only");
  expect_said (2, "ada", "mute|#plans|@bob|soon", "10m");
  expect_said (0, "ada", "mute|#plans|@bob|2h|Calm down.", "#plans");
  expect_said (0, "ada", "members|#plans", "moderator, muted until ");
  expect_said (0, "ada", "--json|members|#plans", "\"muted_until\":");
  expect_said (4, "bob", "say|#plans|anything", "You are muted in #plans until ");
  expect_said (0, "ada", "unmute|#plans|@bob", "#plans");
  g_free (expect (0, "bob", "say|#plans|thanks"));
  expect_said (4, "bob", "ban|#plans|@ada", "above");
  expect_said (0, "ada", "ban|#plans|@bob|Spam.", "#plans");
  expect_said (4, "bob", "enter|#plans", "banned");
  expect_said (0, "ada", "bans|#plans", "bob  by ada");
  expect_said (0, "ada", "bans|#plans", "Spam.\n");
  expect_said (0, "ada", "--json|bans|#plans", "\"reason\":\"Spam.\"");
  g_autofree char *history = expect (0, "ada", "history|#plans");
  assert_non_null (strstr (history, "* ada changed the role of bob to moderator\n"));
  assert_non_null (strstr (history, "* ada muted bob until "));
  assert_non_null (strstr (history, ": Calm down.\n"));
  assert_non_null (strstr (history, "* ada banned bob: Spam.\n"));
  expect_said (0, "ada", "unban|#plans|@bob", "#plans");
  expect_said (0, "bob", "enter|#plans", "#plans");
  expect_said (4, "ada", "leave|#plans", "last owner");
}

static void
private_rooms_take_an_invitation (void **state)
{
  join ("ada");
  join ("bob");
  expect_said (0, "ada", "create|cellar|--private|--history|since_join|--topic|Hush", "#cellar");
  expect_said (2, "ada", "create|attic|--history|nonsense", "--history");
  g_free (expect (4, "bob", "enter|cellar"));
  expect_said (0, "ada", "create|hall", "#hall");
  expect_said (4, "bob", "say|#hall|x", "kith-cli enter");
  g_free (expect (0, "ada", "say|#cellar|before"));
  expect_said (0, "ada", "invite|cellar|@bob", "Invited @bob to #cellar\n");
  expect_said (0, "bob", "rooms", "#cellar  1 member  invited, private  Hush\n");
  expect_said (0, "bob", "enter|cellar", "Entered");
  expect_said (0, "ada", "say|#cellar|after", "\n");
  g_autofree char *history = expect (0, "bob", "history|#cellar");
  assert_null (strstr (history, "before"));
  assert_non_null (strstr (history, "ada: after"));
  expect_said (0, "ada", "kick|cellar|bob|too|much|noise", "Removed @bob from #cellar\n");
  g_free (expect (4, "bob", "say|#cellar|still here?"));
  expect_said (0, "ada", "leave|cellar", "Left");
}

static void
json_is_one_object_a_line (void **state)
{
  gather ("data");
  g_free (expect (0, "ada", "say|#data|one"));
  g_free (expect (0, "bob", "say|#data|two"));
  g_autofree char *history = expect (0, "ada", "--json|history|#data|-n|2");
  expect_members (history, NULL, "where", "#data #data ");
  expect_members (history, NULL, "handle", "ada bob ");
  expect_members (history, NULL, "kind", "message message ");
  expect_members (history, NULL, "seq", "3 4 ");
  expect_members (history, "body", "text", "one two ");
  g_autofree char *rooms = expect (0, "bob", "rooms|--json");
  expect_members (rooms, NULL, "name", "data ");
  expect_members (rooms, NULL, "members", "2 ");
  g_autofree char *people = expect (0, "bob", "--json|people");
  expect_members (people, NULL, "handle", "ada bob ");
  g_autofree char *me = expect (0, "bob", "--json|whoami");
  expect_members (me, NULL, "handle", "bob ");
  assert_non_null (strstr (me, server->pin));
}

static void
a_password_opens_another_device (void **state)
{
  join ("ada");
  g_autofree char *login =
      g_strdup_printf ("--server|%s|--pin|%s|login|ada|--password-stdin", server->address, server->pin);
  g_autofree char *profile = profile_of ("ada"), *file = g_build_filename (profile, "profile.ini", NULL);
  struct stat info;
  g_auto (Run) set = run_with ("ada", "password|--password-stdin", "\ncorrect horse\n", 15);
  assert_int_equal (set.status, 0);
  g_auto (Run) wrong = run_with ("phone", login, "wrong horse\n", 12);
  assert_int_equal (wrong.status, 4);
  g_auto (Run) right = run_with ("phone", login, "correct horse\n", 14);
  assert_int_equal (right.status, 0);
  expect_said (0, "phone", "whoami", "@ada");
  g_free (expect (0, "phone", "logout"));
  expect_said (1, "phone", "whoami", "kith-cli join");
  expect_said (0, "ada", "whoami", "@ada");
  assert_int_equal (stat (file, &info), 0);
  assert_int_equal (info.st_mode & 0777, 0600); /* it holds the token */
}

static void
bad_lines_are_named_and_the_others_go (void **state)
{
  gather ("lines");
  g_autoptr (GString) input = g_string_new ("first\n\n");
  for (guint i = 0; i < 20000; i++)
    g_string_append_c (input, 'x'); /* line 3 */
  g_string_append (input, "\nsecond\r\n\377\n@bob the last, without an end");
  g_auto (Run) piped = run_with ("ada", "pipe|#lines|--window|2", input->str, input->len);
  assert_int_equal (piped.status, 4);
  assert_non_null (strstr (piped.err, "line 3: 20000 bytes"));
  assert_non_null (strstr (piped.err, "line 5: "));
  assert_non_null (strstr (piped.err, "3 lines sent to #lines (3 to 5), 2 refused"));
  g_autofree char *history = expect (0, "bob", "--json|history|#lines|-n|3");
  g_autofree char *texts = members_of (history, "body", "text");
  assert_string_equal (texts, "first second @bob the last, without an end ");
  expect_said (0, "bob", "mentions", "the last");
}

static void
write_lines (GSubprocess *process, guint from, guint to)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  for (guint i = from; i <= to; i++)
    g_string_append_printf (lines, "%u\n", i);
  CHECK (g_output_stream_write_all (g_subprocess_get_stdin_pipe (process), lines->str, lines->len, NULL, NULL, &error));
}

static char *
read_line (GDataInputStream *stream)
{
  char *line = NULL;
  CHECK ((line = g_data_input_stream_read_line (stream, NULL, NULL, &error)) != NULL);
  return line;
}

/* The next one that does not tell how somebody is: people come and go as their commands do. */
static char *
read_event (GDataInputStream *stream)
{
  char *line = read_line (stream);
  while (g_str_has_prefix (line, "{\"presence\"") || g_str_has_prefix (line, "{\"receipt\"")) {
    g_free (line);
    line = read_line (stream);
  }
  return line;
}

static void
read_lines (GDataInputStream *stream, guint n)
{
  while (n-- > 0)
    g_free (read_line (stream));
}

static void
restart (void)
{
  test_server_kill (server);
  CHECK (test_server_start (server, &error));
}

static void
a_pipe_outlives_the_server (void **state)
{
  gather ("flow");
  g_autoptr (GSubprocess) process = spawn ("ada", "--json|pipe|#flow");
  g_autoptr (GDataInputStream) out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autoptr (GString) wanted = g_string_new (NULL);
  for (guint round = 0; round < 4; round++) {
    write_lines (process, round * 150 + 1,
                 round * 150 + 150); /* more than the window, and on their way when the server dies */
    read_lines (out, 100 + (round > 0 ? 50 : 0));
    restart ();
  }
  CHECK (g_output_stream_close (g_subprocess_get_stdin_pipe (process), NULL, &error));
  read_lines (out, 50);
  CHECK (g_subprocess_wait_check (process, NULL, &error));
  for (guint i = 1; i <= 600; i++)
    g_string_append_printf (wanted, "%u ", i);
  g_autofree char *history = expect (0, "bob", "--json|history|#flow|-n|600");
  g_autofree char *messages = members_of (history, "body", "text");
  assert_string_equal (messages, wanted->str);
}

static void
a_pipe_gives_up_when_told_to (void **state)
{
  gather ("patience");
  g_autoptr (GSubprocess) process = spawn ("ada", "--json|pipe|#patience|--timeout|1");
  g_autoptr (GDataInputStream) out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  write_lines (process, 1, 1);
  read_lines (out, 1);
  test_server_kill (server);
  CHECK (g_subprocess_wait (process, NULL, &error)); /* its input stays open */
  assert_int_equal (g_subprocess_get_exit_status (process), 3);
}

static void
expect_followed (GDataInputStream *out, const char *text)
{
  g_autofree char *line = read_event (out);
  g_autofree char *got = members_of (line, "body", "text");
  g_autofree char *wanted = g_strconcat (text, " ", NULL);
  assert_string_equal (got, wanted);
}

static void
follow_misses_nothing (void **state)
{
  gather ("live");
  g_free (expect (0, "ada", "say|#live|before"));
  g_autoptr (GSubprocess) process = spawn ("bob", "--json|follow");
  g_autoptr (GDataInputStream) out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autoptr (GDataInputStream) err = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  g_autofree char *begun = read_line (err);
  assert_non_null (strstr (begun, "following"));
  g_free (expect (0, "ada", "say|#live|one"));
  expect_followed (out, "one");
  g_free (expect (0, "ada", "say|#live|two"));
  restart ();
  g_free (expect (0, "ada", "say|#live|three"));
  g_free (expect (0, "ada", "say|#live|four"));
  expect_followed (out, "two");
  expect_followed (out, "three");
  expect_followed (out, "four");
  g_free (expect (0, "ada", "say|@bob|new here")); /* a conversation that was not there when it began */
  for (gboolean seen = FALSE; !seen;) {
    g_autofree char *line = read_event (out);
    assert_non_null (strstr (line, "\"where\":\"@ada\"")); /* each of its lines says where */
    seen = strstr (line, "new here") != NULL;
  }
  g_autofree char *waiting = read_line (err), *again = read_line (err);
  assert_non_null (strstr (waiting, "waiting: "));
  assert_non_null (strstr (again, "connected again"));
  g_subprocess_send_signal (process, SIGINT);
  CHECK (g_subprocess_wait_check (process, NULL, &error));
}

/* The follower knows of no broadcasts when it begins; a block hides none. */
static void
everybody_hears_a_broadcast (void **state)
{
  gather ("plans");
  expect_said (4, "bob", "broadcast|Cake in the kitchen", "Only owners and admins");
  expect_said (4, "bob", "history|broadcasts", "Nobody has broadcast");
  assert_int_equal (test_server_command (server, NULL, "user", "role", "ada", "owner", NULL), 0);
  g_free (expect (0, "bob", "block|@ada"));
  g_autoptr (GSubprocess) process = spawn ("bob", "--json|follow");
  g_autoptr (GDataInputStream) out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autoptr (GDataInputStream) err = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  g_free (read_line (err)); /* it has begun */
  expect_said (0, "ada", "broadcast|Cake in the kitchen", "1");
  expect_said (0, "ada", "--json|broadcast|--urgent|and|it|is|hot", "\"where\":\"broadcasts\",\"seq\":2}");
  g_autofree char *told = NULL;
  assert_int_equal (test_server_command (server, &told, "broadcast", "Down", "at", "six", NULL), 0);
  assert_non_null (strstr (told, "everybody"));
  assert_int_equal (test_server_command (server, NULL, "urgent", "Down now", NULL), 0);
  expect_followed (out, "Cake in the kitchen");
  expect_followed (out, "and it is hot");
  expect_followed (out, "Down at six");
  g_subprocess_send_signal (process, SIGINT);
  CHECK (g_subprocess_wait_check (process, NULL, &error));
  g_autofree char *history = expect (0, "bob", "history|broadcasts");
  assert_non_null (strstr (history, "ada: Cake in the kitchen"));
  assert_non_null (strstr (history, "(server): URGENT Down now"));
  expect_said (4, "bob", "say|broadcasts|me too", "Only owners and admins");
  expect_said (4, "bob", "seen-by|broadcasts|1", "broadcast");
  g_free (expect (0, "bob", "unblock|@ada"));
  g_free (expect (0, "bob", "mark|broadcasts|3"));
  expect_said (0, "ada", "seen-by|broadcasts|3", "bob");
  g_autofree char *unseen = expect (0, "ada", "seen-by|broadcasts|4");
  assert_true (unseen == NULL || *unseen == '\0');
}

/* Far more than the server's queue and the buffers of two sockets hold, while nobody takes what follow prints. */
static void
people_see_each_other (void **state)
{
  gather ("people");
  expect_said (0, "ada", "status", "online");
  expect_said (2, "ada", "status|asleep", "invisible");
  expect_said (2, "ada", "status|away|--until|yesterday", "14:30");
  expect_said (2, "ada", "status|away|--until|2020-01-01T10:00", "14:30");
  g_autoptr (GSubprocess) process = spawn ("bob", "--json|follow");
  g_autoptr (GDataInputStream) out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autoptr (GDataInputStream) err = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  g_free (read_line (err)); /* it has begun */
  expect_said (0, "ada", "status|dnd|in a talk|--until|2h", "dnd until ");
  for (gboolean seen = FALSE; !seen;) {
    g_autofree char *line = read_line (out);
    seen = strstr (line, "\"handle\":\"ada\"") != NULL && strstr (line, "\"state\":\"dnd\",\"text\":\"in a talk\"") != NULL;
  }
  g_autofree char *who = expect (0, "bob", "--json|who");
  expect_members (who, NULL, "handle", "ada bob ");
  expect_members (who, NULL, "state", "dnd online ");
  expect_said (0, "ada", "status|invisible|--until|23:59", "invisible");
  for (gboolean seen = FALSE; !seen;) {
    g_autofree char *line = read_line (out);
    seen = strstr (line, "\"handle\":\"ada\"") != NULL && strstr (line, "\"state\":\"offline\",\"text\":\"\"") != NULL;
  }
  g_autofree char *left = expect (0, "bob", "who");
  assert_true (g_str_has_prefix (left, "@bob  online") && strstr (left, "\n@ada  offline") != NULL);
  expect_said (0, "ada", "who", "invisible");
  g_subprocess_send_signal (process, SIGINT);
  CHECK (g_subprocess_wait_check (process, NULL, &error));
}

static void
readers_are_told (void **state)
{
  gather ("receipts");
  g_autoptr (GSubprocess) process = spawn ("ada", "--json|follow|#receipts");
  g_autoptr (GDataInputStream) out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autoptr (GDataInputStream) err = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  g_free (read_line (err)); /* it has begun */
  g_free (expect (0, "ada", "say|#receipts|who reads this?"));
  g_free (expect (0, "bob", "mark|#receipts"));
  for (gboolean seen = FALSE; !seen;) {
    g_autofree char *line = read_line (out);
    seen = strstr (line, "{\"receipt\":") != NULL && strstr (line, "\"handle\":\"bob\",\"delivered\":3,\"read\":3") != NULL;
  }
  expect_said (0, "ada", "readers|#receipts", "bob  read up to 3, delivered up to 3");
  expect_said (0, "ada", "readers|#receipts|3", "bob  read");
  expect_said (0, "bob", "receipts|off", "off: nobody sees");
  expect_said (0, "bob", "receipts", "off: nobody sees");
  g_auto (Run) unseen = run ("bob", "readers|#receipts");
  assert_int_equal (unseen.status, 0);
  assert_non_null (strstr (unseen.err, "your receipts are off"));
  g_autofree char *none = expect (0, "ada", "readers|#receipts");
  assert_true (none == NULL || *none == 0); /* g_strndup of nothing */
  expect_said (0, "bob", "--json|receipts|on", "{\"receipts\":true}");
  expect_said (2, "bob", "receipts|maybe", "neither on nor off");
  g_subprocess_send_signal (process, SIGINT);
  CHECK (g_subprocess_wait_check (process, NULL, &error));
}

static void
follow_falls_behind_and_catches_up (void **state)
{
  enum { LINES = 1500, FILLER = 12000 };
  test_server_set (server, "limits", "outbound_queue", "524288");
  test_server_kill (server);
  CHECK (test_server_start (server, &error));
  gather ("flood");
  g_autoptr (GSubprocess) process = spawn ("bob", "--json|follow|#flood");
  g_autoptr (GDataInputStream) out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autoptr (GDataInputStream) err = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  g_autoptr (GString) input = g_string_new (NULL);
  g_autofree char *filler = g_strnfill (FILLER, '.');
  g_free (read_line (err)); /* it has begun */
  for (guint i = 1; i <= LINES; i++)
    g_string_append_printf (input, "%u%s\n", i, filler);
  g_auto (Run) piped = run_with ("ada", "pipe|#flood", input->str, input->len);
  assert_int_equal (piped.status, 0);
  for (guint i = 1; i <= LINES; i++) {
    g_autofree char *line = read_line (out), *text = members_of (line, "body", "text");
    assert_int_equal (g_ascii_strtoull (text, NULL, 10), i);
  }
  g_subprocess_send_signal (process, SIGTERM);
  CHECK (g_subprocess_wait_check (process, NULL, &error));
}

/* Somebody at a terminal. */
static Seat
sit_down (const char *person, const char *words, const char *no_color)
{
  g_auto (GStrv) line = command_line (person, words);
  return seat_take ((const char *const *) line, no_color);
}

static void
a_terminal_is_asked_about_strangers (void **state)
{
  g_autofree char *words = g_strdup_printf ("--server|%s|join|eve", server->address);
  Seat doubtful = sit_down ("eve", words, "");
  seat_type (&doubtful, "[y/N] ", "n\n");
  g_autofree char *first = seat_leave (&doubtful, 3);
  assert_non_null (strstr (first, server->pin));
  Seat sure = sit_down ("eve", words, "");
  seat_type (&sure, "[y/N] ", "y\n");
  g_autofree char *second = seat_leave (&sure, 0);
  assert_non_null (strstr (second, "\033[1m")); /* a terminal likes colour */
  Seat known = sit_down ("eve", "whoami", "1");
  g_autofree char *third = seat_leave (&known, 0); /* no second question */
  assert_null (strchr (third, '\033'));
  assert_non_null (strstr (third, "@eve"));
}

static void
search_finds_and_marks (void **state)
{
  gather ("finds");
  g_free (expect (0, "ada", "say|#finds|The Crêpe place|@bob"));
  g_free (expect (0, "bob", "say|#finds|crepes \" OR *"));
  g_free (expect (0, "ada", "say|notes|CREPE https://example.org"));
  g_autofree char *all = expect (0, "ada", "search|crepe");
  g_auto (GStrv) lines = g_strsplit (all, "\n", -1);
  assert_int_equal (g_strv_length (lines), 4); /* the newest last, and what is behind the last line feed */
  assert_non_null (strstr (lines[0], "#finds  3  ada:  The Crêpe place @bob"));
  assert_non_null (strstr (lines[1], "#finds  4  bob:  crepes \" OR *"));
  assert_non_null (strstr (lines[2], "notes   1  ada:  CREPE https://example.org"));
  g_autofree char *few = expect (0, "ada", "--json|search|crepe|-n|2");
  expect_members (few, NULL, "where", "#finds notes ");
  g_autofree char *filtered = expect (0, "ada", "--json|search|CREPE|--in|#finds|--from|@bob|--after|2001-01-01|--before|2199-01-01T12:30");
  expect_members (filtered, NULL, "seq", "4 ");
  g_autofree char *mentions = expect (0, "ada", "--json|search|place|crepe|--has|mention");
  expect_members (mentions, NULL, "seq", "3 ");
  g_autofree char *nothing = expect (0, "bob", "search|crepe|--after|2199-01-01");
  assert_true (nothing == NULL || *nothing == '\0');
  g_autofree char *operators = expect (0, "bob", "--json|search|\"|OR|*");
  expect_members (operators, NULL, "seq", "4 ");
  expect_said (2, "ada", "search|crepe|--after|yesterday", "no date");
  expect_said (2, "ada", "search|crepe|-n|-3", "-n");
  expect_said (4, "ada", "search|crepe|--has|nonsense", "has");
  expect_said (4, "ada", "search|crepe|--from|@nobody", "kith-cli people");
  expect_said (4, "ada", "search| ", "look for");
  Seat seat = sit_down ("bob", "search|CREP|--in|#finds", "");
  g_autofree char *screen = seat_leave (&seat, 0);
  assert_non_null (strstr (screen, "The \033[31mCrêp\033[0me place"));
  assert_non_null (strstr (screen, "\033[31mcrep\033[0mes"));
}

/* Three pages, of which the server gives one a second. */
static void
search_waits_for_the_server (void **state)
{
  test_server_set (server, "limits", "searches_per_second", "1");
  test_server_set (server, "limits", "searches_burst", "1");
  test_server_kill (server);
  CHECK (test_server_start (server, &error));
  gather ("much");
  g_autoptr (GString) lines = g_string_new (NULL);
  for (guint i = 0; i < 401; i++)
    g_string_append (lines, "waffles\n");
  g_auto (Run) piped = run_with ("ada", "pipe|#much", lines->str, lines->len);
  assert_int_equal (piped.status, 0);
  g_autofree char *found = expect (0, "ada", "search|waffle|-n|401");
  g_auto (GStrv) each = g_strsplit (found, "\n", -1);
  assert_int_equal (g_strv_length (each), 401 + 1); /* and what is behind the last line feed */
}

static void
a_password_is_typed_unseen (void **state)
{
  join ("ada");
  Seat seat = sit_down ("ada", "password", "");
  seat_type (&seat, "Old password", "\n");
  seat_type (&seat, "New password: ", "correct horse\n");
  seat_type (&seat, "New password again: ", "correct horse\n");
  g_autofree char *screen = seat_leave (&seat, 0);
  assert_null (strstr (screen, "horse"));
  Seat other = sit_down ("ada", "password", "");
  seat_type (&other, "Old password", "correct horse\n");
  seat_type (&other, "New password: ", "one thing\n");
  seat_type (&other, "New password again: ", "another thing\n");
  g_autofree char *differ = seat_leave (&other, 2);
  assert_non_null (strstr (differ, "differ"));
}

static int
set_up (void **state)
{
  static const char *const generous[] = {"posts_per_second", "posts_burst", "registrations_per_minute",
                                         "connections_per_address"};
  server = test_server_new ();
  for (guint i = 0; i < G_N_ELEMENTS (generous); i++)
    test_server_set (server, "limits", generous[i], "100000");
  CHECK (test_server_start (server, &error));
  return 0;
}

static int
tear_down (void **state)
{
  g_clear_pointer (&server, test_server_free);
  return 0;
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)

int
main (void)
{
  const struct CMUnitTest tests[] = {
      WITH_SERVER (exit_codes_and_remedies),
      WITH_SERVER (a_unix_socket_needs_no_pin),
      WITH_SERVER (a_limit_of_the_server_is_a_refusal),
      WITH_SERVER (help_names_every_command),
      WITH_SERVER (two_people_talk),
      WITH_SERVER (moderators_keep_order),
      WITH_SERVER (devices_come_and_go),
      WITH_SERVER (a_link_lets_somebody_in),
      WITH_SERVER (who_is_blocked_is_not_heard),
      WITH_SERVER (everybody_hears_a_broadcast),
      WITH_SERVER (an_account_ends),
      WITH_SERVER (private_rooms_take_an_invitation),
      WITH_SERVER (json_is_one_object_a_line),
      WITH_SERVER (a_password_opens_another_device),
      WITH_SERVER (bad_lines_are_named_and_the_others_go),
      WITH_SERVER (a_pipe_outlives_the_server),
      WITH_SERVER (a_pipe_gives_up_when_told_to),
      WITH_SERVER (people_see_each_other),
      WITH_SERVER (readers_are_told), WITH_SERVER (follow_misses_nothing),
      WITH_SERVER (follow_falls_behind_and_catches_up),
      WITH_SERVER (a_terminal_is_asked_about_strangers),
      WITH_SERVER (search_finds_and_marks),
      WITH_SERVER (search_waits_for_the_server),
      WITH_SERVER (a_password_is_typed_unseen),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
