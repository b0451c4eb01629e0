/* delivery-private.h - the files of server/delivery among themselves. */
#pragma once

#include "delivery/delivery.h"

/* receipts.c: KITHD_CHANGE_RECEIPTS. */
void kithd_delivery_receipts (const KithdDomain *domain, const KithdConns *conns, const KithdChange *change);
