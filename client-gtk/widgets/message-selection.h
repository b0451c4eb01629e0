/* message-selection.h - the bar for several selected messages: copy, forward, delete, done. */
#pragma once

#include "widgets/message-view.h"

#define KITH_TYPE_MESSAGE_SELECTION (kith_message_selection_get_type ())
G_DECLARE_FINAL_TYPE (KithMessageSelection, kith_message_selection, KITH, MESSAGE_SELECTION, GtkBox)

GtkWidget *kith_message_selection_new (KithSession *session, KithMessageView *view); /* hidden; borrows view */
void kith_message_selection_update (KithMessageSelection *selection);                /* another row was selected */
