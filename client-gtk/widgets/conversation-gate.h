/* conversation-gate.h - stands where the composer would, while one is not in the room: come in, or say no. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

/* Hidden while one may write or only read. */
GtkWidget *kith_conversation_gate_new (KithSession *session, KithChat *chat);
