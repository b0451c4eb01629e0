/* store-page.h - a page of the log in the making, for those who fill one: store-read.c with what was asked by place,
 * store-read-search.c with what was asked by words. store-page.c writes what goes into it. */
#pragma once

#include "store/store-private.h"

/* The reader's statements (store-read.c). Those that begin with the columns of an event have them in the order that
 * kithd_page_row takes. */
enum {
  R_BEGIN,
  R_END,
  R_CONVERSATION,
  R_AFTER,
  R_BEFORE,
  R_CHANGED,
  R_REACTIONS,
  R_TARGET,
  R_VERSIONS,
  R_MENTIONS,
  R_PINS,
  R_SEEN_TARGET,
  R_SEEN_BY,
  R_UNINDEXED,
  R_RECENT,
  R_CANDIDATE,
  R_N_STATEMENTS
};

struct _KithdReader {
  char *file;
  KithSql *sql;
  KithdBackup *backup; /* the one in the making, or NULL */
  KithdRead *copying;  /* who asked for it; borrowed */
  KithdIndexFile *index;
  gint64 search_us;
};

/* A page in the making. */
typedef struct {
  KithdReader *reader;
  KithdRead *read;
  GPtrArray *items; /* texts, from the anchor outwards */
  gsize bytes, max_bytes;
  guint limit;
  gboolean more; /* the next one did not fit */
  gint64 next;   /* mentions: rev of the last item */
} KithdPage;

/* Takes text. FALSE: it does not fit, the page is closed. The first one always fits. */
gboolean kithd_page_add (KithdPage *page, char *text);
void kithd_page_write_items (KithdPage *page, const char *name, gboolean backwards);

/* Whether the ranges of the read permit that event. */
gboolean kithd_read_permits (const KithdRead *read, gint64 seq);
/* What was done to a message is seen by who may read the event that did it. Mentions are read without ranges, by members. */
gboolean kithd_page_sees (const KithdPage *page, gint64 seq);
/* Whether every event from the message to the last one that touched it may be read, as it is for nearly everybody. */
gboolean kithd_page_sees_all (const KithdPage *page, gint64 seq, gint64 changed);
/* The text of an edited message, and when it was edited (0: not yet), as the asker may see it: who is out does not learn
 * what it was made into since. To be freed; NULL: there is none, or error is set. */
char *kithd_page_seen_text (KithdPage *page, const KithdEvent *event, gint64 *edited, GError **error);
/* The event in the row as a JSON object, to be freed; NULL with error. */
char *kithd_page_row (KithdPage *page, sqlite3_stmt *row, gboolean name_conversation, GError **error);

gboolean kithd_answer_search (KithdPage *page, GError **error);
