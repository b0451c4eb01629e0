/* spell-none.c - built without gspell. */
#include "widgets/spell.h"

void
kith_spell_watch (GtkTextView *view, KithSettings *settings)
{
}

gboolean
kith_spell_is_there (void)
{
  return FALSE;
}
