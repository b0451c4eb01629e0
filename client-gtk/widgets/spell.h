/* spell.h - spell check in a text view, where gspell is there: spell-gspell.c, else spell-none.c. */
#pragma once

#include "core/settings.h"

#include <gtk/gtk.h>

/* Follows the setting "spell-check". */
void kith_spell_watch (GtkTextView *view, KithSettings *settings);
gboolean kith_spell_is_there (void);
