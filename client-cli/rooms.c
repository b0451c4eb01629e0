/* rooms.c - rooms and people: rooms, create, enter, leave, invite, kick, ban, bans, role, mute, topic, rename, block,
 * people, members. */
#include "output.h"

#include <stdio.h>

#define OPTION(name, letter, type, field, argument, text)                   \
  {                                                                         \
    name, letter, type, G_STRUCT_OFFSET (CliOptions, field), argument, text \
  }

static const CliOption create_options[] = {
    OPTION ("private", 0, G_OPTION_ARG_NONE, is_private, NULL, "by invitation only"),
    OPTION ("history", 0, G_OPTION_ARG_STRING, history, "all|since_join",
            "what members read of the time before they came (private rooms)"),
    OPTION ("topic", 0, G_OPTION_ARG_STRING, topic, "TEXT", "what it is about"),
    CLI_OPTIONS_END,
};

/* Takes what pages of an answer list, by a request with `after`. */
typedef struct {
  const char *type, *list; /* of the request; of the array in its answer */
  const char *next;        /* the member of the last item that `after` names */
  gint64 conversation;     /* or 0 */
  void (*item) (Cli *cli, json_object *item, gpointer data);
} Pages;

static gboolean
each_page (Cli *cli, const Pages *pages, gpointer data, GError **error)
{
  g_autofree char *after = NULL;
  gboolean more = TRUE;
  while (more) {
    json_object *request = kith_client_message (pages->type, pages->conversation, FALSE), *answer = NULL, *items;
    kith_add_string (request, "after", after);
    if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
      return FALSE;
    json_object_object_get_ex (answer, pages->list, &items);
    gsize n = json_object_array_length (items);
    for (gsize i = 0; i < n; i++)
      pages->item (cli, json_object_array_get_idx (items, i), data);
    g_autofree char *before = g_steal_pointer (&after);
    after = g_strdup (n > 0 ? kith_member_string (json_object_array_get_idx (items, n - 1), pages->next) : NULL);
    more = kith_member_boolean (answer, "more", FALSE) && after != NULL && g_strcmp0 (after, before) != 0;
    json_object_put (answer);
  }
  return TRUE;
}

/* Whatever the server says where a text should be. */
static char *
clean_member (json_object *object, const char *name, const char *prefix)
{
  const char *text = kith_member_string (object, name);
  return cli_clean (text != NULL ? text : "?", prefix);
}

/* What ties one to a room. */
static char *
tie_of (json_object *room, const KithConversation *mine)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  if (kith_member_boolean (room, "joined", FALSE))
    g_ptr_array_add (words, g_strdup ("joined"));
  else if (mine != NULL && g_str_equal (mine->state, "invited"))
    g_ptr_array_add (words, g_strdup ("invited"));
  if (mine != NULL && mine->unread > 0)
    g_ptr_array_add (words, g_strdup_printf ("%" G_GINT64_FORMAT " unread", mine->unread));
  if (kith_member_boolean (room, "private", FALSE))
    g_ptr_array_add (words, g_strdup ("private"));
  g_ptr_array_add (words, NULL);
  char *tie = g_strjoinv (", ", (char **) words->pdata);
  g_ptr_array_unref (words);
  return tie;
}

static void
list_room (Cli *cli, json_object *room, gpointer table)
{
  const KithConversation *mine =
      kith_state_conversation (kith_client_known (cli->client), kith_member_id (room, "id", 'c'));
  if (cli->options.json) {
    json_object *object = json_object_get (room);
    if (mine != NULL) {
      kith_add_integer (object, "last", mine->last);
      kith_add_integer (object, "unread", mine->unread);
      kith_add_integer (object, "mentions", mine->mentions);
    }
    cli_print_json (object);
    return;
  }
  cli_table_add (table, clean_member (room, "name", "#"),
                 g_strdup_printf ("%" G_GINT64_FORMAT " %s", kith_member_integer (room, "members", 0),
                                  kith_member_integer (room, "members", 0) == 1 ? "member" : "members"),
                 tie_of (room, mine), clean_member (room, "topic", NULL));
}

/* Private rooms that one is invited to are no rooms of one's own yet: the server lists them in sync alone. */
static void
list_invitations (Cli *cli, CliTable *table)
{
  g_autoptr (GPtrArray) all = kith_state_conversations (kith_client_known (cli->client));
  for (guint i = 0; i < all->len; i++) {
    const KithConversation *room = g_ptr_array_index (all, i);
    if (!room->is_private || !g_str_equal (room->state, "invited"))
      continue;
    json_object *object = json_object_new_object ();
    kith_add_id (object, "id", 'c', room->id);
    kith_add_string (object, "name", room->name);
    kith_add_string (object, "topic", room->topic);
    kith_add_boolean (object, "private", TRUE);
    kith_add_integer (object, "members", room->members);
    kith_add_boolean (object, "joined", FALSE);
    list_room (cli, object, table);
    json_object_put (object);
  }
}

static gboolean
rooms (Cli *cli, char **arguments, GError **error)
{
  static const Pages pages = {"rooms", "rooms", "name", 0, list_room};
  if (!cli_sign_in (cli, error))
    return FALSE;
  CliTable *table = cli_table_new (4);
  gboolean good = each_page (cli, &pages, table, error);
  list_invitations (cli, table);
  cli_table_print (table);
  return good;
}

static void
print_done (Cli *cli, const CliTarget *target, json_object *answer, const char *words)
{
  if (!cli->options.json) {
    printf ("%s %s\n", words, target->label);
    return;
  }
  json_object *object = json_object_new_object ();
  kith_add_id (object, "conversation", 'c', target->conversation);
  kith_add_string (object, "where", target->label);
  if (answer != NULL && kith_member_has (answer, "seq"))
    kith_add_integer (object, "seq", kith_member_integer (answer, "seq", 0));
  cli_print_json (object);
}

/* Asks, and says what was done. */
static gboolean
ask (Cli *cli, const CliTarget *target, json_object *request, const char *words, GError **error)
{
  json_object *answer = NULL;
  if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
    return FALSE;
  print_done (cli, target, answer, words);
  json_object_put (answer);
  return TRUE;
}

static gboolean
create (Cli *cli, char **arguments, GError **error)
{
  const char *name = arguments[0][0] == '#' ? arguments[0] + 1 : arguments[0];
  const CliOptions *options = &cli->options;
  if (options->history != NULL && !g_str_equal (options->history, "all") &&
      !g_str_equal (options->history, "since_join")) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--history is all or since_join.");
    return FALSE;
  }
  if (!cli_sign_in (cli, error))
    return FALSE;
  g_auto (CliTarget) target = {0, cli_clean (name, "#")};
  json_object *request = kith_client_message ("create", 0, TRUE), *answer = NULL;
  kith_add_string (request, "name", name);
  kith_add_string (request, "topic", options->topic);
  kith_add_string (request, "history", options->history);
  if (options->is_private)
    kith_add_boolean (request, "private", TRUE);
  if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
    return FALSE;
  target.conversation = kith_member_id (kith_member_object (answer, "conversation"), "id", 'c');
  print_done (cli, &target, NULL, "Created");
  json_object_put (answer);
  return TRUE;
}

static gboolean
enter_by_link (Cli *cli, const char *link, GError **error)
{
  g_auto (KithInvitation) invitation = {0};
  json_object *answer = NULL;
  if (!cli_follow_link (cli, link, &invitation, error) || !cli_sign_in (cli, error))
    return FALSE;
  json_object *request = kith_client_message ("invitation_use", 0, TRUE);
  kith_add_string (request, "code", invitation.code);
  if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
    return FALSE;
  gint64 room =
      kith_state_learn_conversation (kith_client_known (cli->client), kith_member_object (answer, "conversation"));
  g_autofree char *label = cli_label (cli, room);
  if (cli->options.json)
    cli_print_json (json_object_get (kith_member_object (answer, "conversation")));
  else
    printf ("Entered %s\n", label);
  json_object_put (answer);
  return TRUE;
}

static gboolean
enter (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  if (kith_invitation_is (arguments[0]))
    return enter_by_link (cli, arguments[0], error);
  return cli_sign_in (cli, error) && cli_room_find (cli, arguments[0], &target, error) &&
         ask (cli, &target, kith_client_message ("join", target.conversation, TRUE), "Entered", error);
}

static gboolean
leave (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  return cli_sign_in (cli, error) && cli_room_find (cli, arguments[0], &target, error) &&
         ask (cli, &target, kith_client_message ("leave", target.conversation, TRUE), "Left", error);
}

static gboolean
with_person (Cli *cli, char **arguments, const char *type, const char *member, const char *did, const char *towards,
             GError **error)
{
  g_auto (CliTarget) target = {0};
  const KithPerson *person;
  if (!cli_sign_in (cli, error) || !cli_room_find (cli, arguments[0], &target, error) ||
      (person = cli_person_find (cli, arguments[1], error)) == NULL)
    return FALSE;
  json_object *request = kith_client_message (type, target.conversation, TRUE);
  kith_add_id (request, "account", 'u', person->id);
  g_autofree char *reason = g_strjoinv (" ", arguments + 2), *handle = cli_clean (person->handle, "@");
  g_autofree char *words = g_strdup_printf ("%s %s %s", did, handle, towards);
  if (reason[0] != '\0')
    kith_add_string (request, member, reason);
  return ask (cli, &target, request, words, error);
}

static gboolean
invite (Cli *cli, char **arguments, GError **error)
{
  return with_person (cli, arguments, "invite", "reason", "Invited", "to", error);
}

static gboolean
kick (Cli *cli, char **arguments, GError **error)
{
  return with_person (cli, arguments, "kick", "reason", "Removed", "from", error);
}

static gboolean
ban (Cli *cli, char **arguments, GError **error)
{
  return with_person (cli, arguments, "ban", "reason", "Banned", "from", error);
}

static gboolean
unban (Cli *cli, char **arguments, GError **error)
{
  return with_person (cli, arguments, "unban", "reason", "Lifted the ban of", "in", error);
}

static gboolean
role (Cli *cli, char **arguments, GError **error)
{
  static const char *const roles[] = {"owner", "admin", "moderator", "member", "read_only", NULL};
  g_strdelimit (arguments[2], "-", '_');
  if (g_strv_contains (roles, arguments[2]))
    return with_person (cli, arguments, "role", "role", "Changed the role of", "in", error);
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "A role is owner, admin, moderator, member or read_only.");
  return FALSE;
}

static gboolean
mute (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  const KithPerson *person;
  gint64 seconds;
  if (!cli_duration_parse (arguments[2], &seconds, error) || !cli_sign_in (cli, error) ||
      !cli_room_find (cli, arguments[0], &target, error) ||
      (person = cli_person_find (cli, arguments[1], error)) == NULL)
    return FALSE;
  json_object *request = kith_client_message ("mute", target.conversation, TRUE);
  kith_add_id (request, "account", 'u', person->id);
  kith_add_integer (request, "seconds", seconds);
  g_autofree char *reason = g_strjoinv (" ", arguments + 3), *handle = cli_clean (person->handle, "@");
  g_autofree char *words = g_strdup_printf ("Muted %s in", handle);
  if (reason[0] != '\0')
    kith_add_string (request, "reason", reason);
  return ask (cli, &target, request, words, error);
}

static gboolean
unmute (Cli *cli, char **arguments, GError **error)
{
  return with_person (cli, arguments, "unmute", "reason", "Unmuted", "in", error);
}

static gboolean
topic (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  if (!cli_sign_in (cli, error) || !cli_room_find (cli, arguments[0], &target, error))
    return FALSE;
  g_autofree char *text = g_strjoinv (" ", arguments + 1);
  json_object *request = kith_client_message ("topic", target.conversation, TRUE);
  kith_add_string (request, "topic", text);
  return ask (cli, &target, request, "Set the topic of", error);
}

static gboolean
rename_room (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  const char *name = arguments[1][0] == '#' ? arguments[1] + 1 : arguments[1];
  if (!cli_sign_in (cli, error) || !cli_room_find (cli, arguments[0], &target, error))
    return FALSE;
  json_object *request = kith_client_message ("rename", target.conversation, TRUE);
  kith_add_string (request, "name", name);
  g_free (target.label);
  target.label = cli_clean (name, "#");
  return ask (cli, &target, request, "It is now called", error);
}

static gboolean
retention (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  guint64 days = 0;
  if (!g_str_equal (arguments[1], "off") &&
      !g_ascii_string_to_unsigned (arguments[1], 10, 1, KITH_RETENTION_DAYS_MAX, &days, NULL)) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "“%s” is neither a number of days nor off.", arguments[1]);
    return FALSE;
  }
  if (!cli_sign_in (cli, error) || !cli_room_find (cli, arguments[0], &target, error))
    return FALSE;
  json_object *request = kith_client_message ("retention", target.conversation, TRUE);
  kith_add_integer (request, "days", (gint64) days);
  g_autofree char *words = days > 0
                               ? g_strdup_printf ("What is older than %" G_GUINT64_FORMAT " days is deleted in", days)
                               : g_strdup ("Messages are kept, as long as the server does, in");
  return ask (cli, &target, request, words, error);
}

static void
print_person (Cli *cli, CliTable *table, const KithPerson *person, const char *role, gint64 muted_until)
{
  if (!cli->options.json) {
    g_autofree char *until = muted_until != 0 ? cli_format_time (muted_until) : NULL;
    g_autofree char *standing = until != NULL ? g_strdup_printf ("%s, muted until %s", role, until)
                                              : g_strconcat (role, person->blocked ? ", blocked" : "", NULL);
    cli_table_add (table, cli_clean (person->handle, "@"), cli_clean (standing, NULL),
                   cli_clean (person->display, NULL));
    return;
  }
  json_object *object = json_object_new_object ();
  kith_add_id (object, "id", 'u', person->id);
  kith_add_string (object, "handle", person->handle);
  kith_add_string (object, "display", person->display);
  kith_add_string (object, "role", role);
  if (person->blocked)
    kith_add_boolean (object, "blocked", TRUE);
  if (muted_until != 0)
    kith_add_integer (object, "muted_until", muted_until);
  cli_print_json (object);
}

static gboolean
people (Cli *cli, char **arguments, GError **error)
{
  if (!cli_sign_in (cli, error))
    return FALSE;
  g_autoptr (GPtrArray) all = kith_state_people (kith_client_known (cli->client));
  CliTable *table = cli_table_new (3);
  for (guint i = 0; i < all->len; i++) {
    const KithPerson *person = g_ptr_array_index (all, i);
    if (person->deleted)
      continue;
    print_person (cli, table, person, person->role, 0);
  }
  cli_table_print (table);
  return TRUE;
}

static void
list_member (Cli *cli, json_object *member, gpointer table)
{
  const KithPerson *person = kith_state_person (kith_client_known (cli->client), kith_member_id (member, "id", 'u'));
  const char *role = kith_member_string (member, "role");
  if (person != NULL)
    print_person (cli, table, person, role != NULL ? role : "member", kith_member_integer (member, "muted_until", 0));
}

static gboolean
members (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  if (!cli_sign_in (cli, error) || !cli_target_find (cli, arguments[0], &target, error))
    return FALSE;
  Pages pages = {"members", "members", "id", target.conversation, list_member};
  CliTable *table = cli_table_new (3);
  gboolean good = each_page (cli, &pages, table, error);
  cli_table_print (table);
  return good;
}

static void
list_ban (Cli *cli, json_object *ban, gpointer table)
{
  gint64 by = kith_member_id (ban, "by", 'u'), at = kith_member_integer (ban, "at", 0);
  const char *reason = kith_member_string (ban, "reason");
  if (cli->options.json) {
    json_object *object = json_object_get (ban);
    g_autofree char *handle = cli_handle (cli, kith_member_id (ban, "id", 'u'));
    kith_add_string (object, "handle", handle);
    cli_print_json (object);
    return;
  }
  g_autofree char *who = by != 0 ? cli_handle (cli, by) : NULL;
  cli_table_add (table, cli_handle (cli, kith_member_id (ban, "id", 'u')),
                 who != NULL ? g_strconcat ("by ", who, NULL) : g_strdup (""),
                 at != 0 ? cli_format_time (at) : g_strdup (""), cli_clean (reason != NULL ? reason : "", NULL));
}

static gboolean
bans (Cli *cli, char **arguments, GError **error)
{
  g_auto (CliTarget) target = {0};
  if (!cli_sign_in (cli, error) || !cli_room_find (cli, arguments[0], &target, error))
    return FALSE;
  Pages pages = {"bans", "bans", "id", target.conversation, list_ban};
  CliTable *table = cli_table_new (4);
  gboolean good = each_page (cli, &pages, table, error);
  cli_table_print (table);
  return good;
}

static gboolean
ask_about (Cli *cli, char **arguments, const char *type, const char *did, GError **error)
{
  const KithPerson *person;
  if (!cli_sign_in (cli, error) || (person = cli_person_find (cli, arguments[0], error)) == NULL)
    return FALSE;
  g_autofree char *handle = cli_clean (person->handle, "@");
  json_object *request = kith_client_message (type, 0, FALSE);
  kith_add_id (request, "account", 'u', person->id);
  if (!cli_request (cli, request, KITH_REQUEST_KEEP, NULL, error))
    return FALSE;
  if (!cli->options.json)
    printf ("%s %s\n", did, handle);
  return TRUE;
}

static gboolean
block (Cli *cli, char **arguments, GError **error)
{
  return ask_about (cli, arguments, "block", "Blocked", error);
}

static gboolean
unblock (Cli *cli, char **arguments, GError **error)
{
  return ask_about (cli, arguments, "unblock", "Unblocked", error);
}

const CliCommand cli_room_commands[] = {
    {"rooms", "", "list the public rooms, yours and those you are invited to", NULL, 0, 0, NULL, rooms},
    {"create", "NAME", "make a room", NULL, 1, 1, create_options, create},
    {"enter", "ROOM|LINK", "join a public room, or one that you are invited to or have a link for", NULL, 1, 1, NULL,
     enter},
    {"leave", "ROOM", "leave a room", NULL, 1, 1, NULL, leave},
    {"invite", "ROOM PERSON", "invite somebody", NULL, 2, 2, NULL, invite},
    {"kick", "ROOM PERSON [REASON...]", "remove somebody", NULL, 2, -1, NULL, kick},
    {"ban", "ROOM PERSON [REASON...]", "remove somebody and keep them out", NULL, 2, -1, NULL, ban},
    {"unban", "ROOM PERSON", "let somebody come back", NULL, 2, 2, NULL, unban},
    {"bans", "ROOM", "list who is banned from a room", "By whom, when and why; for who looks after the room.", 1, 1,
     NULL, bans},
    {"mute", "ROOM PERSON TIME [REASON...]", "keep somebody from writing for 90s, 10m, 2h or 7d", NULL, 3, -1, NULL,
     mute},
    {"unmute", "ROOM PERSON", "let somebody write again", NULL, 2, 2, NULL, unmute},
    {"role", "ROOM PERSON ROLE", "give a role: owner, admin, moderator, member or read_only",
     "Owners make further owners; to hand a room over, make the other one owner, then take a lower role yourself. "
     "Everybody else gives roles below their own to people who stand below them.",
     3, 3, NULL, role},
    {"topic", "ROOM TEXT...", "say what a room is about", NULL, 2, -1, NULL, topic},
    {"rename", "ROOM NAME", "give a room another name", NULL, 2, 2, NULL, rename_room},
    {"retention", "ROOM DAYS|off", "for how many days a room keeps what happens",
     "What is older is deleted from the server, for everybody. The server may have a shorter limit for all.", 2, 2,
     NULL, retention},
    {"block", "PERSON", "hear nothing more from somebody",
     "They cannot write to you directly or mention you; what they say in rooms is not shown to you.", 1, 1, NULL,
     block},
    {"unblock", "PERSON", "hear from somebody again", NULL, 1, 1, NULL, unblock},
    {"people", "", "list the people of the server", NULL, 0, 0, NULL, people},
    {"members", "TARGET", "list who is in a conversation", NULL, 1, 1, NULL, members},
    {0},
};
