#include "widgets/presence-text.h"

#include "core/rich.h"
#include "core/wording.h"

#include <glib/gi18n.h>
#include <string.h>

static const struct {
  const char *title, *word;
} names[KITH_N_PRESENCES] = {
    [KITH_PRESENCE_ONLINE] = {N_ ("Online"), N_ ("online")},
    [KITH_PRESENCE_AWAY] = {N_ ("Away"), N_ ("away")},
    [KITH_PRESENCE_DND] = {N_ ("Do not disturb"), N_ ("do not disturb")},
    [KITH_PRESENCE_INVISIBLE] = {N_ ("Invisible"), N_ ("invisible")},
    [KITH_PRESENCE_OFFLINE] = {N_ ("Offline"), N_ ("offline")},
};

const char *
kith_presence_title (KithPresenceState state)
{
  return _(names[state].title);
}

const char *
kith_presence_word (KithContact *contact)
{
  return kith_contact_presence_known (contact) ? _(names[kith_contact_presence (contact)].word)
                                               : _("presence unknown");
}

static gboolean
is_today (GDateTime *time)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  return g_date_time_get_year (now) == g_date_time_get_year (time) &&
         g_date_time_get_day_of_year (now) == g_date_time_get_day_of_year (time);
}

/* "Today" ends with the first moment of tomorrow. */
static gboolean
is_midnight (GDateTime *time)
{
  g_autoptr (GDateTime) before = g_date_time_add_seconds (time, -1);
  return is_today (before) && g_date_time_get_hour (time) == 0 && g_date_time_get_minute (time) == 0;
}

char *
kith_until_words (gint64 until)
{
  g_autoptr (GDateTime) end = until > 0 ? g_date_time_new_from_unix_local (until / 1000) : NULL;
  if (end == NULL)
    return NULL;
  if (is_midnight (end))
    return g_strdup (_("midnight"));
  /* Translators: a day with its time, as strftime has it. */
  return kith_wording_date (end, is_today (end) ? "%H:%M" : _("%-d %b %H:%M"));
}

char *
kith_status_line (const char *text, gint64 until)
{
  if (text == NULL || *text == '\0')
    return NULL;
  g_autofree char *line = kith_rich_one_line (text, 80);
  g_autofree char *when = kith_until_words (until);
  return when == NULL ? g_steal_pointer (&line) : g_strdup_printf (_("%s until %s"), line, when);
}

char *
kith_status_emoji (const char *text, const char **rest)
{
  if (rest != NULL)
    *rest = text;
  g_autofree char *first = g_strndup (text, strcspn (text, " "));
  if (*first == '\0' || !kith_rich_is_big_emoji (first))
    return NULL;
  if (rest != NULL)
    *rest = text + strlen (first) + strspn (text + strlen (first), " ");
  return g_steal_pointer (&first);
}
