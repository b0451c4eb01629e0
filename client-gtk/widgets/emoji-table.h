/* emoji-table.h - all emoji with their English names: GTK's own table. It is read when it is asked for first. */
#pragma once

#include <glib.h>

typedef enum {
  KITH_EMOJI_FACES,
  KITH_EMOJI_PEOPLE,
  KITH_EMOJI_PARTS, /* skin tones and hair: nothing by itself */
  KITH_EMOJI_NATURE,
  KITH_EMOJI_FOOD,
  KITH_EMOJI_TRAVEL,
  KITH_EMOJI_ACTIVITIES,
  KITH_EMOJI_OBJECTS,
  KITH_EMOJI_SYMBOLS,
  KITH_EMOJI_FLAGS,
} KithEmojiGroup;

typedef struct {
  char *text;
  const char *name;
  const char **keywords; /* NULL-terminated */
  KithEmojiGroup group;
} KithEmoji;

/* In the order of Unicode; stays for ever. None where GTK has no table. */
const KithEmoji *kith_emoji_table (guint *n);
/* What an emoji is called; NULL: not known. */
const char *kith_emoji_name (const char *emoji);
