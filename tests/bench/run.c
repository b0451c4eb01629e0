/* run.c - messages out, lines in. Every message carries its number in the run, so that it is known again when it comes. */
#include "bench/run.h"

#include <stdio.h>
#include <string.h>

#include "base/prompt.h"

#include "client/random.h"

#define LIMIT_S 120
#define TEXT_MARK "\"text\":\""

typedef struct {
  guint posted, acknowledged; /* messages */
  guint64 read;               /* deliveries */
} Group;

typedef struct {
  const Plan *plan;
  Load *load;
  const Target *target;
  const GPtrArray *peers;
  Outcome *outcome;
  Group *groups;
  guint groups_left;
  guint total, posted;   /* messages */
  gint64 *sent_at;       /* of each message, us */
  guint *senders;        /* of each message, the person */
  gint64 began;          /* fixed rate */
  gboolean needs_number; /* the number of a delivered message matters */
} Run;

/* About what people write: 60 bytes. */
static void
post (Run *run, LoadPeer *peer)
{
  char frame[512], nonce[KITH_NONCE_TEXT];
  Group *group = &run->groups[peer->group];
  guint number = run->posted++;
  gint64 conversation = run->plan->layout->conversations[peer->group];
  int length = g_snprintf (frame, sizeof frame,
                           "{\"type\":\"post\",\"id\":%u,\"conversation\":\"c%" G_GINT64_FORMAT "\",\"nonce\":\"%s\","
                           "\"body\":{" TEXT_MARK "%010u Shall we have lunch together at half past twelve?\"}}\n",
                           number, conversation, kith_random_nonce (nonce), number);
  run->senders[number] = peer->number;
  run->sent_at[number] = g_get_monotonic_time ();
  group->posted++;
  peer->in_flight++;
  load_say (run->load, peer, frame, (gsize) length);
}

static gboolean
may_post (const Run *run, const Group *group, const LoadPeer *peer)
{
  const Plan *plan = run->plan;
  gboolean is_sender = peer->number % plan->layout->members < plan->senders;
  if (plan->per_second != 0 || !is_sender || group->posted >= plan->messages || peer->in_flight >= plan->window)
    return FALSE;
  return !plan->wait_all || (group->acknowledged == group->posted && group->read == (guint64) group->posted * plan->layout->members);
}

static LoadPeer *
sender_of (const Run *run, guint group, guint index)
{
  return run->peers->pdata[group * run->plan->layout->members + index];
}

static gboolean
is_complete (const Run *run, const Group *group)
{
  return group->acknowledged == run->plan->messages && group->read == (guint64) run->plan->messages * run->plan->layout->members;
}

/* After something came back for the group: who may go on, does. */
static void
go_on (Run *run, Group *group, LoadPeer *peer)
{
  if (is_complete (run, group)) {
    run->groups_left--;
    return;
  }
  LoadPeer *next = run->plan->wait_all ? sender_of (run, peer->group, group->posted % run->plan->senders) : peer;
  while (may_post (run, group, next))
    post (run, next);
}

static void
on_acknowledged (Run *run, LoadPeer *peer, guint number)
{
  Group *group = &run->groups[peer->group];
  if (number >= run->posted || run->senders[number] != peer->number || peer->in_flight == 0) {
    load_fail (run->load, "Person %u got an acknowledgement of message %u, which is not theirs.", peer->number, number);
    return;
  }
  double took = (double) (g_get_monotonic_time () - run->sent_at[number]);
  g_array_append_val (run->outcome->acknowledged, took);
  peer->in_flight--;
  group->acknowledged++;
}

static guint
number_in (const char *line, gsize length)
{
  const char *found = g_strstr_len (line, (gssize) length, TEXT_MARK);
  return found != NULL ? (guint) g_ascii_strtoull (found + strlen (TEXT_MARK), NULL, 10) : G_MAXUINT;
}

static void
on_delivered (Run *run, LoadPeer *peer, const char *line, gsize length)
{
  gboolean may_be_own = run->target->kind != TARGET_KITHD && peer->in_flight > 0;
  run->groups[peer->group].read++;
  run->outcome->deliveries++;
  if (!run->needs_number && !may_be_own)
    return;
  guint number = number_in (line, length);
  if (number >= run->posted) {
    load_fail (run->load, "A message without a number came: %.*s", (int) MIN (length, 200), line);
    return;
  }
  if (run->needs_number) {
    double took = (double) (g_get_monotonic_time () - run->sent_at[number]);
    g_array_append_val (run->outcome->delivered, took);
  }
  if (may_be_own && run->senders[number] == peer->number)
    on_acknowledged (run, peer, number);
}

#define BEGINS(line, length, with) ((length) >= sizeof (with) - 1 && memcmp (line, with, sizeof (with) - 1) == 0)

static void
on_line (gpointer data, LoadPeer *peer, const char *line, gsize length)
{
  Run *run = data;
  if (BEGINS (line, length, "{\"type\":\"event\"") || BEGINS (line, length, "{\"type\":\"post\""))
    on_delivered (run, peer, line, length);
  else if (BEGINS (line, length, "{\"re\":") && g_strstr_len (line, (gssize) length, "\"seq\":") != NULL)
    on_acknowledged (run, peer, (guint) g_ascii_strtoull (line + strlen ("{\"re\":"), NULL, 10));
  else
    load_fail (run->load, "Person %u got what was not expected: %.*s", peer->number, (int) MIN (length, 400), line);
  go_on (run, &run->groups[peer->group], peer);
}

/* At a fixed rate: what is due by now, one sender after the other; then the next time. */
static void
on_due (gpointer data)
{
  Run *run = data;
  const Layout *layout = run->plan->layout;
  gint64 now = g_get_monotonic_time ();
  gint64 due = (now - run->began) * run->plan->per_second / G_USEC_PER_SEC + 1;
  while (run->posted < MIN (due, run->total)) {
    guint turn = run->posted / layout->groups, group = run->posted % layout->groups;
    post (run, sender_of (run, group, turn % run->plan->senders));
  }
  gint64 next = run->began + (gint64) run->posted * G_USEC_PER_SEC / run->plan->per_second;
  if (run->posted < run->total)
    kith_poller_timer_add (load_poller (run->load), next, on_due, run);
}

static void
begin (Run *run)
{
  const Plan *plan = run->plan;
  run->began = g_get_monotonic_time ();
  if (plan->per_second != 0) {
    on_due (run);
    return;
  }
  for (guint i = 0; i < plan->layout->groups; i++)
    for (guint j = 0; j < plan->senders; j++)
      while (may_post (run, &run->groups[i], sender_of (run, i, j)))
        post (run, sender_of (run, i, j));
}

static gboolean
is_done (gpointer data)
{
  const Run *run = data;
  return run->groups_left == 0;
}

void
run_note_threads (const Target *target, Outcome *used)
{
  used->cpu_ns = target_cpu_ns (target);
  used->store_ns = target_thread_cpu_ns (target, "store-writer");
  used->index_ns = target_thread_cpu_ns (target, "store-indexer");
}

/* What is left to do when the last answer is there is the store's and the index's; what else goes on in that time has nothing to do with the messages. */
static void
sum_up (Outcome *outcome, const Outcome *before, const Outcome *answered, const Outcome *after)
{
  gint64 later = after->store_ns - answered->store_ns + after->index_ns - answered->index_ns;
  outcome->cpu_ns = answered->cpu_ns - before->cpu_ns + later;
  outcome->store_ns = after->store_ns - before->store_ns;
  outcome->index_ns = after->index_ns - before->index_ns;
}

gboolean
run_plan (const Plan *plan, Load *load, const Target *target, const GPtrArray *peers, Outcome *outcome, GError **error)
{
  guint total = plan->messages * plan->layout->groups;
  g_autofree Group *groups = g_new0 (Group, plan->layout->groups);
  g_autofree gint64 *sent_at = g_new0 (gint64, total);
  g_autofree guint *senders = g_new0 (guint, total);
  Run run = { .plan = plan, .load = load, .target = target, .peers = peers, .outcome = outcome, .groups = groups, .total = total,
              .groups_left = plan->layout->groups, .sent_at = sent_at, .senders = senders, .needs_number = plan->per_second != 0 };
  Outcome before, answered, after;
  *outcome = (Outcome) { .acknowledged = g_array_new (FALSE, FALSE, sizeof (double)), .delivered = g_array_new (FALSE, FALSE, sizeof (double)) };
  load_set_reader (load, on_line, &run);
  run_note_threads (target, &before);
  if (plan->per_second != 0)
    kith_prompt_thread (); /* it is time that counts then, and clients have processors of their own */
  begin (&run);
  gboolean sound = load_run (load, is_done, &run, LIMIT_S, error);
  kith_prompt_end (); /* what it starts later is not like it */
  run_note_threads (target, &answered);
  sound = sound && (!plan->indexed || target_wait_indexed (target, error));
  run_note_threads (target, &after);
  sum_up (outcome, &before, &answered, &after);
  outcome->messages = run.posted;
  return sound;
}

void
outcome_clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->acknowledged, g_array_unref);
  g_clear_pointer (&outcome->delivered, g_array_unref);
}
