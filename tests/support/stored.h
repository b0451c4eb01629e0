/* stored.h - a store in a directory of its own, for tests: changes and reads with their outcomes, one after the other.
 * What fails here fails the test. Changes that are done belong to the fixture and live as long as it. */
#pragma once

#include <json-c/json.h>

#include "store/store.h"

typedef struct {
  char *directory, *file; /* file: kith.db in it */
  KithdStore *store;
  gboolean keep_versions;
  gint64 index_clean, search_time; /* as in KithdStoreOptions; for the next opening */
  GMutex mutex;
  GCond ready;
  guint signals;      /* calls of on_ready that were not looked at */
  GPtrArray *changes; /* finished ones */
} Stored;

Stored *stored_new (void);
void stored_free (Stored *stored); /* removes the directory */
/* What another process finds when this one is killed now, between two batches: a copy of the files, opened. */
Stored *stored_after_kill (Stored *stored);
Stored *stored_copy (Stored *stored); /* the same, and it is not opened yet */
void stored_close (Stored *stored);
void stored_open (Stored *stored);
/* Tries to open; the sentence of the refusal, or NULL when it opened. The caller frees. */
char *stored_refusal (Stored *stored);

/* Submits and waits. */
KithdChange *stored_do (Stored *stored, KithdChange *change);
/* As stored_do; the change must be done. */
KithdChange *stored_done (Stored *stored, KithdChange *change);
/* One submit for all of them; takes the array's items. Returns when all are finished. */
void stored_do_all (Stored *stored, GPtrArray *changes);
/* Waits until `count` more changes are finished than stored->changes had. */
void stored_wait (Stored *stored, guint count);
/* Asks and waits. Answers to earlier reads are dropped. The caller frees. */
KithdRead *stored_read (Stored *stored, KithdRead *read);
KithdRead *stored_await (Stored *stored, KithdRead *read); /* of what was asked already */
/* As stored_read; the answer as an object (json_object_put it). */
json_object *stored_answer (Stored *stored, KithdRead *read);

/* Changes. */
KithdChange *stored_register (const char *handle, guint8 token);
KithdChange *stored_create (gint64 actor, const char *name);
KithdChange *stored_event (KithdEventKind kind, gint64 conversation, gint64 from, gint64 target, const char *value);
KithdChange *stored_message (gint64 conversation, gint64 from, const char *text);
KithdChange *stored_broadcast (gint64 from, const char *text); /* 0: by the administrator */
KithdChange *stored_subject (KithdEventKind kind, gint64 conversation, gint64 from, gint64 subject);
KithdChange *stored_mark (gint64 conversation, gint64 actor, gint64 read, gint64 unread_from);
/* Both made of one byte; returns change. */
KithdChange *stored_nonce (KithdChange *change, guint8 nonce, guint8 digest);
KithdChange *stored_after (KithdChange *change, guint8 after);
KithdChange *stored_mention (KithdChange *change, gint64 account);

/* Reads. Every seq may be read unless ranges are given by stored_range. */
KithdRead *stored_fetch (KithdReadKind kind, gint64 account, gint64 conversation, gint64 anchor, guint limit);
KithdRead *stored_range (KithdRead *read, gint64 from, gint64 to);

/* Things done at once. */
gint64 stored_person (Stored *stored, const char *handle);
gint64 stored_room (Stored *stored, gint64 owner, const char *name);
void stored_join (Stored *stored, gint64 room, gint64 account);
gint64 stored_post (Stored *stored, gint64 conversation, gint64 from, const char *text); /* the seq */
/* Ada and Bob in a room, with something of everything; the room. */
gint64 stored_populate (Stored *stored);
/* The single integer of a query on the closed or open database file, in which everything is in its place. */
gint64 stored_number (Stored *stored, const char *query);
gint64 stored_number_now (Stored *stored, const char *query); /* as it is */
void stored_change_file (Stored *stored, const char *statements);

/* The error's code, or -1. */
int stored_code (const KithdChange *change);

/* Members of answers; each must be there. */
gint64 stored_int (json_object *object, const char *name);
const char *stored_text (json_object *object, const char *name);
gboolean stored_flag (json_object *object, const char *name); /* FALSE where it is missing */
json_object *stored_item (json_object *object, const char *list, guint index);
guint stored_length (json_object *object, const char *list);
