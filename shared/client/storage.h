/* storage.h - what a client keeps of one server, behind one interface: a few named values and the outbox.
 *
 * storage-memory.c keeps it as long as the process lives; kith-cli has a key file, the desktop client a database. */
#pragma once

#include <glib.h>

typedef struct _KithStorage KithStorage;

/* A storage that keeps REV also keeps what sync taught (hook `learned`), and gives it back with kith_client_learn
 * before kith_client_start. One that does not keep it answers NULL, and everything is synced again. */
typedef enum {
  KITH_KEPT_PIN,        /* 64 hex digits: the server's key that was trusted */
  KITH_KEPT_PIN_AT,     /* ms since 1970, as digits: when it was first trusted */
  KITH_KEPT_NEXT_PIN,   /* the key that the server announced as its next */
  KITH_KEPT_HANDLE,     /* who we are there */
  KITH_KEPT_TOKEN,      /* signs in; with JOIN_NONCE: will, once the registration was answered */
  KITH_KEPT_JOIN_NONCE, /* a registration that was not answered yet */
  KITH_KEPT_HISTORY,    /* which store the server had */
  KITH_KEPT_REV,        /* up to where sync is known, as digits */
  KITH_N_KEPT
} KithKept;

/* The word for each, as files write it ("pin", "next-pin", ...). */
const char *kith_kept_name (KithKept what);

/* One entry of the outbox. Keys ascend in the order of entry. */
typedef struct {
  guint64 key;
  gboolean written;    /* was handed to a socket: never to be altered or withdrawn */
  const char *request; /* a JSON object */
  gint64 entered;      /* ms since 1970: when it was written; 0: not known; an update leaves it */
} KithStoredEntry;

typedef void (*KithStoredFunc) (const KithStoredEntry *entry, gpointer data);

typedef struct {
  void (*free) (KithStorage *storage);
  char *(*get) (KithStorage *storage, KithKept what); /* to be freed; NULL: nothing kept */
  gboolean (*set) (KithStorage *storage, KithKept what, const char *value, GError **error);    /* NULL removes */
  gboolean (*load) (KithStorage *storage, KithStoredFunc func, gpointer data, GError **error); /* ascending keys */
  gboolean (*add) (KithStorage *storage, const KithStoredEntry *entry, GError **error);
  gboolean (*update) (KithStorage *storage, const KithStoredEntry *entry,
                      GError **error);                                    /* unknown key: nothing happens */
  gboolean (*remove) (KithStorage *storage, guint64 key, GError **error); /* unknown key: nothing happens */
} KithStorageClass;

/* The beginning of every implementation. */
struct _KithStorage {
  const KithStorageClass *klass;
};

void kith_storage_free (KithStorage *storage); /* NULL is allowed */
char *kith_storage_get (KithStorage *storage, KithKept what);
/* When these return TRUE, the change survives whatever the storage promises to survive. */
gboolean kith_storage_set (KithStorage *storage, KithKept what, const char *value, GError **error);
gboolean kith_storage_load (KithStorage *storage, KithStoredFunc func, gpointer data, GError **error);
gboolean kith_storage_add (KithStorage *storage, const KithStoredEntry *entry, GError **error);
gboolean kith_storage_update (KithStorage *storage, const KithStoredEntry *entry, GError **error);
gboolean kith_storage_remove (KithStorage *storage, guint64 key, GError **error);

KithStorage *kith_storage_memory_new (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithStorage, kith_storage_free)
