/* receipts.h - how far the others in a conversation have got: a table for KithState. Seqs only rise. */
#pragma once

#include <glib.h>
#include "proto/json.h"

/* What one person lets be seen of it. */
typedef struct {
  gint64 account;
  gint64 delivered; /* seq: a device of theirs has what happened up to there */
  gint64 read;      /* seq: they have read up to there; never above delivered */
} KithReceipt;

typedef struct _KithReceipts KithReceipts;

KithReceipts *kith_receipts_new (void);
void kith_receipts_free (KithReceipts *receipts);
void kith_receipts_clear (KithReceipts *receipts);

/* Takes {"u9":[delivered,read],...}; what makes no sense is left out. TRUE: something rose. */
gboolean kith_receipts_take (KithReceipts *receipts, gint64 conversation, json_object *people);
/* Somebody whose receipts are seen wrote seq: they have read what was before. */
void kith_receipts_wrote (KithReceipts *receipts, gint64 conversation, gint64 account, gint64 seq);
void kith_receipts_forget (KithReceipts *receipts, gint64 conversation, gint64 account); /* account 0: all of it */
/* KithReceipt, by ascending account; to be freed with g_array_unref. */
GArray *kith_receipts_list (const KithReceipts *receipts, gint64 conversation);
