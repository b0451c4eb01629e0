/* places.h - the servers that this person uses: a GListModel of KithSession, in the order in which they were added,
 * kept in servers.ini. */
#pragma once

#include "session.h"

#define KITH_PLACES_MAX 32

#define KITH_TYPE_PLACES (kith_places_get_type ())
G_DECLARE_FINAL_TYPE (KithPlaces, kith_places, KITH, PLACES, GObject)

KithPlaces *kith_places_new (KithProfile *profile, KithSettings *settings); /* loads; starts nothing */
void kith_places_start (KithPlaces *places);                                /* every one that has an account */
/* A session for address, not in the list until kith_places_keep. One that is in the list is returned as it is. The
 * caller's reference. */
KithSession *kith_places_open (KithPlaces *places, const char *address, GError **error);
void kith_places_keep (KithPlaces *places, KithSession *session); /* after the sign-in: it is remembered */
void kith_places_remove (KithPlaces *places, KithSession *session);
/* The network has changed, or the computer woke up: everybody tries now. */
/* As kith_session_settle, of all. */
void kith_places_settle (KithPlaces *places, gint64 span_us);
void kith_places_try_now (KithPlaces *places);
guint kith_places_count (KithPlaces *places);
KithSession *kith_places_get (KithPlaces *places, guint position); /* borrowed */
