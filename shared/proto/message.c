/* message.c - from bytes to a checked message: scan, find the type, compare the phase, check the members by
 * their table; a reply is built for json-c then. */
#include "proto/message.h"

#include "proto/build.h"
#include "proto/check.h"
#include "proto/scan.h"
#include "proto/text.h"

#define ERROR_MESSAGE_MAX 1024        /* bytes of a server's words that are shown to people */

static const KithField id_field[] = {{"id", KITH_FIELD_INTEGER, TRUE, 0, KITH_INTEGER_MAX, NULL, NULL}, {NULL}};
static const KithField re_field[] = {{"re", KITH_FIELD_INTEGER, TRUE, 0, KITH_INTEGER_MAX, NULL, NULL}, {NULL}};
static const KithField type_field[] = {{"type", KITH_FIELD_STRING, TRUE, 1, 64, NULL, NULL}, {NULL}};

typedef struct {
  gsize max_frame;
  KithScanLimits scan;
} FrameLimits;

static const FrameLimits fresh_limits = {KITH_FRAME_TO_SERVER, {KITH_TOKENS_FRESH, KITH_DEPTH}};
static const FrameLimits server_limits = {KITH_FRAME_TO_SERVER, {KITH_TOKENS_TO_SERVER, KITH_DEPTH}};
static const FrameLimits client_limits = {KITH_FRAME_TO_CLIENT, {KITH_TOKENS_TO_CLIENT, KITH_DEPTH}};

/* Why a request may not come now: the first row that has the connection's phase and one that the request would need. */
static const struct {
  guint phase, needed;
  const char *sentence;
} phase_rules[] = {
    {KITH_PHASE_CLOSING, ~0u, "This connection is closing; open another."},
    {KITH_PHASE_FRESH, ~0u, "Say hello first."},
    {~0u, KITH_PHASE_FRESH, "You have said hello already."},
    {~0u, KITH_PHASE_SIGNED, "Sign in first."},
    {~0u, KITH_PHASE_ADMIN, "Only the server's own Unix socket may ask this."},
    {~0u, KITH_PHASE_OPEN, "You are signed in already."},
};

static const KithMessageType *
find_type (const KithMessageType *types, const char *name)
{
  while (types->name != NULL && !kith_is_name (types->name, name))
    types++;
  return types->name != NULL ? types : NULL;
}

const KithMessageType *
kith_request_find (const char *name)
{
  return find_type (kith_requests, name);
}

const KithMessageType *
kith_push_find (const char *name)
{
  return find_type (kith_pushes, name);
}

void
kith_message_clear (KithMessage *message)
{
  kith_value_unref (message->values);
  json_object_put (message->root);
  *message = (KithMessage){0};
}

static gboolean
refuse_frame (const char *reason, GError **error)
{
  g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_FRAME, "Not a frame: %s.", reason);
  return FALSE;
}

static gboolean
parse_frame (const char *frame, gsize length, const FrameLimits *limits, KithMessage *message, GError **error)
{
  *message = (KithMessage){0};
  if (length >= limits->max_frame)
    return refuse_frame ("it is too long", error);
  kith_memory_keep ();
  message->values = kith_scan (frame, length, &limits->scan, error);
  return message->values != NULL;
}

KithValue *
kith_values_parse (const char *text, gsize length, const KithField *fields, GError **error)
{
  KithMessage message;
  if (!parse_frame (text, length, &server_limits, &message, error))
    return NULL;
  if (fields != NULL && !kith_check_members (fields, message.values, error))
    kith_message_clear (&message);
  return message.values;
}

json_object *
kith_object_parse (const char *text, gsize length, const KithField *fields, GError **error)
{
  g_autoptr (KithValue) values = kith_values_parse (text, length, fields, error);
  return values != NULL ? kith_build (values) : NULL;
}

/* Reads the number that joins a request and its answer, when it is there and usable. */
static void
read_number (KithMessage *message, const KithField *field)
{
  message->has_id = kith_check_members (field, message->values, NULL);
  if (message->has_id)
    message->id = kith_value_integer (message->values, field->name, 0);
}

static gboolean
find_message_type (KithMessage *message, const KithMessageType *types, GError **error)
{
  if (!kith_check_members (type_field, message->values, error))
    return FALSE;
  const char *name = kith_value_string (message->values, "type");
  message->type = find_type (types, name);
  if (message->type == NULL)
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_UNKNOWN_TYPE, kith_error_sentence (KITH_ERROR_UNKNOWN_TYPE));
  return message->type != NULL;
}

static gboolean
check_phase (const KithMessageType *type, guint phase, GError **error)
{
  if ((type->phases & phase) != 0 && (phase & KITH_PHASE_CLOSING) == 0)
    return TRUE;
  guint row = 0;
  while (row + 1 < G_N_ELEMENTS (phase_rules) &&
         ((phase_rules[row].phase & phase) == 0 || (phase_rules[row].needed & type->phases) == 0))
    row++;
  g_set_error_literal (error, KITH_ERROR, KITH_ERROR_BAD_STATE, phase_rules[row].sentence);
  return FALSE;
}

/* A push has no id, so one that it carries all the same is none. */
static gboolean
check_id (KithMessage *message, GError **error)
{
  if (!message->type->push)
    return message->has_id || kith_check_members (id_field, message->values, error);
  message->has_id = FALSE;
  message->id = 0;
  return TRUE;
}

static gboolean
check_request (KithMessage *message, guint phase, GError **error)
{
  read_number (message, id_field);
  if (!find_message_type (message, kith_requests, error) || !check_id (message, error) ||
      !check_phase (message->type, phase, error) ||
      !kith_check_members (message->type->fields, message->values, error))
    return FALSE;
  kith_ignore_unknown (message->values);
  return TRUE;
}

static gboolean
check_reply (KithMessage *message, GError **error)
{
  if (kith_value_has (message->values, "re")) {
    read_number (message, re_field);
    return message->has_id || kith_check_members (re_field, message->values, error);
  }
  return find_message_type (message, kith_pushes, error) &&
         kith_check_members (message->type->fields, message->values, error);
}

/* What is refused keeps no values. */
static gboolean
finish (KithMessage *message, gboolean good)
{
  if (!good)
    g_clear_pointer (&message->values, kith_value_unref);
  return good;
}

gboolean
kith_request_decode (const char *frame, gsize length, guint phase, KithMessage *message, GError **error)
{
  const FrameLimits *limits = (phase & KITH_PHASE_SIGNED) != 0 ? &server_limits : &fresh_limits;
  return finish (message, parse_frame (frame, length, limits, message, error) && check_request (message, phase, error));
}

gboolean
kith_reply_decode (const char *frame, gsize length, KithMessage *message, GError **error)
{
  gboolean good =
      finish (message, parse_frame (frame, length, &client_limits, message, error) && check_reply (message, error));
  if (good)
    message->root = kith_build (message->values);
  return good;
}

gboolean
kith_answer_check (const KithMessageType *request, const KithMessage *answer, GError **error)
{
  return kith_check_members (request->answer, answer->values, error);
}

GError *
kith_answer_error (json_object *root, gint64 *retry_after_ms)
{
  if (retry_after_ms != NULL)
    *retry_after_ms = 0;
  if (!kith_member_has (root, "error"))
    return NULL;
  KithError code = KITH_ERROR_INTERNAL;
  json_object *told = kith_member_object (root, "error");
  const char *word = kith_member_string (told, "code"), *words = kith_member_string (told, "message");
  if (word != NULL)
    kith_error_from_code (word, &code);
  if (words == NULL || !kith_text_check_display (words, ERROR_MESSAGE_MAX, NULL)) /* nor what turns a terminal's line around */
    words = kith_error_sentence (code);
  if (retry_after_ms != NULL)
    *retry_after_ms = CLAMP (kith_member_integer (told, "retry_after_ms", 0), 0, KITH_INTEGER_MAX);
  return g_error_new_literal (KITH_ERROR, (gint) code, words);
}
