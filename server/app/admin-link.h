/* admin-link.h - one question at a time to a running server through its door (door.h). Blocking, for the subcommands of kithd. */
#pragma once

#include "proto/message.h"

typedef struct _KithdAdminLink KithdAdminLink;

/* Connects and says hello. KITH_NET_ERROR_REFUSED or _ADDRESS: no server runs on this data directory. */
KithdAdminLink *kithd_admin_link_open (const char *data, GError **error);
void kithd_admin_link_close (KithdAdminLink *link);
/* Takes request. The answer (to be put by the caller), or NULL with the server's words. */
json_object *kithd_admin_link_ask (KithdAdminLink *link, json_object *request, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithdAdminLink, kithd_admin_link_close)
