/* finding-row.h - one check of the connection doctor: its mark, what was seen, what to do. Follows its KithFinding. */
#pragma once

#include "core/diagnosis.h"

#include <gtk/gtk.h>

#define KITH_TYPE_FINDING_ROW (kith_finding_row_get_type ())
G_DECLARE_FINAL_TYPE (KithFindingRow, kith_finding_row, KITH, FINDING_ROW, GtkListBoxRow)

/* act: the label of a button beside the advice; NULL: none. */
GtkWidget *kith_finding_row_new (KithFinding *finding, const char *act);
/* Signal: "act" (KithFinding): the button was clicked. */
