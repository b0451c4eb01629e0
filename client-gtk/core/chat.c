/* chat.c - a conversation as the session last learned of it, and what only this computer knows: draft, muted, who
 * types. */
#include "core/chat-private.h"

#include "core/contact-private.h"
#include "core/fields.h"

#define TYPING_US (KITH_TYPING_SECONDS * G_TIME_SPAN_SECOND)
#define TYPING_MAX 50

struct _KithChat {
  GObject parent;
  gint64 id;
  KithKind kind;
  KithContact *contact;
  char *title, *topic, *state, *role, *history;
  gboolean is_private, muted;
  GArray *people;
  gint64 members, retention, first, last, read, unread, mentions;
  char *draft, *preview;
  gint64 preview_seq, last_at;
  GPtrArray *typing;       /* KithContact */
  GArray *typing_until_us; /* gint64, beside typing */
};

G_DEFINE_FINAL_TYPE (KithChat, kith_chat, G_TYPE_OBJECT)

enum {
  PROP_TITLE = 1,
  PROP_TOPIC,
  PROP_UNREAD,
  PROP_MENTIONS,
  PROP_MUTED,
  PROP_DRAFT,
  PROP_PREVIEW,
  PROP_LAST_AT,
  PROP_TYPING,
  PROP_STATE,
  PROP_ROLE,
  PROP_CONTACT,
  PROP_MEMBERS,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

static void
kith_chat_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  KithChat *chat = KITH_CHAT (object);
  const char *texts[N_PROPS] = {[PROP_TITLE] = chat->title,     [PROP_TOPIC] = chat->topic, [PROP_DRAFT] = chat->draft,
                                [PROP_PREVIEW] = chat->preview, [PROP_STATE] = chat->state, [PROP_ROLE] = chat->role};
  gint64 numbers[N_PROPS] = {
      [PROP_UNREAD] = chat->unread, [PROP_MENTIONS] = chat->mentions, [PROP_LAST_AT] = chat->last_at,
      [PROP_MEMBERS] = chat->members};
  if (G_VALUE_HOLDS_STRING (value))
    g_value_set_string (value, texts[id]);
  else if (G_VALUE_HOLDS_INT64 (value))
    g_value_set_int64 (value, numbers[id]);
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    g_value_set_boolean (value, chat->muted);
  else if (G_VALUE_HOLDS_UINT (value))
    g_value_set_uint (value, chat->typing->len);
  else
    g_value_set_object (value, chat->contact);
}

static void
kith_chat_finalize (GObject *object)
{
  KithChat *chat = KITH_CHAT (object);
  char *texts[] = {chat->title, chat->topic, chat->state, chat->role, chat->history, chat->draft, chat->preview};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_clear_object (&chat->contact);
  g_array_unref (chat->people);
  g_ptr_array_unref (chat->typing);
  g_array_unref (chat->typing_until_us);
  G_OBJECT_CLASS (kith_chat_parent_class)->finalize (object);
}

static void
install_text (guint id, const char *name, GParamFlags flags)
{
  properties[id] = g_param_spec_string (name, NULL, NULL, NULL, flags);
}

static void
install_number (guint id, const char *name, GParamFlags flags)
{
  properties[id] = g_param_spec_int64 (name, NULL, NULL, 0, G_MAXINT64, 0, flags);
}

static void
kith_chat_class_init (KithChatClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  object->get_property = kith_chat_get_property;
  object->finalize = kith_chat_finalize;
  install_text (PROP_TITLE, "title", flags);
  install_text (PROP_TOPIC, "topic", flags);
  install_text (PROP_DRAFT, "draft", flags);
  install_text (PROP_PREVIEW, "preview", flags);
  install_text (PROP_STATE, "state", flags);
  install_text (PROP_ROLE, "role", flags);
  install_number (PROP_UNREAD, "unread", flags);
  install_number (PROP_MENTIONS, "mentions", flags);
  install_number (PROP_LAST_AT, "last-at", flags);
  install_number (PROP_MEMBERS, "members", flags);
  properties[PROP_MUTED] = g_param_spec_boolean ("muted", NULL, NULL, FALSE, flags);
  properties[PROP_TYPING] = g_param_spec_uint ("typing", NULL, NULL, 0, TYPING_MAX, 0, flags);
  properties[PROP_CONTACT] = g_param_spec_object ("contact", NULL, NULL, KITH_TYPE_CONTACT, flags);
  g_object_class_install_properties (object, N_PROPS, properties);
}

static void
kith_chat_init (KithChat *chat)
{
  char **texts[] = {&chat->title,   &chat->topic, &chat->state,  &chat->role,
                    &chat->history, &chat->draft, &chat->preview};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    *texts[i] = g_strdup ("");
  chat->people = g_array_new (FALSE, FALSE, sizeof (gint64));
  chat->typing = g_ptr_array_new_with_free_func (g_object_unref);
  chat->typing_until_us = g_array_new (FALSE, FALSE, sizeof (gint64));
}

KithChat *
kith_chat_new (gint64 id, KithKind kind, KithContact *contact)
{
  KithChat *chat = g_object_new (KITH_TYPE_CHAT, NULL);
  chat->id = id;
  chat->kind = kind;
  chat->contact = contact != NULL ? g_object_ref (contact) : NULL;
  if (contact != NULL) {
    g_array_append_val (chat->people, *kith_contact_key (contact));
    kith_chat_set_title (chat, g_strdup (kith_contact_name (contact)));
  }
  return chat;
}

const gint64 *
kith_chat_key (KithChat *chat)
{
  return &chat->id;
}

/* text is taken. */
static void
set_text (KithChat *chat, char **field, char *text, guint property)
{
  if (kith_field_take (field, text) && property != 0)
    g_object_notify_by_pspec (G_OBJECT (chat), properties[property]);
}

static void
set_number (KithChat *chat, gint64 *field, gint64 value, guint property)
{
  if (*field == value)
    return;
  *field = value;
  if (property != 0)
    g_object_notify_by_pspec (G_OBJECT (chat), properties[property]);
}

static void
learn_people (KithChat *chat, const KithConversation *known, gint64 me)
{
  g_array_set_size (chat->people, 0);
  for (guint i = 0; i < known->people->len; i++)
    if (g_array_index (known->people, gint64, i) != me)
      g_array_append_val (chat->people, g_array_index (known->people, gint64, i));
}

void
kith_chat_learn (KithChat *chat, const KithConversation *known, char *title, gint64 me)
{
  chat->id = known->id;
  chat->is_private = known->is_private;
  learn_people (chat, known, me);
  g_object_freeze_notify (G_OBJECT (chat));
  set_text (chat, &chat->title, title, PROP_TITLE);
  set_text (chat, &chat->topic, g_strdup (known->topic), PROP_TOPIC);
  set_text (chat, &chat->state, g_strdup (known->state), PROP_STATE);
  set_text (chat, &chat->role, g_strdup (known->role), PROP_ROLE);
  set_text (chat, &chat->history, g_strdup (known->history), 0);
  set_number (chat, &chat->members, known->members, PROP_MEMBERS);
  set_number (chat, &chat->retention, known->retention, 0);
  set_number (chat, &chat->first, known->first, 0);
  set_number (chat, &chat->last, known->last, 0);
  set_number (chat, &chat->read, known->read, 0);
  set_number (chat, &chat->unread, known->unread, PROP_UNREAD);
  set_number (chat, &chat->mentions, known->mentions, PROP_MENTIONS);
  g_object_thaw_notify (G_OBJECT (chat));
}

void
kith_chat_void (KithChat *chat)
{
  set_number (chat, &chat->unread, 0, PROP_UNREAD);
  set_number (chat, &chat->mentions, 0, PROP_MENTIONS);
  set_text (chat, &chat->state, g_strdup ("left"), PROP_STATE);
}

void
kith_chat_set_title (KithChat *chat, char *title)
{
  set_text (chat, &chat->title, title, PROP_TITLE);
}

void
kith_chat_set_preview (KithChat *chat, gint64 seq, gint64 at, char *line)
{
  if (seq < chat->preview_seq) {
    g_free (line);
    return;
  }
  chat->preview_seq = seq;
  set_text (chat, &chat->preview, line, PROP_PREVIEW);
  set_number (chat, &chat->last_at, MAX (at, 0), PROP_LAST_AT);
}

gint64
kith_chat_preview_seq (KithChat *chat)
{
  return chat->preview_seq;
}

void
kith_chat_expect_read (KithChat *chat, gint64 seq)
{
  if (seq <= chat->read)
    return;
  chat->read = seq;
  if (seq < chat->last)
    return; /* how many remain is the server's to say */
  set_number (chat, &chat->unread, 0, PROP_UNREAD);
  set_number (chat, &chat->mentions, 0, PROP_MENTIONS);
}

static void
typing_changed (KithChat *chat)
{
  g_object_notify_by_pspec (G_OBJECT (chat), properties[PROP_TYPING]);
}

void
kith_chat_add_typing (KithChat *chat, KithContact *contact, gint64 now_us)
{
  gint64 until_us = now_us + TYPING_US;
  guint at;
  if (g_ptr_array_find (chat->typing, contact, &at)) {
    g_array_index (chat->typing_until_us, gint64, at) = until_us;
  } else if (chat->typing->len < TYPING_MAX) {
    g_ptr_array_add (chat->typing, g_object_ref (contact));
    g_array_append_val (chat->typing_until_us, until_us);
    typing_changed (chat);
  }
}

void
kith_chat_stop_typing (KithChat *chat, KithContact *contact)
{
  guint at = 0, n = chat->typing->len;
  if (n == 0 || (contact != NULL && !g_ptr_array_find (chat->typing, contact, &at)))
    return;
  n = contact != NULL ? 1 : n;
  g_ptr_array_remove_range (chat->typing, at, n);
  g_array_remove_range (chat->typing_until_us, at, n);
  typing_changed (chat);
}

gint64
kith_chat_expire_typing (KithChat *chat, gint64 now_us)
{
  gint64 next_us = G_MAXINT64;
  guint before = chat->typing->len;
  for (guint i = before; i-- > 0;) {
    gint64 until_us = g_array_index (chat->typing_until_us, gint64, i);
    if (until_us > now_us) {
      next_us = MIN (next_us, until_us);
      continue;
    }
    g_ptr_array_remove_index (chat->typing, i);
    g_array_remove_index (chat->typing_until_us, i);
  }
  if (chat->typing->len != before)
    typing_changed (chat);
  return next_us;
}

void
kith_chat_set_draft (KithChat *chat, const char *text)
{
  set_text (chat, &chat->draft, g_strdup (text != NULL ? text : ""), PROP_DRAFT);
}

void
kith_chat_set_muted (KithChat *chat, gboolean muted)
{
  if (chat->muted == !!muted)
    return;
  chat->muted = !!muted;
  g_object_notify_by_pspec (G_OBJECT (chat), properties[PROP_MUTED]);
}

gboolean
kith_chat_can_write (KithChat *chat)
{
  if (chat->id == 0)
    return chat->contact != NULL && !kith_contact_is_deleted (chat->contact) &&
           !kith_contact_is_blocked (chat->contact);
  return g_str_equal (chat->state, "member") && !g_str_equal (chat->role, "read_only");
}

gint64
kith_chat_id (KithChat *chat)
{
  return chat->id;
}

KithKind
kith_chat_kind (KithChat *chat)
{
  return chat->kind;
}

const char *
kith_chat_title (KithChat *chat)
{
  return chat->title;
}

const char *
kith_chat_topic (KithChat *chat)
{
  return chat->topic;
}

const char *
kith_chat_state (KithChat *chat)
{
  return chat->state;
}

const char *
kith_chat_role (KithChat *chat)
{
  return chat->role;
}

const char *
kith_chat_history (KithChat *chat)
{
  return chat->history;
}

gboolean
kith_chat_is_private (KithChat *chat)
{
  return chat->is_private;
}

gint64
kith_chat_retention (KithChat *chat)
{
  return chat->retention;
}

gint64
kith_chat_members (KithChat *chat)
{
  return chat->members;
}

KithContact *
kith_chat_contact (KithChat *chat)
{
  return chat->contact;
}

const GArray *
kith_chat_people (KithChat *chat)
{
  return chat->people;
}

gint64
kith_chat_unread (KithChat *chat)
{
  return chat->unread;
}

gint64
kith_chat_mentions (KithChat *chat)
{
  return chat->mentions;
}

gint64
kith_chat_read (KithChat *chat)
{
  return chat->read;
}

gint64
kith_chat_first (KithChat *chat)
{
  return chat->first;
}

gint64
kith_chat_last (KithChat *chat)
{
  return chat->last;
}

gboolean
kith_chat_is_muted (KithChat *chat)
{
  return chat->muted;
}

const char *
kith_chat_draft (KithChat *chat)
{
  return chat->draft;
}

const char *
kith_chat_preview (KithChat *chat)
{
  return chat->preview;
}

gint64
kith_chat_last_at (KithChat *chat)
{
  return chat->last_at;
}

const GPtrArray *
kith_chat_typing (KithChat *chat)
{
  return chat->typing;
}
