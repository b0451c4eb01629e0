/* request.h - asks the server for something that needs no answer but yes or no, and tells the person what came of it. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

/* "account": the id as the wire has it. */
void kith_request_add_account (json_object *request, gint64 account);
/* request is taken. widget: in whose window it is told; it may go away meanwhile. done: what is said on success, or NULL. */
void kith_request_send (GtkWidget *widget, KithSession *session, json_object *request, const char *done);
