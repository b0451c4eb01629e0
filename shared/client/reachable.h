/* reachable.h - where others reach a server that we reach through this computer's own loopback address. */
#pragma once

#include <glib.h>

/* The address of each network of this computer with the port of address ("127.0.0.1:5484"). To be freed with g_strfreev. */
char **kith_reachable_addresses (const char *address);
/* address, or where others reach it when it is a loopback address and this computer has a network. To be freed. */
char *kith_reachable_address (const char *address);
