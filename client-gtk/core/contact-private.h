/* contact-private.h - how the session changes a contact. Private to core. */
#pragma once

#include "contact.h"

#include "client/state.h"

/* Its id, for tables: valid as long as the contact. */
KithContact *kith_contact_new (gint64 id);
const gint64 *kith_contact_key (KithContact *contact);
/* person NULL: somebody whom we may not see (any more). */
void kith_contact_learn (KithContact *contact, const KithPerson *person, gboolean me);
/* presence NULL: not known, because we are not connected. */
void kith_contact_set_presence (KithContact *contact, const KithPresence *presence);
