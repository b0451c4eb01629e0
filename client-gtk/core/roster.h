/* roster.h - the people of a session by name: a GListModel of KithContact, without those that are deleted. */
#pragma once

#include "contact.h"

#include <gio/gio.h>

#define KITH_TYPE_ROSTER (kith_roster_get_type ())
G_DECLARE_FINAL_TYPE (KithRoster, kith_roster, KITH, ROSTER, GObject)

KithRoster *kith_roster_new (void);
/* Looks at contact anew; shows with the next flush. */
void kith_roster_put (KithRoster *roster, KithContact *contact, gboolean known);
void kith_roster_flush (KithRoster *roster);
