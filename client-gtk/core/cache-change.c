/* cache-change.c - what an event does to a message: the JSON that `fetch` would answer now. A table of kinds. */
#include "cache-private.h"

#include "proto/limits.h"
#include "proto/id.h"
#include "proto/message.h"

#include <string.h>

typedef struct {
  gint64 from, at;
  const char *person; /* "u7" */
  json_object *body;  /* borrowed; NULL: none */
  gboolean mine;
} Deed;

static gboolean
is_deleted (json_object *message)
{
  return kith_member_boolean (message, "deleted", FALSE);
}

static void
do_edit (json_object *message, const Deed *deed)
{
  json_object *old = kith_member_object (message, "body"), *member = NULL;
  if (deed->body == NULL || is_deleted (message))
    return;
  json_object *body = NULL;
  if (json_object_deep_copy (deed->body, &body, NULL) != 0)
    return;
  static const char *const kept[] = {"reply_to", "urgent"};
  for (guint i = 0; old != NULL && i < G_N_ELEMENTS (kept); i++)
    if (json_object_object_get_ex (old, kept[i], &member))
      json_object_object_add (body, kept[i], json_object_get (member));
  json_object_object_add (message, "body", body);
  json_object_object_add (message, "edited", json_object_new_int64 (deed->at));
}

static void
do_delete (json_object *message, const Deed *deed)
{
  static const char *const gone[] = {"body", "reactions", "pinned", "edited"};
  for (guint i = 0; i < G_N_ELEMENTS (gone); i++)
    json_object_object_del (message, gone[i]);
  json_object_object_add (message, "deleted", json_object_new_boolean (TRUE));
}

/* The array, made when make is TRUE; NULL: there is none. */
static json_object *
reactions_of (json_object *message, gboolean make)
{
  json_object *reactions = NULL;
  if (json_object_object_get_ex (message, "reactions", &reactions) && json_object_is_type (reactions, json_type_array))
    return reactions;
  if (!make)
    return NULL;
  reactions = json_object_new_array ();
  json_object_object_add (message, "reactions", reactions);
  return reactions;
}

/* Its place in reactions; -1: none. */
static gssize
find_reaction (json_object *reactions, const char *emoji)
{
  gsize n = reactions != NULL ? json_object_array_length (reactions) : 0;
  for (gsize i = 0; i < n; i++)
    if (g_strcmp0 (kith_member_string (json_object_array_get_idx (reactions, i), "emoji"), emoji) == 0)
      return (gssize) i;
  return -1;
}

/* The place of person in the people of a reaction; -1: none. */
static gssize
find_person (json_object *people, const char *person)
{
  gsize n = json_object_is_type (people, json_type_array) ? json_object_array_length (people) : 0;
  for (gsize i = 0; i < n; i++)
    if (g_strcmp0 (json_object_get_string (json_object_array_get_idx (people, i)), person) == 0)
      return (gssize) i;
  return -1;
}

static json_object *
people_of (json_object *reaction)
{
  json_object *people = NULL;
  if (json_object_object_get_ex (reaction, "people", &people) && json_object_is_type (people, json_type_array))
    return people;
  people = json_object_new_array ();
  json_object_object_add (reaction, "people", people);
  return people;
}

static void
count_on (json_object *reaction, int by)
{
  gint64 count = kith_member_integer (reaction, "count", 0);
  json_object_object_add (reaction, "count", json_object_new_int64 (MAX (count + by, 0)));
}

static void
do_react (json_object *message, const Deed *deed)
{
  const char *emoji = deed->body != NULL ? kith_member_string (deed->body, "emoji") : NULL;
  if (emoji == NULL || is_deleted (message))
    return;
  json_object *reactions = reactions_of (message, TRUE);
  gssize at = find_reaction (reactions, emoji);
  if (at < 0 && json_object_array_length (reactions) >= KITH_REACTION_KINDS_MAX)
    return;
  if (at < 0) {
    json_object *fresh = json_object_new_object ();
    json_object_object_add (fresh, "emoji", json_object_new_string (emoji));
    json_object_array_add (reactions, fresh);
    at = (gssize) json_object_array_length (reactions) - 1;
  }
  json_object *reaction = json_object_array_get_idx (reactions, (gsize) at), *people = people_of (reaction);
  if (find_person (people, deed->person) >= 0 || (deed->mine && kith_member_boolean (reaction, "mine", FALSE)))
    return;
  if (json_object_array_length (people) < KITH_REACTION_NAMES_MAX)
    json_object_array_add (people, json_object_new_string (deed->person));
  count_on (reaction, 1);
  if (deed->mine)
    json_object_object_add (reaction, "mine", json_object_new_boolean (TRUE));
}

static void
do_unreact (json_object *message, const Deed *deed)
{
  const char *emoji = deed->body != NULL ? kith_member_string (deed->body, "emoji") : NULL;
  json_object *reactions = reactions_of (message, FALSE);
  gssize at = find_reaction (reactions, emoji);
  if (at < 0)
    return;
  json_object *reaction = json_object_array_get_idx (reactions, (gsize) at), *people = people_of (reaction);
  gssize person = find_person (people, deed->person);
  if (person >= 0)
    json_object_array_del_idx (people, (gsize) person, 1);
  if (deed->mine)
    json_object_object_del (reaction, "mine");
  count_on (reaction, -1);
  if (kith_member_integer (reaction, "count", 0) == 0)
    json_object_array_del_idx (reactions, (gsize) at, 1);
  if (json_object_array_length (reactions) == 0)
    json_object_object_del (message, "reactions");
}

static void
do_pin (json_object *message, const Deed *deed)
{
  if (!is_deleted (message))
    json_object_object_add (message, "pinned", json_object_new_boolean (TRUE));
}

static void
do_unpin (json_object *message, const Deed *deed)
{
  json_object_object_del (message, "pinned");
}

static const struct {
  const char *kind;
  void (*act) (json_object *message, const Deed *deed);
} deeds[] = {{"edit", do_edit},       {"delete", do_delete}, {"react", do_react},
             {"unreact", do_unreact}, {"pin", do_pin},       {"unpin", do_unpin}};

gboolean
kith_cache_change (json_object *message, json_object *event, gint64 me)
{
  char person[KITH_ID_TEXT];
  gint64 seq = kith_member_integer (event, "seq", 0);
  gint64 from = kith_member_id (event, "from", 'u');
  const char *kind = kith_member_string (event, "kind");
  Deed deed = {from, kith_member_integer (event, "at", 0), kith_id_format (from, 'u', person),
               kith_member_object (event, "body"), from == me && me != 0};
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++) {
    if (g_strcmp0 (deeds[i].kind, kind) != 0)
      continue;
    deeds[i].act (message, &deed);
    json_object_object_add (message, "changed", json_object_new_int64 (seq));
    return TRUE;
  }
  return FALSE;
}
