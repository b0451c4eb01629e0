/* presence.c - packets and bodies of presence: fixed places for what is not secret, JSON for the rest. */
#include "proto/presence.h"

#include <string.h>

#include "proto/id.h"
#include "proto/message.h"
#include "proto/text.h"

static const char magic[2] = {'K', '1'};

#define WINDOW_BITS 64

static void
put_u64 (guint8 *out, guint64 value)
{
  value = GUINT64_TO_BE (value);
  memcpy (out, &value, sizeof value);
}

static guint64
get_u64 (const guint8 *bytes)
{
  guint64 value;
  memcpy (&value, bytes, sizeof value);
  return GUINT64_FROM_BE (value);
}

void
kith_packet_write (const KithPacketHeader *header, guint8 out[KITH_PACKET_HEADER])
{
  memcpy (out, magic, sizeof magic);
  out[2] = header->kind;
  put_u64 (out + 3, header->session);
  put_u64 (out + 11, header->counter);
}

gboolean
kith_packet_read (const guint8 *packet, gsize size, KithPacketHeader *out)
{
  if (size < KITH_PACKET_HEADER + KITH_PACKET_TAG || size > KITH_PACKET_MAX ||
      memcmp (packet, magic, sizeof magic) != 0)
    return FALSE;
  *out = (KithPacketHeader){packet[2], get_u64 (packet + 3), get_u64 (packet + 11)};
  return (out->kind == KITH_PACKET_REPORT || out->kind == KITH_PACKET_NEWS) && out->counter > 0;
}

gboolean
kith_window_take (KithWindow *window, guint64 counter, gboolean *newest)
{
  gboolean is_newest = counter > window->newest;
  guint64 distance = is_newest ? counter - window->newest : window->newest - counter;
  if (newest != NULL)
    *newest = is_newest;
  if (is_newest) {
    window->seen = (distance < WINDOW_BITS ? window->seen << distance : 0) | 1;
    window->newest = counter;
    return TRUE;
  }
  guint64 bit = distance < WINDOW_BITS ? G_GUINT64_CONSTANT (1) << distance : 0;
  if (bit == 0 || (window->seen & bit) != 0)
    return FALSE;
  window->seen |= bit;
  return TRUE;
}

static const char *const names[KITH_N_PRESENCES] = {"online", "away", "dnd", "invisible", "offline"};
const char *const kith_presence_choices[] = {"online", "away", "dnd", "invisible", NULL};

const char *
kith_presence_name (KithPresenceState state)
{
  return state < KITH_N_PRESENCES ? names[state] : names[KITH_PRESENCE_OFFLINE];
}

gboolean
kith_presence_parse (const char *name, KithPresenceState *out)
{
  for (KithPresenceState state = 0; name != NULL && state < KITH_N_PRESENCES; state++)
    if (g_str_equal (names[state], name)) {
      *out = state;
      return TRUE;
    }
  return FALSE;
}

#define COUNT(name, need)                                           \
  {                                                                 \
    name, KITH_FIELD_INTEGER, need, 0, KITH_INTEGER_MAX, NULL, NULL \
  }

static const KithField report_fields[] = {
    {"idle", KITH_FIELD_BOOLEAN, TRUE, 0, 0, NULL, NULL},
    {"probe", KITH_FIELD_BOOLEAN, FALSE, 0, 0, NULL, NULL},
    COUNT ("seen", TRUE),
    {NULL},
};

void
kith_report_write (const KithReport *report, gboolean in_frame, json_object *object)
{
  kith_add_boolean (object, "idle", report->idle);
  kith_add_integer (object, "seen", report->seen);
  if (report->probe)
    kith_add_boolean (object, "probe", TRUE);
  if (in_frame)
    kith_add_integer (object, "counter", report->counter);
}

void
kith_report_take (const KithValue *object, KithReport *out)
{
  *out = (KithReport){.idle = kith_value_boolean (object, "idle", FALSE),
                      .probe = kith_value_boolean (object, "probe", FALSE),
                      .seen = kith_value_integer (object, "seen", 0),
                      .counter = kith_value_integer (object, "counter", 0)};
}

gboolean
kith_report_read (const char *body, gsize size, KithReport *out)
{
  g_autoptr (KithValue) values = kith_values_parse (body, size, report_fields, NULL);
  if (values != NULL)
    kith_report_take (values, out);
  return values != NULL;
}

/* FALSE: it is there, but it is no count. */
static gboolean
take_count (json_object *object, const char *name, gint64 *out)
{
  *out = kith_member_integer (object, name, kith_member_has (object, name) ? -1 : 0);
  return *out >= 0 && *out <= KITH_INTEGER_MAX;
}

gboolean
kith_news_take (json_object *object, KithNews *news)
{
  *news = (KithNews){0};
  if (!take_count (object, "from", &news->from) || !take_count (object, "upto", &news->upto) ||
      !take_count (object, "re", &news->re))
    return FALSE;
  news->people = kith_member_object (object, "people");
  news->has_range = kith_member_has (object, "from") && kith_member_has (object, "upto");
  return (news->people != NULL || !kith_member_has (object, "people")) && (!news->has_range || news->from <= news->upto);
}

gboolean
kith_news_read (const char *body, gsize size, KithNews *news, json_object **root)
{
  *root = kith_object_parse (body, size, NULL, NULL);
  if (*root != NULL && kith_news_take (*root, news))
    return TRUE;
  json_object_put (g_steal_pointer (root));
  return FALSE;
}

static gint64
item_integer (json_object *array, gsize index)
{
  json_object *item = json_object_array_get_idx (array, index);
  gint64 value = json_object_is_type (item, json_type_int) ? json_object_get_int64 (item) : 0;
  return CLAMP (value, 0, KITH_INTEGER_MAX);
}

static const char *
item_string (json_object *array, gsize index)
{
  json_object *item = json_object_array_get_idx (array, index);
  return json_object_is_type (item, json_type_string) ? json_object_get_string (item) : NULL;
}

/* ["away",4729,"lunch",1795341021123]; a text that may not be shown is left out. */
static gboolean
read_person (const char *id, json_object *array, KithPresence *out)
{
  *out = (KithPresence){.text = ""};
  if (!kith_id_parse (id, 'u', &out->account) || !json_object_is_type (array, json_type_array) ||
      !kith_presence_parse (item_string (array, 0), &out->state))
    return FALSE;
  out->version = item_integer (array, 1);
  const char *text = item_string (array, 2);
  if (text != NULL && kith_text_check_free (text, KITH_STATUS_TEXT_MAX, FALSE, NULL))
    out->text = text;
  out->until = item_integer (array, 3);
  return out->version > 0;
}

void
kith_news_foreach (const KithNews *news, void (*func) (const KithPresence *presence, gpointer data), gpointer data)
{
  if (news->people == NULL)
    return;
  struct json_object_iterator at = json_object_iter_begin (news->people), end = json_object_iter_end (news->people);
  for (; !json_object_iter_equal (&at, &end); json_object_iter_next (&at)) {
    KithPresence presence;
    if (read_person (json_object_iter_peek_name (&at), json_object_iter_peek_value (&at), &presence))
      func (&presence, data);
  }
}

static void
append_text (GString *out, const char *text)
{
  json_object *string = json_object_new_string (text);
  g_string_append_printf (out, ",%s", kith_json_text (string));
  json_object_put (string);
}

void
kith_presence_append (GString *out, const KithPresence *presence)
{
  const char *text = presence->text != NULL ? presence->text : "";
  g_string_append_printf (out, "\"u%" G_GINT64_FORMAT "\":[\"%s\",%" G_GINT64_FORMAT, presence->account,
                          kith_presence_name (presence->state), presence->version);
  if (*text != '\0' || presence->until != 0)
    append_text (out, text);
  if (presence->until != 0)
    g_string_append_printf (out, ",%" G_GINT64_FORMAT, presence->until);
  g_string_append_c (out, ']');
}
