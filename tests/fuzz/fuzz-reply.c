/* fuzz-reply.c - a frame to a client: what is accepted is accepted again as it is written, whatever request it may
 * answer. */
#include "fuzz.h"

#include <string.h>

#include "proto/message.h"

static void
check_answer (KithMessage *message)
{
  gint64 retry = -1;
  g_autoptr (GError) told = kith_answer_error (message->root, &retry);
  g_assert_true (told == NULL ||
                 (told->domain == KITH_ERROR && (guint) told->code < KITH_N_ERRORS && told->message != NULL));
  g_assert_cmpint (retry, >=, 0);
  for (const KithMessageType *type = kith_requests; type->name != NULL; type++) {
    g_autoptr (GError) error = NULL;
    if (!type->push && !kith_answer_check (type, message, &error))
      g_assert_true (g_error_matches (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST));
  }
}

static void
check_accepted (KithMessage *message)
{
  const char *text = kith_json_text (message->root);
  KithMessage again;
  g_assert_true (kith_reply_decode (text, strlen (text), &again, NULL));
  g_assert_true (again.type == message->type && again.has_id == message->has_id && again.id == message->id);
  g_assert_true (message->has_id == (message->type == NULL));
  g_assert_cmpstr (kith_json_text (again.root), ==, text);
  kith_message_clear (&again);
  if (message->has_id)
    check_answer (message);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  KithMessage message;
  if (kith_reply_decode ((const char *) data, size, &message, &error))
    check_accepted (&message);
  else
    g_assert_true (error->domain == KITH_ERROR && message.values == NULL && message.root == NULL);
  kith_message_clear (&message);
  return 0;
}
