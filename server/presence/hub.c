/* hub.c - sessions: what came from each, what each has seen, what is due to each. */
#include "presence/hub.h"

#include <string.h>

#include "domain/rate.h"

#define COLLECT_US (100 * 1000) /* changes are collected this long before they are told */
#define AGAIN_US (200 * 1000)   /* what was not seen is told again, this often at first */
#define QUICK_TRIES 15          /* so many times; then with back-off up to */
#define AGAIN_MAX_US (10 * G_USEC_PER_SEC)
#define HEARD_US (20 * G_USEC_PER_SEC) /* who was not heard for so long is not hurried */
#define PACKETS_AT_ONCE 8              /* without hearing that they arrived */
#define FRAME_BYTES (16 * 1024)
#define SNAPSHOT_BYTES (48 * 1024)
#define FLAPS_PER_SECOND 1 /* idle and back, of one device, in the long run */
#define FLAPS_AT_ONCE 10

typedef enum { VIA_NOTHING, VIA_PACKETS, VIA_FRAMES } Via;

/* What only a session needs that has sent a packet. */
typedef struct {
  KithSeal of_client, of_server;
  KithWindow window;
  guint64 sent;        /* counter of the last packet */
  guint64 socket;      /* it came to this one last */
  KithAddress address; /* and from here */
} Path;

typedef struct {
  guint64 connection;
  gint64 account;
  Via via;
  guint index;   /* in live, unless via is NOTHING */
  Path *path;    /* NULL: no packet came */
  gboolean told; /* the snapshot */
  gboolean idle, wanted_idle;
  KithdRate flaps;
  gint64 newest_report; /* counter */
  gint64 seen;
  gint64 sent_upto; /* the packets under way reach so far */
  guint tries;
  gint64 due_us; /* G_MAXINT64: it has seen everything */
  gint64 heard_us;
} Session;

/* That somebody does not see somebody any more took this number of the crowd's counter. */
typedef struct {
  gint64 viewer, person; /* the key: accounts */
  gint64 version;
} Hidden;

#define HIDDEN_BYTES (sizeof ",\"u9007199254740991\":[\"offline\",9007199254740991]")

struct _KithdHub {
  const KithdHubIo *io;
  gpointer data;
  guint64 salt;
  KithdCrowd *crowd;
  GHashTable *sessions; /* &connection -> Session, owned */
  GPtrArray *live;      /* Session: those that can be reached */
  GHashTable *hidden;   /* set of Hidden, owned */
  guint cursor;         /* in live: where the next run goes on */
  gint64 now_us, real_ms;
  gint64 told;       /* up to here changes were collected */
  gint64 collect_us; /* when to tell them; G_MAXINT64: there are none */
  gint64 due_us;
};

static guint
hash_pair (gconstpointer key)
{
  const Hidden *pair = key;
  return g_int64_hash (&pair->viewer) * 31 + g_int64_hash (&pair->person);
}

static gboolean
equal_pairs (gconstpointer a, gconstpointer b)
{
  const Hidden *left = a, *right = b;
  return left->viewer == right->viewer && left->person == right->person;
}

static void
free_session (gpointer data)
{
  Session *session = data;
  g_free (session->path);
  g_free (session);
}

static void
on_expired (gpointer data, gint64 account)
{
  KithdHub *hub = data;
  hub->io->expired (hub->data, account);
}

KithdHub *
kithd_hub_new (const KithdHubIo *io, gpointer data, guint64 salt)
{
  KithdHub *hub = g_new0 (KithdHub, 1);
  hub->io = io;
  hub->data = data;
  hub->salt = salt;
  hub->crowd = kithd_crowd_new (on_expired, hub);
  hub->hidden = g_hash_table_new_full (hash_pair, equal_pairs, g_free, NULL);
  hub->sessions = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_session);
  hub->live = g_ptr_array_new ();
  hub->collect_us = hub->due_us = G_MAXINT64;
  return hub;
}

void
kithd_hub_free (KithdHub *hub)
{
  if (hub == NULL)
    return;
  g_ptr_array_unref (hub->live);
  g_hash_table_unref (hub->sessions);
  g_hash_table_unref (hub->hidden);
  kithd_crowd_free (hub->crowd);
  g_free (hub);
}

void
kithd_hub_set_time (KithdHub *hub, gint64 now_us, gint64 real_ms)
{
  hub->now_us = now_us;
  hub->real_ms = real_ms;
}

/* A bijection: a name leads back to the connection, and names of another run lead nowhere. */
guint64
kithd_hub_session (const KithdHub *hub, guint64 connection)
{
  return connection ^ hub->salt;
}

static Session *
find_session (KithdHub *hub, guint64 connection)
{
  return g_hash_table_lookup (hub->sessions, &connection);
}

static void
set_due (KithdHub *hub, Session *session, gint64 due_us)
{
  session->due_us = due_us;
  hub->due_us = MIN (hub->due_us, due_us);
}

/* To be called after whatever may have changed how somebody is. */
static void
note_changes (KithdHub *hub)
{
  if (kithd_crowd_counter (hub->crowd) > hub->told && hub->collect_us == G_MAXINT64)
    hub->collect_us = hub->now_us + COLLECT_US;
}

void
kithd_hub_sign_in (KithdHub *hub, guint64 connection, gint64 account)
{
  if (find_session (hub, connection) != NULL)
    return;
  Session *session = g_new0 (Session, 1);
  *session = (Session){.connection = connection, .account = account, .due_us = G_MAXINT64, .heard_us = hub->now_us};
  g_hash_table_insert (hub->sessions, &session->connection, session);
  kithd_crowd_come (hub->crowd, account);
  note_changes (hub);
}

static void
leave_live (KithdHub *hub, Session *session)
{
  Session *last = hub->live->pdata[hub->live->len - 1];
  last->index = session->index;
  g_ptr_array_remove_index_fast (hub->live, session->index);
}

void
kithd_hub_close (KithdHub *hub, guint64 connection)
{
  Session *session = find_session (hub, connection);
  if (session == NULL)
    return;
  kithd_crowd_go (hub->crowd, session->account, session->idle, hub->now_us);
  if (session->via != VIA_NOTHING)
    leave_live (hub, session);
  g_hash_table_remove (hub->sessions, &connection);
  note_changes (hub);
}

void
kithd_hub_choose (KithdHub *hub, gint64 account, KithPresenceState choice, const char *text, gint64 until_ms)
{
  kithd_crowd_choose (hub->crowd, account, choice, text, until_ms);
  note_changes (hub);
}

void
kithd_hub_sight (KithdHub *hub, gint64 viewer, gint64 person)
{
  Hidden pair = {viewer, person, kithd_crowd_touch (hub->crowd, person)};
  if (hub->io->sees (hub->data, viewer, person))
    g_hash_table_remove (hub->hidden, &pair);
  else if (pair.version > 0)
    g_hash_table_add (hub->hidden, g_memdup2 (&pair, sizeof pair));
  note_changes (hub);
}

/* Reports */

static void
settle_idle (KithdHub *hub, Session *session)
{
  gint64 wait_us = 0;
  if (session->wanted_idle == session->idle)
    return;
  if (!kithd_rate_take (&session->flaps, FLAPS_PER_SECOND, G_USEC_PER_SEC, FLAPS_AT_ONCE, hub->now_us, &wait_us)) {
    set_due (hub, session, MIN (session->due_us, hub->now_us + wait_us));
    return;
  }
  session->idle = session->wanted_idle;
  kithd_crowd_idle (hub->crowd, session->account, session->idle);
  note_changes (hub);
}

static void
reach_by (KithdHub *hub, Session *session, Via via)
{
  if (session->via == VIA_NOTHING) {
    session->index = hub->live->len;
    g_ptr_array_add (hub->live, session);
  }
  if (session->via != via)
    session->sent_upto = session->seen; /* what is under way on the other path does not count */
  session->via = via;
}

/* It knows more now. What is still under way is waited for; what was held back follows. */
static void
take_seen (KithdHub *hub, Session *session, gint64 seen)
{
  gint64 counter = kithd_crowd_counter (hub->crowd);
  if (seen > session->seen && seen <= counter) {
    session->seen = seen;
    session->tries = 0;
  }
  if (session->seen < counter && session->seen >= session->sent_upto)
    set_due (hub, session, hub->collect_us == G_MAXINT64 ? hub->now_us : hub->collect_us);
}

static void
take_report (KithdHub *hub, Session *session, const KithReport *report, Via via)
{
  if (!report->probe && report->counter > session->newest_report) {
    session->newest_report = report->counter;
    session->wanted_idle = report->idle;
    session->heard_us = hub->now_us;
    if (session->tries > QUICK_TRIES) { /* it is back, perhaps from elsewhere: do not let it wait */
      session->tries = 0;
      session->sent_upto = session->seen;
    }
    reach_by (hub, session, via);
    settle_idle (hub, session);
  }
  if (session->via != VIA_NOTHING)
    take_seen (hub, session, report->seen);
}

void
kithd_hub_frame (KithdHub *hub, guint64 connection, const KithReport *report)
{
  Session *session = find_session (hub, connection);
  if (session != NULL)
    take_report (hub, session, report, VIA_FRAMES);
}

/* Packets */

static Path *
need_path (KithdHub *hub, Session *session)
{
  guint8 material[KITH_SEAL_MATERIAL];
  if (session->path != NULL || !hub->io->keys (hub->data, session->connection, material))
    return session->path;
  session->path = g_new0 (Path, 1);
  kith_seal_split (material, &session->path->of_client, &session->path->of_server);
  return session->path;
}

static void
send_packet (KithdHub *hub, const Session *session, guint64 socket, const KithAddress *to, const char *body, gsize size)
{
  Path *path = session->path;
  guint8 packet[KITH_PACKET_MAX];
  KithPacketHeader header = {KITH_PACKET_NEWS, kithd_hub_session (hub, session->connection), ++path->sent};
  kith_packet_write (&header, packet);
  if (size <= KITH_PACKET_BODY &&
      kith_seal (&path->of_server, header.counter, packet, KITH_PACKET_HEADER, body, size, packet + KITH_PACKET_HEADER))
    hub->io->send (hub->data, socket, to, packet, KITH_PACKET_HEADER + size + KITH_PACKET_TAG);
}

/* The body of a packet that proves itself, and is no replay; else 0 bytes. */
static gsize
open_packet (Path *path, const KithPacketHeader *header, const guint8 *packet, gsize size, guint8 *body,
             gboolean *newest)
{
  if (path == NULL || !kith_unseal (&path->of_client, header->counter, packet, KITH_PACKET_HEADER,
                                    packet + KITH_PACKET_HEADER, size - KITH_PACKET_HEADER, body))
    return 0;
  return kith_window_take (&path->window, header->counter, newest) ? size - KITH_PACKET_HEADER - KITH_PACKET_TAG : 0;
}

void
kithd_hub_packet (KithdHub *hub, guint64 socket, const KithAddress *from, const guint8 *packet, gsize size)
{
  KithPacketHeader header;
  KithReport report;
  guint8 body[KITH_PACKET_MAX];
  gboolean newest = FALSE;
  if (!kith_packet_read (packet, size, &header) || header.kind != KITH_PACKET_REPORT ||
      header.counter > KITH_INTEGER_MAX)
    return;
  Session *session = find_session (hub, header.session ^ hub->salt);
  Path *path = session != NULL ? need_path (hub, session) : NULL;
  gsize length = open_packet (path, &header, packet, size, body, &newest);
  if (length == 0 || !kith_report_read ((const char *) body, length, &report))
    return;
  if (newest && !report.probe) {
    path->socket = socket;
    path->address = *from;
  }
  report.counter = (gint64) header.counter;
  take_report (hub, session, &report, VIA_PACKETS);
  char answer[64];
  int written = g_snprintf (answer, sizeof answer, "{\"re\":%" G_GUINT64_FORMAT "}", header.counter);
  send_packet (hub, session, socket, from, answer, (gsize) written);
}

/* News */

static void
append_person (GString *people, const KithdPerson *person)
{
  if (people->len > 0)
    g_string_append_c (people, ',');
  g_string_append_len (people, person->encoded, (gssize) person->encoded_length);
}

/* Who does not see the person any more learns, once, that they went; not what they do since. */
static const Hidden *
find_hidden (const KithdHub *hub, gint64 viewer, gint64 from, gint64 person)
{
  const Hidden *hidden = g_hash_table_lookup (hub->hidden, &(Hidden){.viewer = viewer, .person = person});
  return hidden != NULL && hidden->version > from ? hidden : NULL;
}

static void
append_hidden (GString *people, const Hidden *hidden)
{
  if (people->len > 0)
    g_string_append_c (people, ',');
  kith_presence_append (people, &(KithPresence){hidden->person, hidden->version, KITH_PRESENCE_OFFLINE, "", 0});
}

/* The people behind link, as many as limit bytes hold. *link becomes who did not fit any more (NULL: everybody did);
 * returns up to where it reaches. */
static gint64
compose_people (KithdHub *hub, gint64 viewer, gint64 from, const GList **link, gboolean present_only, gsize limit,
                GString *people)
{
  gint64 upto = kithd_crowd_counter (hub->crowd);
  const KithdPerson *last = NULL;
  for (; *link != NULL; *link = (*link)->next) {
    const KithdPerson *person = (*link)->data;
    gboolean seen = hub->io->sees (hub->data, viewer, person->shown.account);
    gboolean wanted = seen && (!present_only || person->shown.state != KITH_PRESENCE_OFFLINE);
    const Hidden *hidden = seen || present_only ? NULL : find_hidden (hub, viewer, from, person->shown.account);
    gsize bytes = wanted ? person->encoded_length + 1 : hidden != NULL ? HIDDEN_BYTES : 0;
    if (bytes > 0 && people->len + bytes > limit && people->len > 0)
      break;
    if (wanted)
      append_person (people, person);
    else if (hidden != NULL)
      append_hidden (people, hidden);
    last = person;
  }
  return *link == NULL || last == NULL ? upto : last->shown.version;
}

/* The members of a body. */
static char *
compose (KithdHub *hub, gint64 viewer, gint64 from, gboolean present_only, const GList **link, gsize limit,
         gint64 *upto)
{
  static const gsize frame_bytes = sizeof "{\"from\":9007199254740991,\"upto\":9007199254740991,\"people\":{}}";
  g_autoptr (GString) people = g_string_sized_new (limit);
  *upto = compose_people (hub, viewer, from, link, present_only, limit - frame_bytes, people);
  return g_strdup_printf ("\"from\":%" G_GINT64_FORMAT ",\"upto\":%" G_GINT64_FORMAT ",\"people\":{%s}", from, *upto,
                          people->str);
}

static gint64
again_after (guint tries)
{
  guint doubled = tries > QUICK_TRIES ? MIN (tries - QUICK_TRIES, 10) : 0;
  return MIN ((gint64) AGAIN_US << doubled, AGAIN_MAX_US);
}

static guint
tell_by_packets (KithdHub *hub, Session *session)
{
  guint sent = 0;
  gint64 from = session->seen;
  const GList *link = kithd_crowd_since (hub->crowd, from);
  for (; link != NULL && sent < PACKETS_AT_ONCE; sent++) {
    gint64 upto;
    g_autofree char *members = compose (hub, session->account, from, FALSE, &link, KITH_PACKET_BODY, &upto);
    g_autofree char *body = g_strdup_printf ("{%s}", members);
    send_packet (hub, session, session->path->socket, &session->path->address, body, strlen (body));
    session->sent_upto = from = upto;
  }
  set_due (hub, session, hub->now_us + again_after (++session->tries));
  return sent;
}

static guint
tell_by_frames (KithdHub *hub, Session *session)
{
  gint64 upto;
  const GList *link = kithd_crowd_since (hub->crowd, session->seen);
  g_autofree char *members = compose (hub, session->account, session->seen, FALSE, &link, FRAME_BYTES, &upto);
  if (!hub->io->push (hub->data, session->connection, members)) {
    set_due (hub, session, hub->now_us + again_after (++session->tries));
    return 1;
  }
  session->seen = upto; /* frames are not lost while the session lives */
  session->tries = 0;
  set_due (hub, session, session->seen < kithd_crowd_counter (hub->crowd) ? hub->now_us : G_MAXINT64);
  return 1;
}

/* Returns how many packets or frames that took. */
static guint
serve (KithdHub *hub, Session *session)
{
  guint used = 0;
  session->due_us = G_MAXINT64;
  if (session->seen < kithd_crowd_counter (hub->crowd))
    used = session->via == VIA_PACKETS ? tell_by_packets (hub, session) : tell_by_frames (hub, session);
  settle_idle (hub, session);
  return used;
}

/* The collected changes become due to everybody who can be reached. */
static void
spread (KithdHub *hub)
{
  if (hub->now_us < hub->collect_us)
    return;
  hub->collect_us = G_MAXINT64;
  hub->told = kithd_crowd_counter (hub->crowd);
  for (guint i = 0; i < hub->live->len; i++) {
    Session *session = hub->live->pdata[i];
    gboolean near = session->via == VIA_FRAMES || hub->now_us - session->heard_us < HEARD_US;
    if (near)
      session->tries = 0;
    if (near || session->due_us == G_MAXINT64)
      set_due (hub, session, hub->now_us);
  }
}

/* What the first answer to sync of a connection says. */
static char *
snapshot_all (KithdHub *hub, Session *session)
{
  gint64 upto;
  const GList *link = kithd_crowd_since (hub->crowd, 0);
  char *members = compose (hub, session->account, 0, TRUE, &link, SNAPSHOT_BYTES, &upto);
  session->seen = session->sent_upto = upto;
  session->told = TRUE;
  return members;
}

char *
kithd_hub_snapshot (KithdHub *hub, guint64 connection, const GArray *accounts)
{
  Session *session = find_session (hub, connection);
  if (session == NULL)
    return NULL;
  if (!session->told)
    return snapshot_all (hub, session);
  g_autoptr (GString) people = g_string_new (NULL);
  for (guint i = 0; i < accounts->len && people->len < SNAPSHOT_BYTES; i++) {
    const KithdPerson *person = kithd_crowd_find (hub->crowd, g_array_index (accounts, gint64, i));
    if (person != NULL && person->encoded != NULL && hub->io->sees (hub->data, session->account, person->shown.account))
      append_person (people, person);
  }
  return people->len > 0 ? g_strdup_printf ("\"people\":{%s}", people->str) : NULL;
}

gint64
kithd_hub_due (const KithdHub *hub)
{
  return MIN (MIN (hub->due_us, hub->collect_us), kithd_crowd_due (hub->crowd));
}

void
kithd_hub_run (KithdHub *hub, guint budget)
{
  kithd_crowd_run (hub->crowd, hub->now_us, hub->real_ms);
  note_changes (hub);
  spread (hub);
  if (hub->now_us < hub->due_us)
    return;
  hub->due_us = G_MAXINT64;
  guint used = 0, n = hub->live->len, first = hub->cursor;
  gboolean waits = FALSE;
  for (guint i = 0; i < n; i++) {
    Session *session = hub->live->pdata[(first + i) % n];
    gboolean due = session->due_us <= hub->now_us;
    if (due && used < budget) {
      used += serve (hub, session);
      continue;
    }
    if (due && !waits) /* who has to wait is the first of the next run */
      hub->cursor = (first + i) % n;
    waits |= due;
    hub->due_us = MIN (hub->due_us, session->due_us);
  }
}
