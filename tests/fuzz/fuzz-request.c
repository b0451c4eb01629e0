/* fuzz-request.c - the first byte is the phase, the rest a frame to the server: what is accepted is accepted again as
 * it is written, and what is refused gets an error that can be sent. */
#include "fuzz.h"

#include <string.h>

#include "proto/message.h"

static void
check_accepted (KithMessage *message, gsize size, guint phase)
{
  g_autofree char *text = g_malloc (size), *written = g_malloc (size);
  KithMessage again;
  gsize length = (gsize) (kith_value_write (text, message->values) - text);
  g_assert_true (kith_request_decode (text, length, phase, &again, NULL));
  g_assert_true (again.type == message->type && again.has_id == message->has_id && again.id == message->id);
  g_assert_cmpmem (written, (gsize) (kith_value_write (written, again.values) - written), text, length);
  g_assert_true (message->has_id != message->type->push);
  kith_message_clear (&again);
}

static void
check_refused (const KithMessage *message, const GError *error)
{
  g_assert_true (error->domain == KITH_ERROR && message->values == NULL);
  g_assert_true (error->code != KITH_ERROR_BAD_FRAME || !message->has_id);
  GBytes *frame = kith_frame_error (message->has_id, message->id, error, 0);
  gsize length;
  const char *text = g_bytes_get_data (frame, &length);
  KithMessage answer;
  g_assert_true (kith_reply_decode (text, length - 1, &answer, NULL));
  g_assert_true (answer.has_id == message->has_id && answer.id == message->id);
  g_autoptr (GError) told = kith_answer_error (answer.root, NULL);
  g_assert_cmpstr (told->message, ==, error->message);
  g_assert_cmpint (told->code, ==, error->code);
  kith_message_clear (&answer);
  g_bytes_unref (frame);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  KithMessage message;
  if (size == 0)
    return 0;
  guint phase =
      data[0] & (KITH_PHASE_FRESH | KITH_PHASE_OPEN | KITH_PHASE_SIGNED | KITH_PHASE_ADMIN | KITH_PHASE_CLOSING);
  if (kith_request_decode ((const char *) data + 1, size - 1, phase, &message, &error))
    check_accepted (&message, size - 1, phase);
  else
    check_refused (&message, error);
  kith_message_clear (&message);
  return 0;
}
