/* contact.h - a person on a server, as widgets see one. Read-only for widgets: the session updates it.
 *
 * Properties (notify): "name" (what to show), "handle", "presence" (KithPresenceState), "status" (their text),
 * "role" (on the server), "blocked", "deleted", "me". */
#pragma once

#include "proto/presence.h"

#include <glib-object.h>

#define KITH_TYPE_CONTACT (kith_contact_get_type ())
G_DECLARE_FINAL_TYPE (KithContact, kith_contact, KITH, CONTACT, GObject)

gint64 kith_contact_id (KithContact *contact);
const char *kith_contact_name (KithContact *contact);   /* never NULL nor empty; safe to show in one line */
const char *kith_contact_handle (KithContact *contact); /* "mara" */
KithPresenceState kith_contact_presence (KithContact *contact);
gboolean
kith_contact_presence_known (KithContact *contact); /* FALSE while we are not connected: shown as a ring, "Unknown" */
const char *kith_contact_status (KithContact *contact);  /* "" for none */
gint64 kith_contact_status_until (KithContact *contact); /* ms since 1970; 0: open */
const char *kith_contact_role (KithContact *contact);    /* on the server: "owner", "admin", "member" */
gboolean kith_contact_is_me (KithContact *contact);
gboolean kith_contact_is_blocked (KithContact *contact);
gboolean kith_contact_is_deleted (KithContact *contact);
