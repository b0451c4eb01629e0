/* chip.h - a filter: a rounded button that says what is chosen, and a list to choose from, with an entry when it is long.
 * The first option is "no filter". */
#pragma once

#include <gtk/gtk.h>

#define KITH_TYPE_CHIP (kith_chip_get_type ())
G_DECLARE_FINAL_TYPE (KithChip, kith_chip, KITH, CHIP, GtkMenuButton)

/* before: "From:"; NULL: nothing. */
GtkWidget *kith_chip_new (const char *before);
void kith_chip_clear (KithChip *chip);
void kith_chip_add (KithChip *chip, gint64 id, const char *words);
gint64 kith_chip_value (KithChip *chip); /* the id of what is chosen */
void kith_chip_choose (KithChip *chip, gint64 id); /* without a signal; an unknown one: the first */
/* Signal: "chosen". */
