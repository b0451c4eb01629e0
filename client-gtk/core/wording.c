/* wording.c - sentences are templates with {a} (who), {b} (whom) and {t} (text), so that a translation may order them
 * as its language wants. */
#include "wording.h"

#include "rich.h"

#include <glib/gi18n.h>
#include <string.h>

static GDateTime *
local (gint64 at)
{
  GDateTime *time = g_date_time_new_from_unix_local (at / 1000);
  return time != NULL ? time : g_date_time_new_from_unix_local (0);
}

/* ---- names of days and months: of our own language, whatever locales are installed ---- */

static const char *const months[] = {NC_ ("month", "January"), NC_ ("month", "February"), NC_ ("month", "March"),
                                     NC_ ("month", "April"),   NC_ ("month", "May"),      NC_ ("month", "June"),
                                     NC_ ("month", "July"),    NC_ ("month", "August"),   NC_ ("month", "September"),
                                     NC_ ("month", "October"), NC_ ("month", "November"), NC_ ("month", "December")};
static const char *const short_months[] = {
    NC_ ("short month", "Jan"), NC_ ("short month", "Feb"), NC_ ("short month", "Mar"), NC_ ("short month", "Apr"),
    NC_ ("short month", "May"), NC_ ("short month", "Jun"), NC_ ("short month", "Jul"), NC_ ("short month", "Aug"),
    NC_ ("short month", "Sep"), NC_ ("short month", "Oct"), NC_ ("short month", "Nov"), NC_ ("short month", "Dec")};
static const char *const weekdays[] = {NC_ ("day", "Monday"),   NC_ ("day", "Tuesday"), NC_ ("day", "Wednesday"),
                                       NC_ ("day", "Thursday"), NC_ ("day", "Friday"),  NC_ ("day", "Saturday"),
                                       NC_ ("day", "Sunday")};
static const char *const short_weekdays[] = {
    NC_ ("short day", "Mon"), NC_ ("short day", "Tue"), NC_ ("short day", "Wed"), NC_ ("short day", "Thu"),
    NC_ ("short day", "Fri"), NC_ ("short day", "Sat"), NC_ ("short day", "Sun")};

static const struct {
  char letter; /* of strftime */
  const char *context;
  const char *const *names;
  int (*number) (GDateTime *time); /* from 1 */
} calendar[] = {{'B', "month", months, g_date_time_get_month},
                {'b', "short month", short_months, g_date_time_get_month},
                {'A', "day", weekdays, g_date_time_get_day_of_week},
                {'a', "short day", short_weekdays, g_date_time_get_day_of_week}};

static const char *
calendar_name (char letter, GDateTime *time)
{
  for (gsize i = 0; i < G_N_ELEMENTS (calendar); i++)
    if (calendar[i].letter == letter)
      return g_dpgettext2 (NULL, calendar[i].context, calendar[i].names[calendar[i].number (time) - 1]);
  return NULL;
}

/* A pattern of strftime in which the names are filled in. */
static char *
with_names (const char *pattern, GDateTime *time)
{
  GString *out = g_string_new (NULL);
  for (const char *p = pattern; *p != '\0'; p++) {
    const char *name = *p == '%' ? calendar_name (p[1], time) : NULL;
    g_string_append_len (out, name != NULL ? name : p, name != NULL ? -1 : *p == '%' && p[1] != '\0' ? 2 : 1);
    p += *p == '%' && p[1] != '\0';
  }
  return g_string_free (out, FALSE);
}

char *
kith_wording_date (GDateTime *time, const char *pattern)
{
  g_autofree char *filled = with_names (pattern, time);
  char *text = g_date_time_format (time, filled);
  return text != NULL ? text : g_strdup ("");
}

static char *
format (gint64 at, const char *pattern)
{
  g_autoptr (GDateTime) time = local (at);
  return kith_wording_date (time, pattern);
}

/* ---- times ---- */

char *
kith_wording_time (gint64 at)
{
  /* TRANSLATORS: the time of a message, as strftime has it; "%l:%M %p" where people use twelve hours */
  return format (at, _ ("%H:%M"));
}

char *
kith_wording_moment (gint64 at)
{
  /* TRANSLATORS: a whole date with its time, as strftime has it */
  return format (at, _ ("%A, %-d %B %Y, %H:%M"));
}

gint
kith_wording_day_number (gint64 at)
{
  g_autoptr (GDateTime) time = local (at);
  GDate date;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) g_date_time_get_day_of_month (time), (GDateMonth) g_date_time_get_month (time),
                  (GDateYear) g_date_time_get_year (time));
  return (gint) g_date_get_julian (&date);
}

static gboolean
same_year (gint64 a, gint64 b)
{
  g_autoptr (GDateTime) x = local (a);
  g_autoptr (GDateTime) y = local (b);
  return g_date_time_get_year (x) == g_date_time_get_year (y);
}

char *
kith_wording_day (gint64 at, gint64 now)
{
  int days = kith_wording_day_number (now) - kith_wording_day_number (at);
  if (days == 0)
    return format (at, _ ("Today, %-d %B"));
  if (days == 1)
    return format (at, _ ("Yesterday, %-d %B"));
  return format (at, same_year (at, now) ? _ ("%A, %-d %B") : _ ("%A, %-d %B %Y"));
}

char *
kith_wording_since (gint64 at, gint64 now)
{
  return format (at, same_year (at, now) ? _ ("%-d %b") : _ ("%-d %b %Y"));
}

char *
kith_wording_when (gint64 at, gint64 now)
{
  int days = kith_wording_day_number (now) - kith_wording_day_number (at);
  if (days == 0)
    return kith_wording_time (at);
  if (days > 0 && days < 7)
    return format (at, _ ("%a"));
  return kith_wording_since (at, now);
}

char *
kith_wording_short_moment (gint64 at, gint64 now)
{
  int days = kith_wording_day_number (now) - kith_wording_day_number (at);
  if (days == 0)
    return format (at, _ ("Today, %H:%M"));
  if (days == 1)
    return format (at, _ ("Yesterday, %H:%M"));
  return format (at, same_year (at, now) ? _ ("%a %-d %b, %H:%M") : _ ("%-d %b %Y, %H:%M"));
}

/* What stands for a letter in braces; NULL: not a name. */
typedef struct {
  const char *a, *b, *t;
} Fillings;

static void
append_name (GString *out, const char *name, GArray *names)
{
  KithSpan span = {.kind = KITH_SPAN_BOLD, .start = (guint) out->len};
  g_string_append (out, name);
  span.end = (guint) out->len;
  g_array_append_val (names, span);
}

static char *
fill (const char *template, const Fillings *with, GArray *names)
{
  GString *out = g_string_new (NULL);
  for (const char *p = template; *p != '\0'; p++) {
    if (p[0] != '{' || p[1] == '\0' || p[2] != '}') {
      g_string_append_c (out, *p);
      continue;
    }
    if (p[1] == 't')
      g_string_append (out, with->t);
    else
      append_name (out, p[1] == 'a' ? with->a : with->b, names);
    p += 2;
  }
  return g_string_free (out, FALSE);
}

static const char *const sentences[KITH_N_POST_KINDS] = {
    [KITH_POST_TOPIC] = N_ ("{a} changed the topic to “{t}”"),
    [KITH_POST_RENAME] = N_ ("{a} renamed the room to “{t}”"),
    [KITH_POST_JOIN] = N_ ("{a} joined"),
    [KITH_POST_LEAVE] = N_ ("{a} left"),
    [KITH_POST_INVITE] = N_ ("{a} invited {b}"),
    [KITH_POST_KICK] = N_ ("{a} removed {b}"),
    [KITH_POST_BAN] = N_ ("{a} banned {b}"),
    [KITH_POST_UNBAN] = N_ ("{a} lets {b} come back"),
    [KITH_POST_MUTE] = N_ ("{a} muted {b}"),
    [KITH_POST_UNMUTE] = N_ ("{a} lets {b} write again"),
    [KITH_POST_ROLE] = N_ ("{a} made {b} {t}"),
    [KITH_POST_PIN] = N_ ("{a} pinned a message"),
    [KITH_POST_UNPIN] = N_ ("{a} unpinned a message"),
    [KITH_POST_GAP] = N_ ("Messages are not on this computer"),
};

static const struct {
  const char *role, *words;
} roles[] = {{"owner", N_ ("owner")},
             {"admin", N_ ("admin")},
             {"moderator", N_ ("moderator")},
             {"member", N_ ("a member")},
             {"read_only", N_ ("read only")}};

static const char *
role_words (const char *role)
{
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    if (g_strcmp0 (roles[i].role, role) == 0)
      return _ (roles[i].words);
  return role;
}

static gboolean
has_reason (KithPostKind kind)
{
  return kind == KITH_POST_KICK || kind == KITH_POST_BAN || kind == KITH_POST_MUTE;
}

char *
kith_wording_event (KithPost *post, KithNameFunc name, gpointer data, GArray *names)
{
  KithPostKind kind = kith_post_kind (post);
  const char *template = sentences[kind], *text = kith_post_text (post);
  if (template == NULL)
    return g_strdup (text);
  if (kind == KITH_POST_TOPIC && *text == '\0')
    template = N_ ("{a} removed the topic");
  gint64 from = kith_post_from (post);
  g_autofree char *a = g_strdup (from != 0 ? name (from, data) : _ ("The server"));
  g_autofree char *b = g_strdup (name (kith_post_account (post), data));
  g_autofree char *line = kind == KITH_POST_TOPIC || kind == KITH_POST_RENAME ? kith_rich_one_line (text, 200) : NULL;
  Fillings with = {a, b, line != NULL ? line : role_words (text)};
  g_autofree char *sentence = fill (_ (template), &with, names);
  if (!has_reason (kind) || *text == '\0')
    return g_steal_pointer (&sentence);
  g_autofree char *reason = kith_rich_one_line (text, 200);
  return g_strdup_printf ("%s: %s", sentence, reason);
}

static char *
several (gboolean came, const GArray *who, KithNameFunc name, gpointer data, GArray *names)
{
  const gint64 *accounts = (const gint64 *) (gconstpointer) who->data;
  guint n = who->len;
  g_autofree char *a = g_strdup (n > 0 ? name (accounts[0], data) : "");
  g_autofree char *b = g_strdup (n > 1 ? name (accounts[1], data) : "");
  g_autofree char *others = g_strdup_printf ("%u", n > 0 ? n - 1 : 0);
  Fillings with = {a, b, others};
  if (n <= 1)
    return fill (came ? _ ("{a} joined") : _ ("{a} left"), &with, names);
  if (n == 2)
    return fill (came ? _ ("{a} and {b} joined") : _ ("{a} and {b} left"), &with, names);
  return fill (came ? ngettext ("{a} and {t} other joined", "{a} and {t} others joined", n - 1)
                    : ngettext ("{a} and {t} other left", "{a} and {t} others left", n - 1),
               &with, names);
}

char *
kith_wording_moves (const GArray *came, const GArray *left, KithNameFunc name, gpointer data, GArray *names)
{
  if (came->len == 0 || left->len == 0)
    return several (came->len > 0, came->len > 0 ? came : left, name, data, names);
  g_autofree char *first = several (TRUE, came, name, data, names);
  guint begun = names->len, shift = (guint) strlen (first) + 2;
  g_autofree char *second = several (FALSE, left, name, data, names);
  for (guint i = begun; i < names->len; i++) {
    g_array_index (names, KithSpan, i).start += shift;
    g_array_index (names, KithSpan, i).end += shift;
  }
  return g_strconcat (first, ". ", second, ".", NULL);
}

char *
kith_wording_expelled (gboolean banned, const char *room, KithPost *post, KithNameFunc name, gpointer data)
{
  g_autofree char *sentence = NULL;
  if (post == NULL || kith_post_from (post) == 0) {
    sentence = g_strdup_printf (banned ? _ ("You were banned from %s") : _ ("You were removed from %s"), room);
  } else {
    g_autofree char *by = g_strdup (name (kith_post_from (post), data));
    /* TRANSLATORS: a person, a room */
    sentence = g_strdup_printf (banned ? _ ("%s banned you from %s") : _ ("%s removed you from %s"), by, room);
  }
  if (post == NULL || *kith_post_text (post) == '\0')
    return g_steal_pointer (&sentence);
  g_autofree char *reason = kith_rich_one_line (kith_post_text (post), 200);
  return g_strdup_printf ("%s: %s", sentence, reason);
}

char *
kith_wording_typing (const char *const *names, guint n, GArray *spans)
{
  static const char *const templates[] = {"", N_ ("{a} is typing…"), N_ ("{a} and {b} are typing…")};
  Fillings with = {n > 0 ? names[0] : "", n > 1 ? names[1] : "", ""};
  if (n == 0)
    return g_strdup ("");
  if (n >= G_N_ELEMENTS (templates))
    return g_strdup (_ ("Several people are typing…"));
  return fill (_ (templates[n]), &with, spans);
}
