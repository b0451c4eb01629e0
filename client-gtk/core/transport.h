/* transport.h - one GSource that drives a headless client from a main loop. */
#pragma once

#include "client/client.h"

/* Watches client's sockets and its due time, and steps it. Borrows client: destroy the source before the client is
 * freed. After calling into the client outside of its callbacks nothing has to be done: the source looks afresh before
 * each wait. */
GSource *kith_transport_source_new (KithClient *client);
