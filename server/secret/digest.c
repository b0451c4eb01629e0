/* digest.c - see digest.h. The algorithm is looked up once: that costs more than using it. */
#include "secret/digest.h"

#include <openssl/evp.h>

void
kithd_digest (const void *data, gsize size, guint8 digest[KITHD_DIGEST_BYTES])
{
  static gsize algorithm = 0;
  if (g_once_init_enter (&algorithm)) {
    EVP_MD *found = EVP_MD_fetch (NULL, "SHA256", NULL);
    if (found == NULL)
      g_error ("OpenSSL has no SHA-256; its installation is broken");
    g_once_init_leave (&algorithm, (gsize) found);
  }
  if (EVP_Digest (data, size, digest, NULL, (const EVP_MD *) algorithm, NULL) != 1)
    g_error ("no memory for a digest");
}
