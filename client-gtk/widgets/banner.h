/* banner.h - the strip over the messages that says what is wrong with the connection, and what can be done. One at a
 * time: the gravest. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

/* A GtkRevealer that follows the session. */
GtkWidget *kith_banner_new (KithSession *session);
