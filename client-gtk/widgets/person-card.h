/* person-card.h - who somebody is and what one can do: in a popover (kith_person_show of dialogs.h), or in the details of a
 * direct conversation. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

/* chat: the room that the person is looked at in, or NULL. role: theirs in it, "" unknown. */
GtkWidget *kith_person_card_new (KithSession *session, KithContact *contact, KithChat *chat, const char *role);
void kith_person_show_in (GtkWidget *relative_to, KithSession *session, KithContact *contact, KithChat *chat,
                          const char *role);
