/* admin.c - kithd backup, restore, check, user, broadcast, room: a table of commands. */
#include "app/admin.h"

#include "app/admin-link.h"
#include "app/app.h"
#include "net/net.h"
#include "net/tls.h"
#include "secret/link-codes.h"
#include "store/store.h"
#include "terminal/terminal.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  const char *words;      /* the command, one or two words */
  const char *arguments;
  int min, max;           /* how many arguments */
  const char *meaning;
  gboolean (*run) (const KithdConfig *config, char **arguments, GError **error);
} Command;

static json_object *
request_new (const char *type)
{
  json_object *request = json_object_new_object ();
  kith_add_string (request, "type", type);
  return request;
}

/* Opens the link; says what to do when no server runs. */
static KithdAdminLink *
open_link (const KithdConfig *config, GError **error)
{
  g_autoptr (GError) problem = NULL;
  KithdAdminLink *link = kithd_admin_link_open (config->data, &problem);
  if (link == NULL)
    g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, "No kithd serves %s. %s Start it first, or name its directory with --data.",
                 config->data, problem->message);
  return link;
}

static gboolean
ask_nothing_more (const KithdConfig *config, json_object *request, const char *done, GError **error)
{
  g_autoptr (KithdAdminLink) link = open_link (config, error);
  json_object *answer = link != NULL ? kithd_admin_link_ask (link, request, error) : NULL;
  if (link == NULL)
    json_object_put (request);
  if (answer == NULL)
    return FALSE;
  json_object_put (answer);
  puts (done);
  return TRUE;
}

static gboolean
backup_running (KithdAdminLink *link, const char *file, GError **error)
{
  json_object *request = request_new ("admin_backup");
  kith_add_string (request, "file", file);
  json_object *answer = kithd_admin_link_ask (link, request, error);
  if (answer == NULL)
    return FALSE;
  json_object_put (answer);
  return TRUE;
}

static gboolean
run_backup (const KithdConfig *config, char **arguments, GError **error)
{
  g_autofree char *file = g_canonicalize_filename (arguments[0], NULL);
  g_autoptr (KithdAdminLink) link = kithd_admin_link_open (config->data, NULL);
  if (!(link != NULL ? backup_running (link, file, error) : kithd_store_backup (config->data, file, error)))
    return FALSE;
  printf ("Saved to %s. Check it with: kithd check %s\n", file, file);
  return TRUE;
}

static gboolean
run_restore (const KithdConfig *config, char **arguments, GError **error)
{
  if (!kithd_store_restore (config->data, arguments[0], error))
    return FALSE;
  printf ("Restored into %s. Start kithd; clients fetch anew by themselves.\n", config->data);
  return TRUE;
}

static gboolean
run_check (const KithdConfig *config, char **arguments, GError **error)
{
  g_autofree char *present = g_build_filename (config->data, "kith.db", NULL);
  const char *file = arguments[0] != NULL ? arguments[0] : present;
  if (!kithd_store_check (file, error))
    return FALSE;
  printf ("%s is sound.\n", file);
  return TRUE;
}

/* Asks page after page; show prints one item and returns what the next page begins after. */
static gboolean
list_pages (const KithdConfig *config, const char *type, const char *member, const char *(*show) (json_object *item), GError **error)
{
  g_autoptr (KithdAdminLink) link = open_link (config, error);
  g_autofree char *after = NULL;
  gboolean more = link != NULL;
  while (more) {
    json_object *request = request_new (type), *list = NULL;
    kith_add_string (request, "after", after);
    json_object *answer = kithd_admin_link_ask (link, request, error);
    if (answer == NULL)
      return FALSE;
    if (!json_object_object_get_ex (answer, member, &list) || !json_object_is_type (list, json_type_array)) {
      json_object_put (answer);
      return FALSE;
    }
    for (gsize i = 0; i < json_object_array_length (list); i++) {
      const char *name = show (json_object_array_get_idx (list, i));
      g_free (after);
      after = g_strdup (name);
    }
    more = kith_member_boolean (answer, "more", FALSE);
    json_object_put (answer);
  }
  return link != NULL;
}

static const char *
show_user (json_object *user)
{
  const char *handle = kith_member_string (user, "handle");
  printf ("%-24s %-8s %-12s %s\n", handle, kith_member_string (user, "role"),
          kith_member_integer (user, "connections", 0) > 0 ? "connected" : "away",
          kith_member_boolean (user, "password", FALSE) ? "password" : "no password");
  return handle;
}

static gboolean
run_user_list (const KithdConfig *config, char **arguments, GError **error)
{
  return list_pages (config, "admin_users", "users", show_user, error);
}

static gboolean
run_user_role (const KithdConfig *config, char **arguments, GError **error)
{
  json_object *request = request_new ("admin_role");
  kith_add_string (request, "handle", arguments[0]);
  kith_add_string (request, "role", arguments[1]);
  g_autofree char *done = g_strdup_printf ("%s is %s now.", arguments[0], arguments[1]);
  return ask_nothing_more (config, request, done, error);
}

/* On a terminal it is asked for twice, unseen; else it is a line of standard input. */
static char *
read_password (GError **error)
{
  char line[KITH_PASSWORD_MAX + 2];
  if (!kith_terminal_is (KITH_STDIN)) {
    if (fgets (line, sizeof line, stdin) != NULL) {
      line[strcspn (line, "\r\n")] = '\0';
      return g_strdup (line);
    }
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "Give the new password as one line of standard input.");
    return NULL;
  }
  g_autofree char *first = kith_terminal_read_secret ("New password: ");
  g_autofree char *second = first != NULL ? kith_terminal_read_secret ("New password again: ") : NULL;
  if (second != NULL && g_str_equal (first, second))
    return g_steal_pointer (&first);
  g_set_error_literal (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST,
                       second != NULL ? "The two differ; nothing was changed." : "No password was typed; nothing was changed.");
  return NULL;
}

static gboolean
run_user_password (const KithdConfig *config, char **arguments, GError **error)
{
  g_autofree char *line = read_password (error);
  if (line == NULL)
    return FALSE;
  if (strlen (line) < KITH_PASSWORD_MIN || strlen (line) > KITH_PASSWORD_MAX) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "A password has %d to %d bytes; nothing was changed.", KITH_PASSWORD_MIN,
                 KITH_PASSWORD_MAX);
    return FALSE;
  }
  json_object *request = request_new ("admin_password");
  kith_add_string (request, "handle", arguments[0]);
  kith_add_string (request, "new", line);
  g_autofree char *done = g_strdup_printf ("%s has a new password. Sign in with: kith-cli login %s", arguments[0], arguments[0]);
  return ask_nothing_more (config, request, done, error);
}

/* The pin of the server whose data that is. */
static char *
find_pin (const KithdConfig *config, GError **error)
{
  g_autofree char *key = g_build_filename (config->data, "key.pem", NULL);
  g_autofree char *certificate = g_build_filename (config->data, "certificate.pem", NULL);
  KithTls *tls = kith_tls_server_new (key, certificate, error);
  char *pin = tls != NULL ? g_strdup (kith_tls_pin (tls)) : NULL;
  kith_tls_free (tls);
  return pin;
}

static gboolean
run_user_invite (const KithdConfig *config, char **arguments, GError **error)
{
  char code[33];
  g_autofree char *pin = find_pin (config, error);
  g_autoptr (KithdAdminLink) link = pin != NULL ? open_link (config, error) : NULL;
  if (link == NULL)
    return FALSE;
  if (!kithd_invitation_code (code)) {
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, "The system has no randomness now. Try again.");
    return FALSE;
  }
  json_object *request = request_new ("admin_invitation");
  kith_add_string (request, "code", code);
  json_object *answer = kithd_admin_link_ask (link, request, error);
  if (answer == NULL)
    return FALSE;
  printf ("kith://%s/?pin=%s&invite=%s\nGood for 7 days and one new account: kith-cli join LINK NAME\n",
          arguments[0] != NULL ? arguments[0] : g_get_host_name (), pin, code);
  json_object_put (answer);
  return TRUE;
}

static gboolean
run_user_link (const KithdConfig *config, char **arguments, GError **error)
{
  g_autoptr (KithdAdminLink) link = open_link (config, error);
  json_object *request = request_new ("admin_link");
  kith_add_string (request, "handle", arguments[0]);
  json_object *answer = link != NULL ? kithd_admin_link_ask (link, request, error) : NULL;
  if (link == NULL)
    json_object_put (request);
  if (answer == NULL)
    return FALSE;
  printf ("%s\nGood for 10 minutes and one device. There: kith-cli link %s\n", kith_member_string (answer, "code"), kith_member_string (answer, "code"));
  json_object_put (answer);
  return TRUE;
}

static gboolean
run_user_remove (const KithdConfig *config, char **arguments, GError **error)
{
  json_object *request = request_new ("admin_remove");
  kith_add_string (request, "handle", arguments[0]);
  g_autofree char *done = g_strdup_printf ("%s is deleted. Nobody gets that name again; what they wrote stays.", arguments[0]);
  return ask_nothing_more (config, request, done, error);
}

static gboolean
check_said (const char *text, GError **error)
{
  gsize length = strlen (text);
  if (!g_utf8_validate (text, -1, NULL))
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "The text is not UTF-8; nothing was sent.");
  else if (text[strspn (text, " \t\r\n")] == '\0')
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "The text is empty; nothing was sent. Say something.");
  else if (length > KITH_TEXT_MAX)
    g_set_error (error, KITH_ERROR, KITH_ERROR_TOO_LARGE,
                 "The text has %" G_GSIZE_FORMAT " bytes; nothing was sent. Send it in parts of at most %d.", length, KITH_TEXT_MAX);
  else
    return TRUE;
  return FALSE;
}

/* The nonce is the run's own: who runs it again says it again. */
static gboolean
broadcast (const KithdConfig *config, char **words, gboolean urgent, GError **error)
{
  char nonce[33];
  g_autofree char *text = g_strjoinv (" ", words);
  if (!kithd_invitation_code (nonce)) {
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, "The system has no randomness now. Try again.");
    return FALSE;
  }
  if (!check_said (text, error))
    return FALSE;
  json_object *request = request_new ("admin_broadcast"), *body = json_object_new_object ();
  kith_add_string (request, "nonce", nonce);
  kith_add_string (body, "text", text);
  if (urgent)
    kith_add_boolean (body, "urgent", TRUE);
  json_object_object_add (request, "body", body);
  return ask_nothing_more (config, request, "Said to everybody on this server; who is offline gets it when they come.", error);
}

static gboolean
run_broadcast (const KithdConfig *config, char **arguments, GError **error)
{
  return broadcast (config, arguments, FALSE, error);
}

static gboolean
run_urgent (const KithdConfig *config, char **arguments, GError **error)
{
  return broadcast (config, arguments, TRUE, error);
}

static const char *
show_room (json_object *room)
{
  const char *name = kith_member_string (room, "name");
  gint64 members = kith_member_integer (room, "members", 0), messages = kith_member_integer (room, "messages", 0);
  printf ("%-32s %-8s %5" G_GINT64_FORMAT " %-8s %8" G_GINT64_FORMAT " %s\n", name,
          kith_member_boolean (room, "private", FALSE) ? "private" : "public", members, members == 1 ? "member" : "members",
          messages, messages == 1 ? "message" : "messages");
  return name;
}

static gboolean
run_room_list (const KithdConfig *config, char **arguments, GError **error)
{
  return list_pages (config, "admin_rooms", "rooms", show_room, error);
}

static gboolean
run_room_owner (const KithdConfig *config, char **arguments, GError **error)
{
  json_object *request = request_new ("admin_room_owner");
  kith_add_string (request, "room", arguments[0][0] == '#' ? arguments[0] + 1 : arguments[0]);
  kith_add_string (request, "handle", arguments[1]);
  g_autofree char *done = g_strdup_printf ("%s is an owner of %s now.", arguments[1], arguments[0]);
  return ask_nothing_more (config, request, done, error);
}

static gboolean
ask_retention (const KithdConfig *config, gboolean resume, GError **error)
{
  g_autoptr (KithdAdminLink) link = open_link (config, error);
  if (link == NULL)
    return FALSE;
  json_object *request = request_new ("admin_retention");
  kith_add_boolean (request, "resume", resume);
  json_object *answer = kithd_admin_link_ask (link, request, error);
  if (answer == NULL)
    return FALSE;
  gint64 days = kith_member_integer (answer, "days", 0), seconds = kith_member_integer (answer, "seconds", 0);
  if (days > 0)
    printf ("What is older than %" G_GINT64_FORMAT " days is deleted; rooms may have less.\n", days);
  else
    puts ("What happens is kept for ever, but for rooms that chose otherwise.");
  if (kith_member_boolean (answer, "paused", FALSE))
    printf ("The clock has jumped: nothing is deleted for its age for %" G_GINT64_FORMAT " hours more. If the clock is right: kithd retention resume\n",
            (seconds + 3599) / 3600);
  json_object_put (answer);
  return TRUE;
}

static gboolean
run_retention_show (const KithdConfig *config, char **arguments, GError **error)
{
  return ask_retention (config, FALSE, error);
}

static gboolean
run_retention_resume (const KithdConfig *config, char **arguments, GError **error)
{
  return ask_retention (config, TRUE, error);
}

static const Command commands[] = {
  { "backup", "FILE", 1, 1, "save a consistent copy, also while the server runs", run_backup },
  { "restore", "FILE", 1, 1, "put a backup into place; the server must be stopped", run_restore },
  { "check", "[FILE]", 0, 1, "verify a backup, or the database of this server", run_check },
  { "user list", "", 0, 0, "who there is", run_user_list },
  { "user role", "NAME owner|admin|member", 2, 2, "give somebody a role on the server", run_user_role },
  { "user password", "NAME", 1, 1, "set a password: asked for, or one line of standard input", run_user_password },
  { "user invite", "[HOST[:PORT]]", 0, 1, "a link that lets a new person in; HOST is this server as they reach it", run_user_invite },
  { "user link", "NAME", 1, 1, "a code that lets a new device in, for who lost the only one", run_user_link },
  { "user remove", "NAME", 1, 1, "delete an account; what it wrote stays", run_user_remove },
  { "broadcast", "TEXT...", 1, G_MAXINT, "say something to everybody on the server", run_broadcast },
  { "urgent", "TEXT...", 1, G_MAXINT, "the same, marked as urgent: it disturbs who does not want to be disturbed, too", run_urgent },
  { "retention show", "", 0, 0, "how long what happens is kept, and whether deleting waits for the clock", run_retention_show },
  { "retention resume", "", 0, 0, "the clock is right: go on deleting what is too old", run_retention_resume },
  { "room list", "", 0, 0, "what rooms there are", run_room_list },
  { "room owner", "ROOM NAME", 2, 2, "make a member of a room its owner", run_room_owner },
};

char *
kithd_admin_summary (void)
{
  GString *text = g_string_new ("Commands:\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_autofree char *head = g_strdup_printf ("%s %s", commands[i].words, commands[i].arguments);
    g_string_append_printf (text, "  %-42s %s\n", head, commands[i].meaning);
  }
  return g_string_free (text, FALSE);
}

/* How many of the words in argv the command takes; 0: it is another one. */
static int
match (const Command *command, int argc, char **argv)
{
  g_auto (GStrv) words = g_strsplit (command->words, " ", 2);
  int count = (int) g_strv_length (words);
  for (int i = 0; i < count; i++)
    if (i >= argc || !g_str_equal (words[i], argv[i]))
      return 0;
  return count;
}

/* Names the commands that begin as argv does, or says that there are none. */
static int
refuse (char **argv)
{
  gboolean some = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_auto (GStrv) words = g_strsplit (commands[i].words, " ", 2);
    if (!g_str_equal (words[0], argv[0]))
      continue;
    fprintf (stderr, "kithd: usage: kithd %s%s%s\n", commands[i].words, *commands[i].arguments != '\0' ? " " : "",
             commands[i].arguments);
    some = TRUE;
  }
  if (!some)
    fprintf (stderr, "kithd: There is no command %s. kithd --help lists them.\n", argv[0]);
  return 2;
}

int
kithd_admin_run (const KithdConfig *config, int argc, char **argv)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    const Command *command = &commands[i];
    g_autoptr (GError) error = NULL;
    int words = match (command, argc, argv);
    if (words == 0)
      continue;
    if (argc - words < command->min || argc - words > command->max) {
      fprintf (stderr, "kithd: usage: kithd %s %s\n", command->words, command->arguments);
      return 2;
    }
    if (command->run (config, argv + words, &error))
      return 0;
    fprintf (stderr, "kithd: %s\n", error != NULL ? error->message : "The server's answer is incomplete.");
    return 1;
  }
  return refuse (argv);
}
