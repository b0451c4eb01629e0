/* message-list.h - the rows of a message view: keeps a list box in step with a KithLog.
 *
 * However fast the log changes, rows follow once a frame: posts that came and went between two frames never get one.
 * A few rows are built at once, the others a few at a time when there is nothing else to do. */
#pragma once

#include "widgets/message-row.h"

#define KITH_TYPE_MESSAGE_LIST (kith_message_list_get_type ())
G_DECLARE_FINAL_TYPE (KithMessageList, kith_message_list, KITH, MESSAGE_LIST, GtkListBox)

GtkWidget *kith_message_list_new (KithSession *session, KithLog *log);
/* Whether new rows belong to what the person looks at: the end. Else they are built late. */
void kith_message_list_set_at_end (KithMessageList *list, gboolean at_end);
/* The row of a message; NULL: it has none now. build: makes rows around it if the log has it. Borrowed. */
KithMessageRow *kith_message_list_row (KithMessageList *list, gint64 seq, gboolean build);
KithMessageRow *kith_message_list_nth (KithMessageList *list, guint n); /* borrowed; NULL: behind the last */
guint kith_message_list_count (KithMessageList *list);
KithMessageRow *kith_message_list_at_y (KithMessageList *list, int y); /* borrowed; NULL: none */
/* Whether every line that the log has now has its row, at the older and at the newer end. */
gboolean kith_message_list_is_whole (KithMessageList *list);
/* The person comes to the conversation: the "New" line goes where it is now. */
void kith_message_list_enter (KithMessageList *list);
void kith_message_list_set_selecting (KithMessageList *list, gboolean selecting);
GPtrArray *kith_message_list_selected (KithMessageList *list); /* KithPost, the caller's */

/* Signals: "row-added" (KithMessageRow *): connect to it here. "synced": rows follow the log now. */
