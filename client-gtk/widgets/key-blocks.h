/* key-blocks.h - a key as 7 x 7 blocks, to be recognised: a drawing, no proof. */
#pragma once

#include "core/fingerprints.h"

#include <gtk/gtk.h>

#define KITH_TYPE_KEY_BLOCKS (kith_key_blocks_get_type ())
G_DECLARE_FINAL_TYPE (KithKeyBlocks, kith_key_blocks, KITH, KEY_BLOCKS, GtkDrawingArea)

GtkWidget *kith_key_blocks_new (int size);                                                  /* empty */
void kith_key_blocks_set (KithKeyBlocks *blocks, const KithFingerprint *fingerprint); /* copied; NULL: empty */
