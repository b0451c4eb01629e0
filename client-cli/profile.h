/* profile.h - what kith-cli remembers: a key file, mode 0600, with the default server and, for each server, pin, token
 * and handle. */
#pragma once

#include "client/storage.h"

typedef struct _CliProfile CliProfile;

/* dir NULL: the user's data directory. Fails when a file is there and cannot be read. */
CliProfile *cli_profile_open (const char *dir, GError **error);
void cli_profile_free (CliProfile *profile);
char *cli_profile_server (CliProfile *profile); /* the default server, or NULL; to be freed */
gboolean cli_profile_set_server (CliProfile *profile, const char *server, GError **error);
/* What a client keeps of one server. It keeps no outbox and no rev between runs. Borrows profile. */
KithStorage *cli_profile_storage (CliProfile *profile, const char *host, guint16 port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliProfile, cli_profile_free)
