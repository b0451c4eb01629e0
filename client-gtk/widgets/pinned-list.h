/* pinned-list.h - the messages that are pinned in a conversation, the newest first; a click jumps to one. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

#define KITH_TYPE_PINNED_LIST (kith_pinned_list_get_type ())
G_DECLARE_FINAL_TYPE (KithPinnedList, kith_pinned_list, KITH, PINNED_LIST, GtkBin)

GtkWidget *kith_pinned_list_new (void);
/* Asks the server anew. Both may be NULL. */
void kith_pinned_list_load (KithPinnedList *list, KithSession *session, KithChat *chat);
