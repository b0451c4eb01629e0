/* search.h - what somebody looks for, and where they may. */
#pragma once

#include <glib.h>

typedef enum { KITHD_HAS_LINK = 1, KITHD_HAS_MENTION = 2, KITHD_HAS_REPLY = 4 } KithdHas; /* stored by value */

typedef struct {
  gint64 conversation;
  GArray *ranges; /* KithdRange, ascending, bounded by the seq visible now */
} KithdPlace;

typedef struct {
  GPtrArray *words;     /* char *, folded (proto/fold.h); each must be in the text */
  GPtrArray *places;    /* KithdPlace */
  gint64 from;          /* account that wrote it; 0: anybody */
  gint64 after, before; /* ms since 1970: after <= at < before */
  guint has;            /* of KithdHas; each must be so */
} KithdSearch;

KithdSearch *kithd_search_new (void); /* for everything, nowhere */
void kithd_search_free (KithdSearch *search);
/* A place without ranges, which the search owns. */
KithdPlace *kithd_search_add_place (KithdSearch *search, gint64 conversation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithdSearch, kithd_search_free)
