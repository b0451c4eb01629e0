/* profile.h - where the desktop client keeps its things: one directory, that only the user can read.
 *
 *   settings.ini                  KithSettings
 *   servers.ini                   KithPlaces: which servers, in which order
 *   servers/ID/outbox.db          KithStore: pin, handle, outbox; durable before anything is sent
 *   servers/ID/cache.db           KithCache: what can be fetched again */
#pragma once

#include <glib.h>

typedef struct _KithProfile KithProfile;

/* directory NULL: "kith" in the user's data directory. It is made when it is missing. Fails when it cannot be, or when
 * it is somebody else's. */
KithProfile *kith_profile_open (const char *directory, GError **error);
KithProfile *kith_profile_ref (KithProfile *profile);
void kith_profile_unref (KithProfile *profile);
/* The path of a file; the directories above it are made. To be freed. */
char *kith_profile_path (KithProfile *profile, const char *first, ...) G_GNUC_NULL_TERMINATED;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithProfile, kith_profile_unref)
