/* crowd.c - the one rule is in shown_state; everything else notes what it depends on. */
#include "presence/crowd.h"

#include <string.h>

#define GONE_US (5 * G_USEC_PER_SEC) /* without a device, until somebody is offline */
#define CHECK_US G_USEC_PER_SEC      /* how often choices are compared with the clock on the wall */

typedef struct {
  gint64 account, leaving_us;
} Leaving;

struct _KithdCrowd {
  GHashTable *people; /* &account -> KithdPerson, owned */
  GQueue by_version;  /* KithdPerson.by_version: those with a version */
  GQueue leaving;     /* Leaving, in the order of time */
  GHashTable *timed;  /* KithdPerson whose choice has an end */
  gint64 counter;
  gint64 check_us; /* when to look at timed again */
  KithdExpired expired;
  gpointer data;
};

static void
free_person (gpointer data)
{
  KithdPerson *person = data;
  g_free ((char *) person->shown.text);
  g_free (person->encoded);
  g_free (person->text);
  g_free (person);
}

KithdCrowd *
kithd_crowd_new (KithdExpired expired, gpointer data)
{
  KithdCrowd *crowd = g_new0 (KithdCrowd, 1);
  crowd->people = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_person);
  crowd->timed = g_hash_table_new (NULL, NULL);
  crowd->expired = expired;
  crowd->data = data;
  return crowd;
}

void
kithd_crowd_free (KithdCrowd *crowd)
{
  g_queue_clear_full (&crowd->leaving, g_free);
  g_hash_table_unref (crowd->timed);
  g_hash_table_unref (crowd->people);
  g_free (crowd);
}

gint64
kithd_crowd_counter (const KithdCrowd *crowd)
{
  return crowd->counter;
}

const KithdPerson *
kithd_crowd_find (const KithdCrowd *crowd, gint64 account)
{
  return g_hash_table_lookup (crowd->people, &account);
}

const GList *
kithd_crowd_since (const KithdCrowd *crowd, gint64 since)
{
  const GList *found = NULL;
  for (const GList *link = crowd->by_version.tail; link != NULL; link = link->prev) {
    if (((const KithdPerson *) link->data)->shown.version <= since)
      break;
    found = link;
  }
  return found;
}

static KithdPerson *
need_person (KithdCrowd *crowd, gint64 account)
{
  KithdPerson *person = g_hash_table_lookup (crowd->people, &account);
  if (person != NULL)
    return person;
  person = g_new0 (KithdPerson, 1);
  person->shown = (KithPresence){.account = account, .state = KITH_PRESENCE_OFFLINE, .text = g_strdup ("")};
  person->text = g_strdup ("");
  person->by_version.data = person;
  g_hash_table_insert (crowd->people, &person->shown.account, person);
  return person;
}

static KithPresenceState
shown_state (const KithdPerson *person)
{
  if ((person->devices == 0 && person->leaving_us == 0) || person->choice == KITH_PRESENCE_INVISIBLE)
    return KITH_PRESENCE_OFFLINE;
  if (person->choice != KITH_PRESENCE_ONLINE)
    return person->choice;
  return person->active > 0 || person->devices == 0 ? KITH_PRESENCE_ONLINE : KITH_PRESENCE_AWAY;
}

static void
encode (KithdPerson *person)
{
  GString *text = g_string_new (NULL);
  kith_presence_append (text, &person->shown);
  person->encoded_length = text->len;
  g_free (person->encoded);
  person->encoded = g_string_free (text, FALSE);
}

/* The next number, for what is shown now. */
static void
renumber (KithdCrowd *crowd, KithdPerson *person)
{
  if (person->shown.version > 0)
    g_queue_unlink (&crowd->by_version, &person->by_version);
  person->shown.version = ++crowd->counter;
  encode (person);
  g_queue_push_tail_link (&crowd->by_version, &person->by_version);
}

gint64
kithd_crowd_touch (KithdCrowd *crowd, gint64 account)
{
  KithdPerson *person = g_hash_table_lookup (crowd->people, &account);
  if (person == NULL || person->shown.version == 0)
    return 0;
  renumber (crowd, person);
  return person->shown.version;
}

/* Takes a number where others see a difference. */
static void
update (KithdCrowd *crowd, KithdPerson *person)
{
  KithPresence *shown = &person->shown;
  KithPresenceState state = shown_state (person);
  /* Between the last device's end and offline nothing but invisibility changes: a reconnect should not flicker. */
  if (person->devices == 0 && person->leaving_us != 0 && state != KITH_PRESENCE_OFFLINE &&
      shown->state != KITH_PRESENCE_OFFLINE)
    state = shown->state;
  const char *text = state == KITH_PRESENCE_OFFLINE ? "" : person->text;
  gint64 until = state == KITH_PRESENCE_OFFLINE ? 0 : person->until;
  if (state == shown->state && until == shown->until && g_str_equal (text, shown->text))
    return;
  char *old = (char *) shown->text;
  *shown = (KithPresence){shown->account, shown->version, state, g_strdup (text), until};
  g_free (old);
  renumber (crowd, person);
}

void
kithd_crowd_choose (KithdCrowd *crowd, gint64 account, KithPresenceState choice, const char *text, gint64 until_ms)
{
  KithdPerson *person = need_person (crowd, account);
  char *old = person->text;
  person->choice = choice;
  person->text = g_strdup (text);
  person->until = until_ms;
  g_free (old);
  if (until_ms != 0)
    g_hash_table_add (crowd->timed, person);
  else
    g_hash_table_remove (crowd->timed, person);
  update (crowd, person);
}

void
kithd_crowd_come (KithdCrowd *crowd, gint64 account)
{
  KithdPerson *person = need_person (crowd, account);
  person->devices++;
  person->active++;
  person->leaving_us = 0;
  update (crowd, person);
}

void
kithd_crowd_idle (KithdCrowd *crowd, gint64 account, gboolean idle)
{
  KithdPerson *person = need_person (crowd, account);
  if (idle && person->active > 0)
    person->active--;
  if (!idle && person->active < person->devices)
    person->active++;
  update (crowd, person);
}

void
kithd_crowd_go (KithdCrowd *crowd, gint64 account, gboolean was_idle, gint64 now_us)
{
  KithdPerson *person = g_hash_table_lookup (crowd->people, &account);
  if (person == NULL || person->devices == 0)
    return;
  person->devices--;
  person->active -= !was_idle && person->active > 0;
  if (person->devices == 0) {
    Leaving *leaving = g_new (Leaving, 1);
    *leaving = (Leaving){account, now_us};
    person->leaving_us = now_us;
    g_queue_push_tail (&crowd->leaving, leaving);
  }
  update (crowd, person);
}

gint64
kithd_crowd_due (const KithdCrowd *crowd)
{
  const Leaving *first = g_queue_peek_head ((GQueue *) &crowd->leaving);
  gint64 due_us = first != NULL ? first->leaving_us + GONE_US : G_MAXINT64;
  return g_hash_table_size (crowd->timed) > 0 ? MIN (due_us, crowd->check_us) : due_us;
}

static void
let_go (KithdCrowd *crowd, gint64 now_us)
{
  const Leaving *first;
  while ((first = g_queue_peek_head (&crowd->leaving)) != NULL && now_us >= first->leaving_us + GONE_US) {
    g_autofree Leaving *leaving = g_queue_pop_head (&crowd->leaving);
    KithdPerson *person = g_hash_table_lookup (crowd->people, &leaving->account);
    if (person == NULL || person->leaving_us != leaving->leaving_us)
      continue; /* came back */
    person->leaving_us = 0;
    update (crowd, person);
  }
}

static void
let_run_out (KithdCrowd *crowd, gint64 real_ms)
{
  g_autoptr (GPtrArray) over = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer person;
  g_hash_table_iter_init (&iter, crowd->timed);
  while (g_hash_table_iter_next (&iter, &person, NULL))
    if (((KithdPerson *) person)->until <= real_ms)
      g_ptr_array_add (over, person);
  for (guint i = 0; i < over->len; i++) {
    gint64 account = ((KithdPerson *) over->pdata[i])->shown.account;
    kithd_crowd_choose (crowd, account, KITH_PRESENCE_ONLINE, "", 0);
    crowd->expired (crowd->data, account);
  }
}

void
kithd_crowd_run (KithdCrowd *crowd, gint64 now_us, gint64 real_ms)
{
  let_go (crowd, now_us);
  if (now_us < crowd->check_us || g_hash_table_size (crowd->timed) == 0)
    return;
  crowd->check_us = now_us + CHECK_US;
  let_run_out (crowd, real_ms);
}
