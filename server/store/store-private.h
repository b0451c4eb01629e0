/* store-private.h - what the parts of the store share; the writing connection is in store-writer.h. */
#pragma once

#include "domain/read.h"
#include "sql/sql.h"
#include "store/store-index.h"
#include "store/store.h"

/* store-migrate.c: the schema, step by step. */
#define KITHD_STORE_APPLICATION 0x4b697468 /* "Kith" in the header of the file */
#define KITHD_STORE_REV "SELECT value FROM meta WHERE key = 'rev'"
/* The end of the log of conversation c, with recent messages (store-recent.c). */
#define KITHD_STORE_LAST "max (c.last, coalesce ((SELECT max(seq) FROM recent WHERE conversation = c.id), 0))"
guint kithd_migrate_newest (void); /* version that this program writes */
/* Brings an examined database to `version`, each step a transaction of its own. */
gboolean kithd_migrate (KithSql *sql, guint version, GError **error);

/* store-examine.c: whether a file is what it should be, without changing it. The errors are whole sentences.
 * thorough: every page and every rule of Kith; else what can be done in a second on any size. */
gboolean kithd_examine (const char *file, gboolean thorough, GError **error);
/* The sentence for a failed database. */
void kithd_examine_explain (const char *file, GError *problem, GError **error);

/* store-admin.c: the directory. */
typedef struct _KithdStoreLock KithdStoreLock;
KithdStoreLock *kithd_store_lock (const char *directory, GError **error); /* makes the directory when missing */
void kithd_store_unlock (KithdStoreLock *lock);
char *kithd_store_file (const char *directory);
char *kithd_store_random_id (void); /* 32 hex digits */

/* store-journal.c: makes what the journal of a database holds durable, whatever became of the syncs before. None is there: TRUE. */
gboolean kithd_journal_secure (const char *file, GError **error);
/* Between two transactions of the one connection that writes: nothing of the journal counts as moved into the database. FALSE: it cannot be done now. */
gboolean kithd_journal_move_anew (sqlite3 *db);

/* store-open.c */
gboolean kithd_store_prepare (const char *directory, const char *file, GError **error); /* made, or examined */
/* The schema; and to a restored database a history of its own. */
gboolean kithd_store_bring_up_to_date (const char *file, GError **error);

/* store-backup.c: a consistent copy, a few pages at a time. */
typedef struct _KithdBackup KithdBackup;
KithdBackup *kithd_backup_new (const char *from, const char *to, GError **error); /* refuses when `to` exists */
/* TRUE with *done: finished and in place; FALSE with error: failed, nothing is left behind. */
gboolean kithd_backup_step (KithdBackup *backup, int pages, gboolean *done, GError **error);
gint64 kithd_backup_bytes (const KithdBackup *backup);
void kithd_backup_free (KithdBackup *backup);

/* store-load.c */
gboolean kithd_load (KithSql *sql, const KithdStoreSink *sink, gpointer data, GError **error);

/* store-read.c: the reading connection. One thread at a time. */
typedef struct _KithdReader KithdReader;
KithdReader *kithd_reader_open (const char *file, GError **error);
/* For searches. index: borrowed; search_us: behind which they answer with what they have; 0: KITHD_SEARCH_TIME. */
#define KITHD_SEARCH_TIME (100 * G_TIME_SPAN_MILLISECOND)
void kithd_reader_set_index (KithdReader *reader, KithdIndexFile *index, gint64 search_us);
void kithd_reader_close (KithdReader *reader);
/* TRUE: answered. FALSE: a backup has begun; kithd_reader_go_on until that one is TRUE, with other reads in between. */
gboolean kithd_reader_answer (KithdReader *reader, KithdRead *read);
gboolean kithd_reader_go_on (KithdReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithdStoreLock, kithd_store_unlock)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithdBackup, kithd_backup_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithdReader, kithd_reader_close)
