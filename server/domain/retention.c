/* retention.c - rounds through the conversations that have a limit, an hour apart; a slice at a time. */
#include "domain/retention.h"

#define ROUND_US (3600 * (gint64) G_USEC_PER_SEC)
#define PAUSE_BETWEEN_US (100 * 1000) /* slices */
#define JUMP_MS (3600 * (gint64) 1000)
#define AHEAD_MS (7 * 24 * JUMP_MS) /* a server may have been off for so long */
#define DAY_MS (24 * JUMP_MS)

struct _KithdRetention {
  const KithdDomain *domain;
  const KithdSettings *settings;
  gint64 newest_ms;
  gboolean has_clock;
  gint64 now_us, real_ms; /* the last look */
  gint64 trusted_us;      /* from then on the clock is believed */
  GHashTable *oldest;     /* gint64 * id -> gint64 *: when the oldest event of a log happened, as far as it is known */
  GArray *round;          /* gint64 ids: what is left of this one */
  gint64 next_round_us, next_slice_us;
  gboolean waits; /* for a slice to come back */
};

KithdRetention *
kithd_retention_new (const KithdDomain *domain, const KithdSettings *settings, gint64 newest_ms)
{
  KithdRetention *retention = g_new0 (KithdRetention, 1);
  retention->domain = domain;
  retention->settings = settings;
  retention->newest_ms = newest_ms;
  retention->oldest = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  retention->round = g_array_new (FALSE, FALSE, sizeof (gint64));
  return retention;
}

void
kithd_retention_free (KithdRetention *retention)
{
  if (retention == NULL)
    return;
  g_array_unref (retention->round);
  g_hash_table_unref (retention->oldest);
  g_free (retention);
}

static gboolean
is_jump (const KithdRetention *retention, gint64 now_us, gint64 real_ms)
{
  if (!retention->has_clock)
    return retention->newest_ms != 0 &&
           (real_ms < retention->newest_ms - JUMP_MS || real_ms > retention->newest_ms + AHEAD_MS);
  gint64 expected_ms = retention->real_ms + (now_us - retention->now_us) / 1000;
  return ABS (real_ms - expected_ms) > JUMP_MS;
}

gboolean
kithd_retention_clock (KithdRetention *retention, gint64 now_us, gint64 real_ms)
{
  gboolean jumped = is_jump (retention, now_us, real_ms);
  if (jumped)
    retention->trusted_us = now_us + KITHD_RETENTION_STEADY_US;
  retention->has_clock = TRUE;
  retention->now_us = now_us;
  retention->real_ms = real_ms;
  return jumped;
}

gint64
kithd_retention_paused_us (const KithdRetention *retention)
{
  return MAX (retention->trusted_us - retention->now_us, 0);
}

void
kithd_retention_resume (KithdRetention *retention)
{
  retention->trusted_us = 0;
  retention->next_round_us = 0;
}

gint64
kithd_retention_days (const KithdConversation *conversation, const KithdSettings *settings)
{
  gint64 own = conversation->record.retention, server = settings->retention_days;
  return own == 0 || server == 0 ? MAX (own, server) : MIN (own, server);
}

static void
begin_round (KithdRetention *retention)
{
  kithd_domain_list_conversations (retention->domain, retention->round);
  retention->next_round_us = retention->now_us + ROUND_US;
}

/* What happened before that in the conversation is too old; 0: nothing is. */
static gint64
limit_of (const KithdRetention *retention, const KithdConversation *conversation)
{
  gint64 days = kithd_retention_days (conversation, retention->settings);
  return days > 0 ? MAX (retention->real_ms - days * DAY_MS, 0) : 0;
}

static gboolean
may_be_due (const KithdRetention *retention, const KithdConversation *conversation)
{
  gint64 limit = limit_of (retention, conversation);
  const gint64 *oldest = g_hash_table_lookup (retention->oldest, &conversation->record.id);
  return limit > 0 && conversation->record.first <= conversation->record.last && (oldest == NULL || *oldest < limit);
}

/* The next one that may hold something too old; NULL: the round is over. */
static const KithdConversation *
pick (KithdRetention *retention)
{
  while (retention->round->len > 0) {
    gint64 id = g_array_index (retention->round, gint64, retention->round->len - 1);
    const KithdConversation *conversation = kithd_domain_conversation (retention->domain, id);
    if (conversation != NULL && may_be_due (retention, conversation))
      return conversation;
    g_array_set_size (retention->round, retention->round->len - 1);
  }
  return NULL;
}

KithdChange *
kithd_retention_next (KithdRetention *retention)
{
  if (!retention->has_clock || retention->waits || kithd_retention_paused_us (retention) > 0 ||
      retention->now_us < retention->next_slice_us)
    return NULL;
  if (retention->round->len == 0 && retention->now_us >= retention->next_round_us)
    begin_round (retention);
  const KithdConversation *conversation = pick (retention);
  if (conversation == NULL)
    return NULL;
  KithdChange *slice = kithd_change_new (KITHD_CHANGE_EXPIRE, 0);
  slice->conversation = conversation->record.id;
  slice->before = limit_of (retention, conversation);
  slice->limit = KITHD_RETENTION_SLICE;
  retention->waits = TRUE;
  return slice;
}

/* What failed waits for the next round. */
void
kithd_retention_done (KithdRetention *retention, const KithdChange *slice)
{
  retention->waits = FALSE;
  retention->next_slice_us = retention->now_us + PAUSE_BETWEEN_US;
  if (slice->error == NULL && slice->oldest_at != 0)
    g_hash_table_replace (retention->oldest, g_memdup2 (&slice->conversation, sizeof slice->conversation),
                          g_memdup2 (&slice->oldest_at, sizeof slice->oldest_at));
  else
    g_hash_table_remove (retention->oldest, &slice->conversation);
  if ((slice->error != NULL || !slice->more) && retention->round->len > 0)
    g_array_set_size (retention->round, retention->round->len - 1);
}
