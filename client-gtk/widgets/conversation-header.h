/* conversation-header.h - the header of a conversation: back, what it is, search, details, menu. */
#pragma once

#include "core/session.h"

#include <handy.h>

GtkWidget *kith_conversation_header_new (KithSession *session, KithChat *chat);
void kith_conversation_header_set_narrow (GtkWidget *header, gboolean narrow);
