/* post-wire.c - lines from events and from entries of the outbox, and what later events do to a message.
 *
 * A fetched message is in its current state, and `changed` says up to which event; so nothing is applied twice. What
 * we have asked for ourselves is applied at once, and again, without effect, when its event comes. */
#include "core/post-private.h"

#include "proto/message.h"

#define REACTIONS_MAX 64 /* kinds; the server's limit is KITH_REACTION_KINDS_MAX */

static const char *const line_kinds[KITH_N_POST_KINDS] = {
    [KITH_POST_MESSAGE] = "message", [KITH_POST_TOPIC] = "topic",   [KITH_POST_RENAME] = "rename",
    [KITH_POST_JOIN] = "join",       [KITH_POST_LEAVE] = "leave",   [KITH_POST_INVITE] = "invite",
    [KITH_POST_KICK] = "kick",       [KITH_POST_BAN] = "ban",       [KITH_POST_UNBAN] = "unban",
    [KITH_POST_MUTE] = "mute",       [KITH_POST_UNMUTE] = "unmute", [KITH_POST_ROLE] = "role",
    [KITH_POST_PIN] = "pin",         [KITH_POST_UNPIN] = "unpin"};

/* The member of the body that is the line's text, by kind; NULL: "reason". */
static const char *const line_texts[KITH_N_POST_KINDS] = {
    [KITH_POST_MESSAGE] = "text", [KITH_POST_TOPIC] = "topic", [KITH_POST_RENAME] = "name", [KITH_POST_ROLE] = "role"};

void
kith_json_drop (gpointer object)
{
  json_object_put (object);
}

static KithPostKind
kind_of (json_object *event)
{
  const char *word = kith_member_string (event, "kind");
  KithPostKind kind = 0;
  while (kind < KITH_N_POST_KINDS && g_strcmp0 (line_kinds[kind], word) != 0)
    kind++;
  return word != NULL ? kind : KITH_N_POST_KINDS;
}

gboolean
kith_post_is_line (json_object *event)
{
  return kind_of (event) < KITH_N_POST_KINDS && kith_member_integer (event, "seq", 0) > 0;
}

/* An array of ids, at most max of them, into a GArray of gint64. */
static void
take_accounts (json_object *object, const char *name, guint max, GArray *accounts)
{
  json_object *ids;
  g_array_set_size (accounts, 0);
  if (!json_object_object_get_ex (object, name, &ids) || !json_object_is_type (ids, json_type_array))
    return;
  for (gsize i = 0; i < json_object_array_length (ids) && accounts->len < max; i++) {
    const char *text = json_object_get_string (json_object_array_get_idx (ids, i));
    gint64 id;
    if (text != NULL && kith_id_parse (text, 'u', &id))
      g_array_append_val (accounts, id);
  }
}

static gboolean
holds (const GArray *accounts, gint64 account)
{
  for (guint i = 0; i < accounts->len; i++)
    if (g_array_index (accounts, gint64, i) == account)
      return TRUE;
  return FALSE;
}

static void
set_text (KithPost *post, const char *text)
{
  char *old = post->text;
  post->text = g_strdup (text != NULL ? text : "");
  g_free (old);
}

static void
take_text (KithPost *post, json_object *body, gint64 me)
{
  set_text (post, kith_member_string (body, "text"));
  take_accounts (body, "mentions", KITH_MENTIONS_MAX, post->mentions);
  post->mentions_me =
      me != 0 && (holds (post->mentions, me) || (!post->mine && kith_member_boolean (body, "all", FALSE)));
}

void
kith_post_take_body (KithPost *post, json_object *body, gint64 me)
{
  if (body == NULL)
    return;
  take_text (post, body, me);
  post->reply_to = MAX (kith_member_integer (body, "reply_to", 0), 0);
  post->urgent = kith_member_boolean (body, "urgent", FALSE);
  kith_post_touch (post);
}

static KithReaction *
add_reaction (KithPost *post, const char *emoji)
{
  if (post->reactions->len >= REACTIONS_MAX)
    return NULL;
  KithReaction *reaction = g_new0 (KithReaction, 1);
  reaction->emoji = g_strdup (emoji);
  reaction->people = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_ptr_array_add (post->reactions, reaction);
  return reaction;
}

static void
take_reaction (KithPost *post, json_object *object)
{
  const char *emoji = kith_member_string (object, "emoji");
  gint64 count = kith_member_integer (object, "count", 0);
  KithReaction *reaction = emoji != NULL && count > 0 ? add_reaction (post, emoji) : NULL;
  if (reaction == NULL)
    return;
  reaction->count = (guint) MIN (count, G_MAXUINT);
  reaction->mine = kith_member_boolean (object, "mine", FALSE);
  take_accounts (object, "people", KITH_REACTION_NAMES_MAX, reaction->people);
}

static void
take_reactions (KithPost *post, json_object *event)
{
  json_object *items;
  g_ptr_array_set_size (post->reactions, 0);
  if (!json_object_object_get_ex (event, "reactions", &items) || !json_object_is_type (items, json_type_array))
    return;
  for (gsize i = 0; i < json_object_array_length (items); i++)
    if (json_object_is_type (json_object_array_get_idx (items, i), json_type_object))
      take_reaction (post, json_object_array_get_idx (items, i));
}

static void
take_message (KithPost *post, json_object *event, gint64 me)
{
  post->deleted = kith_member_boolean (event, "deleted", FALSE);
  if (!post->deleted)
    post->deleted_by = 0;
  post->edited = MAX (kith_member_integer (event, "edited", 0), 0);
  post->pinned = kith_member_boolean (event, "pinned", FALSE);
  take_reactions (post, event);
}

/* What is told of a line that is no message. */
static void
take_happening (KithPost *post, json_object *event, json_object *body)
{
  const char *member = line_texts[post->kind] != NULL ? line_texts[post->kind] : "reason";
  post->account = kith_member_id (event, "account", 'u');
  post->reply_to = MAX (kith_member_integer (event, "target", 0), 0);
  set_text (post, body != NULL ? kith_member_string (body, member) : NULL);
}

gboolean
kith_post_take (KithPost *post, json_object *event, gint64 me)
{
  gint64 seq = kith_member_integer (event, "seq", 0), changed = kith_member_integer (event, "changed", seq);
  json_object *body = kith_member_object (event, "body");
  const char *nonce = kith_member_string (event, "nonce");
  if (post->seq == seq && post->changed >= changed)
    return FALSE;
  post->seq = seq;
  post->key = 0;
  post->changed = changed;
  post->at = MAX (kith_member_integer (event, "at", 0), 0);
  post->from = kith_member_id (event, "from", 'u');
  post->mine = post->from == me && me != 0;
  if (nonce != NULL && post->nonce == NULL)
    post->nonce = g_strdup (nonce);
  if (post->state < KITH_POST_SENT)
    kith_post_set_state (post, KITH_POST_SENT, NULL);
  if (post->kind == KITH_POST_MESSAGE) {
    take_message (post, event, me);
    kith_post_take_body (post, body, me);
    if (body == NULL)
      set_text (post, NULL);
  } else {
    take_happening (post, event, body);
  }
  kith_post_touch (post);
  return TRUE;
}

KithPost *
kith_post_new_event (json_object *event, gint64 me)
{
  if (!kith_post_is_line (event))
    return NULL;
  KithPost *post = g_object_new (KITH_TYPE_POST, NULL);
  post->kind = kind_of (event);
  kith_post_take (post, event, me);
  post->touched = FALSE;
  return post;
}

KithPost *
kith_post_new_request (json_object *request, guint64 key, gint64 at, gint64 me)
{
  KithPost *post = g_object_new (KITH_TYPE_POST, NULL);
  post->kind = KITH_POST_MESSAGE;
  post->key = key;
  post->nonce = g_strdup (kith_member_string (request, "nonce"));
  post->at = at;
  post->from = me;
  post->mine = TRUE;
  post->state = KITH_POST_QUEUED;
  kith_post_take_body (post, kith_member_object (request, "body"), me);
  post->touched = FALSE;
  return post;
}

/* Something done to a message. */
typedef struct {
  gint64 from, at, me;
  json_object *body; /* of an edit */
  const char *emoji;
} Deed;

static void
do_edit (KithPost *post, const Deed *deed)
{
  if (deed->body == NULL || post->deleted)
    return;
  take_text (post, deed->body, deed->me);
  post->edited = deed->at;
}

static void
do_delete (KithPost *post, const Deed *deed)
{
  post->deleted = TRUE;
  post->deleted_by = deed->from == post->from ? 0 : deed->from;
  set_text (post, NULL);
  g_array_set_size (post->mentions, 0);
  g_ptr_array_set_size (post->reactions, 0);
  post->mentions_me = post->pinned = FALSE;
}

static KithReaction *
find_reaction (KithPost *post, const char *emoji)
{
  for (guint i = 0; i < post->reactions->len; i++) {
    KithReaction *reaction = g_ptr_array_index (post->reactions, i);
    if (g_strcmp0 (reaction->emoji, emoji) == 0)
      return reaction;
  }
  return NULL;
}

/* Of people beyond those that are named, the server's events are believed; of us the flag is. */
static void
do_react (KithPost *post, const Deed *deed)
{
  gboolean mine = deed->from == deed->me;
  if (deed->emoji == NULL || post->deleted)
    return;
  KithReaction *reaction = find_reaction (post, deed->emoji);
  if (reaction == NULL)
    reaction = add_reaction (post, deed->emoji);
  if (reaction == NULL || (mine && reaction->mine) || holds (reaction->people, deed->from))
    return;
  reaction->count++;
  reaction->mine |= mine;
  if (reaction->people->len < KITH_REACTION_NAMES_MAX)
    g_array_append_val (reaction->people, deed->from);
}

static void
do_unreact (KithPost *post, const Deed *deed)
{
  gboolean mine = deed->from == deed->me;
  KithReaction *reaction = find_reaction (post, deed->emoji);
  if (reaction == NULL || (mine && !reaction->mine))
    return;
  reaction->mine &= !mine;
  for (guint i = 0; i < reaction->people->len; i++)
    if (g_array_index (reaction->people, gint64, i) == deed->from) {
      g_array_remove_index (reaction->people, i);
      break;
    }
  if (--reaction->count == 0)
    g_ptr_array_remove (post->reactions, reaction);
}

static void
do_pin (KithPost *post, const Deed *deed)
{
  post->pinned = !post->deleted;
}

static void
do_unpin (KithPost *post, const Deed *deed)
{
  post->pinned = FALSE;
}

static const struct {
  const char *word;
  void (*act) (KithPost *post, const Deed *deed);
} deeds[] = {{"edit", do_edit},       {"delete", do_delete}, {"react", do_react},
             {"unreact", do_unreact}, {"pin", do_pin},       {"unpin", do_unpin}};

static gboolean
act (KithPost *post, const char *word, const Deed *deed)
{
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++) {
    if (g_strcmp0 (deeds[i].word, word) != 0)
      continue;
    deeds[i].act (post, deed);
    kith_post_touch (post);
    return TRUE;
  }
  return FALSE;
}

gboolean
kith_post_apply (KithPost *post, json_object *event, gint64 me)
{
  gint64 seq = kith_member_integer (event, "seq", 0);
  json_object *body = kith_member_object (event, "body");
  if (post->kind != KITH_POST_MESSAGE || seq <= post->changed)
    return FALSE;
  post->changed = seq;
  return act (post, kith_member_string (event, "kind"),
              &(Deed){.from = kith_member_id (event, "from", 'u'),
                      .at = kith_member_integer (event, "at", 0),
                      .me = me,
                      .body = body,
                      .emoji = body != NULL ? kith_member_string (body, "emoji") : NULL});
}

gboolean
kith_post_expect (KithPost *post, json_object *request, gint64 me)
{
  if (post->kind != KITH_POST_MESSAGE)
    return FALSE;
  return act (post, kith_member_string (request, "type"),
              &(Deed){.from = me,
                      .at = g_get_real_time () / 1000,
                      .me = me,
                      .body = kith_member_object (request, "body"),
                      .emoji = kith_member_string (request, "emoji")});
}
