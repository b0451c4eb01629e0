/* notifier.h - what the person is told of, and what of it is still on the screen: no clock, no bus, no window.
 *
 * Messages of one conversation are one notification: a later one takes its place, at most every
 * KITH_NOTIFIER_EVERY_US, and it goes when the last message in it was read. */
#pragma once

#include "session.h"

#define KITH_NOTIFIER_EVERY_US (2 * G_TIME_SPAN_SECOND)
#define KITH_NOTIFIER_SHOWN_MAX 50 /* conversations; the one that was shown longest ago goes */

/* All that decides whether somebody is told of a message. */
typedef struct {
  const char *about;                       /* the setting "notify" */
  gboolean dnd_mentions;                   /* the setting of this name */
  gboolean direct, mine, mentions_me;      /* the message: not in a room; by us; our name, or @all */
  gboolean urgent;                         /* tells also who does not want to be disturbed */
  gboolean read;                           /* here, or on another device */
  gboolean looked_at;                      /* its conversation is in the window that has the focus */
  gboolean muted;                          /* its conversation */
  gboolean dnd;                            /* our own presence */
  gboolean quiet;                          /* everything is muted for a while */
} KithNotifyCase;
gboolean kith_notifier_tells (const KithNotifyCase *message);

/* What is on the screen for one conversation. */
typedef struct {
  char *id;            /* unique among all places */
  char *place;         /* kith_session_id */
  gint64 conversation;
  gint64 seq;          /* of the last message in it */
  guint n;             /* messages in it; 0: it tells of no message */
  char *sender, *room; /* of the last one; room NULL: a conversation of two; sender NULL: nobody is known */
  char *text;          /* NULL: it is not known, only how many there are */
  gint64 shown_us; /* 0: not yet */
  gboolean due;
} KithNotice;

/* To be freed. show_text FALSE: only that there is something. */
char *kith_notice_title (const KithNotice *notice);
char *kith_notice_body (const KithNotice *notice, gboolean show_text);

typedef struct {
  void (*show) (const KithNotice *notice, gpointer data); /* in the place of what has the same id */
  void (*withdraw) (const char *id, gpointer data);
} KithNotifierHooks;

typedef struct _KithNotifier KithNotifier;

KithNotifier *kith_notifier_new (const KithNotifierHooks *hooks, gpointer data);
/* Withdraws nothing. */
void kith_notifier_free (KithNotifier *notifier);
/* A message that kith_notifier_tells of; strings are copied. Shown by the next run. */
void kith_notifier_add (KithNotifier *notifier, const char *place, gint64 conversation, gint64 seq, const char *sender,
                        const char *room, const char *text);
/* So many unread ones, after a time without connection; sender and text: of an urgent one among them, or NULL. */
void kith_notifier_add_missed (KithNotifier *notifier, const char *place, gint64 conversation, gint64 seq,
                               const char *sender, const char *room, const char *text, guint n);
/* Something about a conversation that nobody has said in it: room is its name, words are shown whatever is hidden. It
 * goes with whatever is read there. */
void kith_notifier_tell (KithNotifier *notifier, const char *place, gint64 conversation, const char *room,
                         const char *words);
/* Everything up to seq was read. */
void kith_notifier_read (KithNotifier *notifier, const char *place, gint64 conversation, gint64 seq);
/* Withdraws all of a place; NULL: of every place. */
void kith_notifier_forget (KithNotifier *notifier, const char *place);
/* Shows what is due. Microseconds until something else will be; -1: nothing waits. */
gint64 kith_notifier_run (KithNotifier *notifier, gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithNotifier, kith_notifier_free)
