/* hasher.h - passwords: scrypt (RFC 7914; N = 2^15, r = 8, p = 1: about 0.1 s and 32 MiB) in a small pool of threads, so that the loop
 * never waits for one.
 *
 * A stored password is "scrypt$15$8$1$<salt, base64>$<key, base64>". Verifying against no stored password (an unknown person) takes the same
 * time and fails. */
#pragma once

#include <glib.h>

typedef struct {
  char *password; /* wiped when the job is freed */
  char *stored;   /* to verify against; NULL with verify: nobody */
  gboolean verify;
  gboolean make;  /* (after verifying) hash new_password, or password where that is NULL, into made */
  char *new_password;

  gboolean verified;
  char *made;
  GError *error;  /* out of memory or entropy */

  guint64 connection;
  gint64 request;
  gpointer context; /* of who asked */
  GDestroyNotify free_context;
} KithdHashJob;

KithdHashJob *kithd_hash_job_new (const char *password);
void kithd_hash_job_free (KithdHashJob *job);

typedef struct _KithdHasher KithdHasher;

/* Starts the threads. on_ready is called on one of them and must only signal. NULL: a thread could not be started. */
KithdHasher *kithd_hasher_new (guint threads, guint max_queued, void (*on_ready) (gpointer), gpointer data, GError **error);
void kithd_hasher_free (KithdHasher *hasher); /* waits for what runs; what waits is not begun. NULL is allowed */
/* Takes job; FALSE (and the job is freed) when max_queued are waiting. */
gboolean kithd_hasher_submit (KithdHasher *hasher, KithdHashJob *job);
/* A finished job, the caller's; NULL: none. */
KithdHashJob *kithd_hasher_take (KithdHasher *hasher);
