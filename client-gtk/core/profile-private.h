/* profile-private.h - what differs between platforms about a directory that is nobody else's business. */
#pragma once

#include <glib.h>

/* Takes away from everybody else what they may do in an existing directory. Fails when it is not the user's. */
gboolean kith_profile_make_private (const char *directory, GError **error);
