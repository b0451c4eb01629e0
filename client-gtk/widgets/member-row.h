/* member-row.h - somebody who is in a room: face, name, status, role. */
#pragma once

#include "core/members.h"

#include <gtk/gtk.h>

GtkWidget *kith_member_row_new (KithMember *member);
KithMember *kith_member_row_member (GtkWidget *row); /* borrowed */
