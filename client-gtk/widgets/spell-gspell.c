/* spell-gspell.c - gspell does it all; the language is the person's, and the same wherever somebody writes: reading a
 * dictionary takes longer than showing a conversation, and megabytes. */
#include "widgets/spell.h"

#include <gspell/gspell.h>

static GspellChecker *
the_checker (void)
{
  static GspellChecker *checker;
  if (checker == NULL)
    checker = gspell_checker_new (NULL);
  return checker;
}

static gboolean
has_text (GtkTextBuffer *buffer)
{
  return gtk_text_buffer_get_char_count (buffer) > 0;
}

static gboolean
is_set_up (GtkTextView *view)
{
  return gspell_text_buffer_get_spell_checker (
             gspell_text_buffer_get_from_gtk_text_buffer (gtk_text_view_get_buffer (view))) != NULL;
}

/* Not before somebody writes. */
static void
begin_if_written (GtkTextView *view)
{
  KithSettings *settings = g_object_get_data (G_OBJECT (view), "kith-settings");
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  if (!gtk_widget_has_focus (GTK_WIDGET (view)) || !has_text (buffer) ||
      !kith_settings_get_boolean (settings, "spell-check") || is_set_up (view))
    return;
  GspellTextView *spell = gspell_text_view_get_from_gtk_text_view (view);
  gspell_text_buffer_set_spell_checker (gspell_text_buffer_get_from_gtk_text_buffer (buffer), the_checker ());
  gspell_text_view_set_enable_language_menu (spell, TRUE);
  g_object_bind_property (settings, "spell-check", spell, "inline-spell-checking", G_BINDING_SYNC_CREATE);
}

void
kith_spell_watch (GtkTextView *view, KithSettings *settings)
{
  g_object_set_data_full (G_OBJECT (view), "kith-settings", g_object_ref (settings), g_object_unref);
  g_signal_connect_swapped (view, "notify::has-focus", G_CALLBACK (begin_if_written), view);
  g_signal_connect_object (gtk_text_view_get_buffer (view), "changed", G_CALLBACK (begin_if_written), view,
                           G_CONNECT_SWAPPED);
}

gboolean
kith_spell_is_there (void)
{
  return gspell_language_get_available () != NULL;
}
