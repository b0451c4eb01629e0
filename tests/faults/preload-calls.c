/* preload-calls.c - a call is known by its kind and by who makes it, through whom: the return addresses, relative to
 * the module that each is in, so that the same call has the same name in every run. */
#include "faults/preload.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEPTH 8 /* callers */
#define OWN_FRAMES 4 /* at most: AddressSanitizer's backtrace, and this file's up to the function in front */
#define MODULES 64

static const int errors[FAULT_N_CALLS] = {
  [FAULT_OPEN] = EMFILE,
  [FAULT_READ] = EIO,
  [FAULT_WRITE] = EIO,
  [FAULT_SYNC] = EIO,
  [FAULT_TRUNCATE] = EIO,
  [FAULT_STAT] = EIO,
  [FAULT_UNLINK] = EIO,
  [FAULT_RENAME] = EIO,
  [FAULT_MKDIR] = ENOSPC,
  [FAULT_MAP] = ENOMEM,
  [FAULT_FCNTL] = ENOLCK,
  [FAULT_SOCKET] = EMFILE,
  [FAULT_BIND] = EADDRINUSE,
  [FAULT_LISTEN] = EADDRINUSE,
  [FAULT_ACCEPT] = ENFILE,
  [FAULT_CONNECT] = ECONNREFUSED,
  [FAULT_SEND] = ECONNRESET,
  [FAULT_RECEIVE] = ECONNRESET,
  [FAULT_SOCKET_OPTION] = ENOBUFS,
  [FAULT_SOCKET_NAME] = ENOBUFS,
  [FAULT_EPOLL] = ENOMEM,
  [FAULT_WAIT] = EINTR,
  [FAULT_PIPE] = EMFILE,
  [FAULT_THREAD] = EAGAIN,
  [FAULT_RANDOM] = EIO,
  [FAULT_MEMORY_SQLITE] = ENOMEM,
  [FAULT_MEMORY_OPENSSL] = ENOMEM,
  [FAULT_MEMORY_JSON] = ENOMEM,
  [FAULT_MEMORY_LIBC] = ENOMEM,
};

/* Libraries whose allocations have no hook: they are known by where they come from. */
static const struct {
  const char *name; /* how the file's name begins */
  FaultCall call;
} allocators[] = {
  { "libjson-c", FAULT_MEMORY_JSON },
  { "libc.so", FAULT_MEMORY_LIBC },
};
enum { ALLOCATORS = sizeof allocators / sizeof *allocators };

static struct {
  uintptr_t start, end;
  uint64_t name;
} modules[MODULES];
static unsigned n_modules, own_module, libc_module, glib_module, asan_module;
static unsigned allocator_modules[ALLOCATORS]; /* their numbers in modules; 0, which is the program: not loaded */
static const struct {
  const char *name;
  unsigned *number;
} known_modules[] = { { "libc.so", &libc_module }, { "libglib-2.0", &glib_module }, { "libasan", &asan_module } };
static int calls = -1;
static __thread int busy; /* taking addresses may allocate */

static uint64_t
mix (uint64_t hash, uint64_t value)
{
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 29);
}

static int
note_module (struct dl_phdr_info *info, size_t size, void *data)
{
  const char *slash = strrchr (info->dlpi_name, '/'), *name = slash != NULL ? slash + 1 : info->dlpi_name;
  if (n_modules == MODULES)
    return 1;
  modules[n_modules].start = info->dlpi_addr;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    uintptr_t end = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;
    if (info->dlpi_phdr[i].p_type == PT_LOAD && end > modules[n_modules].end)
      modules[n_modules].end = end;
  }
  for (const char *c = name; *c != '\0'; c++)
    modules[n_modules].name = mix (modules[n_modules].name, (uint64_t) *c);
  for (int i = 0; i < ALLOCATORS; i++)
    if (strncmp (name, allocators[i].name, strlen (allocators[i].name)) == 0)
      allocator_modules[i] = n_modules;
  for (size_t i = 0; i < sizeof known_modules / sizeof *known_modules; i++)
    if (strncmp (name, known_modules[i].name, strlen (known_modules[i].name)) == 0)
      *known_modules[i].number = n_modules;
  n_modules++;
  return 0;
}

static int
is_in (unsigned module, uintptr_t address)
{
  return address >= modules[module].start && address < modules[module].end;
}

static unsigned
find_module (uintptr_t address)
{
  unsigned i = 0;
  while (i < n_modules && !is_in (i, address))
    i++;
  return i;
}

/* Whether libc allocates for somebody who can be told that it could not. Not for GLib (vasprintf), which ends the program
 * then; nor for AddressSanitizer, which stands before many of libc's functions and begins each thread. */
static int
serves_somebody (void *const *frames, int n)
{
  for (int i = 0; i < n; i++) {
    unsigned module = find_module ((uintptr_t) frames[i]);
    if (module != libc_module && (module != asan_module || asan_module == 0))
      return module != glib_module;
  }
  return 0;
}

/* 0: not a call that may fail. */
static uint64_t
hash_callers (FaultCall call)
{
  void *frames[OWN_FRAMES + DEPTH];
  int first = 0, n = backtrace (frames, OWN_FRAMES + DEPTH);
  uint64_t hash = call + 1;
  while (first < n && !is_in (own_module, (uintptr_t) frames[first]))
    first++;
  while (first < n && is_in (own_module, (uintptr_t) frames[first]))
    first++;
  if (call == FAULT_MEMORY_LIBC && !serves_somebody (frames + first, n - first))
    return 0;
  for (int i = first; i < n && i < first + DEPTH; i++) {
    unsigned module = find_module ((uintptr_t) frames[i]);
    if (module < n_modules)
      hash = mix (mix (hash, modules[module].name), (uintptr_t) frames[i] - modules[module].start);
  }
  return hash != 0 ? hash : 1;
}

static void
write_down (FaultCall call)
{
  FaultCallRecord record = { call, 0, hash_callers (call) };
  if (record.site != 0)
    syscall (SYS_write, calls, &record, sizeof record);
}

static int
is_the_one (FaultCall call)
{
  FaultControl *control = faults_control;
  if (control->call != (uint32_t) call || __atomic_load_n (&control->countdown, __ATOMIC_RELAXED) <= 0)
    return 0;
  return control->site == hash_callers (call) && __atomic_sub_fetch (&control->countdown, 1, __ATOMIC_RELAXED) == 0;
}

/* On standard error, which is kithd's log. */
static void
tell_callers (void)
{
  static const char title[] = "--- made to fail:\n", end[] = "---\n";
  void *frames[32];
  syscall (SYS_write, STDERR_FILENO, title, sizeof title - 1);
  backtrace_symbols_fd (frames, backtrace (frames, 32), STDERR_FILENO);
  syscall (SYS_write, STDERR_FILENO, end, sizeof end - 1);
}

int
faults_fail (FaultCall call)
{
  if (faults_control == NULL || faults_control->mode == FAULT_CALLS_PASS || busy)
    return 0;
  int fails = 0, saved = errno;
  busy = 1;
  if (faults_control->mode == FAULT_CALLS_COUNT)
    write_down (call);
  else
    fails = is_the_one (call);
  if (fails)
    tell_callers ();
  busy = 0;
  errno = fails ? errors[call] : saved;
  if (fails)
    __atomic_add_fetch (&faults_control->n_failed, 1, __ATOMIC_RELAXED);
  return fails;
}

/* ---- allocators ---- */

static sqlite3_mem_methods sqlite_memory;

static void *
sqlite_malloc (int size)
{
  return faults_fail (FAULT_MEMORY_SQLITE) ? NULL : sqlite_memory.xMalloc (size);
}

static void *
sqlite_realloc (void *memory, int size)
{
  return faults_fail (FAULT_MEMORY_SQLITE) ? NULL : sqlite_memory.xRealloc (memory, size);
}

static void
stand_before_sqlite (void)
{
  int (*config) (int, ...) = (int (*) (int, ...)) dlsym (RTLD_DEFAULT, "sqlite3_config");
  if (config == NULL || config (SQLITE_CONFIG_GETMALLOC, &sqlite_memory) != SQLITE_OK)
    return;
  sqlite3_mem_methods ours = sqlite_memory;
  ours.xMalloc = sqlite_malloc;
  ours.xRealloc = sqlite_realloc;
  config (SQLITE_CONFIG_MALLOC, &ours);
}

static void *
openssl_malloc (size_t size, const char *file, int line)
{
  return faults_fail (FAULT_MEMORY_OPENSSL) ? NULL : malloc (size);
}

static void *
openssl_realloc (void *memory, size_t size, const char *file, int line)
{
  return faults_fail (FAULT_MEMORY_OPENSSL) ? NULL : realloc (memory, size);
}

static void
openssl_free (void *memory, const char *file, int line)
{
  free (memory);
}

static void
stand_before_openssl (void)
{
  int (*set) (CRYPTO_malloc_fn, CRYPTO_realloc_fn, CRYPTO_free_fn) =
      (int (*) (CRYPTO_malloc_fn, CRYPTO_realloc_fn, CRYPTO_free_fn)) dlsym (RTLD_DEFAULT, "CRYPTO_set_mem_functions");
  if (set != NULL)
    set (openssl_malloc, openssl_realloc, openssl_free);
}

/* The allocator behind: libc's, or AddressSanitizer's. */
#define BEHIND(name) \
  static __typeof__ (&name) behind; \
  if (behind == NULL) \
    behind = (__typeof__ (&name)) dlsym (RTLD_NEXT, #name)

static int
allocation_fails (const void *caller)
{
  for (int i = 0; i < ALLOCATORS; i++)
    if (allocator_modules[i] != 0 && !busy && is_in (allocator_modules[i], (uintptr_t) caller))
      return faults_fail (allocators[i].call);
  return 0;
}

void *
malloc (size_t size)
{
  BEHIND (malloc);
  return allocation_fails (__builtin_return_address (0)) ? NULL : behind (size);
}

void *
calloc (size_t n, size_t size)
{
  BEHIND (calloc);
  return allocation_fails (__builtin_return_address (0)) ? NULL : behind (n, size);
}

void *
realloc (void *memory, size_t size)
{
  BEHIND (realloc);
  return allocation_fails (__builtin_return_address (0)) ? NULL : behind (memory, size);
}

char *
strdup (const char *text)
{
  BEHIND (malloc);
  size_t size = strlen (text) + 1;
  char *copy = allocation_fails (__builtin_return_address (0)) ? NULL : behind (size);
  return copy != NULL ? memcpy (copy, text, size) : NULL;
}

/* ---- crashes ---- */

static void
last_words (int number)
{
  void *frames[64];
  faults_control->crash = number;
  faults_control->mode = FAULT_CALLS_PASS;
  backtrace_symbols_fd (frames, backtrace (frames, 64), STDERR_FILENO);
  raise (number); /* its handler is the system's again */
}

static void
watch_for_crashes (void)
{
  static const int deadly[] = { SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP };
  struct sigaction action = { .sa_handler = last_words, .sa_flags = (int) (SA_RESETHAND | SA_NODEFER) };
  for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
    sigaction (deadly[i], &action, NULL);
}

void
faults_calls_init (void)
{
  void *frames[4];
  if (faults_control->mode == FAULT_CALLS_PASS)
    return;
  backtrace (frames, 4); /* loads what it needs */
  dl_iterate_phdr (note_module, NULL);
  own_module = find_module ((uintptr_t) faults_calls_init);
  if (faults_control->mode == FAULT_CALLS_COUNT)
    calls = (int) syscall (SYS_openat, AT_FDCWD, faults_control->calls, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  stand_before_sqlite ();
  stand_before_openssl ();
  watch_for_crashes ();
}

void
faults_calls_end (void)
{
  faults_control->mode = FAULT_CALLS_PASS;
  if (calls >= 0)
    syscall (SYS_close, calls);
}
