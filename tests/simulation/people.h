/* people.h - the people of a simulation, each with a real headless client: what they write, what they were told of it,
 * what they saw; and whether that is what the log has. */
#pragma once

#include "client/client.h"

typedef struct {
  guint index;
  KithStorage *kept;  /* survives the client */
  KithClient *client; /* NULL: just not running */
  gint64 room;        /* 0: not in it yet */
  GPtrArray *seen;    /* what was at each seq, from 1: "kind from nonce target" */
  GPtrArray *notes;   /* Note: what was written, in order */
  gboolean catching_up, behind;
  gint64 act_us;      /* when they do something next */
} Person;

/* The first thing that somebody found wrong; NULL: nothing yet. */
extern GError *people_complaint;
void people_complain (const char *format, ...) G_GNUC_PRINTF (1, 2);

Person *person_new (guint index);
void person_free (gpointer person);
/* Who was prepared as template is: with the same account and room, and nothing seen yet. */
Person *person_copy (const Person *template);
void person_start (Person *person);
void person_stop (Person *person); /* the program ends without a word; what was kept is kept */
void person_join_server (Person *person, const char *handle);
void person_make_room (Person *person, const char *name);
void person_join_room (Person *person, gint64 room);
void person_act (Person *person); /* writes, edits, deletes, reacts: by chance */

/* Signed in, everything written answered, everything up to last seen. */
gboolean person_is_settled (Person *person, gint64 last);
/* log: as `seen`, of the store. */
void person_judge (Person *person, GPtrArray *log);
