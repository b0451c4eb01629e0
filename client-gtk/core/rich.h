/* rich.h - what somebody wrote, taken apart for showing: plain text and spans over it, blocks of code, quotes, lists.
 *
 * The subset of Markdown that md4c reads for us: *bold* or **bold**, _italic_, ~strike~, `code`, ```block```, > quote,
 * lists; nothing else, no HTML, no images, no headings. Links are found by scheme (http, https, mailto, kith, ftp, smb,
 * file) and "www.". Mentions are "@handle" or "@Full Name" of the accounts that the message names. Text is cleaned:
 * valid UTF-8, no control characters but line feed and tab, override characters of the bidirectional algorithm
 * isolated. Pure. */
#pragma once

#include <glib.h>

typedef enum {
  KITH_SPAN_BOLD,
  KITH_SPAN_ITALIC,
  KITH_SPAN_STRIKE,
  KITH_SPAN_CODE,
  KITH_SPAN_LINK,
  KITH_SPAN_MENTION
} KithSpanKind;

typedef struct {
  KithSpanKind kind;
  guint start, end; /* bytes in the block's text */
  char *target;     /* LINK: the address, checked; else NULL */
  gint64 account;   /* MENTION */
} KithSpan;

typedef enum { KITH_BLOCK_TEXT, KITH_BLOCK_CODE, KITH_BLOCK_QUOTE } KithBlockKind;

typedef struct {
  KithBlockKind kind;
  char *text;     /* lists are lines that begin with "• " or "1. " */
  char *language; /* CODE: as written, at most 20 characters; else NULL */
  GArray *spans;  /* KithSpan, ascending by start */
} KithBlock;

/* Who may be mentioned: a name of account, as it may follow "@"; NULL ends. */
typedef const char *(*KithMentionName) (gint64 account, guint nth, gpointer data);

/* KithBlock; never NULL, at most KITH_BLOCKS_MAX (what is behind goes into the last as text). */
#define KITH_BLOCKS_MAX 64
GPtrArray *kith_rich_parse (const char *text, const GArray *mentions, KithMentionName name, gpointer data);
/* 1 to 3 emoji and nothing else: shown twice as big. */
gboolean kith_rich_is_big_emoji (const char *text);
/* One line without marks, of at most max characters, for previews and quotes. To be freed. */
char *kith_rich_one_line (const char *text, guint max);
/* A name of the network: one line, no control or override characters, never empty. To be freed. */
char *kith_rich_clean_name (const char *name);
/* Whether an address may be opened at all, and whether the person is asked first. */
typedef enum { KITH_LINK_NEVER, KITH_LINK_ASK, KITH_LINK_OPEN } KithLinkRule;
KithLinkRule kith_rich_link_rule (const char *address);
