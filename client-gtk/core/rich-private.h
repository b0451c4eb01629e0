/* rich-private.h - the steps of taking a text apart.
 *
 * rich-clean.c   bytes become text that is safe to show; names; one line
 * rich-guard.c   what md4c must not see, as it is no mark here: hidden before, brought back after
 * rich-find.c    links and mentions, in what md4c left
 * rich-emoji.c   which characters are emoji */
#pragma once

#include "rich.h"

#define KITH_RICH_BYTES (64 * 1024) /* what is behind is not shown */
#define KITH_RICH_SPANS 512         /* of a block */
#define KITH_RICH_LINK 2048         /* bytes of an address */

/* Valid UTF-8 without control characters but line feed and tab, without embedding and override characters and without
 * noncharacters. To be freed. */
char *kith_rich_clean (const char *text);

/* The text with everything hidden that is no mark. text: cleaned. To be freed. */
char *kith_rich_guard (const char *text);
/* Appends size bytes of what was guarded, brought back. */
void kith_rich_unguard (GString *out, const char *text, gsize size);

/* Bytes of the address that begins at text; 0: none does. before: the character in front of it, 0 at the beginning. */
gsize kith_rich_link_length (const char *text, gunichar before);
/* Adds the spans of links and mentions to a block that is no code. */
void kith_rich_find_links (KithBlock *block);
void kith_rich_find_mentions (KithBlock *block, const GArray *mentions, KithMentionName name, gpointer data);

/* Bytes of the emoji that begins at text; 0: none does. */
gsize kith_rich_emoji_length (const char *text);
