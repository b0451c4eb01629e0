/* switcher-row.h - one result of the switcher. */
#pragma once

#include "widgets/switcher-results.h"

#include <gtk/gtk.h>

GtkWidget *kith_switcher_row_new (const KithResult *result); /* GtkListBoxRow */
