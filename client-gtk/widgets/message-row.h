/* message-row.h - one line of a conversation as a row: a message, a system line, a gap. It follows its KithPost. What
 * its neighbours decide (grouping, separators) is told by the list. */
#pragma once

#include "core/session.h"
#include "widgets/message-line.h"

#define KITH_TYPE_MESSAGE_ROW (kith_message_row_get_type ())
G_DECLARE_FINAL_TYPE (KithMessageRow, kith_message_row, KITH, MESSAGE_ROW, KithMessageLine)

GtkWidget *kith_message_row_new (KithSession *session, KithChat *chat, KithPost *post);
KithPost *kith_message_row_post (KithMessageRow *row); /* borrowed */
/* Whether avatar, name and time are shown: it begins a group. */
void kith_message_row_set_first (KithMessageRow *row, gboolean first);
/* The role of the sender in the room, shown beside the name; NULL or "": none. */
void kith_message_row_set_role (KithMessageRow *row, const char *role);
void kith_message_row_set_hovered (KithMessageRow *row, gboolean hovered);
/* Whether its ticks or readers are shown: only on the last one that came so far. */
void kith_message_row_set_last (KithMessageRow *row, gboolean last);
/* A run of people who came or left becomes one line, the first row's: their accounts, gint64. came NULL: it is alone. */
void kith_message_row_set_several (KithMessageRow *row, GArray *came, GArray *left);
/* Selection of several: a check button instead of the avatar. */
void kith_message_row_set_selecting (KithMessageRow *row, gboolean selecting);
gboolean kith_message_row_is_selected (KithMessageRow *row);
void kith_message_row_flash (KithMessageRow *row); /* for 1.2 s */

/* Signals: "quote" (gint64 seq: its quote was clicked), "react" (char *emoji, gboolean on), "add-reaction" (GtkWidget
 * *), "versions", "retry", "discard", "load" (a gap), "person" (gint64 account, GtkWidget *), "selected". */
