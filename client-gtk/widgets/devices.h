/* devices.h - where an account is signed in: a window; sign one out, or show a code that lets a new one in. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

void kith_devices_show (GtkWindow *parent, KithSession *session);
