/* rich.c - md4c says where blocks and marks begin and end; a builder makes flat blocks of text and spans of it.
 *
 * Nesting is not kept: a quote in a quote is a quote, a list is lines with a bullet and some spaces before it. So
 * nothing here grows with depth but a stack of marks, and that has a limit. */
#include "rich-private.h"

#include <md4c.h>
#include <string.h>

#define LISTS_MAX 8
#define LANGUAGE_MAX 20
#define NONE (-1)

typedef struct {
  gboolean ordered;
  guint number;
  char delimiter;
} List;

typedef struct {
  GPtrArray *blocks;
  KithBlock *block; /* being made; NULL: none */
  GString *text;    /* of it */
  GArray *open;     /* int: the span of each open mark, or NONE */
  guint quotes, lists;
  List list[LISTS_MAX];
  gboolean fresh; /* a bullet was written, and nothing behind it yet */
  gboolean gap;   /* the next paragraph has an empty line before it */
  gboolean in_code;
} Builder;

static void
clear_span (gpointer data)
{
  g_free (((KithSpan *) data)->target);
}

static void
block_free (gpointer data)
{
  KithBlock *block = data;
  g_free (block->text);
  g_free (block->language);
  g_array_unref (block->spans);
  g_free (block);
}

static int
compare_spans (gconstpointer a, gconstpointer b)
{
  const KithSpan *x = a, *y = b;
  if (x->start != y->start)
    return x->start < y->start ? -1 : 1;
  return (x->end < y->end) - (x->end > y->end);
}

/* The text is complete: what is empty at its end goes, and spans of nothing. */
static void
finish (Builder *builder)
{
  KithBlock *block = g_steal_pointer (&builder->block);
  if (block == NULL)
    return;
  GString *text = g_steal_pointer (&builder->text);
  while (text->len > 0 && (text->str[text->len - 1] == '\n' || text->str[text->len - 1] == ' '))
    g_string_truncate (text, text->len - 1);
  for (guint i = block->spans->len; i-- > 0;) {
    KithSpan *span = &g_array_index (block->spans, KithSpan, i);
    span->end = MIN (span->end, (guint) text->len);
    if (span->start >= span->end)
      g_array_remove_index (block->spans, i);
  }
  block->text = g_string_free (text, FALSE);
  g_array_set_size (builder->open, 0);
  builder->fresh = builder->gap = FALSE;
}

/* The block of this kind that is being made. The last one that there may be takes everything. */
static void
want (Builder *builder, KithBlockKind kind)
{
  gboolean full = builder->blocks->len >= KITH_BLOCKS_MAX;
  if (builder->block != NULL && (full || builder->block->kind == kind))
    return;
  finish (builder);
  builder->block = g_new0 (KithBlock, 1);
  builder->block->kind = builder->blocks->len + 1 < KITH_BLOCKS_MAX ? kind : KITH_BLOCK_TEXT;
  builder->block->spans = g_array_new (FALSE, FALSE, sizeof (KithSpan));
  g_array_set_clear_func (builder->block->spans, clear_span);
  builder->text = g_string_new (NULL);
  g_ptr_array_add (builder->blocks, builder->block);
}

static void
want_text (Builder *builder)
{
  want (builder, builder->quotes > 0 ? KITH_BLOCK_QUOTE : KITH_BLOCK_TEXT);
}

static void
new_line (Builder *builder)
{
  if (builder->text->len > 0 && builder->text->str[builder->text->len - 1] != '\n')
    g_string_append_c (builder->text, '\n');
}

static void
begin_paragraph (Builder *builder)
{
  gboolean fresh = builder->fresh, gap = builder->gap;
  want_text (builder);
  if (fresh)
    return;
  new_line (builder);
  if (gap && builder->text->len > 0)
    g_string_append_c (builder->text, '\n');
}

static void
begin_list (Builder *builder, gboolean ordered, const MD_BLOCK_OL_DETAIL *detail)
{
  if (builder->lists < LISTS_MAX)
    builder->list[builder->lists] =
        (List){ordered, ordered ? detail->start : 0, ordered ? detail->mark_delimiter : '\0'};
  builder->lists++;
}

static void
begin_item (Builder *builder)
{
  guint depth = MIN (builder->lists, LISTS_MAX);
  want_text (builder);
  new_line (builder);
  for (guint i = 1; i < depth; i++)
    g_string_append (builder->text, "  ");
  List *list = depth > 0 ? &builder->list[depth - 1] : NULL;
  if (list != NULL && list->ordered)
    g_string_append_printf (builder->text, "%u%c ", list->number++, list->delimiter);
  else
    g_string_append (builder->text, "• ");
  builder->fresh = TRUE;
}

static char *
take_language (const MD_ATTRIBUTE *attribute)
{
  g_autoptr (GString) text = g_string_new (NULL);
  kith_rich_unguard (text, attribute->text != NULL ? attribute->text : "", attribute->size);
  const char *end = g_utf8_strlen (text->str, -1) > LANGUAGE_MAX ? g_utf8_offset_to_pointer (text->str, LANGUAGE_MAX)
                                                                 : text->str + text->len;
  return end > text->str ? g_strndup (text->str, (gsize) (end - text->str)) : NULL;
}

static void
begin_span (Builder *builder, KithSpanKind kind)
{
  int index = NONE;
  want_text (builder);
  if (builder->block->spans->len < KITH_RICH_SPANS && builder->block->kind != KITH_BLOCK_CODE) {
    KithSpan span = {kind, (guint) builder->text->len, G_MAXUINT, NULL, 0};
    index = (int) builder->block->spans->len;
    g_array_append_val (builder->block->spans, span);
  }
  g_array_append_val (builder->open, index);
}

static void
end_span (Builder *builder)
{
  if (builder->open->len == 0)
    return;
  int index = g_array_index (builder->open, int, builder->open->len - 1);
  g_array_set_size (builder->open, builder->open->len - 1);
  if (index != NONE && builder->block != NULL)
    g_array_index (builder->block->spans, KithSpan, index).end = (guint) builder->text->len;
}

/* In a quote or where no more blocks may be made, code is a span of the text. */
static void
begin_code (Builder *builder, const MD_BLOCK_CODE_DETAIL *detail)
{
  builder->in_code = builder->quotes == 0 && builder->blocks->len + 1 < KITH_BLOCKS_MAX;
  if (builder->in_code) {
    finish (builder);
    want (builder, KITH_BLOCK_CODE);
    builder->block->language = take_language (&detail->lang);
  } else {
    begin_paragraph (builder);
    begin_span (builder, KITH_SPAN_CODE);
  }
}

static void
end_code (Builder *builder)
{
  if (builder->in_code)
    finish (builder);
  else
    end_span (builder);
  builder->in_code = FALSE;
}

static int
enter_block (MD_BLOCKTYPE type, void *detail, void *data)
{
  Builder *builder = data;
  if (type == MD_BLOCK_QUOTE)
    builder->quotes++;
  else if (type == MD_BLOCK_UL || type == MD_BLOCK_OL)
    begin_list (builder, type == MD_BLOCK_OL, detail);
  else if (type == MD_BLOCK_LI)
    begin_item (builder);
  else if (type == MD_BLOCK_CODE)
    begin_code (builder, detail);
  else if (type != MD_BLOCK_DOC)
    begin_paragraph (builder);
  return 0;
}

static int
leave_block (MD_BLOCKTYPE type, void *detail, void *data)
{
  Builder *builder = data;
  if (type == MD_BLOCK_QUOTE && --builder->quotes == 0 && builder->blocks->len < KITH_BLOCKS_MAX)
    finish (builder);
  else if (type == MD_BLOCK_UL || type == MD_BLOCK_OL)
    builder->lists--;
  else if (type == MD_BLOCK_CODE)
    end_code (builder);
  builder->fresh = FALSE;
  builder->gap = builder->lists == 0;
  return 0;
}

static int
enter_span (MD_SPANTYPE type, void *detail, void *data)
{
  static const KithSpanKind kinds[] = {[MD_SPAN_EM] = KITH_SPAN_BOLD,
                                       [MD_SPAN_STRONG] = KITH_SPAN_BOLD,
                                       [MD_SPAN_U] = KITH_SPAN_ITALIC,
                                       [MD_SPAN_DEL] = KITH_SPAN_STRIKE,
                                       [MD_SPAN_CODE] = KITH_SPAN_CODE};
  begin_span (data, kinds[type]);
  return 0;
}

static int
leave_span (MD_SPANTYPE type, void *detail, void *data)
{
  end_span (data);
  return 0;
}

static int
add_text (MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *data)
{
  Builder *builder = data;
  if (!builder->in_code)
    want_text (builder);
  if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR)
    g_string_append_c (builder->text, '\n');
  else
    kith_rich_unguard (builder->text, text, size);
  builder->fresh = FALSE;
  return 0;
}

/* A text without a mark, or one that md4c had no memory for. */
static void
add_plain (Builder *builder, const char *text)
{
  want (builder, KITH_BLOCK_TEXT);
  g_string_append (builder->text, text);
}

GPtrArray *
kith_rich_parse (const char *text, const GArray *mentions, KithMentionName name, gpointer data)
{
  static const MD_PARSER parser = {
      .flags = MD_FLAG_NOINDENTEDCODEBLOCKS | MD_FLAG_NOHTML | MD_FLAG_STRIKETHROUGH | MD_FLAG_UNDERLINE,
      .enter_block = enter_block,
      .leave_block = leave_block,
      .enter_span = enter_span,
      .leave_span = leave_span,
      .text = add_text,
  };
  g_autofree char *clean = kith_rich_clean (text != NULL ? text : ""), *guarded = kith_rich_guard (clean);
  Builder builder = {.blocks = g_ptr_array_new_with_free_func (block_free),
                     .open = g_array_new (FALSE, FALSE, sizeof (int))};
  if (md_parse (guarded, (MD_SIZE) strlen (guarded), &parser, &builder) != 0 || builder.blocks->len == 0)
    add_plain (&builder, clean);
  finish (&builder);
  g_array_unref (builder.open);
  for (guint i = 0; i < builder.blocks->len; i++) {
    KithBlock *block = builder.blocks->pdata[i];
    if (block->kind == KITH_BLOCK_CODE)
      continue;
    kith_rich_find_links (block);
    if (mentions != NULL && name != NULL)
      kith_rich_find_mentions (block, mentions, name, data);
    g_array_sort (block->spans, compare_spans);
  }
  return builder.blocks;
}
