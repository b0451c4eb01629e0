/* spell-gspell.c - gspell does it all; the language is the person's. */
#include "widgets/spell.h"

#include <gspell/gspell.h>

/* Dictionaries take megabytes: not before somebody writes. */
static void
on_focus (GtkWidget *view, GParamSpec *spec, KithSettings *settings)
{
  if (!gtk_widget_has_focus (view) || !kith_settings_get_boolean (settings, "spell-check") ||
      g_object_get_data (G_OBJECT (view), "kith-spell") != NULL)
    return;
  g_object_set_data (G_OBJECT (view), "kith-spell", view);
  GspellTextView *spell = gspell_text_view_get_from_gtk_text_view (GTK_TEXT_VIEW (view));
  gspell_text_view_basic_setup (spell);
  g_object_bind_property (settings, "spell-check", spell, "inline-spell-checking", G_BINDING_SYNC_CREATE);
}

void
kith_spell_watch (GtkTextView *view, KithSettings *settings)
{
  g_signal_connect_object (view, "notify::has-focus", G_CALLBACK (on_focus), settings, 0);
}

gboolean
kith_spell_is_there (void)
{
  return gspell_language_get_available () != NULL;
}
