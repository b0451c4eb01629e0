/* store-index.h - search.db beside kith.db: which words are in which messages. Nothing depends on it: it can be lost,
 * damaged or behind, and is made again from kith.db.
 *
 * store-gram.c     texts and questions as grams: one, two and three characters in a row
 * store-index.c    the file: making it, opening it, starting anew
 * store-follow.c   what the log has that the index does not know yet
 * store-feed.c     the same, handed over in memory when it was committed
 * store-indexer.c  the thread that follows the log and cleans up behind it
 * store-take.c     one batch into the index
 * store-search.c   candidates for a search, newest first
 *
 * The index proposes, the log decides: whoever shows a candidate has looked at the message itself. */
#pragma once

#include "domain/search.h"
#include "sql/sql.h"
#include "store/store-feed.h"

/* store-gram.c */

/* What is indexed of a message. folded: kith_fold of its text. */
char *kithd_gram_document (gint64 conversation, gint64 sender, guint has, const char *folded);
/* What FTS5 is asked for to find at least the messages that fit. NULL: nothing narrows it down. */
char *kithd_gram_query (const KithdSearch *search);

/* Of a row e of event: the seq of the message that it is or touches. */
#define KITHD_INDEX_TOUCHED \
  "CASE e.kind WHEN 'message' THEN e.seq WHEN 'edit' THEN e.target WHEN 'delete' THEN e.target END"
/* Of the row with alias (a text) of a message: its text, whether it mentions, whether it replies. What is no JSON has
 * none of it. */
#define KITHD_INDEX_OF_BODY(alias, what) "CASE WHEN json_valid (" alias ".body) THEN " what " END"
#define KITHD_INDEX_BODY(alias)                                                                                   \
  KITHD_INDEX_OF_BODY (alias, "json_extract (" alias ".body, '$.text')")                                          \
  ", " KITHD_INDEX_OF_BODY (alias, "json_array_length (" alias ".body, '$.mentions') > 0 OR json_extract (" alias \
                                   ".body, '$.all')") ", " KITHD_INDEX_OF_BODY (alias, "json_extract (" alias     \
                                                                                       ".body, '$.reply_to') > 0")
/* KithdHas of a message. */
guint kithd_index_has (const char *folded, gboolean mentions, gboolean replies);

/* store-index.c */

typedef struct {
  char *file;
  /* The reading side. lock is held during a search, and while the file is replaced. */
  GMutex lock;
  KithSql *reading; /* NULL: it is opened by the next search */
  gint damaged;     /* atomic: found so by the reading side; the indexer makes it anew */
} KithdIndexFile;

#define KITHD_DOC_COLUMNS 7
#define KITHD_DOCS_AT_ONCE 16

/* Statements of the indexer's connection. */
enum {
  I_BEGIN,
  I_COMMIT,
  I_ROLLBACK,
  I_DOC_FIND,
  I_DOC_ADD,
  I_DOCS_ADD, /* KITHD_DOCS_AT_ONCE */
  I_DOC_REMOVE,
  I_DOC_NEWEST,
  I_DOC_OLD,
  I_GRAM_ADD,
  I_GRAM_REMOVE,
  I_MERGE_ALL,
  I_MERGE,
  I_PIECES,
  I_PROGRESS,
  I_PROGRESS_SET,
  I_META_GET,
  I_META_SET,
  I_N_STATEMENTS
};

/* Statements of the searching connection. */
enum { F_BEGIN, F_END, F_PROGRESS, F_NEWEST, F_OLDEST, F_GRAMS, F_DOCS, F_N_STATEMENTS };

void kithd_index_file_init (KithdIndexFile *file, const char *directory);
void kithd_index_file_clear (KithdIndexFile *file);
/* The writing connection to a sound index of the store whose history this is; made anew where there is none. */
KithSql *kithd_index_file_open (KithdIndexFile *file, const char *history, GError **error);
/* Opens file->reading, if it is not. The caller has the lock. */
gboolean kithd_index_file_read (KithdIndexFile *file, GError **error);
/* Removes it; every connection is closed before. */
void kithd_index_file_remove (KithdIndexFile *file);
void kithd_index_remove (const char *directory); /* while no server has the directory */

/* store-indexer.c */

typedef struct _KithdIndexer KithdIndexer;

/* source: kith.db; history: of it. clean_us: how long after a deletion what is left of it is cleaned; 0:
 * KITHD_INDEX_CLEAN. Never fails: without an index, searches look through the newest messages. */
#define KITHD_INDEX_CLEAN (12 * G_TIME_SPAN_HOUR)
KithdIndexer *kithd_indexer_start (const char *directory, const char *source, const char *history, gint64 clean_us);
void kithd_indexer_stop (KithdIndexer *indexer);
/* Something was committed, up to that rev: feed has it, or has a gap, and is empty then. Any thread; does not wait. */
void kithd_indexer_poke (KithdIndexer *indexer, gint64 rev, KithdFeed *feed);
/* Waits until all that was committed is indexed, and what was due for cleaning and merging is clean and merged. FALSE: it cannot be. */
gboolean kithd_indexer_settle (KithdIndexer *indexer);
KithdIndexFile *kithd_indexer_file (KithdIndexer *indexer);

/* store-search.c */

typedef struct _KithdFinder KithdFinder;

typedef struct {
  gint64 rev; /* of the message: what search.before is about */
  gint64 conversation, seq;
} KithdFound;

/* Begins a search for messages with rev < before, up to the deadline (monotonic). Holds the index until it is freed;
 * quickly, please. */
KithdFinder *kithd_finder_new (KithdIndexFile *file, const KithdSearch *search, gint64 before, gint64 deadline);
void kithd_finder_free (KithdFinder *finder);
/* Up to which seq the index knows the conversation. */
gint64 kithd_finder_indexed (KithdFinder *finder, gint64 conversation);
/* A candidate that the index does not know yet. All of them before the first kithd_finder_next. */
void kithd_finder_add (KithdFinder *finder, const KithdFound *found);
typedef enum { KITHD_FOUND, KITHD_FOUND_END, KITHD_FOUND_LATE } KithdFoundState;
/* The next candidate, newest first. LATE: the time is up; rev says from where to go on. */
KithdFoundState kithd_finder_next (KithdFinder *finder, KithdFound *found);
/* What who searches may read of a conversation; NULL: nothing. Borrowed from the search. */
GArray *kithd_finder_ranges (const KithdFinder *finder, gint64 conversation);
/* Whether the seq may be read by who searches. */
gboolean kithd_finder_may_read (const KithdFinder *finder, gint64 conversation, gint64 seq);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithdFinder, kithd_finder_free)
