/* search-hit.h - one result: who, where, when, and the text with the words that were looked for marked. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

#define KITH_TYPE_SEARCH_HIT (kith_search_hit_get_type ())
G_DECLARE_FINAL_TYPE (KithSearchHit, kith_search_hit, KITH, SEARCH_HIT, GtkListBoxRow)

/* Shows nothing yet. */
GtkWidget *kith_search_hit_new (void);
/* What it shows from now on, and is visible with. */
void kith_search_hit_show (KithSearchHit *row, KithSession *session, const KithHit *hit, const char *query);
/* It shows nothing, and is not visible. */
void kith_search_hit_clear (KithSearchHit *row);
gint64 kith_search_hit_at (KithSearchHit *row);
gint64 kith_search_hit_seq (KithSearchHit *row);
gint64 kith_search_hit_conversation (KithSearchHit *row); /* 0: it shows nothing */
