/* load.h - people who write and people who read, all at once, while a test does terrible things to the server or to the
 * way there; and the verdict afterwards: nothing acknowledged is lost, nothing is doubled, one order for everybody.
 *
 * Posters keep several posts in flight (with `after`), repeat what was not answered with its nonce on a new connection,
 * and note each acknowledged seq. Readers follow live and close every gap with `fetch`. Each is a thread of its own. */
#pragma once

#include "support/server.h"

typedef struct _Load Load;

typedef struct {
  guint posters, readers;
  guint window;        /* posts in flight of each poster */
  const char *address; /* where they connect: NULL: the server itself; a proxy's address */
  gboolean patient;    /* who is refused when signing in tries again: the host may be out of something just then */
} LoadOptions;

/* Registers everybody and puts them into one room. The server has to run, with generous limits (load_configure). */
Load *load_new (TestServer *server, const LoadOptions *options, GError **error);
/* Limits that do not stand in the way, for the next start of the server. */
void load_configure (TestServer *server);
void load_start (Load *load);
/* Before and after the server is away: nobody tries to connect in between. */
void load_pause_connecting (Load *load);
void load_resume_connecting (Load *load);
/* Waits until so many more posts are acknowledged. FALSE when that takes longer than TEST_PATIENCE_S, or somebody saw
 * something wrong. */
gboolean load_wait (Load *load, guint64 more, GError **error);
guint64 load_acknowledged (Load *load);
/* The same, but not for longer than so many milliseconds, and at the most until a post is refused. FALSE only when
 * somebody saw something wrong. */
gboolean load_linger (Load *load, guint64 more, guint milliseconds, GError **error);
guint64 load_refused (Load *load);
/* Posters get their last answers, readers read to the end; then the log is read whole and compared with what everybody
 * saw. The server has to be running. */
gboolean load_finish (Load *load, GError **error);
/* Ends the threads if they still run. NULL is allowed. */
void load_free (Load *load);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Load, load_free)
