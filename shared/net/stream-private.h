/* stream-private.h - what an implementation of a stream fills in. For shared/net and tests only. */
#pragma once

#include "net/stream.h"

typedef struct {
  KithIo (*handshake) (KithStream *, GError **);
  KithIo (*read) (KithStream *, void *, gsize, gsize *, GError **);
  KithIo (*write) (KithStream *, const void *, gsize, gsize *, GError **);
  guint (*wants_read) (const KithStream *);
  guint (*wants_write) (const KithStream *);
  gsize (*pending) (const KithStream *);
  void (*close) (KithStream *);
  void (*free) (KithStream *);
  KithSocket (*socket) (const KithStream *);
} KithStreamClass;

struct _KithStream {
  const KithStreamClass *klass;
};
