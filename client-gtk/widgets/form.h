/* form.h - a small window with a few fields, a Cancel and one thing that it does: new room, new message, invitation. */
#pragma once

#include "core/session.h"

#include <handy.h>

#define KITH_TYPE_FORM (kith_form_get_type ())
G_DECLARE_FINAL_TYPE (KithForm, kith_form, KITH, FORM, HdyWindow)

/* action NULL: only to be closed. Enter in an entry does it. */
KithForm *kith_form_new (GtkWindow *parent, const char *title, const char *action);
/* What goes below what is there, with its name above (NULL: none). */
void kith_form_add (KithForm *form, const char *label, GtkWidget *field);
void kith_form_set_ready (KithForm *form, gboolean ready);
/* While the server is asked nothing can be changed. error: why it did not work; NULL: none. */
void kith_form_set_busy (KithForm *form, gboolean busy);
void kith_form_set_error (KithForm *form, const char *error);
/* A switch with a name and a sentence. The GtkSwitch, borrowed. */
GtkWidget *kith_form_add_switch (KithForm *form, const char *label, const char *text);
/* A GAsyncReadyCallback: the conversation that was asked for is shown and the form goes, or says why not. form is
 * taken. */
void kith_form_on_chat (GObject *session, GAsyncResult *result, gpointer form);
/* Signal: "done": the button was pressed. */
