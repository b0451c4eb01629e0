/* wake.c - one byte through a socket pair; a flag keeps it at one. */
#include "net/wake.h"

struct _KithWake {
  KithSocket ends[2]; /* watched, written */
  gint signalled;     /* atomic: a byte is on its way */
};

KithWake *
kith_wake_new (GError **error)
{
  g_autofree KithWake *wake = g_new0 (KithWake, 1);

  if (!kith_socket_pair (wake->ends, error))
    return NULL;
  return g_steal_pointer (&wake);
}

void
kith_wake_free (KithWake *wake)
{
  if (wake == NULL)
    return;
  kith_socket_close (wake->ends[0]);
  kith_socket_close (wake->ends[1]);
  g_free (wake);
}

void
kith_wake_signal (KithWake *wake)
{
  gsize sent;

  if (g_atomic_int_compare_and_exchange (&wake->signalled, 0, 1) &&
      kith_socket_send (wake->ends[1], "", 1, &sent, NULL) != KITH_IO_OK)
    g_atomic_int_set (&wake->signalled, 0); /* else nothing would wake anybody any more */
}

KithSocket
kith_wake_socket (KithWake *wake)
{
  return wake->ends[0];
}

/* The byte is taken before the flag falls: a signal that comes in between finds the flag up, and its reason is seen
 * because the caller looks after this returns. The other order could take the byte of a later signal. There is one byte; should there be another
 * after all, the socket is still readable. */
void
kith_wake_clear (KithWake *wake)
{
  char bytes[16];
  gsize got;

  kith_socket_receive (wake->ends[0], bytes, sizeof bytes, &got, NULL);
  g_atomic_int_set (&wake->signalled, 0);
}
