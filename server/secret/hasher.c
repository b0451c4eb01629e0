/* hasher.c - threads that take jobs from a queue, around OpenSSL's scrypt. They are there from the start, for one that cannot be
 * started when it is needed would let somebody wait; and they are joined. GThreadPool promises one or the other. */
#include "secret/hasher.h"

#include "proto/error.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

enum { LOG_N = 15, BLOCK = 8, PARALLEL = 1, SALT_BYTES = 16, KEY_BYTES = 32 };

struct _KithdHasher {
  GAsyncQueue *waiting, *done;
  GPtrArray *threads;
  KithdHashJob end; /* the job behind which a thread ends */
  guint max_queued;
  void (*on_ready) (gpointer);
  gpointer data;
};

static gboolean
derive (const char *password, const guint8 *salt, guint8 key[KEY_BYTES])
{
  guint64 n = (guint64) 1 << LOG_N;
  return EVP_PBE_scrypt (password, strlen (password), salt, SALT_BYTES, n, BLOCK, PARALLEL, 128 * n * BLOCK * 2, key, KEY_BYTES) == 1;
}

static char *
make_stored (const char *password)
{
  guint8 salt[SALT_BYTES], key[KEY_BYTES];
  if (RAND_bytes (salt, sizeof salt) != 1 || !derive (password, salt, key))
    return NULL;
  g_autofree char *salt_text = g_base64_encode (salt, sizeof salt);
  g_autofree char *key_text = g_base64_encode (key, sizeof key);
  return g_strdup_printf ("scrypt$%d$%d$%d$%s$%s", LOG_N, BLOCK, PARALLEL, salt_text, key_text);
}

/* FALSE when stored is not of the form that make_stored gives. */
static gboolean
read_stored (const char *stored, guint8 salt[SALT_BYTES], guint8 key[KEY_BYTES])
{
  g_auto (GStrv) parts = g_strsplit (stored, "$", 7);
  g_autofree char *head = g_strdup_printf ("scrypt$%d$%d$%d$", LOG_N, BLOCK, PARALLEL);
  gsize salt_size, key_size;
  if (!g_str_has_prefix (stored, head) || g_strv_length (parts) != 6)
    return FALSE;
  g_autofree guint8 *salt_bytes = g_base64_decode (parts[4], &salt_size);
  g_autofree guint8 *key_bytes = g_base64_decode (parts[5], &key_size);
  if (salt_size != SALT_BYTES || key_size != KEY_BYTES)
    return FALSE;
  memcpy (salt, salt_bytes, SALT_BYTES);
  memcpy (key, key_bytes, KEY_BYTES);
  return TRUE;
}

static gboolean
verify (const char *password, const char *stored, gboolean *verified)
{
  guint8 salt[SALT_BYTES] = { 0 }, wanted[KEY_BYTES] = { 0 }, key[KEY_BYTES];
  gboolean known = stored != NULL && read_stored (stored, salt, wanted);
  if (!derive (password, salt, key))
    return FALSE;
  *verified = CRYPTO_memcmp (key, wanted, KEY_BYTES) == 0 && known;
  return TRUE;
}

static void
perform (KithdHashJob *job)
{
  gboolean sound = !job->verify || verify (job->password, job->stored, &job->verified);
  if (sound && job->make && (!job->verify || job->verified)) {
    job->made = make_stored (job->new_password != NULL ? job->new_password : job->password);
    sound = job->made != NULL;
  }
  if (!sound)
    g_set_error (&job->error, KITH_ERROR, KITH_ERROR_INTERNAL, "Hashing a password failed: out of memory or randomness.");
}

static gpointer
run (gpointer data)
{
  KithdHasher *hasher = data;
  for (KithdHashJob *job; (job = g_async_queue_pop (hasher->waiting)) != &hasher->end;) {
    perform (job);
    g_async_queue_push (hasher->done, job);
    hasher->on_ready (hasher->data);
  }
  return NULL;
}

KithdHashJob *
kithd_hash_job_new (const char *password)
{
  KithdHashJob *job = g_new0 (KithdHashJob, 1);
  job->password = g_strdup (password);
  return job;
}

static void
wipe (char *secret)
{
  if (secret != NULL)
    OPENSSL_cleanse (secret, strlen (secret));
  g_free (secret);
}

void
kithd_hash_job_free (KithdHashJob *job)
{
  if (job == NULL)
    return;
  wipe (job->password);
  wipe (job->new_password);
  g_free (job->stored);
  g_free (job->made);
  g_clear_error (&job->error);
  if (job->free_context != NULL)
    job->free_context (job->context);
  g_free (job);
}

static gboolean
start_thread (KithdHasher *hasher, GError **error)
{
  GThread *thread = g_thread_try_new ("passwords", run, hasher, error);
  if (thread != NULL)
    g_ptr_array_add (hasher->threads, thread);
  else
    g_prefix_error (error, "No thread for hashing passwords. Raise the limit of processes (ulimit -u, TasksMax=). ");
  return thread != NULL;
}

KithdHasher *
kithd_hasher_new (guint threads, guint max_queued, void (*on_ready) (gpointer), gpointer data, GError **error)
{
  KithdHasher *hasher = g_new0 (KithdHasher, 1);
  hasher->waiting = g_async_queue_new_full ((GDestroyNotify) kithd_hash_job_free);
  hasher->done = g_async_queue_new_full ((GDestroyNotify) kithd_hash_job_free);
  hasher->threads = g_ptr_array_new ();
  hasher->max_queued = max_queued;
  hasher->on_ready = on_ready;
  hasher->data = data;
  while (hasher->threads->len < threads)
    if (!start_thread (hasher, error)) {
      kithd_hasher_free (hasher);
      return NULL;
    }
  return hasher;
}

void
kithd_hasher_free (KithdHasher *hasher)
{
  if (hasher == NULL)
    return;
  for (guint i = 0; i < hasher->threads->len; i++)
    g_async_queue_push_front (hasher->waiting, &hasher->end);
  for (guint i = 0; i < hasher->threads->len; i++)
    g_thread_join (hasher->threads->pdata[i]);
  g_ptr_array_unref (hasher->threads);
  g_async_queue_unref (hasher->waiting);
  g_async_queue_unref (hasher->done);
  g_free (hasher);
}

gboolean
kithd_hasher_submit (KithdHasher *hasher, KithdHashJob *job)
{
  if (g_async_queue_length (hasher->waiting) >= (gint) hasher->max_queued) { /* negative: threads that wait for one */
    kithd_hash_job_free (job);
    return FALSE;
  }
  g_async_queue_push (hasher->waiting, job);
  return TRUE;
}

KithdHashJob *
kithd_hasher_take (KithdHasher *hasher)
{
  return g_async_queue_try_pop (hasher->done);
}
