/* preload.c - the functions of libc in front of which it stands. Each asks whether it is to fail, does what it is for,
 * and writes down what that did to the directory that is watched. */
#include "faults/preload.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

FaultControl *faults_control;

/* The function behind. */
#define REAL(name)                                   \
  static __typeof__ (&name) real;                    \
  if (real == NULL)                                  \
    real = (__typeof__ (&name)) dlsym (RTLD_NEXT, #name)

/* A function that only may fail: its result, name, the kind of call, its parameters, how it is passed on. */
#define MAY_FAIL(result, name, call, parameters, arguments) \
  result name parameters                                    \
  {                                                         \
    REAL (name);                                            \
    return faults_fail (call) ? (result) -1 : real arguments; \
  }

/* ---- descriptors ---- */

static uint64_t given; /* of the first 64: those that kithd began with */

static void
for_each_descriptor (void (*look) (int fd))
{
  DIR *dir = opendir ("/proc/self/fd");
  for (struct dirent *entry; dir != NULL && (entry = readdir (dir)) != NULL;)
    if (*entry->d_name != '.' && atoi (entry->d_name) != dirfd (dir))
      look (atoi (entry->d_name));
  if (dir != NULL)
    closedir (dir);
}

static void
note_given (int fd)
{
  given |= fd < 64 ? (uint64_t) 1 << fd : 0;
}

static void
tell_left_open (int fd)
{
  char link[64], target[256] = "";
  if (fd < 64 && (given >> fd & 1) != 0)
    return;
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  if (readlink (link, target, sizeof target - 1) >= 0)
    dprintf (STDERR_FILENO, FAULTS_LEFT_OPEN "%d, %s\n", fd, target);
}

/* ---- the beginning and the end ---- */

__attribute__ ((constructor)) static void
begin (void)
{
  const char *path = getenv (FAULTS_ENVIRONMENT);
  int fd = path != NULL ? (int) syscall (SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0) : -1;
  if (fd < 0)
    return;
  void *page = (void *) syscall (SYS_mmap, NULL, sizeof (FaultControl), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0L);
  syscall (SYS_close, fd);
  if (page == MAP_FAILED)
    return;
  faults_control = page;
  faults_trace_init ();
  for_each_descriptor (note_given);
  faults_calls_init ();
}

/* Whoever ends by itself has closed all that it opened. */
__attribute__ ((destructor)) static void
end (void)
{
  if (faults_control == NULL || faults_control->mode == FAULT_CALLS_PASS)
    return;
  faults_calls_end ();
  for_each_descriptor (tell_left_open);
}

/* ---- files ---- */

static int
open_file (const char *path, int flags, mode_t mode)
{
  struct stat before, after;
  if (faults_fail (FAULT_OPEN))
    return -1;
  if (!faults_is_below (path))
    return (int) syscall (SYS_openat, AT_FDCWD, path, flags, mode);
  faults_lock ();
  int made = syscall (SYS_newfstatat, AT_FDCWD, path, &before, 0) != 0;
  int fd = (int) syscall (SYS_openat, AT_FDCWD, path, flags, mode);
  if (fd >= 0 && syscall (SYS_fstat, fd, &after) == 0 && (S_ISREG (after.st_mode) || S_ISDIR (after.st_mode)))
    faults_opened (fd, path, (made ? TRACE_MADE : 0) | ((flags & O_TRUNC) != 0 ? TRACE_EMPTIED : 0));
  faults_unlock ();
  return fd;
}

#define OPEN(name)                                                                        \
  int name (const char *path, int flags, ...)                                             \
  {                                                                                       \
    va_list arguments;                                                                    \
    va_start (arguments, flags);                                                          \
    mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg (arguments, mode_t) : 0; \
    va_end (arguments);                                                                   \
    return open_file (path, flags, mode);                                                 \
  }
OPEN (open)
OPEN (open64)

int
close (int fd)
{
  faults_forget (fd);
  return (int) syscall (SYS_close, fd);
}

/* How much of so many bytes still fits. */
static size_t
take_room (size_t length)
{
  int64_t room = __atomic_load_n (&faults_control->room, __ATOMIC_RELAXED);
  if (room < 0)
    return length;
  size_t fits = (uint64_t) room < length ? (size_t) room : length;
  __atomic_store_n (&faults_control->room, room - (int64_t) fits, __ATOMIC_RELAXED);
  return fits;
}

/* Positions of files that are written without one are the kernel's; it is asked. */
static ssize_t
write_file (int fd, uint32_t handle, const void *bytes, size_t length, int64_t offset, int at)
{
  faults_lock ();
  size_t fits = take_room (length);
  ssize_t written = -1;
  if (fits == 0 && length > 0) {
    faults_control->n_full++;
    errno = ENOSPC;
  } else if (at) {
    written = syscall (SYS_pwrite64, fd, bytes, fits, offset);
  } else {
    written = syscall (SYS_write, fd, bytes, fits);
    offset = written >= 0 ? syscall (SYS_lseek, fd, 0L, SEEK_CUR) - written : 0;
  }
  if (written > 0)
    faults_record (TRACE_WRITE, handle, offset, bytes, (size_t) written);
  faults_unlock ();
  return written;
}

ssize_t
write (int fd, const void *bytes, size_t length)
{
  REAL (write);
  uint32_t handle = faults_handle (fd);
  if (faults_fail (FAULT_WRITE))
    return -1;
  return handle != 0 ? write_file (fd, handle, bytes, length, 0, 0) : real (fd, bytes, length);
}

#define PWRITE(name)                                                                                     \
  ssize_t name (int fd, const void *bytes, size_t length, off_t offset)                                  \
  {                                                                                                      \
    REAL (name);                                                                                         \
    uint32_t handle = faults_handle (fd);                                                                \
    if (faults_fail (FAULT_WRITE))                                                                       \
      return -1;                                                                                         \
    return handle != 0 ? write_file (fd, handle, bytes, length, offset, 1) : real (fd, bytes, length, offset); \
  }
PWRITE (pwrite)
PWRITE (pwrite64)

/* What would reserve or copy without a write: those who ask have another way. */
int
fallocate64 (int fd, int mode, off64_t offset, off64_t length)
{
  errno = EOPNOTSUPP;
  return faults_handle (fd) != 0 ? -1 : (int) syscall (SYS_fallocate, fd, mode, offset, length);
}

static int
truncate_file (int fd, off_t length)
{
  uint32_t handle = faults_handle (fd);
  if (faults_fail (FAULT_TRUNCATE))
    return -1;
  if (handle == 0)
    return (int) syscall (SYS_ftruncate, fd, length);
  faults_lock ();
  int result = (int) syscall (SYS_ftruncate, fd, length);
  if (result == 0)
    faults_record (TRACE_TRUNCATE, handle, length, NULL, 0);
  faults_unlock ();
  return result;
}

int
ftruncate (int fd, off_t length)
{
  return truncate_file (fd, length);
}

int
ftruncate64 (int fd, off64_t length)
{
  return truncate_file (fd, length);
}

static int
take_failure (void)
{
  int32_t left = __atomic_load_n (&faults_control->sync_failures, __ATOMIC_RELAXED);
  if (left > 0)
    __atomic_sub_fetch (&faults_control->sync_failures, 1, __ATOMIC_RELAXED);
  return left != 0;
}

static void
record_sync (TraceKind kind, uint32_t handle, int64_t number)
{
  faults_lock ();
  faults_record (kind, handle, number, NULL, 0);
  faults_unlock ();
}

/* The disk gets as long as it wants; what is written meanwhile is not covered. */
static int
sync_file (uint32_t handle)
{
  faults_lock ();
  int64_t number = faults_next_sync ();
  faults_record (TRACE_SYNC_BEGAN, handle, number, NULL, 0);
  faults_unlock ();
  int64_t delay = __atomic_load_n (&faults_control->sync_delay_us, __ATOMIC_RELAXED);
  struct timespec pause = { delay / 1000000, (delay % 1000000) * 1000 };
  if (delay > 0)
    nanosleep (&pause, NULL);
  __atomic_add_fetch (&faults_control->n_syncs, 1, __ATOMIC_RELAXED);
  if (!take_failure ()) {
    record_sync (TRACE_SYNC_DONE, handle, number);
    return 0;
  }
  __atomic_add_fetch (&faults_control->n_sync_failures, 1, __ATOMIC_RELAXED);
  record_sync (TRACE_SYNC_FAILED, handle, number);
  errno = EIO;
  return -1;
}

#define SYNC(name)                                        \
  int name (int fd)                                       \
  {                                                       \
    REAL (name);                                          \
    uint32_t handle = faults_handle (fd);                 \
    if (faults_fail (FAULT_SYNC))                         \
      return -1;                                          \
    return handle != 0 ? sync_file (handle) : real (fd);  \
  }
SYNC (fsync)
SYNC (fdatasync)

int
unlink (const char *path)
{
  if (faults_fail (FAULT_UNLINK))
    return -1;
  if (!faults_is_below (path))
    return (int) syscall (SYS_unlinkat, AT_FDCWD, path, 0);
  faults_lock ();
  int result = (int) syscall (SYS_unlinkat, AT_FDCWD, path, 0);
  if (result == 0)
    faults_record_paths (TRACE_UNLINK, path, NULL);
  faults_unlock ();
  return result;
}

int
rename (const char *from, const char *to)
{
  if (faults_fail (FAULT_RENAME))
    return -1;
  if (!faults_is_below (from))
    return (int) syscall (SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  faults_lock ();
  int result = (int) syscall (SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  if (result == 0)
    faults_record_paths (TRACE_RENAME, from, to);
  faults_unlock ();
  return result;
}

MAY_FAIL (ssize_t, read, FAULT_READ, (int fd, void *bytes, size_t length), (fd, bytes, length))
MAY_FAIL (ssize_t, pread64, FAULT_READ, (int fd, void *bytes, size_t length, off64_t offset), (fd, bytes, length, offset))
MAY_FAIL (int, stat64, FAULT_STAT, (const char *path, struct stat64 *out), (path, out))
MAY_FAIL (int, lstat64, FAULT_STAT, (const char *path, struct stat64 *out), (path, out))
MAY_FAIL (int, fstat64, FAULT_STAT, (int fd, struct stat64 *out), (fd, out))
MAY_FAIL (int, mkdir, FAULT_MKDIR, (const char *path, mode_t mode), (path, mode))

void *
mmap64 (void *address, size_t length, int protection, int flags, int fd, off64_t offset)
{
  REAL (mmap64);
  return fd >= 0 && faults_fail (FAULT_MAP) ? MAP_FAILED : real (address, length, protection, flags, fd, offset);
}

int
fcntl64 (int fd, int command, ...)
{
  REAL (fcntl64);
  va_list arguments;
  va_start (arguments, command);
  void *argument = va_arg (arguments, void *);
  va_end (arguments);
  int unlocks = command == F_SETLK && ((const struct flock *) argument)->l_type == F_UNLCK; /* the kernel always can */
  return !unlocks && faults_fail (FAULT_FCNTL) ? -1 : real (fd, command, argument);
}

/* ---- sockets and waiting ---- */

MAY_FAIL (int, socket, FAULT_SOCKET, (int family, int type, int protocol), (family, type, protocol))
MAY_FAIL (int, socketpair, FAULT_SOCKET, (int family, int type, int protocol, int pair[2]), (family, type, protocol, pair))
MAY_FAIL (int, bind, FAULT_BIND, (int fd, const struct sockaddr *address, socklen_t length), (fd, address, length))
MAY_FAIL (int, listen, FAULT_LISTEN, (int fd, int backlog), (fd, backlog))
MAY_FAIL (int, accept4, FAULT_ACCEPT, (int fd, struct sockaddr *address, socklen_t *length, int flags), (fd, address, length, flags))
MAY_FAIL (int, connect, FAULT_CONNECT, (int fd, const struct sockaddr *address, socklen_t length), (fd, address, length))
MAY_FAIL (ssize_t, send, FAULT_SEND, (int fd, const void *bytes, size_t length, int flags), (fd, bytes, length, flags))
MAY_FAIL (ssize_t, sendto, FAULT_SEND,
          (int fd, const void *bytes, size_t length, int flags, const struct sockaddr *to, socklen_t size),
          (fd, bytes, length, flags, to, size))
MAY_FAIL (ssize_t, recv, FAULT_RECEIVE, (int fd, void *bytes, size_t length, int flags), (fd, bytes, length, flags))
MAY_FAIL (ssize_t, recvfrom, FAULT_RECEIVE,
          (int fd, void *restrict bytes, size_t length, int flags, struct sockaddr *restrict from, socklen_t *restrict size),
          (fd, bytes, length, flags, from, size))
MAY_FAIL (int, setsockopt, FAULT_SOCKET_OPTION, (int fd, int level, int name, const void *value, socklen_t size),
          (fd, level, name, value, size))
MAY_FAIL (int, getsockopt, FAULT_SOCKET_OPTION, (int fd, int level, int name, void *restrict value, socklen_t *restrict size),
          (fd, level, name, value, size))
MAY_FAIL (int, getsockname, FAULT_SOCKET_NAME, (int fd, struct sockaddr *restrict address, socklen_t *restrict length),
          (fd, address, length))
MAY_FAIL (int, getpeername, FAULT_SOCKET_NAME, (int fd, struct sockaddr *restrict address, socklen_t *restrict length),
          (fd, address, length))
MAY_FAIL (int, epoll_create1, FAULT_EPOLL, (int flags), (flags))
MAY_FAIL (int, epoll_ctl, FAULT_EPOLL, (int nest, int what, int fd, struct epoll_event *event), (nest, what, fd, event))
MAY_FAIL (int, epoll_wait, FAULT_WAIT, (int nest, struct epoll_event *events, int most, int timeout),
          (nest, events, most, timeout))
MAY_FAIL (int, select, FAULT_WAIT,
          (int n, fd_set *restrict in, fd_set *restrict out, fd_set *restrict bad, struct timeval *restrict timeout),
          (n, in, out, bad, timeout))
MAY_FAIL (int, pipe2, FAULT_PIPE, (int pair[2], int flags), (pair, flags))
MAY_FAIL (int, eventfd, FAULT_PIPE, (unsigned start, int flags), (start, flags))
MAY_FAIL (int, getentropy, FAULT_RANDOM, (void *bytes, size_t length), (bytes, length))

int
pthread_create (pthread_t *restrict thread, const pthread_attr_t *restrict attributes, void *(*run) (void *),
                void *restrict data)
{
  REAL (pthread_create);
  return faults_fail (FAULT_THREAD) ? EAGAIN : real (thread, attributes, run, data);
}

/* ---- the time of day ---- */

static int64_t
clock_offset (void)
{
  return faults_control != NULL ? __atomic_load_n (&faults_control->clock_offset_us, __ATOMIC_RELAXED) : 0;
}

int
clock_gettime (clockid_t clock, struct timespec *now)
{
  int result = (int) syscall (SYS_clock_gettime, clock, now);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    int64_t us = now->tv_sec * 1000000LL + now->tv_nsec / 1000 + clock_offset ();
    now->tv_sec = us / 1000000;
    now->tv_nsec = (us % 1000000) * 1000;
  }
  return result;
}

int
gettimeofday (struct timeval *restrict now, void *restrict zone)
{
  struct timespec exact;
  clock_gettime (CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t
time (time_t *out)
{
  struct timespec now;
  clock_gettime (CLOCK_REALTIME, &now);
  if (out != NULL)
    *out = now.tv_sec;
  return now.tv_sec;
}
