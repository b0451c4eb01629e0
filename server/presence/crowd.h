/* crowd.h - how everybody is, as others may see it: what somebody chose, and whether a device of theirs is there and in
 * use.
 *
 * Every change that others may see takes the next number of one counter. Pure: time comes from outside, nothing is
 * sent. */
#pragma once

#include "proto/presence.h"

typedef struct {
  KithPresence shown; /* text is owned */
  char *encoded;      /* shown as the wire writes it: "u7":["away",4729] */
  gsize encoded_length;
  KithPresenceState choice;
  char *text;
  gint64 until;
  guint devices, active; /* signed in; of those in use */
  gint64 leaving_us;     /* since then no device is signed in; 0: one is, or never was */
  GList by_version;      /* link in the crowd's list, which is in the order of version */
} KithdPerson;

typedef struct _KithdCrowd KithdCrowd;

/* expired is called for whose choice has run out, and is ONLINE from now on. */
typedef void (*KithdExpired) (gpointer data, gint64 account);
KithdCrowd *kithd_crowd_new (KithdExpired expired, gpointer data);
void kithd_crowd_free (KithdCrowd *crowd);

gint64 kithd_crowd_counter (const KithdCrowd *crowd);
const KithdPerson *kithd_crowd_find (const KithdCrowd *crowd, gint64 account); /* NULL: was never there */
/* The first (link) whose version is above since, in the order of version; follow link->next. */
const GList *kithd_crowd_since (const KithdCrowd *crowd, gint64 since);

void kithd_crowd_choose (KithdCrowd *crowd, gint64 account, KithPresenceState choice, const char *text,
                         gint64 until_ms);
/* Takes a number without a change: somebody sees this person now who did not, or the other way round. What it is; 0:
 * whom nobody has seen needs none. */
gint64 kithd_crowd_touch (KithdCrowd *crowd, gint64 account);
/* A device signs in (in use), is left or taken up, signs out. */
void kithd_crowd_come (KithdCrowd *crowd, gint64 account);
void kithd_crowd_idle (KithdCrowd *crowd, gint64 account, gboolean idle);
void kithd_crowd_go (KithdCrowd *crowd, gint64 account, gboolean was_idle, gint64 now_us);

/* When run must be called at the latest (monotonic us; G_MAXINT64: no time). */
gint64 kithd_crowd_due (const KithdCrowd *crowd);
/* Whoever has been gone for 5 s is offline; choices run out. */
void kithd_crowd_run (KithdCrowd *crowd, gint64 now_us, gint64 real_ms);
