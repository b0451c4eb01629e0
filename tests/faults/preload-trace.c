/* preload-trace.c - one record, one write to a file that is opened for appending: what was written down stays when the
 * process is killed. */
#include "faults/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define DESCRIPTORS 65536

static uint32_t handles[DESCRIPTORS];
static uint32_t last_handle;
static int64_t last_sync;
static int trace = -1;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void
faults_trace_init (void)
{
  if (*faults_control->root == '\0')
    return;
  trace = (int) syscall (SYS_openat, AT_FDCWD, faults_control->trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (trace < 0)
    abort ();
  faults_record (TRACE_START, 0, 0, NULL, 0);
}

int
faults_is_below (const char *path)
{
  if (faults_control == NULL || path == NULL)
    return 0;
  size_t length = strlen (faults_control->root);
  return length > 0 && strncmp (path, faults_control->root, length) == 0 &&
         (path[length] == '/' || path[length] == '\0');
}

uint32_t
faults_handle (int fd)
{
  return fd >= 0 && fd < DESCRIPTORS ? __atomic_load_n (&handles[fd], __ATOMIC_RELAXED) : 0;
}

void
faults_forget (int fd)
{
  if (fd >= 0 && fd < DESCRIPTORS)
    __atomic_store_n (&handles[fd], 0, __ATOMIC_RELAXED);
}

void
faults_opened (int fd, const char *path, int how)
{
  if (fd >= DESCRIPTORS)
    abort ();
  handles[fd] = ++last_handle;
  faults_record (TRACE_OPEN, handles[fd], how, path, strlen (path) + 1);
}

void
faults_lock (void)
{
  pthread_mutex_lock (&mutex);
}

void
faults_unlock (void)
{
  pthread_mutex_unlock (&mutex);
}

void
faults_record (TraceKind kind, uint32_t handle, int64_t offset, const void *bytes, size_t length)
{
  TraceRecord record = { kind, handle, offset, length };
  struct iovec parts[] = { { &record, sizeof record }, { (void *) bytes, length } };
  int saved = errno;
  if (syscall (SYS_writev, trace, parts, 2) != (long) (sizeof record + length))
    abort (); /* a trace with a hole would be a lie */
  errno = saved;
}

void
faults_record_paths (TraceKind kind, const char *from, const char *to)
{
  char paths[2 * FAULTS_PATH];
  size_t first = strlen (from) + 1, second = to != NULL ? strlen (to) + 1 : 0;
  if (first + second > sizeof paths)
    abort ();
  memcpy (paths, from, first);
  if (to != NULL)
    memcpy (paths + first, to, second);
  faults_record (kind, 0, 0, paths, first + second);
}

int64_t
faults_next_sync (void)
{
  return ++last_sync;
}
