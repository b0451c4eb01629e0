/* fuzz-rich.c - any bytes as what somebody wrote: blocks and spans are sound, and the small functions take everything.
 */
#include "fuzz.h"

#include <string.h>

#include "core/rich.h"

static const char *
name_of (gint64 account, guint nth, gpointer data)
{
  static const char *const names[] = {"ada", "Ada L"};
  return nth < G_N_ELEMENTS (names) ? names[nth] : NULL;
}

static void
check_block (const KithBlock *block)
{
  guint before = 0;
  gsize size = strlen (block->text);
  g_assert_true (g_utf8_validate (block->text, -1, NULL));
  g_assert_true (block->language == NULL || g_utf8_strlen (block->language, -1) <= 20);
  for (guint i = 0; i < block->spans->len; i++) {
    const KithSpan *span = &g_array_index (block->spans, KithSpan, i);
    g_assert_true (span->start < span->end && span->end <= size && span->start >= before);
    g_assert_true (g_utf8_validate (block->text + span->start, span->end - span->start, NULL));
    g_assert_true ((span->kind == KITH_SPAN_LINK) == (span->target != NULL));
    g_assert_true (span->target == NULL || kith_rich_link_rule (span->target) != KITH_LINK_NEVER);
    g_assert_true (span->kind != KITH_SPAN_MENTION || span->account == 7);
    before = span->start;
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const gint64 account = 7;
  g_autofree char *text = size > 0 ? g_strndup ((const char *) data, size) : g_strdup ("");
  g_autoptr (GArray) mentions = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (mentions, account);
  g_autoptr (GPtrArray) blocks = kith_rich_parse (text, mentions, name_of, NULL);
  g_assert_true (blocks->len >= 1 && blocks->len <= KITH_BLOCKS_MAX);
  for (guint i = 0; i < blocks->len; i++)
    check_block (blocks->pdata[i]);
  g_autofree char *line = kith_rich_one_line (text, 40), *name = kith_rich_clean_name (text);
  g_assert_true (g_utf8_validate (line, -1, NULL) && g_utf8_strlen (line, -1) <= 41 && strchr (line, '\n') == NULL);
  g_assert_true (g_utf8_validate (name, -1, NULL) && *name != '\0' && strchr (name, '\n') == NULL);
  kith_rich_is_big_emoji (text);
  kith_rich_link_rule (text);
  return 0;
}
