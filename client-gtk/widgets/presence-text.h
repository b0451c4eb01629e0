/* presence-text.h - how somebody is, in words. */
#pragma once

#include "core/contact.h"

const char *kith_presence_title (KithPresenceState state); /* "Do not disturb" */
/* "online", "do not disturb", "presence unknown": in the middle of a sentence. */
const char *kith_presence_word (KithContact *contact);
/* "11:30", "midnight", "24 Nov 09:00"; NULL: no end. To be freed. */
char *kith_until_words (gint64 until);
/* "Focus until 11:30"; NULL: there is no text. To be freed. */
char *kith_status_line (const char *text, gint64 until);
/* The emoji that a status begins with; rest (may be NULL) becomes what is behind it. NULL: none. To be freed. */
char *kith_status_emoji (const char *text, const char **rest);
