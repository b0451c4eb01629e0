/* read.h - one wanted read of the log, and afterwards its outcome: answered off the loop by the reader's thread.
 *
 * What may be read was decided when it was queued: the conversation, the ranges of seq, and the seq that was visible then. */
#pragma once

#include "domain/search.h"

typedef enum {
  KITHD_READ_FETCH_AFTER,   /* events after anchor, ascending, the first `limit` */
  KITHD_READ_FETCH_BEFORE,  /* events before anchor, ascending, the last `limit` */
  KITHD_READ_FETCH_CHANGED, /* messages <= upto whose changed > anchor, in the order of changed, the first `limit` */
  KITHD_READ_VERSIONS,      /* earlier and present texts of the message anchor */
  KITHD_READ_MENTIONS,      /* events that mention account, with rev < anchor, newest first */
  KITHD_READ_PINS,          /* pinned messages before anchor, ascending, the last `limit` */
  KITHD_READ_SEEN_BY,       /* who has read the message anchor, accounts above upto; any_message, any_sender, none */
  KITHD_READ_SEARCH,        /* messages that fit `search`, with rev < anchor (0: all), newest first */
  KITHD_READ_BACKUP         /* a consistent copy into file */
} KithdReadKind;

typedef struct {
  gint64 from, to; /* seq, both inclusive */
} KithdRange;

typedef struct {
  KithdReadKind kind;
  gint64 account;       /* who asks: marks their own reactions; mentions */
  gint64 conversation;
  gint64 anchor, upto;
  guint limit;          /* events at most */
  gsize max_bytes;      /* of result at most; cut on the side away from the anchor */
  GArray *ranges;       /* KithdRange, ascending: what the asker may read of the conversation, bounded by the seq visible now. Empty: nothing */
  gboolean any_message;   /* seen_by: not urgent ones alone */
  gboolean any_sender;    /* seen_by: not those of account alone */
  gboolean none;          /* seen_by: account is told of nobody */
  KithdSearch *search;  /* search; conversation and ranges are not used then. Mentions: its places are what is not read whole; NULL: all is */
  char *file;           /* backup: absolute path */

  /* Outcome. */
  GError *error;
  GString *result;      /* members of the answer without braces: "events":[...],"first":1,"more":true */

  /* For who queued it; the store does not look. */
  guint64 connection;
  gint64 request;
  char *suffix;         /* more members for the answer, beginning with a comma; or NULL */
} KithdRead;

KithdRead *kithd_read_new (KithdReadKind kind, gint64 account);
void kithd_read_free (KithdRead *read);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithdRead, kithd_read_free)
