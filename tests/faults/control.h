/* control.h - one page that a test shares with the kithd that it has put under the preload (preload.h): what is wrong
 * with the host just now. The test writes it at any time; what the preload counts is read back. Linux, 64 bits. */
#pragma once

#include <stdint.h>

#define FAULTS_ENVIRONMENT "KITH_FAULTS" /* the file of the page */
#define FAULTS_PATH 512
#define FAULTS_LEFT_OPEN "kith-faults: left open: " /* what kithd's log has for each descriptor that it forgot */

/* The calls that can be made to fail; the table of preload-calls.c has the error of each. */
typedef enum {
  FAULT_OPEN,
  FAULT_READ,
  FAULT_WRITE,
  FAULT_SYNC,
  FAULT_TRUNCATE,
  FAULT_STAT,
  FAULT_UNLINK,
  FAULT_RENAME,
  FAULT_MKDIR,
  FAULT_MAP,
  FAULT_FCNTL,
  FAULT_SOCKET,
  FAULT_BIND,
  FAULT_LISTEN,
  FAULT_ACCEPT,
  FAULT_CONNECT,
  FAULT_SEND,
  FAULT_RECEIVE,
  FAULT_SOCKET_OPTION,
  FAULT_SOCKET_NAME,
  FAULT_EPOLL,
  FAULT_WAIT,
  FAULT_PIPE,
  FAULT_THREAD,
  FAULT_RANDOM,
  FAULT_MEMORY_SQLITE,
  FAULT_MEMORY_OPENSSL,
  FAULT_MEMORY_JSON,
  FAULT_MEMORY_LIBC,
  FAULT_N_CALLS
} FaultCall;

typedef enum {
  FAULT_CALLS_PASS,
  FAULT_CALLS_COUNT, /* every call is written down in `calls` as a FaultCallRecord */
  FAULT_CALLS_FAIL   /* the call that fits `call` and `site` fails when it comes for the `countdown`th time */
} FaultMode;

typedef struct {
  uint32_t call;
  uint32_t reserved;
  uint64_t site; /* who calls, through whom: a hash of the return addresses */
} FaultCallRecord;

typedef struct {
  /* The disk: what is in the directory root. Nothing of it is really synced: what a power cut leaves is worked out from
   * the trace (disk.h). */
  char root[FAULTS_PATH];  /* "": no files are looked at */
  char trace[FAULTS_PATH]; /* where TraceRecord go */
  int64_t sync_delay_us;
  int32_t sync_failures; /* so many syncs fail; -1: all */
  int64_t room;          /* bytes that can be written until the disk is full; negative: as many as there are */
  /* The clock */
  int64_t clock_offset_us; /* added to the time of day; the monotonic clock never jumps */
  /* Calls */
  char calls[FAULTS_PATH];
  uint32_t mode; /* FaultMode */
  uint32_t call;
  uint64_t site;
  int64_t countdown;
  /* Counted by the preload */
  int64_t n_failed, n_syncs, n_sync_failures, n_full;
  int32_t crash; /* the signal that kithd died of; 0: none */
} FaultControl;

/* The trace: records, each followed by its bytes. A handle stands for an open file of one process. */
typedef enum {
  TRACE_START,      /* a process begins: handles of the one before are void */
  TRACE_OPEN,       /* handle, bytes: the path; offset: 1 when it was made, 2 when it was emptied */
  TRACE_WRITE,      /* handle, offset, bytes */
  TRACE_TRUNCATE,   /* handle, offset: the new length */
  TRACE_SYNC_BEGAN, /* handle, offset: the number of this sync */
  TRACE_SYNC_DONE,  /* offset: its number */
  TRACE_SYNC_FAILED,
  TRACE_RENAME, /* bytes: two paths, each with its NUL */
  TRACE_UNLINK  /* bytes: the path */
} TraceKind;

typedef struct {
  uint32_t kind, handle;
  int64_t offset;
  uint64_t length; /* of the bytes behind it */
} TraceRecord;

enum { TRACE_MADE = 1, TRACE_EMPTIED = 2 };
