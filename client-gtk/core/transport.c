/* transport.c - a source with a child for each socket.
 *
 * A step may close a socket and open another of the same number, and WSAEventSelect keeps one mask a socket and signals
 * again only after it was asked to. So the children live for one wait: made afresh from what is wanted, gone
 * before it steps. */
#include "transport.h"

#include "net/poller.h"
#include "transport-private.h"

typedef struct {
  GSource source;
  const KithDriven *driven;
  gpointer subject;
  GArray *watches;     /* what the children wait for */
  GArray *wanted;      /* the same, as the subject has it now */
  GPtrArray *children; /* GSource */
} Transport;

static gboolean
on_ready (GIOChannel *channel, GIOCondition condition, gpointer data)
{
  return G_SOURCE_CONTINUE; /* the parent is dispatched with its child, and steps */
}

static void
add_child (Transport *transport, const KithWatch *watch)
{
  g_autoptr (GIOChannel) channel = kith_transport_channel_new (watch->socket);
  GIOCondition condition = G_IO_ERR | G_IO_HUP;
  if ((watch->wanted & KITH_POLL_READ) != 0)
    condition |= G_IO_IN;
  if ((watch->wanted & KITH_POLL_WRITE) != 0)
    condition |= G_IO_OUT;
  GSource *child = g_io_create_watch (channel, condition);
  g_source_set_callback (child, G_SOURCE_FUNC (on_ready), NULL, NULL);
  g_source_add_child_source (&transport->source, child);
  g_ptr_array_add (transport->children, child);
}

static void
drop_child (gpointer child)
{
  g_source_destroy (child);
  g_source_unref (child);
}

static void
drop_children (Transport *transport)
{
  g_ptr_array_set_size (transport->children, 0);
  g_array_set_size (transport->watches, 0);
}

static gboolean
is_same (const GArray *a, const GArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++) {
    const KithWatch *x = &g_array_index (a, KithWatch, i), *y = &g_array_index (b, KithWatch, i);
    if (x->socket != y->socket || x->wanted != y->wanted)
      return FALSE;
  }
  return TRUE;
}

static void
update_children (Transport *transport)
{
  g_array_set_size (transport->wanted, 0);
  transport->driven->watches (transport->subject, transport->wanted);
  if (is_same (transport->wanted, transport->watches))
    return;
  drop_children (transport);
  g_array_append_vals (transport->watches, transport->wanted->data, transport->wanted->len);
  for (guint i = 0; i < transport->watches->len; i++)
    add_child (transport, &g_array_index (transport->watches, KithWatch, i));
}

static gboolean
transport_prepare (GSource *source, int *timeout)
{
  Transport *transport = (Transport *) source;
  gint64 due_us = transport->driven->due (transport->subject);
  gint64 left_us = due_us - g_get_monotonic_time ();
  update_children (transport);
  *timeout = due_us == G_MAXINT64 ? -1 : (int) CLAMP ((left_us + 999) / 1000, 0, G_MAXINT);
  return left_us <= 0;
}

/* A child that is ready dispatches its parent by itself. */
static gboolean
transport_check (GSource *source)
{
  Transport *transport = (Transport *) source;
  return transport->driven->due (transport->subject) <= g_get_monotonic_time ();
}

static gboolean
transport_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  Transport *transport = (Transport *) source;
  drop_children (transport);
  transport->driven->step (transport->subject, g_get_monotonic_time ());
  return callback != NULL ? callback (data) : G_SOURCE_CONTINUE;
}

static void
transport_finalize (GSource *source)
{
  Transport *transport = (Transport *) source;
  g_array_unref (transport->watches);
  g_array_unref (transport->wanted);
  g_ptr_array_unref (transport->children);
}

GSource *
kith_driven_source_new (const KithDriven *driven, gpointer subject)
{
  static GSourceFuncs functions = {.prepare = transport_prepare,
                                   .check = transport_check,
                                   .dispatch = transport_dispatch,
                                   .finalize = transport_finalize};
  GSource *source = g_source_new (&functions, sizeof (Transport));
  Transport *transport = (Transport *) source;
  transport->driven = driven;
  transport->subject = subject;
  transport->watches = g_array_new (FALSE, FALSE, sizeof (KithWatch));
  transport->wanted = g_array_new (FALSE, FALSE, sizeof (KithWatch));
  transport->children = g_ptr_array_new_with_free_func (drop_child);
  g_source_set_name (source, driven->name);
  return source;
}

static void
client_watches (gpointer client, GArray *watches)
{
  kith_client_watches (client, watches);
}

static gint64
client_due (gpointer client)
{
  return kith_client_due (client);
}

static void
client_step (gpointer client, gint64 now_us)
{
  kith_client_step (client, now_us);
}

GSource *
kith_transport_source_new (KithClient *client)
{
  static const KithDriven driven = {"kith client", client_watches, client_due, client_step};
  GSource *source = kith_driven_source_new (&driven, client);
  /* Beside the frames of the window: behind them, an animation that is slower than its interval keeps the network waiting for ever. */
  g_source_set_priority (source, G_PRIORITY_HIGH_IDLE + 20);
  return source;
}
