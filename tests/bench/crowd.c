/* crowd.c - asking for many at once: a wave of people says something, and the wave is over when each has its answer. */
#include "bench/crowd.h"

#include <string.h>

#define WAVE 100         /* connections that begin at once */
#define REGISTER_WAVE 500
#define JOIN_WAVE 50     /* joins of one room wait for each other */
#define LIMIT_S 60

struct _Crowd {
  guint people;
  gint64 *ids;            /* account of each person; 0: not registered yet */
  guint8 secret[16];      /* what tokens are made of */
  /* of the wave under way */
  Load *load;
  Layout *layout;
  guint awaited;
};

Crowd *
crowd_new (guint people)
{
  Crowd *crowd = g_new0 (Crowd, 1);
  crowd->people = people;
  crowd->ids = g_new0 (gint64, people);
  for (guint i = 0; i < sizeof crowd->secret; i++)
    crowd->secret[i] = (guint8) g_random_int ();
  return crowd;
}

void
crowd_free (Crowd *crowd)
{
  if (crowd == NULL)
    return;
  g_free (crowd->ids);
  g_free (crowd);
}

gint64
crowd_account (const Crowd *crowd, guint person)
{
  return crowd->ids[person];
}

static char *
token_of (const Crowd *crowd, guint person)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, crowd->secret, sizeof crowd->secret);
  g_checksum_update (checksum, (const guchar *) &person, sizeof person);
  return g_strdup (g_checksum_get_string (checksum));
}

/* The number behind a mark in a line, 0: no such mark. */
static gint64
number_behind (const char *line, gsize length, const char *mark)
{
  const char *found = g_strstr_len (line, (gssize) length, mark);
  return found != NULL ? g_ascii_strtoll (found + strlen (mark), NULL, 10) : 0;
}

static void
note_answer (Crowd *crowd, const LoadPeer *peer, const char *line, gsize length)
{
  gint64 account = number_behind (line, length, "\"account\":{\"id\":\"u");
  gint64 conversation = number_behind (line, length, "\"conversation\":{\"id\":\"c");
  if (account != 0)
    crowd->ids[peer->number] = account;
  if (conversation != 0 && crowd->layout != NULL)
    crowd->layout->conversations[peer->number / crowd->layout->members] = conversation;
}

static void
on_line (gpointer data, LoadPeer *peer, const char *line, gsize length)
{
  Crowd *crowd = data;
  if (g_strstr_len (line, (gssize) length, "\"error\":") != NULL)
    load_fail (crowd->load, "Person %u was refused: %.*s", peer->number, (int) MIN (length, 400), line);
  if (!g_str_has_prefix (line, "{\"re\":") && !g_str_has_prefix (line, "room"))
    return;
  note_answer (crowd, peer, line, length);
  crowd->awaited--;
}

static gboolean
is_answered (gpointer data)
{
  const Crowd *crowd = data;
  return crowd->awaited == 0;
}

static gboolean
wait_for_answers (Crowd *crowd, Load *load, GError **error)
{
  crowd->load = load;
  load_set_reader (load, on_line, crowd);
  return load_run (load, is_answered, crowd, LIMIT_S, error);
}

static void G_GNUC_PRINTF (5, 6)
ask (Crowd *crowd, Load *load, LoadPeer *peer, guint answers, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  load_say (load, peer, text, strlen (text));
  crowd->awaited += answers;
}

#define HELLO "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"kith-bench\"}\n"
#define NONCE_FORMAT "%08x%08x%08x%08x"
#define NONCE g_random_int (), g_random_int (), g_random_int (), g_random_int ()

static LoadPeer *
connect_one (Load *load, const Target *target, guint person, GPtrArray *peers, GError **error)
{
  LoadPeer *peer = load_connect (load, &target->address, target->tls, person, error);
  if (peer != NULL)
    g_ptr_array_add (peers, peer);
  return peer;
}

static void
ask_login (Crowd *crowd, Load *load, LoadPeer *peer)
{
  g_autofree char *token = token_of (crowd, peer->number);
  ask (crowd, load, peer, 2, HELLO "{\"type\":\"login\",\"id\":2,\"token\":\"%s\"}\n", token);
}

gboolean
crowd_enter (Crowd *crowd, Load *load, const Target *target, const Layout *layout, guint first, guint count, GPtrArray *peers,
             GError **error)
{
  for (guint i = 0; i < count; i++) {
    LoadPeer *peer = connect_one (load, target, first + i, peers, error);
    if (peer == NULL)
      return FALSE;
    if (layout != NULL)
      peer->group = peer->number / layout->members;
    if (target->kind == TARGET_KITHD)
      ask_login (crowd, load, peer);
    else
      ask (crowd, load, peer, 1, "room %u\n", peer->group);
    if ((i % WAVE == WAVE - 1 || i == count - 1) && !wait_for_answers (crowd, load, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
crowd_connect (Crowd *crowd, Load *load, const Target *target, guint first, guint count, GPtrArray *peers, GError **error)
{
  for (guint i = 0; i < count; i++) {
    LoadPeer *peer = connect_one (load, target, first + i, peers, error);
    if (peer == NULL)
      return FALSE;
    ask (crowd, load, peer, 1, "{\"type\":\"ping\",\"id\":1}\n");
    if ((i % WAVE == WAVE - 1 || i == count - 1) && !wait_for_answers (crowd, load, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
crowd_sign_in (Crowd *crowd, Load *load, const GPtrArray *peers, guint from, GError **error)
{
  for (guint i = from; i < peers->len; i++) {
    ask_login (crowd, load, peers->pdata[i]);
    if (((i - from) % WAVE == WAVE - 1 || i == peers->len - 1) && !wait_for_answers (crowd, load, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
crowd_ask (Crowd *crowd, Load *load, LoadPeer *peer, const char *frame, GError **error)
{
  ask (crowd, load, peer, 1, "%s", frame);
  return wait_for_answers (crowd, load, error);
}

/* Everybody else is told of somebody new: only one wave is connected at a time. */
static gboolean
register_wave (Crowd *crowd, Load *load, const Target *target, guint first, guint count, GError **error)
{
  g_autoptr (GPtrArray) peers = g_ptr_array_new ();
  for (guint i = 0; i < count; i++) {
    LoadPeer *peer = connect_one (load, target, first + i, peers, error);
    if (peer == NULL)
      return FALSE;
    g_autofree char *token = token_of (crowd, peer->number);
    ask (crowd, load, peer, 2,
         HELLO "{\"type\":\"register\",\"id\":2,\"nonce\":\"" NONCE_FORMAT "\",\"handle\":\"person%u\",\"device\":\"bench\",\"token\":\"%s\"}\n",
         NONCE, peer->number, token);
  }
  gboolean done = wait_for_answers (crowd, load, error);
  load_cut_all (load);
  return done;
}

static void
ask_to_make (Crowd *crowd, Load *load, LoadPeer *peer)
{
  const Layout *layout = crowd->layout;
  if (peer->number % layout->members != 0)
    return;
  if (layout->direct)
    ask (crowd, load, peer, 1, "{\"type\":\"open\",\"id\":3,\"nonce\":\"" NONCE_FORMAT "\",\"people\":[\"u%" G_GINT64_FORMAT "\"]}\n", NONCE,
         crowd->ids[peer->number + 1]);
  else
    ask (crowd, load, peer, 1, "{\"type\":\"create\",\"id\":3,\"nonce\":\"" NONCE_FORMAT "\",\"name\":\"%s%u\"}\n", NONCE, layout->name,
         peer->number / layout->members);
}

static void
ask_to_join (Crowd *crowd, Load *load, LoadPeer *peer)
{
  const Layout *layout = crowd->layout;
  if (peer->number % layout->members == 0 || layout->direct)
    return;
  ask (crowd, load, peer, 1, "{\"type\":\"join\",\"id\":4,\"nonce\":\"" NONCE_FORMAT "\",\"conversation\":\"c%" G_GINT64_FORMAT "\"}\n", NONCE,
       layout->conversations[peer->number / layout->members]);
}

/* The one who makes a conversation is the first of its people, in this wave or an earlier one. */
static gboolean
gather_wave (Crowd *crowd, Load *load, const Target *target, guint first, guint count, GError **error)
{
  static void (*const steps[]) (Crowd *, Load *, LoadPeer *) = { ask_to_make, ask_to_join };
  g_autoptr (GPtrArray) peers = g_ptr_array_new ();
  if (!crowd_enter (crowd, load, target, NULL, first, count, peers, error))
    return FALSE;
  for (guint step = 0; step < G_N_ELEMENTS (steps); step++) {
    for (guint i = 0; i < peers->len; i++)
      steps[step](crowd, load, peers->pdata[i]);
    if (!wait_for_answers (crowd, load, error))
      return FALSE;
  }
  load_cut_all (load);
  return TRUE;
}

gboolean
crowd_register (Crowd *crowd, const Target *target, GError **error)
{
  g_autoptr (Load) load = load_new (error);
  gboolean sound = load != NULL;
  for (guint first = 0; first < crowd->people && sound; first += REGISTER_WAVE)
    sound = register_wave (crowd, load, target, first, MIN (REGISTER_WAVE, crowd->people - first), error);
  return sound;
}

gboolean
crowd_gather (Crowd *crowd, const Target *target, Layout *layout, GError **error)
{
  g_autoptr (Load) load = load_new (error);
  gboolean sound = load != NULL;
  guint people = layout->groups * layout->members;
  crowd->layout = layout;
  layout->conversations = g_new0 (gint64, layout->groups);
  for (guint first = 0; first < people && sound; first += JOIN_WAVE)
    sound = gather_wave (crowd, load, target, first, MIN (JOIN_WAVE, people - first), error);
  crowd->layout = NULL;
  return sound;
}
