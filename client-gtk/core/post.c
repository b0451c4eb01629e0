/* post.c - a line of a conversation: its members and its one signal. What the wire says of it is read in post-wire.c.
 */
#include "core/post-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (KithPost, kith_post, G_TYPE_OBJECT)

static guint changed_signal;

static void
reaction_free (gpointer data)
{
  KithReaction *reaction = data;
  g_free (reaction->emoji);
  g_array_unref (reaction->people);
  g_free (reaction);
}

static void
kith_post_dispose (GObject *object)
{
  g_clear_object (&KITH_POST (object)->quoted);
  G_OBJECT_CLASS (kith_post_parent_class)->dispose (object);
}

static void
kith_post_finalize (GObject *object)
{
  KithPost *post = KITH_POST (object);
  g_free (post->nonce);
  g_free (post->text);
  g_free (post->error);
  g_array_unref (post->mentions);
  g_array_unref (post->readers);
  g_ptr_array_unref (post->reactions);
  G_OBJECT_CLASS (kith_post_parent_class)->finalize (object);
}

static void
kith_post_class_init (KithPostClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS (klass);
  object->dispose = kith_post_dispose;
  object->finalize = kith_post_finalize;
  changed_signal = g_signal_new ("changed", KITH_TYPE_POST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kith_post_init (KithPost *post)
{
  post->text = g_strdup ("");
  post->state = KITH_POST_SENT;
  post->mentions = g_array_new (FALSE, FALSE, sizeof (gint64));
  post->readers = g_array_new (FALSE, FALSE, sizeof (gint64));
  post->reactions = g_ptr_array_new_with_free_func (reaction_free);
}

KithPost *
kith_post_new_gap (gint64 first, gint64 last)
{
  KithPost *post = g_object_new (KITH_TYPE_POST, NULL);
  post->kind = KITH_POST_GAP;
  post->seq = post->gap_first = first;
  post->gap_last = last;
  return post;
}

void
kith_post_touch (KithPost *post)
{
  post->touched = TRUE;
}

void
kith_post_changed (KithPost *post)
{
  if (!post->touched)
    return;
  post->touched = FALSE;
  g_signal_emit (post, changed_signal, 0);
}

void
kith_post_set_state (KithPost *post, KithPostState state, const char *error)
{
  if (post->state == state && g_strcmp0 (post->error, error) == 0)
    return;
  post->state = state;
  g_free (post->error);
  post->error = g_strdup (error);
  kith_post_touch (post);
}

void
kith_post_set_quoted (KithPost *post, KithPost *quoted)
{
  if (g_set_object (&post->quoted, quoted))
    kith_post_touch (post);
}

void
kith_post_set_readers (KithPost *post, const GArray *accounts)
{
  if (post->readers->len == accounts->len &&
      (accounts->len == 0 || memcmp (post->readers->data, accounts->data, accounts->len * sizeof (gint64)) == 0))
    return;
  g_array_set_size (post->readers, 0);
  g_array_append_vals (post->readers, accounts->data, accounts->len);
  kith_post_touch (post);
}

gint64
kith_post_seq (KithPost *post)
{
  return post->seq;
}

guint64
kith_post_key (KithPost *post)
{
  return post->key;
}

gint64
kith_post_at (KithPost *post)
{
  return post->at;
}

gint64
kith_post_from (KithPost *post)
{
  return post->from;
}

KithPostKind
kith_post_kind (KithPost *post)
{
  return post->kind;
}

KithPostState
kith_post_state (KithPost *post)
{
  return post->state;
}

const char *
kith_post_error (KithPost *post)
{
  return post->error;
}

const char *
kith_post_text (KithPost *post)
{
  return post->text;
}

gint64
kith_post_account (KithPost *post)
{
  return post->account;
}

gint64
kith_post_reply_to (KithPost *post)
{
  return post->reply_to;
}

KithPost *
kith_post_quoted (KithPost *post)
{
  return post->quoted;
}

const GArray *
kith_post_mentions (KithPost *post)
{
  return post->mentions;
}

gboolean
kith_post_mentions_me (KithPost *post)
{
  return post->mentions_me;
}

const GPtrArray *
kith_post_reactions (KithPost *post)
{
  return post->reactions;
}

gint64
kith_post_edited (KithPost *post)
{
  return post->edited;
}

gboolean
kith_post_is_deleted (KithPost *post)
{
  return post->deleted || post->going;
}

void
kith_post_set_going (KithPost *post, gboolean going)
{
  if (post->going == going)
    return;
  post->going = going;
  kith_post_touch (post);
}

gint64
kith_post_deleted_by (KithPost *post)
{
  return post->deleted_by;
}

gboolean
kith_post_is_pinned (KithPost *post)
{
  return post->pinned;
}

gboolean
kith_post_is_urgent (KithPost *post)
{
  return post->urgent;
}

gboolean
kith_post_is_mine (KithPost *post)
{
  return post->mine;
}

const GArray *
kith_post_readers (KithPost *post)
{
  return post->readers;
}

