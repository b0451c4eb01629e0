/* net-private.h - how this layer turns an error of the system into a sentence. Private to shared/net. */
#pragma once

#include "net/system.h"

/* What was being done when the system said no. */
typedef enum {
  KITH_DOING_LISTEN,
  KITH_DOING_LISTEN_UNIX,
  KITH_DOING_DATAGRAM,
  KITH_DOING_CONNECT,
  KITH_DOING_CONNECT_UNIX,
  KITH_DOING_ACCEPT,
  KITH_DOING_IO,
  KITH_DOING_WAIT,
  KITH_DOING_SETUP
} KithDoing;

/* Sets error: the kind from the platform's table, the sentence from the table in net.c. address may be NULL. */
void kith_net_fail (GError **error, KithDoing doing, int code, const KithAddress *address);
/* The same where no system error says it. */
void kith_net_fail_kind (GError **error, KithDoing doing, KithNetError kind, const char *reason,
                         const KithAddress *address);
/* The same for the last error of the system. */
void kith_net_fail_last (GError **error, KithDoing doing, const KithAddress *address);

guint kith_net_error_flags (int code); /* KITH_SYSTEM_* */
