/* shaky.c - see shaky.h. */
#include "support/shaky.h"

typedef struct {
  KithStream stream;
  KithStream *lower;
  ShakyHabits habits;
  GRand *random;
  gsize read; /* bytes so far */
} Shaky;

static Shaky *
self_of (const KithStream *stream)
{
  return (Shaky *) stream;
}

static gboolean
not_now (Shaky *self)
{
  return (guint) g_rand_int_range (self->random, 0, 100) < self->habits.again;
}

static gsize
portion (const Shaky *self, gsize size)
{
  return self->habits.most == 0 ? size : MIN (size, self->habits.most);
}

static KithIo
shaky_handshake (KithStream *stream, GError **error)
{
  return kith_stream_handshake (self_of (stream)->lower, error);
}

static KithIo
shaky_read (KithStream *stream, void *data, gsize size, gsize *got, GError **error)
{
  Shaky *self = self_of (stream);

  if (not_now (self))
    return KITH_IO_AGAIN;
  KithIo status = kith_stream_read (self->lower, data, portion (self, size), got, error);
  gsize damage_at = self->habits.damage_at;
  if (damage_at > self->read && damage_at <= self->read + *got)
    ((guint8 *) data)[damage_at - self->read - 1] ^= 0x40;
  self->read += *got;
  if (self->habits.count != NULL)
    *self->habits.count += *got;
  return status;
}

static KithIo
shaky_write (KithStream *stream, const void *data, gsize size, gsize *sent, GError **error)
{
  Shaky *self = self_of (stream);

  return not_now (self) ? KITH_IO_AGAIN : kith_stream_write (self->lower, data, portion (self, size), sent, error);
}

static guint
shaky_wants_read (const KithStream *stream)
{
  return kith_stream_wants_read (self_of (stream)->lower);
}

static guint
shaky_wants_write (const KithStream *stream)
{
  return kith_stream_wants_write (self_of (stream)->lower);
}

static gsize
shaky_pending (const KithStream *stream)
{
  return kith_stream_pending (self_of (stream)->lower);
}

static void
shaky_close (KithStream *stream)
{
  kith_stream_close (self_of (stream)->lower);
}

static void
shaky_free (KithStream *stream)
{
  kith_stream_free (self_of (stream)->lower);
  g_rand_free (self_of (stream)->random);
  g_free (stream);
}

static KithSocket
shaky_socket (const KithStream *stream)
{
  return kith_stream_socket (self_of (stream)->lower);
}

static const KithStreamClass shaky_class = {
    .handshake = shaky_handshake,
    .read = shaky_read,
    .write = shaky_write,
    .wants_read = shaky_wants_read,
    .wants_write = shaky_wants_write,
    .pending = shaky_pending,
    .close = shaky_close,
    .free = shaky_free,
    .socket = shaky_socket,
};

KithStream *
shaky_stream_new (KithStream *lower, const ShakyHabits *habits)
{
  Shaky *self = g_new0 (Shaky, 1);

  self->stream.klass = &shaky_class;
  self->lower = lower;
  self->habits = *habits;
  self->random = g_rand_new_with_seed (habits->seed);
  return &self->stream;
}
