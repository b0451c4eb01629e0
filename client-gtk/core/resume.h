/* resume.h - the moments at which waiting for the next attempt to connect makes no sense: the network has changed
 * (GNetworkMonitor), the computer woke up (logind, where there is one; WM_POWERBROADCAST). */
#pragma once

#include "places.h"

typedef struct _KithResume KithResume;

/* Until it is freed, places are told to try at these moments. */
KithResume *kith_resume_new (KithPlaces *places);
void kith_resume_free (KithResume *resume);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithResume, kith_resume_free)
