/* chat-row.h - a conversation in the sidebar: in one line, or in two with what was said last. */
#pragma once

#include "core/chat.h"

#include <gtk/gtk.h>

#define KITH_TYPE_CHAT_ROW (kith_chat_row_get_type ())
G_DECLARE_FINAL_TYPE (KithChatRow, kith_chat_row, KITH, CHAT_ROW, GtkListBoxRow)

GtkWidget *kith_chat_row_new (KithChat *chat, gboolean two_lines);
KithChat *kith_chat_row_chat (KithChatRow *row); /* borrowed */
