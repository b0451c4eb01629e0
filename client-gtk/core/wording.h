/* wording.h - what people read about messages: times, days, what happened. In the language of the process; pure but for
 * the local time zone. What is returned is to be freed. */
#pragma once

#include "post.h"

/* at, now: ms since 1970. */
char *kith_wording_time (gint64 at);            /* "16:40" */
char *kith_wording_moment (gint64 at);          /* "Friday, 20 November 2026, 16:40" */
char *kith_wording_day (gint64 at, gint64 now); /* "Today, 22 November" */
/* For lists: "10:42" today, "Tue" within a week, "14 Nov", "14 Nov 2025". */
char *kith_wording_when (gint64 at, gint64 now);
/* "Today, 09:52", "Tue 18 Nov, 16:04", "3 Oct 2025, 11:15" */
char *kith_wording_short_moment (gint64 at, gint64 now);
char *kith_wording_since (gint64 at, gint64 now); /* "22 Nov", "3 Oct 2025" */
/* As g_date_time_format, with the names of days and months in our own language, whatever locales are installed. */
char *kith_wording_date (GDateTime *time, const char *pattern);
gint kith_wording_day_number (gint64 at); /* equal for two times of one local day */

/* The name of an account; valid until the next call. */
typedef const char *(*KithNameFunc) (gint64 account, gpointer data);

/* A system line: "Mara changed the topic to “…”". names: where the names stand (KithSpan of rich.h, BOLD), to be shown
 * stronger; appended to. */
char *kith_wording_event (KithPost *post, KithNameFunc name, gpointer data, GArray *names);
/* Several people who came or left within a few minutes: "Guest 7 and 2 others left", "Priya joined. Guest 7 left."
 * Accounts, gint64; one of them may be empty. names: as above. */
char *kith_wording_moves (const GArray *came, const GArray *left, KithNameFunc name, gpointer data, GArray *names);
/* For who was put out of a room: "You were removed from #design-review", and by whom and why where post (NULL: not known)
 * says so. */
char *kith_wording_expelled (gboolean banned, const char *room, KithPost *post, KithNameFunc name, gpointer data);
/* Who is typing: "Mara is typing…", "Mara and Noor are typing…", "Several people are typing…"; "" for nobody.
 * spans: as names above. */
char *kith_wording_typing (const char *const *names, guint n, GArray *spans);
