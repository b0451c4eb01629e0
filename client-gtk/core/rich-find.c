/* rich-find.c - links by their scheme, mentions by the names of those whom the message names. */
#include "rich-private.h"

#include <string.h>

typedef struct {
  const char *scheme;
  const char *prefix; /* how it begins in a text */
  KithLinkRule rule;
} Scheme;

static const Scheme schemes[] = {
    {"https", "https://", KITH_LINK_OPEN}, {"http", "http://", KITH_LINK_OPEN}, {"mailto", "mailto:", KITH_LINK_OPEN},
    {"kith", "kith://", KITH_LINK_OPEN},   {"ftp", "ftp://", KITH_LINK_OPEN},   {"smb", "smb://", KITH_LINK_ASK},
    {"file", "file://", KITH_LINK_ASK},
};
#define WWW "www."

/* Bytes of the prefix at text; 0: none. */
static gsize
prefix_length (const char *text)
{
  if (strchr ("hHmMkKfFsSwW", *text) == NULL)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (text, schemes[i].prefix, strlen (schemes[i].prefix)) == 0)
      return strlen (schemes[i].prefix);
  return g_ascii_strncasecmp (text, WWW, strlen (WWW)) == 0 ? strlen (WWW) : 0;
}

static gboolean
may_be_in_link (gunichar c)
{
  if (c < 0x80)
    return c > 0x20 && c < 0x7f && strchr ("<>\"`{}|\\^", (int) c) == NULL;
  GUnicodeType type = g_unichar_type (c);
  return type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT && !g_unichar_isspace (c) && !g_unichar_ispunct (c);
}

static gsize
count_of (const char *text, gsize size, char c)
{
  gsize n = 0;
  for (gsize i = 0; i < size; i++)
    n += text[i] == c;
  return n;
}

/* The end of a sentence, or the bracket around an address, does not belong to it. */
static gsize
trim_link (const char *text, gsize size)
{
  gsize closing = count_of (text, size, ')'), opening = count_of (text, size, '(');
  for (; size > 0; size--) {
    char last = text[size - 1];
    gboolean unmatched = last == ')' && closing > opening;
    if (!unmatched && strchr (".,;:!?'*_~", last) == NULL)
      break;
    closing -= last == ')';
  }
  return size;
}

gsize
kith_rich_link_length (const char *text, gunichar before)
{
  gsize prefix = prefix_length (text);
  if (prefix == 0 || (before != 0 && (g_unichar_isalnum (before) || (before < 0x80 && strchr ("@./-_", (int) before)))))
    return 0;
  const char *end = text + prefix;
  for (guint open = 0; *end != '\0' && end - text <= KITH_RICH_LINK && may_be_in_link (g_utf8_get_char (end));
       end = g_utf8_next_char (end)) {
    if (*end == ']' && open == 0)
      break; /* of what is around it */
    open += (*end == '[') - (*end == ']');
  }
  if (end - text > KITH_RICH_LINK)
    return 0;
  gsize size = trim_link (text, (gsize) (end - text));
  return size > prefix && g_unichar_isgraph (g_utf8_get_char (text + prefix)) ? size : 0;
}

KithLinkRule
kith_rich_link_rule (const char *address)
{
  g_autofree char *scheme = NULL, *user = NULL, *host = NULL, *path = NULL;
  KithLinkRule rule = KITH_LINK_NEVER;
  if (strnlen (address, KITH_RICH_LINK + 1) > KITH_RICH_LINK || !g_utf8_validate (address, -1, NULL) ||
      !g_uri_split (address, G_URI_FLAGS_PARSE_RELAXED, &scheme, &user, &host, NULL, &path, NULL, NULL, NULL) ||
      scheme == NULL)
    return KITH_LINK_NEVER;
  for (const char *p = address; *p != '\0'; p = g_utf8_next_char (p))
    if (!may_be_in_link (g_utf8_get_char (p)))
      return KITH_LINK_NEVER;
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strcasecmp (scheme, schemes[i].scheme) == 0)
      rule = schemes[i].rule;
  gboolean needs_host = g_ascii_strcasecmp (scheme, "mailto") != 0 && g_ascii_strcasecmp (scheme, "file") != 0;
  if (needs_host && (host == NULL || *host == '\0'))
    return KITH_LINK_NEVER;
  if (!needs_host && (path == NULL || *path == '\0'))
    return KITH_LINK_NEVER;
  /* "https://bank.example@elsewhere.example" goes elsewhere */
  return user != NULL && rule == KITH_LINK_OPEN ? KITH_LINK_ASK : rule;
}

static gboolean
is_within (const KithBlock *block, guint at, KithSpanKind kind)
{
  for (guint i = 0; i < block->spans->len; i++) {
    const KithSpan *span = &g_array_index (block->spans, KithSpan, i);
    if (span->kind == kind && at >= span->start && at < span->end)
      return TRUE;
  }
  return FALSE;
}

void
kith_rich_find_links (KithBlock *block)
{
  gunichar before = 0;
  for (const char *p = block->text; *p != '\0' && block->spans->len < KITH_RICH_SPANS;) {
    gsize size = kith_rich_link_length (p, before);
    guint at = (guint) (p - block->text);
    if (size > 0 && !is_within (block, at, KITH_SPAN_CODE)) {
      gboolean www = g_ascii_strncasecmp (p, WWW, strlen (WWW)) == 0;
      g_autofree char *target = g_strdup_printf ("%s%.*s", www ? "https://" : "", (int) size, p);
      if (kith_rich_link_rule (target) != KITH_LINK_NEVER) {
        KithSpan span = {KITH_SPAN_LINK, at, at + (guint) size, g_steal_pointer (&target), 0};
        g_array_append_val (block->spans, span);
      }
    }
    p = size > 0 ? p + size : g_utf8_next_char (p);
    before = g_utf8_get_char (g_utf8_prev_char (p));
  }
}

/* Bytes of name at the beginning of text, whatever the case; 0: it is not there, or goes on as another word. */
static gsize
match_name (const char *text, const char *name)
{
  const char *p = text;
  for (; *name != '\0'; name = g_utf8_next_char (name), p = g_utf8_next_char (p))
    if (*p == '\0' || g_unichar_tolower (g_utf8_get_char (p)) != g_unichar_tolower (g_utf8_get_char (name)))
      return 0;
  return g_unichar_isalnum (g_utf8_get_char (p)) || *p == '_' ? 0 : (gsize) (p - text);
}

/* The longest name behind "@". */
static gsize
match_mention (const char *text, const GArray *mentions, KithMentionName name, gpointer data, gint64 *account)
{
  gsize longest = 0;
  for (guint i = 0; i < mentions->len; i++) {
    gint64 id = g_array_index (mentions, gint64, i);
    const char *one;
    for (guint nth = 0; (one = name (id, nth, data)) != NULL; nth++) {
      gsize size = match_name (text, one);
      if (size > longest) {
        longest = size;
        *account = id;
      }
    }
  }
  return longest;
}

void
kith_rich_find_mentions (KithBlock *block, const GArray *mentions, KithMentionName name, gpointer data)
{
  const char *p = block->text;
  while ((p = strchr (p, '@')) != NULL && block->spans->len < KITH_RICH_SPANS) {
    gint64 account = 0;
    guint at = (guint) (p - block->text);
    gboolean free_standing = p == block->text || !g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (p)));
    gsize size = free_standing ? match_mention (p + 1, mentions, name, data, &account) : 0;
    if (size > 0 && !is_within (block, at, KITH_SPAN_CODE) && !is_within (block, at, KITH_SPAN_LINK)) {
      KithSpan span = {KITH_SPAN_MENTION, at, at + 1 + (guint) size, NULL, account};
      g_array_append_val (block->spans, span);
    }
    p += 1 + size;
  }
}
