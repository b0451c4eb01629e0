/* delivery.h - a committed event to its recipients' outbound queues, encoded once. */
#pragma once

#include "conn/conn.h"
#include "domain/domain.h"

typedef struct _KithdDelivery KithdDelivery;

KithdDelivery *kithd_delivery_new (KithdDomain *domain, KithdConns *conns);
void kithd_delivery_free (KithdDelivery *delivery);

/* Tells everybody concerned of a change that was committed and has just been applied to the domain. Events of one conversation are held
 * back to be queued together: end_run queues them, before anybody is answered. */
void kithd_delivery_change (KithdDelivery *delivery, const KithdChange *change);
void kithd_delivery_end_run (KithdDelivery *delivery);
/* Once a turn, after its changes: one "changed" for each connection whose sync has something new. */
void kithd_delivery_end_turn (KithdDelivery *delivery);
/* account types in conversation: to the others that are in it. */
void kithd_delivery_typing (KithdDelivery *delivery, const KithdConversation *conversation, gint64 account);
/* The handler of a connection that has drained after events were left out. data is the delivery. */
void kithd_delivery_drained (gpointer delivery, KithdConn *conn);
