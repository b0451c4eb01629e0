/* search-hit.h - one result: who, where, when, and the text with the words that were looked for marked. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

GtkWidget *kith_search_hit_new (KithSession *session, const KithHit *hit, const char *query);
gint64 kith_search_hit_at (GtkWidget *row);
gint64 kith_search_hit_seq (GtkWidget *row);
gint64 kith_search_hit_conversation (GtkWidget *row);
