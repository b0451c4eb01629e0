/* server-line.h - the line below a server's name: "Connected · 14 online", "Offline · reconnecting in 3 s". It wakes up
 * once a second only while it counts down. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

#define KITH_TYPE_SERVER_LINE (kith_server_line_get_type ())
G_DECLARE_FINAL_TYPE (KithServerLine, kith_server_line, KITH, SERVER_LINE, GtkBin)

GtkWidget *kith_server_line_new (void);
void kith_server_line_set_session (KithServerLine *line, KithSession *session); /* may be NULL */
const char *kith_server_line_text (KithServerLine *line);                         /* borrowed */
