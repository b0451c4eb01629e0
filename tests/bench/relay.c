/* relay.c - the bare relay that kithd is measured against: what a line costs when nothing is done to it.
 *
 * Who connects names a room in its first line and gets that line back; every later line goes to all who are in that room, its sender too.
 * Nothing is looked at but line feeds, nothing is kept. --each writes a line to each member as soon as it is read; --turn collects what
 * one turn of the loop brings and writes it to each member once. */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <signal.h>
#include <stdio.h>

#include "net/stream.h"
#include "net/tls.h"

#define EVENTS 1024
#define CHUNK (64 * 1024)

typedef struct {
  char *name;
  GPtrArray *members; /* Member, borrowed */
  GString *turn;      /* --turn: what this turn brought */
} Room;

typedef struct {
  KithStream *stream;
  gboolean shaken, waits_to_write, gone;
  Room *room;   /* NULL before its first line */
  GString *in;  /* a line that is not whole yet */
  GString *out; /* what the socket did not take */
} Member;

typedef struct {
  gboolean each;
  int epoll;
  KithSocket listener;
  KithTls *tls;       /* NULL: plain */
  GHashTable *rooms;  /* name -> Room */
  GPtrArray *written; /* rooms with something to write this turn */
  GPtrArray *gone;    /* members to free at the end of the turn */
} Relay;

static void
watch (Relay *relay, int operation, Member *member)
{
  struct epoll_event event = { .events = EPOLLIN | (member->waits_to_write ? EPOLLOUT : 0), .data.ptr = member };
  epoll_ctl (relay->epoll, operation, (int) kith_stream_socket (member->stream), &event);
}

static void
mark_gone (Relay *relay, Member *member)
{
  if (member->gone)
    return;
  member->gone = TRUE;
  if (member->room != NULL)
    g_ptr_array_remove_fast (member->room->members, member);
  g_ptr_array_add (relay->gone, member);
}

static void
free_member (gpointer data)
{
  Member *member = data;
  kith_stream_free (member->stream);
  g_string_free (member->in, TRUE);
  g_string_free (member->out, TRUE);
  g_free (member);
}

static void
wait_to_write (Relay *relay, Member *member, gboolean wait)
{
  if (member->waits_to_write == wait)
    return;
  member->waits_to_write = wait;
  watch (relay, EPOLL_CTL_MOD, member);
}

/* How much of it was taken. */
static gsize
write_some (Relay *relay, Member *member, const char *data, gsize size)
{
  gsize done = 0;
  KithIo status = KITH_IO_OK;
  while (done < size && status == KITH_IO_OK) {
    gsize sent = 0;
    status = kith_stream_write (member->stream, data + done, size - done, &sent, NULL);
    done += sent;
  }
  if (status == KITH_IO_ERROR || status == KITH_IO_END)
    mark_gone (relay, member);
  return done;
}

static void
say (Relay *relay, Member *member, const char *data, gsize size)
{
  gsize done = member->out->len == 0 ? write_some (relay, member, data, size) : 0;
  if (done == size)
    return;
  g_string_append_len (member->out, data + done, (gssize) (size - done));
  wait_to_write (relay, member, TRUE);
}

static void
say_rest (Relay *relay, Member *member)
{
  g_string_erase (member->out, 0, (gssize) write_some (relay, member, member->out->str, member->out->len));
  wait_to_write (relay, member, member->out->len > 0);
}

static void
say_to_room (Relay *relay, Room *room, const char *data, gsize size)
{
  for (guint i = room->members->len; i > 0; i--) /* backwards: one may go meanwhile */
    say (relay, room->members->pdata[i - 1], data, size);
}

static void
enter_room (Relay *relay, Member *member, const char *line, gsize size)
{
  g_autofree char *name = g_strndup (line, size);
  Room *room = g_hash_table_lookup (relay->rooms, name);
  if (room == NULL) {
    room = g_new0 (Room, 1);
    room->name = g_steal_pointer (&name);
    room->members = g_ptr_array_new ();
    room->turn = g_string_new (NULL);
    g_hash_table_insert (relay->rooms, room->name, room);
  }
  member->room = room;
  g_ptr_array_add (room->members, member);
  say (relay, member, line, size);
}

static void
on_line (Relay *relay, Member *member, const char *line, gsize size)
{
  if (member->room == NULL)
    enter_room (relay, member, line, size);
  else if (relay->each)
    say_to_room (relay, member->room, line, size);
  else {
    if (member->room->turn->len == 0)
      g_ptr_array_add (relay->written, member->room);
    g_string_append_len (member->room->turn, line, (gssize) size);
  }
}

static void
on_bytes (Relay *relay, Member *member, const char *data, gsize size)
{
  const char *end = data + size, *feed;
  while (!member->gone && (feed = memchr (data, '\n', (gsize) (end - data))) != NULL) {
    gsize length = (gsize) (feed + 1 - data);
    if (member->in->len > 0) {
      g_string_append_len (member->in, data, (gssize) length);
      on_line (relay, member, member->in->str, member->in->len);
      g_string_truncate (member->in, 0);
    } else
      on_line (relay, member, data, length);
    data += length;
  }
  g_string_append_len (member->in, data, (gssize) (end - data));
}

static void
read_member (Relay *relay, Member *member)
{
  static char chunk[CHUNK];
  KithIo status = KITH_IO_OK;
  gboolean more = TRUE;
  while (more && !member->gone) {
    gsize got = 0;
    status = kith_stream_read (member->stream, chunk, sizeof chunk, &got, NULL);
    if (status == KITH_IO_OK)
      on_bytes (relay, member, chunk, got);
    more = status == KITH_IO_OK && kith_stream_pending (member->stream) > 0;
  }
  if (status == KITH_IO_END || status == KITH_IO_ERROR)
    mark_gone (relay, member);
}

static void
on_member (Relay *relay, Member *member, guint32 events)
{
  if (!member->shaken) {
    KithIo status = kith_stream_handshake (member->stream, NULL);
    member->shaken = status == KITH_IO_OK;
    if (status == KITH_IO_ERROR)
      mark_gone (relay, member);
  }
  if (member->gone || !member->shaken)
    return;
  if (events & EPOLLOUT && member->out->len > 0)
    say_rest (relay, member);
  if (!member->gone && events & (EPOLLIN | EPOLLERR | EPOLLHUP))
    read_member (relay, member);
}

static void
take_members (Relay *relay)
{
  KithIo status;
  KithSocket socket;
  while ((socket = kith_socket_accept (relay->listener, NULL, &status, NULL)) != KITH_SOCKET_NONE) {
    Member *member = g_new0 (Member, 1);
    KithStream *plain = kith_stream_socket_new (socket);
    member->stream = relay->tls != NULL ? kith_stream_tls_new (relay->tls, plain, NULL) : plain;
    member->in = g_string_new (NULL);
    member->out = g_string_new (NULL);
    watch (relay, EPOLL_CTL_ADD, member);
  }
}

static void
write_turn (Relay *relay)
{
  for (guint i = 0; i < relay->written->len; i++) {
    Room *room = relay->written->pdata[i];
    say_to_room (relay, room, room->turn->str, room->turn->len);
    g_string_truncate (room->turn, 0);
  }
  g_ptr_array_set_size (relay->written, 0);
}

static int
run (Relay *relay)
{
  struct epoll_event events[EVENTS];
  for (;;) {
    int n = epoll_wait (relay->epoll, events, EVENTS, -1);
    if (n < 0 && errno != EINTR)
      return 1;
    for (int i = 0; i < n; i++) {
      Member *member = events[i].data.ptr;
      if (member == NULL)
        take_members (relay);
      else if (!member->gone)
        on_member (relay, member, events[i].events);
    }
    write_turn (relay);
    g_ptr_array_set_size (relay->gone, 0);
  }
}

static gboolean
open_relay (Relay *relay, const char *key, const char *certificate, GError **error)
{
  KithAddress address;
  char text[KITH_ADDRESS_TEXT];
  if (key != NULL && (relay->tls = kith_tls_server_new (key, certificate, error)) == NULL)
    return FALSE;
  if (!kith_address_parse ("127.0.0.1:0", 0, &address, error) ||
      (relay->listener = kith_socket_listen (&address, 1024, error)) == KITH_SOCKET_NONE ||
      !kith_socket_local_address (relay->listener, &address, error))
    return FALSE;
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
  relay->epoll = epoll_create1 (EPOLL_CLOEXEC);
  epoll_ctl (relay->epoll, EPOLL_CTL_ADD, (int) relay->listener, &event);
  printf ("relay: ready on %s\n", kith_address_format (&address, text));
  fflush (stdout);
  return TRUE;
}

/* bench-relay each|turn [KEY CERTIFICATE] */
int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  if (argc != 2 && argc != 4) {
    fprintf (stderr, "usage: bench-relay each|turn [KEY CERTIFICATE]\n");
    return 2;
  }
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  Relay relay = { .each = g_str_equal (argv[1], "each") };
  relay.rooms = g_hash_table_new (g_str_hash, g_str_equal);
  relay.written = g_ptr_array_new ();
  relay.gone = g_ptr_array_new_with_free_func (free_member);
  kith_socket_raise_limit (20000);
  if (!kith_net_start (&error) || !open_relay (&relay, argc == 4 ? argv[2] : NULL, argc == 4 ? argv[3] : NULL, &error)) {
    fprintf (stderr, "bench-relay: %s\n", error->message);
    return 1;
  }
  return run (&relay);
}
