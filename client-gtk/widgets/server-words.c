/* server-words.c - the six words of a server, to be compared with what others see, in a small window. */
#include "widgets/dialogs.h"
#include "widgets/form.h"
#include "widgets/key-words.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

void
kith_server_words_show (GtkWindow *parent, KithSession *session)
{
  g_autofree char *title = g_strdup_printf (_("Words of %s"), kith_session_server_name (session));
  KithForm *form = kith_form_new (parent, title, NULL);
  GtkWidget *words = kith_key_words_new (72);
  kith_key_words_set_pin (KITH_KEY_WORDS (words), kith_session_pin (session));
  kith_form_add (form, NULL,
                 kith_text_new (_("Everybody who uses this server sees the same six words. If somebody sees others, one of "
                                  "you is not talking to it."),
                                "dim", 48));
  gtk_widget_set_margin_top (words, 12);
  kith_form_add (form, NULL, words);
  gtk_window_present (GTK_WINDOW (form));
}
