/* log-private.h - the parts of a log as they see each other, and as the session does. Private to core.
 *
 *   log.c         the model: what is shown, and one change of it a flush
 *   log-window.c  the lines that it is to show: pages, events and entries of the outbox put in their places
 *   log-load.c    where pages come from: the cache, then the server; one job at a time
 *   log-extra.c   messages that are quoted, and how far others have read
 *
 * The window covers the seqs low ... high: every line between them is in lines. Everything here only changes what is to
 * be shown; the session's flush shows it. */
#pragma once

#include "log.h"

#include "session-private.h"

typedef enum {
  KITH_JOB_NONE,
  KITH_JOB_NEWEST,
  KITH_JOB_OLDER,
  KITH_JOB_NEWER,
  KITH_JOB_AROUND,
  KITH_JOB_CATCH_UP, /* behind the window, which reached the present */
  KITH_JOB_REFRESH   /* what has changed within it */
} KithLogJob;

typedef struct {
  gboolean at_start, at_end, loading;
  guint newer;
} KithLogFace; /* what properties say */

struct _KithLog {
  GObject parent;
  KithSession *session; /* NULL: it has gone */
  KithChat *chat;

  GPtrArray *shown;                 /* KithPost, referenced: what the model has */
  GPtrArray *lines;                 /* KithPost, referenced, ascending by seq: what it is to have, ... */
  KithPost *gap_before, *gap_after; /* ... with these around it, where something is not on this computer, ... */
  GPtrArray *pending;               /* ... and what waits, ascending by key */
  GPtrArray *touched;               /* KithPost, referenced: "changed" is due */
  gboolean place;                   /* there is no conversation yet */
  gboolean filled, stale;           /* stale: lines, gaps or pending have changed since the last flush */
  gint64 low, high;                 /* seqs that are covered, once it is filled */
  gint64 seen;                      /* whatever happened up to here is in the lines */
  gboolean at_start, at_end, following;
  guint newer;
  gint64 unread_from;
  KithLogFace face;
  char *problem;
  gboolean new_problem;

  KithLogJob job;
  guint serial;          /* of the job; answers to an earlier one are void */
  gint64 anchor;         /* AROUND: which seq */
  gboolean overflow;              /* more than meanwhile holds */
  gboolean want_refresh; /* when the job is done */
  GPtrArray *meanwhile;  /* json_object: events that were pushed while it runs */
  gint64 jumped;         /* seq to tell about with the next flush; 0: none */

  GHashTable *quotes; /* gint64 * -> KithPost, or NULL while it is asked for: quoted, and not in the window */
  guint asking;       /* of those, how many are asked for */
  gboolean new_receipts;
};

/* For the session. */
KithLog *kith_log_new (KithSession *session, KithChat *chat);
void kith_log_take_push (KithLog *log, json_object *event);
void kith_log_take_entry (KithLog *log, const KithOutboxEntry *entry);
void kith_log_drop_entry (KithLog *log, guint64 key);
void kith_log_take_receipts (KithLog *log);
void kith_log_came_online (KithLog *log);
void kith_log_refresh (KithLog *log);      /* events were missed */
void kith_log_forget (KithLog *log);       /* all that it has is void */
void kith_log_chat_changed (KithLog *log); /* the conversation was learned anew */
void kith_log_flush (KithLog *log);

/* log-window.c */
gint64 kith_log_conversation (KithLog *log); /* 0: none yet */
/* Position in lines of the line with seq, or of the first behind it. */
guint kith_log_find (KithLog *log, gint64 seq);
KithPost *kith_log_line (KithLog *log, gint64 seq); /* borrowed; NULL: not in it */
void kith_log_clear_window (KithLog *log);
/* Puts the lines among events in their places. The caller says what is covered then. Returns how many are new. */
guint kith_log_take_events (KithLog *log, json_object *events);
void kith_log_trim (KithLog *log, gboolean at_end); /* drops lines at this end while there are too many */
void kith_log_load_pending (KithLog *log);
void kith_log_expect_all (KithLog *log); /* what we have asked for and the server has not done */
/* The page is there. anew: it is the first, so the events were not taken yet at all. */
void kith_log_take_meanwhile (KithLog *log, gboolean anew);
void kith_log_touch (KithLog *log, KithPost *post);

/* log-load.c */
void kith_log_begin (KithLog *log, KithLogJob job, gint64 anchor);
void kith_log_set_problem (KithLog *log, const char *problem);
gboolean kith_log_is_alive (KithLog *log);
gboolean kith_log_is_online (KithLog *log);

/* log-extra.c */
void kith_log_extra_flush (KithLog *log); /* before the lines are shown */
void kith_log_apply_to_quotes (KithLog *log, json_object *event);
