/* ports.h - the datagram sockets: one for each local address that is listened on, so that answers leave from the
 * address that was asked; and those that hear what is sent to everybody. Interfaces come and go; refresh follows them.
 */
#pragma once

#include "net/poller.h"

typedef struct _KithdPorts KithdPorts;

KithdPorts *kithd_ports_new (KithPoller *poller); /* poller outlives it */
void kithd_ports_free (KithdPorts *ports);

/* The addresses that a listener at address has (every one of the machine, where it listens on all). everybody: hear
 * what is sent to everybody on their networks, too. What cannot be opened is logged and tried again by refresh. */
void kithd_ports_listen (KithdPorts *ports, const KithAddress *address, gboolean everybody);
void kithd_ports_refresh (KithdPorts *ports);
/* Whether there is a socket with this port number. */
gboolean kithd_ports_has (const KithdPorts *ports, guint16 port);

gboolean kithd_ports_owns (const KithdPorts *ports, guint64 token);
/* One datagram. *answers: the token of the socket from which answers leave. FALSE: there is none. */
gboolean kithd_ports_receive (KithdPorts *ports, guint64 token, guint8 *data, gsize size, gsize *got, KithAddress *from,
                              guint64 *answers);
void kithd_ports_send (KithdPorts *ports, guint64 token, const KithAddress *to, const void *data, gsize size);
guint16 kithd_ports_port (const KithdPorts *ports, guint64 token); /* 0: no such socket any more */
