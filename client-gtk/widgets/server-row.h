/* server-row.h - a server of this network in the list of the first-run window, and the tag that says how far it is
 * known. */
#pragma once

#include "core/nearby.h"

#include <gtk/gtk.h>

typedef enum {
  KITH_ACQUAINTANCE_NONE,     /* first contact */
  KITH_ACQUAINTANCE_KNOWN,    /* its key is the one that we trusted */
  KITH_ACQUAINTANCE_VERIFIED, /* its key came with an invitation */
  KITH_ACQUAINTANCE_CHANGED   /* not the key that we trusted */
} KithAcquaintance;

GtkWidget *kith_acquaintance_tag_new (KithAcquaintance acquaintance);

#define KITH_TYPE_SERVER_ROW (kith_server_row_get_type ())
G_DECLARE_FINAL_TYPE (KithServerRow, kith_server_row, KITH, SERVER_ROW, GtkListBoxRow)

GtkWidget *kith_server_row_new (KithNearby *nearby, KithAcquaintance acquaintance);
KithNearby *kith_server_row_nearby (KithServerRow *row); /* borrowed */
KithAcquaintance kith_server_row_acquaintance (KithServerRow *row);
/* Whether row belongs above other: known first, then the one with more people. */
gboolean kith_server_row_is_above (KithServerRow *row, KithServerRow *other);
