/* switcher-row.h - one result of the switcher. */
#pragma once

#include "widgets/switcher-results.h"

#include <gtk/gtk.h>

#define KITH_TYPE_SWITCHER_ROW (kith_switcher_row_get_type ())
G_DECLARE_FINAL_TYPE (KithSwitcherRow, kith_switcher_row, KITH, SWITCHER_ROW, GtkListBoxRow)

GtkWidget *kith_switcher_row_new (const KithResult *result);
/* Another result in its place. */
void kith_switcher_row_show (KithSwitcherRow *row, const KithResult *result);
/* A list that holds nothing else: a row for each KithResult. */
void kith_switcher_rows_show (GtkListBox *list, const GPtrArray *results);
