/* message.h - frames as tables: what types there are, their members, and when each may come.
 *
 * The table in messages.c is the protocol: the codec checks by it, tests are generated from it, docs/protocol.md describes it.
 * Members that no table names are ignored. */
#pragma once

#include <glib.h>
#include "proto/json.h"

#include "proto/error.h"
#include "proto/limits.h"
#include "proto/value.h"

typedef enum {
  KITH_FIELD_INTEGER,  /* min..max by value */
  KITH_FIELD_STRING,   /* min..max in bytes of UTF-8 */
  KITH_FIELD_BOOLEAN,
  KITH_FIELD_NONCE,    /* 32 hex digits */
  KITH_FIELD_TOKEN,    /* 64 hex digits */
  KITH_FIELD_ACCOUNT,  /* "u7" */
  KITH_FIELD_CONVERSATION, /* "c3" */
  KITH_FIELD_DEVICE,   /* "d2" */
  KITH_FIELD_ACCOUNTS, /* an array of "u7", min..max of them, none twice */
  KITH_FIELD_WORD,     /* one of words */
  KITH_FIELD_OBJECT,   /* its members follow the table fields */
  KITH_FIELD_ARRAY,    /* min..max items, not looked into (frames from the server) */
  KITH_FIELD_ANY_OBJECT /* not looked into (frames from the server) */
} KithFieldType;

typedef struct _KithField {
  const char *name; /* NULL ends a table */
  KithFieldType type;
  gboolean required;
  gint64 min, max;
  const char *const *words;        /* KITH_FIELD_WORD: NULL-terminated */
  const struct _KithField *fields; /* KITH_FIELD_OBJECT */
} KithField;

typedef enum {
  KITH_PHASE_FRESH = 1 << 0,  /* before hello */
  KITH_PHASE_OPEN = 1 << 1,   /* after hello, not signed in */
  KITH_PHASE_SIGNED = 1 << 2, /* signed in */
  KITH_PHASE_ADMIN = 1 << 3,  /* after hello on the server's Unix socket, signed in or not */
  KITH_PHASE_CLOSING = 1 << 4 /* answered logout, or told to close */
} KithPhase;

typedef struct {
  const char *name;
  guint phases;            /* KITH_PHASE_* in which it may come */
  gboolean push;           /* has neither id nor answer */
  const KithField *fields; /* beside type and id */
  const KithField *answer; /* members of the answer beside re; NULL for a push */
} KithMessageType;

/* What clients send and what servers send unasked. Both end with name == NULL. */
extern const KithMessageType kith_requests[];
extern const KithMessageType kith_pushes[];
const KithMessageType *kith_request_find (const char *name);
const KithMessageType *kith_push_find (const char *name);

/* A decoded frame. */
typedef struct {
  const KithMessageType *type; /* the request, or the push; NULL for an answer */
  gboolean has_id;
  gint64 id;                   /* id of a request, re of an answer */
  KithValue *values;           /* owned: the frame */
  json_object *root;           /* owned: a reply as json-c has it; NULL for a request */
} KithMessage;

void kith_message_clear (KithMessage *message);

/* Decodes a frame that a client sent. phase (one bit, or SIGNED|ADMIN and the like) decides the limits and what is allowed.
 * On failure: KITH_ERROR_BAD_FRAME (close), or another code (answer it; message->has_id and id are set when they could be read).
 * values is NULL then; kith_message_clear is welcome in any case. A push never has an id, whatever it carries. */
gboolean kith_request_decode (const char *frame, gsize length, guint phase, KithMessage *message, GError **error);

/* Decodes a frame that a server sent: an answer (type NULL, has_id TRUE) or a push. An unknown push type gives UNKNOWN_TYPE
 * (to be ignored). Answers are checked against answer fields by kith_answer_check, once the request is known. */
gboolean kith_reply_decode (const char *frame, gsize length, KithMessage *message, GError **error);
gboolean kith_answer_check (const KithMessageType *request, const KithMessage *answer, GError **error);
/* The error of an answer as a GError (KITH_ERROR; an unknown code becomes KITH_ERROR_INTERNAL with the server's words); NULL when it is none. */
GError *kith_answer_error (json_object *root, gint64 *retry_after_ms);

/* One strict JSON object from outside of a stream (a datagram), its members as fields (may be NULL) say. The caller's, or NULL. Limits
 * as of a frame to the server. */
KithValue *kith_values_parse (const char *text, gsize length, const KithField *fields, GError **error);
/* The same as json-c has it. */
json_object *kith_object_parse (const char *text, gsize length, const KithField *fields, GError **error);

/* Members of a decoded reply, by name (of a request: value.h); the table has checked type and range already. Absent: fallback, NULL or FALSE. */
gboolean kith_member_has (json_object *object, const char *name);
gint64 kith_member_integer (json_object *object, const char *name, gint64 fallback);
const char *kith_member_string (json_object *object, const char *name); /* valid as long as object */
gboolean kith_member_boolean (json_object *object, const char *name, gboolean fallback);
json_object *kith_member_object (json_object *object, const char *name); /* borrowed */
gint64 kith_member_id (json_object *object, const char *name, char prefix); /* 0 when absent */
gboolean kith_member_nonce (json_object *object, const char *name, guint8 out[KITH_NONCE_BYTES]);

/* Adds one member; value NULL (a string) adds nothing. name is a literal: it is not copied. */
void kith_add_string (json_object *object, const char *name, const char *value);
void kith_add_integer (json_object *object, const char *name, gint64 value);
void kith_add_boolean (json_object *object, const char *name, gboolean value);
void kith_add_id (json_object *object, const char *name, char prefix, gint64 id);

/* The text of an object as the wire has it: no spaces, no escaped slashes. Valid until object changes or goes. */
const char *kith_json_text (json_object *object);
/* The same as a frame: with the line feed. Free with g_bytes_unref. */
GBytes *kith_frame_encode (json_object *object);
/* {"re":id,"error":{"code":…,"message":…,"retry_after_ms":…}}; has_id FALSE gives {"type":"error","error":…}.
 * An error of another domain than KITH_ERROR is told as internal, without its words. retry_after_ms 0 is left out. */
GBytes *kith_frame_error (gboolean has_id, gint64 id, const GError *error, gint64 retry_after_ms);
