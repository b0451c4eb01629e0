/* fuzz-text.c - any bytes as a name, a text or a reaction: folding is stable, and the stricter rule implies the looser
 * one. */
#include "fuzz.h"

#include <string.h>

#include "proto/error.h"
#include "proto/limits.h"
#include "proto/text.h"

/* Takes the error of a check, which is there exactly when the check fails. */
static gboolean
judge (gboolean good, GError **error)
{
  g_assert_true (good ? *error == NULL : (*error)->domain == KITH_ERROR);
  g_clear_error (error);
  return good;
}

static void
check_fold (const char *text)
{
  g_autofree char *folded = kith_text_fold (text);
  g_assert_true ((folded != NULL) == g_utf8_validate (text, -1, NULL));
  if (folded == NULL)
    return;
  g_autofree char *again = kith_text_fold (folded);
  g_assert_cmpstr (folded, ==, again);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  GError *error = NULL;
  gboolean handle = judge (kith_text_check_handle (text, &error), &error);
  gboolean room = judge (kith_text_check_room (text, &error), &error);
  gboolean display = judge (kith_text_check_display (text, KITH_DISPLAY_MAX, &error), &error);
  gboolean line = judge (kith_text_check_free (text, size, FALSE, &error), &error);
  gboolean lines = judge (kith_text_check_free (text, size, TRUE, &error), &error);
  gboolean emoji = judge (kith_text_check_emoji (text, &error), &error);
  g_assert_true (!handle || (room && display));
  g_assert_true (!room || display);
  g_assert_true (!display || line);
  g_assert_true (!line || lines);
  g_assert_true (!emoji || (line && !room && strlen (text) <= KITH_EMOJI_MAX));
  check_fold (text);
  if (handle) {
    g_autofree char *folded = kith_text_fold (text);
    g_assert_true (kith_text_check_handle (folded, NULL));
  }
  return 0;
}
