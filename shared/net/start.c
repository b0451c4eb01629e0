/* start.c - what has to be there before anything of this layer is used. */
#include "net/system.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

/* OpenSSL would start by itself; but where it finds no memory for that it goes on without, and crashes. */
static gboolean
start_openssl (GError **error)
{
  if (OPENSSL_init_ssl (0, NULL) == 1 && OSSL_LIB_CTX_get0_global_default () != NULL)
    return TRUE;
  ERR_clear_error ();
  g_set_error_literal (error, KITH_NET_ERROR, KITH_NET_ERROR_TLS,
                       "OpenSSL cannot be started. Is there memory left, and is its configuration (openssl.cnf) right?");
  return FALSE;
}

gboolean
kith_net_start (GError **error)
{
  return kith_system_start (error) && start_openssl (error);
}
