/* target.c - "#plans", "@ada", "notes" and "broadcasts" to conversations and back; people named in texts. */
#include "cli.h"

#include "output.h"
#include "proto/id.h"
#include "proto/text.h"

#include <string.h>

void
cli_target_clear (CliTarget *target)
{
  g_clear_pointer (&target->label, g_free);
}

char *
cli_handle (Cli *cli, gint64 account)
{
  char text[KITH_ID_TEXT];
  const KithPerson *person = kith_state_person (kith_client_known (cli->client), account);
  if (account == 0)
    return g_strdup ("(server)");
  return cli_clean (person != NULL ? person->handle : kith_id_format (account, 'u', text), NULL);
}

static char *
label_direct (Cli *cli, const KithConversation *conversation)
{
  g_autoptr (GString) label = g_string_new (NULL);
  for (guint i = 0; i < conversation->people->len; i++) {
    gint64 id = g_array_index (conversation->people, gint64, i);
    if (id == kith_client_me (cli->client))
      continue;
    g_autofree char *handle = cli_handle (cli, id);
    g_string_append_printf (label, "%s@%s", label->len > 0 ? "," : "", handle);
  }
  return g_string_free (g_steal_pointer (&label), FALSE);
}

char *
cli_label (Cli *cli, gint64 id)
{
  char text[KITH_ID_TEXT];
  const KithConversation *conversation = kith_state_conversation (kith_client_known (cli->client), id);
  if (conversation == NULL)
    return g_strdup (kith_id_format (id, 'c', text));
  if (conversation->kind == KITH_KIND_DIRECT)
    return label_direct (cli, conversation);
  if (conversation->kind == KITH_KIND_NOTES)
    return g_strdup ("notes");
  if (conversation->kind == KITH_KIND_BROADCASTS)
    return g_strdup ("broadcasts");
  g_autofree char *name = cli_clean (conversation->name, NULL);
  return g_strconcat ("#", name, NULL);
}

const KithPerson *
cli_person_find (Cli *cli, const char *text, GError **error)
{
  const char *handle = text[0] == '@' ? text + 1 : text;
  const KithPerson *person = kith_state_person_by_handle (kith_client_known (cli->client), handle);
  if (person == NULL)
    g_set_error (error, CLI_ERROR, CLI_ERROR_REFUSED, "Nobody here is called @%s. See who is: kith-cli people", handle);
  return person;
}

static gboolean
find_direct (Cli *cli, const char *text, CliTarget *target, GError **error)
{
  const KithPerson *person = cli_person_find (cli, text, error);
  if (person == NULL)
    return FALSE;
  if (person->id == kith_client_me (cli->client)) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "That is you. To write to yourself, use the target: notes");
    return FALSE;
  }
  char id[KITH_ID_TEXT];
  json_object *request = kith_client_message ("open", 0, TRUE), *people = json_object_new_array (), *answer = NULL;
  json_object_array_add (people, json_object_new_string (kith_id_format (person->id, 'u', id)));
  json_object_object_add (request, "people", people);
  target->label = cli_clean (person->handle, "@");
  if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
    return FALSE;
  target->conversation =
      kith_state_learn_conversation (kith_client_known (cli->client), kith_member_object (answer, "conversation"));
  json_object_put (answer);
  if (target->conversation == 0)
    g_set_error (error, CLI_ERROR, CLI_ERROR_FAILED, "The server's answer to open makes no sense.");
  return target->conversation != 0;
}

/* One page of the public rooms; *after becomes the last name, or NULL at the end. */
static gboolean
search_page (Cli *cli, const char *folded, char **after, gint64 *found, GError **error)
{
  json_object *request = kith_client_message ("rooms", 0, FALSE), *answer = NULL, *rooms;
  g_autofree char *before = g_steal_pointer (after);
  kith_add_string (request, "after", before);
  if (!cli_request (cli, request, KITH_REQUEST_KEEP, &answer, error))
    return FALSE;
  json_object_object_get_ex (answer, "rooms", &rooms);
  gsize n = json_object_array_length (rooms);
  for (gsize i = 0; i < n && *found == 0; i++) {
    json_object *room = json_object_array_get_idx (rooms, i);
    const char *name = kith_member_string (room, "name");
    g_autofree char *key = name != NULL ? kith_text_fold (name) : NULL;
    if (g_strcmp0 (key, folded) == 0)
      *found = kith_member_id (room, "id", 'c');
    if (i == n - 1 && kith_member_boolean (answer, "more", FALSE) && g_strcmp0 (name, before) != 0)
      *after = g_strdup (name);
  }
  json_object_put (answer);
  return TRUE;
}

gboolean
cli_room_find (Cli *cli, const char *text, CliTarget *target, GError **error)
{
  const char *name = text[0] == '#' ? text + 1 : text;
  const KithConversation *room = kith_state_room (kith_client_known (cli->client), name);
  g_autofree char *folded = kith_text_fold (name), *after = NULL;
  target->conversation = room != NULL ? room->id : 0;
  target->label = cli_clean (name, "#");
  for (gboolean more = folded != NULL; more && target->conversation == 0; more = after != NULL)
    if (!search_page (cli, folded, &after, &target->conversation, error))
      return FALSE;
  if (target->conversation == 0)
    g_set_error (error, CLI_ERROR, CLI_ERROR_REFUSED,
                 "There is no room %s. See which there are: kith-cli rooms; make it: kith-cli create %s", target->label,
                 target->label + 1);
  return target->conversation != 0;
}

gboolean
cli_target_find (Cli *cli, const char *text, CliTarget *target, GError **error)
{
  KithState *known = kith_client_known (cli->client);
  const KithConversation *notes = kith_state_notes (known), *broadcasts = kith_state_broadcasts (known);
  if (text[0] == '#')
    return cli_room_find (cli, text, target, error);
  if (text[0] == '@')
    return find_direct (cli, text, target, error);
  if (g_str_equal (text, "notes") && notes != NULL) {
    *target = (CliTarget){notes->id, g_strdup ("notes")};
    return TRUE;
  }
  if (g_str_equal (text, "broadcasts") && broadcasts != NULL) {
    *target = (CliTarget){broadcasts->id, g_strdup ("broadcasts")};
    return TRUE;
  }
  if (g_str_equal (text, "broadcasts")) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_REFUSED, "Nobody has broadcast anything on this server yet.");
    return FALSE;
  }
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
               "\"%s\" is no target. Write #room (in quotes, for most shells), @person, notes or broadcasts.", text);
  return FALSE;
}

gboolean
cli_seq_parse (const char *text, gint64 *seq, GError **error)
{
  guint64 value;
  if (!g_ascii_string_to_unsigned (text, 10, 1, KITH_INTEGER_MAX, &value, NULL)) {
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "\"%s\" is no number of a message. kith-cli history shows them.",
                 text);
    return FALSE;
  }
  *seq = (gint64) value;
  return TRUE;
}

gboolean
cli_duration_parse (const char *text, gint64 *seconds, GError **error)
{
  static const struct {
    char letter;
    gint64 seconds;
  } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 24 * 3600}};
  gsize length = strlen (text);
  g_autofree char *digits = g_strndup (text, length > 0 ? length - 1 : 0);
  guint64 value;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (length > 1 && text[length - 1] == units[i].letter &&
        g_ascii_string_to_unsigned (digits, 10, 1, 1000000, &value, NULL)) {
      *seconds = (gint64) value * units[i].seconds;
      return TRUE;
    }
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "\"%s\" is no length of time. Write 90s, 10m, 2h or 7d.", text);
  return FALSE;
}

static gboolean
is_handle_part (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '-' || c == '_' || c == '.';
}

static gboolean
has (const GArray *ids, gint64 id)
{
  for (guint i = 0; i < ids->len; i++)
    if (g_array_index (ids, gint64, i) == id)
      return TRUE;
  return FALSE;
}

typedef void (*MentionFunc) (Cli *cli, const char *handle, gpointer data);

/* Calls func for each "@name" in text. */
static void
each_mention (Cli *cli, const char *text, MentionFunc func, gpointer data)
{
  gunichar before = ' ';
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (c == '@' && !is_handle_part (before)) {
      const char *end = p + 1;
      while (is_handle_part (g_utf8_get_char (end)))
        end = g_utf8_next_char (end);
      while (end > p + 1 && strchr ("-_.", end[-1]) != NULL)
        end--; /* a handle does not end so; the sentence does */
      g_autofree char *handle = g_strndup (p + 1, (gsize) (end - p - 1));
      func (cli, handle, data);
    }
    before = c;
  }
}

static void
add_mention (Cli *cli, const char *handle, gpointer data)
{
  GArray *ids = data;
  const KithPerson *person = kith_state_person_by_handle (kith_client_known (cli->client), handle);
  if (person != NULL && ids->len < KITH_MENTIONS_MAX && !has (ids, person->id))
    g_array_append_val (ids, person->id);
}

GArray *
cli_mentions (Cli *cli, const char *text)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  each_mention (cli, text, add_mention, ids);
  return ids;
}

static void
look_for_all (Cli *cli, const char *handle, gpointer data)
{
  if (g_ascii_strcasecmp (handle, "all") == 0 &&
      kith_state_person_by_handle (kith_client_known (cli->client), handle) == NULL)
    *(gboolean *) data = TRUE;
}

gboolean
cli_mentions_all (Cli *cli, const char *text)
{
  gboolean all = FALSE;
  each_mention (cli, text, look_for_all, &all);
  return all;
}
