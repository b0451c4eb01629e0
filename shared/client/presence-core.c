/* presence-core.c - two questions, kept apart: what do I know (people, seen), and how do I report (path, counters,
 * times). */
#include "client/presence-core.h"

#include <string.h>

#include "proto/message.h"

#define INTERVAL_US (10 * G_TIME_SPAN_SECOND)
#define SILENCE_US (2 * INTERVAL_US) /* UDP does not get through */
#define AGAIN_US (200 * G_TIME_SPAN_MILLISECOND)
#define QUICK_TRIES 15 /* of a report that is not answered; then once each interval */
#define PEOPLE_MAX 100000

typedef struct {
  KithPresence now; /* text is owned */
} Person;

struct _KithPresenceCore {
  const KithPresenceIo *io;
  gpointer data;

  /* What is known */
  GHashTable *people; /* &account -> Person, owned */
  gboolean told;      /* the snapshot of this session came */
  gint64 seen;

  /* How to report */
  KithPresencePath path;
  gboolean has_packets;
  guint64 session;
  KithSeal of_client, of_server;
  KithWindow window;
  gint64 counter; /* of the last report */
  gint64 asked;   /* this report, or a later one, has to be answered */
  gint64 answered;
  gboolean idle;
  gboolean urgent;   /* a report that has to be answered is to go out */
  gboolean confirms; /* one that only says what was seen is */
  guint tries;
  gint64 heard_us, next_us;
};

static void
free_person (gpointer data)
{
  Person *person = data;
  g_free ((char *) person->now.text);
  g_free (person);
}

KithPresenceCore *
kith_presence_core_new (const KithPresenceIo *io, gpointer data)
{
  KithPresenceCore *core = g_new0 (KithPresenceCore, 1);
  core->io = io;
  core->data = data;
  core->people = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_person);
  return core;
}

void
kith_presence_core_free (KithPresenceCore *core)
{
  if (core == NULL)
    return;
  g_hash_table_unref (core->people);
  g_free (core);
}

void
kith_presence_core_begin (KithPresenceCore *core, guint64 session, const guint8 *material)
{
  GHashTableIter iter;
  gpointer person;
  kith_presence_core_end (core);
  core->session = session;
  core->has_packets = material != NULL;
  if (material != NULL)
    kith_seal_split (material, &core->of_client, &core->of_server);
  g_hash_table_iter_init (&iter, core->people);
  while (g_hash_table_iter_next (&iter, NULL, &person))
    ((Person *) person)->now.version = 0; /* numbers of another session */
}

void
kith_presence_core_end (KithPresenceCore *core)
{
  core->told = core->has_packets = core->urgent = core->confirms = FALSE;
  core->path = KITH_PATH_NONE;
  core->window = (KithWindow){0};
  core->seen = core->counter = core->asked = core->answered = 0;
}

/* People */

static Person *
need_person (KithPresenceCore *core, gint64 account)
{
  Person *person = g_hash_table_lookup (core->people, &account);
  if (person != NULL || g_hash_table_size (core->people) >= PEOPLE_MAX)
    return person;
  person = g_new0 (Person, 1);
  person->now = (KithPresence){.account = account, .state = KITH_PRESENCE_OFFLINE, .text = g_strdup ("")};
  g_hash_table_insert (core->people, &person->now.account, person);
  return person;
}

static void
apply (const KithPresence *news, gpointer data)
{
  KithPresenceCore *core = data;
  Person *person = need_person (core, news->account);
  if (person == NULL || news->version <= person->now.version)
    return;
  KithPresence before = person->now;
  gboolean differs =
      before.state != news->state || before.until != news->until || !g_str_equal (before.text, news->text);
  person->now = *news;
  person->now.text = g_strdup (news->text);
  g_free ((char *) before.text);
  if (differs)
    core->io->changed (core->data, &person->now);
}

static void
take_news (KithPresenceCore *core, const KithNews *news)
{
  if (!core->told)
    return;
  if (news->has_range && news->from <= core->seen)
    core->seen = MAX (core->seen, news->upto);
  kith_news_foreach (news, apply, core);
}

static gboolean
is_stale (gpointer account, gpointer value, gpointer data)
{
  Person *person = value;
  if (person->now.version > 0)
    return FALSE;
  if (person->now.state != KITH_PRESENCE_OFFLINE) {
    KithPresence gone = {.account = person->now.account, .state = KITH_PRESENCE_OFFLINE, .text = ""};
    g_array_append_val ((GArray *) data, gone);
  }
  return TRUE;
}

/* Whoever was there before and is in no snapshot is gone. */
static void
drop_stale (KithPresenceCore *core)
{
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (KithPresence));
  g_hash_table_foreach_remove (core->people, is_stale, gone);
  for (guint i = 0; i < gone->len; i++)
    core->io->changed (core->data, &g_array_index (gone, KithPresence, i));
}

void
kith_presence_core_learn (KithPresenceCore *core, const KithNews *news, gint64 now_us)
{
  gboolean first = news->has_range && !core->told;
  core->told |= first;
  take_news (core, news);
  if (!first)
    return;
  core->path = core->has_packets ? KITH_PATH_PACKETS : KITH_PATH_FRAMES;
  core->urgent = TRUE;
  core->heard_us = now_us;
  drop_stale (core);
}

void
kith_presence_core_frame (KithPresenceCore *core, const KithNews *news)
{
  take_news (core, news);
}

void
kith_presence_core_forget (KithPresenceCore *core, gint64 account)
{
  g_hash_table_remove (core->people, &account);
}

const KithPresence *
kith_presence_core_find (const KithPresenceCore *core, gint64 account)
{
  static const KithPresence nobody = {.state = KITH_PRESENCE_OFFLINE, .text = ""};
  const Person *person = g_hash_table_lookup (core->people, &account);
  return person != NULL ? &person->now : &nobody;
}

gint64
kith_presence_core_seen (const KithPresenceCore *core)
{
  return core->seen;
}

/* Reports */

static void
send_packet (KithPresenceCore *core, const KithReport *report)
{
  guint8 packet[KITH_PACKET_MAX];
  KithPacketHeader header = {KITH_PACKET_REPORT, core->session, (guint64) report->counter};
  json_object *body = json_object_new_object ();
  kith_report_write (report, FALSE, body);
  g_autofree char *text = g_strdup (kith_json_text (body));
  gsize size = strlen (text);
  json_object_put (body);
  kith_packet_write (&header, packet);
  if (size <= KITH_PACKET_BODY &&
      kith_seal (&core->of_client, header.counter, packet, KITH_PACKET_HEADER, text, size, packet + KITH_PACKET_HEADER))
    core->io->send (core->data, packet, KITH_PACKET_HEADER + size + KITH_PACKET_TAG);
}

static void
send_frame (KithPresenceCore *core, const KithReport *report)
{
  json_object *frame = json_object_new_object ();
  kith_add_string (frame, "type", "presence");
  kith_report_write (report, TRUE, frame);
  core->io->frame (core->data, frame);
  json_object_put (frame);
}

static KithReport
next_report (KithPresenceCore *core, gboolean probe)
{
  return (KithReport){core->idle, probe, core->seen, ++core->counter};
}

static gboolean
is_unanswered (const KithPresenceCore *core)
{
  return core->answered < core->asked;
}

static void
report_by_packet (KithPresenceCore *core, gint64 now_us)
{
  gboolean due = core->urgent || now_us >= core->next_us;
  if (!due && !core->confirms)
    return;
  KithReport report = next_report (core, FALSE);
  if (core->urgent || (due && !is_unanswered (core))) {
    core->asked = report.counter;
    core->tries = 0;
  }
  if (due)
    core->next_us = now_us + (core->tries++ < QUICK_TRIES ? AGAIN_US : INTERVAL_US);
  core->urgent = core->confirms = FALSE;
  send_packet (core, &report);
}

static void
report_by_frame (KithPresenceCore *core, gint64 now_us)
{
  if (core->urgent) {
    KithReport report = next_report (core, FALSE);
    core->urgent = FALSE;
    send_frame (core, &report);
  }
  if (core->has_packets && now_us >= core->next_us) {
    KithReport probe = next_report (core, TRUE);
    core->next_us = now_us + INTERVAL_US;
    send_packet (core, &probe);
  }
}

void
kith_presence_core_step (KithPresenceCore *core, gint64 now_us)
{
  if (core->path == KITH_PATH_PACKETS && now_us - core->heard_us >= SILENCE_US) {
    core->path = KITH_PATH_FRAMES;
    core->urgent = TRUE;
    core->next_us = now_us + INTERVAL_US;
  }
  if (core->path == KITH_PATH_PACKETS)
    report_by_packet (core, now_us);
  else if (core->path == KITH_PATH_FRAMES)
    report_by_frame (core, now_us);
}

gint64
kith_presence_core_due (const KithPresenceCore *core)
{
  if (core->path == KITH_PATH_NONE)
    return G_MAXINT64;
  if (core->urgent || core->confirms)
    return 0;
  if (core->path == KITH_PATH_PACKETS)
    return MIN (core->next_us, core->heard_us + SILENCE_US);
  return core->has_packets ? core->next_us : G_MAXINT64;
}

void
kith_presence_core_set_idle (KithPresenceCore *core, gboolean idle)
{
  if (core->idle == idle)
    return;
  core->idle = idle;
  core->urgent = core->path != KITH_PATH_NONE;
}

KithPresencePath
kith_presence_core_path (const KithPresenceCore *core)
{
  return core->path;
}

/* Something proved itself: UDP gets through. */
static void
hear (KithPresenceCore *core, const KithNews *news, gint64 now_us)
{
  core->heard_us = now_us;
  if (core->path == KITH_PATH_FRAMES) {
    core->path = KITH_PATH_PACKETS;
    core->urgent = TRUE;
  }
  if (news->re > core->answered && news->re <= core->counter) {
    gboolean waited = is_unanswered (core);
    core->answered = news->re;
    if (waited && !is_unanswered (core))
      core->next_us = now_us + INTERVAL_US;
  }
  core->confirms |= news->has_range;
}

void
kith_presence_core_packet (KithPresenceCore *core, const guint8 *packet, gsize size, gint64 now_us)
{
  KithPacketHeader header;
  KithNews news;
  json_object *root;
  guint8 body[KITH_PACKET_MAX];
  if (core->path == KITH_PATH_NONE || !core->has_packets || !kith_packet_read (packet, size, &header) ||
      header.kind != KITH_PACKET_NEWS || header.session != core->session ||
      !kith_unseal (&core->of_server, header.counter, packet, KITH_PACKET_HEADER, packet + KITH_PACKET_HEADER,
                    size - KITH_PACKET_HEADER, body) ||
      !kith_window_take (&core->window, header.counter, NULL) ||
      !kith_news_read ((const char *) body, size - KITH_PACKET_HEADER - KITH_PACKET_TAG, &news, &root))
    return;
  hear (core, &news, now_us);
  take_news (core, &news);
  json_object_put (root);
}
