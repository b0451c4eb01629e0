/* pair.h - two widgets beside each other where there is room for both, else one below the other. */
#pragma once

#include <gtk/gtk.h>

typedef enum {
  KITH_PAIR_ENDS, /* at both ends of the line */
  KITH_PAIR_FILL, /* the second takes what the first leaves */
  KITH_PAIR_TAIL, /* the first is a GtkLabel, and the second goes on where its text ends */
  KITH_PAIR_N_KINDS
} KithPairKind;

#define KITH_TYPE_PAIR (kith_pair_get_type ())
G_DECLARE_FINAL_TYPE (KithPair, kith_pair, KITH, PAIR, GtkContainer)

/* Takes both. */
GtkWidget *kith_pair_new (KithPairKind kind, GtkWidget *first, GtkWidget *second);
