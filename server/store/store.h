/* store.h - the contract of what is durable: the log of every conversation and the facts beside it.
 *
 * One implementation today, sqlite (store-sqlite*.c); all of them pass tests/contract/test-store.c.
 *
 * A store has threads of its own. The writer takes all that was submitted since it last looked, gives the numbers, commits once
 * (group commit, synchronous=FULL) and reports the changes in commit order. The reader has a connection of its own and answers reads in order
 * of arrival; another one like it answers searches. All wake the loop through on_ready, which is called on their threads.
 *
 * One more keeps the search index (search.db beside kith.db), which nothing depends on.
 *
 * A full disk refuses every change of the batch with STORAGE_FULL and consumes no number. A commit whose fsync failed is never repeated:
 * the batch is refused with UNAVAILABLE, the store closes, reopens and checks itself, and goes on only when it is sound. */
#pragma once

#include "domain/change.h"
#include "domain/read.h"

typedef struct _KithdStore KithdStore;

typedef struct {
  const char *directory;      /* holds kith.db; made (mode 0700) when missing */
  gboolean keep_versions;     /* earlier texts of edited messages */
  gint64 index_clean;         /* us after a deletion, until nothing of it is left in the search index; 0: 12 hours */
  gint64 search_time;         /* us, behind which a search answers with what it has found so far; 0: 0.1 s */
  void (*on_ready) (gpointer data); /* any thread; must only signal */
  gpointer data;
} KithdStoreOptions;

/* Opens, migrates and checks. Takes a lock on the directory for its life: a second server on the same data is refused with a sentence.
 * A damaged database or one of a newer version is refused with a sentence that says what to do; nothing is changed then. */
KithdStore *kithd_store_open (const KithdStoreOptions *options, GError **error);
/* Finishes what was submitted, closes. */
void kithd_store_close (KithdStore *store);

/* What the domain is built from, before the first submit. Called on the caller's thread, in this order: accounts, devices, conversations,
 * members, stays, unread mentions, invitations, blocks. Strings are borrowed for the call. */
typedef struct {
  void (*account) (gpointer data, const KithdAccountRecord *record);
  void (*device) (gpointer data, const KithdDeviceRecord *record);
  void (*conversation) (gpointer data, const KithdConversationRecord *record);
  void (*direct) (gpointer data, gint64 conversation, const gint64 *people, guint n_people); /* after its conversation */
  void (*member) (gpointer data, const KithdMemberRecord *record);
  void (*stay) (gpointer data, const KithdStayRecord *record);
  void (*mention) (gpointer data, const KithdMentionRecord *record);
  void (*invitation) (gpointer data, const KithdInvitationRecord *record);
  void (*ban) (gpointer data, const KithdBanRecord *record);
  void (*block) (gpointer data, const KithdBlockRecord *record);
} KithdStoreSink;
/* Of a store that was just opened: what is submitted later is told by its outcome alone. */
gboolean kithd_store_load (KithdStore *store, const KithdStoreSink *sink, gpointer data, GError **error);

const char *kithd_store_server_id (const KithdStore *store); /* random, made once */
const char *kithd_store_history (const KithdStore *store);   /* random, renewed when a restored backup is first opened */
gint64 kithd_store_newest (const KithdStore *store);         /* ms since 1970: when the newest of what it held at open came; 0: nothing */
gint64 kithd_store_rev (const KithdStore *store);            /* of the last commit before open */

/* Hands over the changes of one turn (KithdChange; takes the array and what is in it). They are applied in order; each by itself is done or refused. */
void kithd_store_submit (KithdStore *store, GPtrArray *changes);
/* Changes that are finished, in commit order; empty array when none. The caller frees (array frees its changes). */
GPtrArray *kithd_store_take_changes (KithdStore *store);
/* Appends to us (GArray of gint64) how many microseconds each commit took that was made since the last call. */
void kithd_store_take_commits (KithdStore *store, GArray *us);
gsize kithd_store_queued (KithdStore *store);                /* bytes submitted and not yet finished */

/* Takes read. */
void kithd_store_read (KithdStore *store, KithdRead *read);
GPtrArray *kithd_store_take_reads (KithdStore *store);
guint kithd_store_reads_queued (KithdStore *store);

/* Waits until everything that was submitted is committed and in its place: for tests and measuring. FALSE: it cannot be. */
gboolean kithd_store_settle (KithdStore *store);
/* Waits until everything that was committed is in the search index, and what is due for cleaning is clean: for tests and measuring. FALSE: the index
 * fails. */
gboolean kithd_store_settle_index (KithdStore *store);

/* Without a running server. backup makes a consistent copy of the database in directory; restore puts one into place (refused while a server
 * has the directory; the present database is kept beside it as kith.db.before-restore); check verifies a backup or a database. */
gboolean kithd_store_backup (const char *directory, const char *file, GError **error);
gboolean kithd_store_restore (const char *directory, const char *file, GError **error);
gboolean kithd_store_check (const char *file, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithdStore, kithd_store_close)
