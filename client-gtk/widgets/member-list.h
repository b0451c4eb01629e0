/* member-list.h - who is in a room, below a line for each group. Rows are made for the first hundred, and for a hundred more
 * whenever that is asked for. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

#define KITH_TYPE_MEMBER_LIST (kith_member_list_get_type ())
G_DECLARE_FINAL_TYPE (KithMemberList, kith_member_list, KITH, MEMBER_LIST, GtkBox)

GtkWidget *kith_member_list_new (void);
void kith_member_list_set_chat (KithMemberList *list, KithSession *session, KithChat *chat); /* both may be NULL */
