/* typing-strip.h - a line that says who is writing in a conversation. Its height is always the same. */
#pragma once

#include "core/chat.h"

#include <gtk/gtk.h>

#define KITH_TYPE_TYPING_STRIP (kith_typing_strip_get_type ())
G_DECLARE_FINAL_TYPE (KithTypingStrip, kith_typing_strip, KITH, TYPING_STRIP, GtkBox)

GtkWidget *kith_typing_strip_new (KithChat *chat);
