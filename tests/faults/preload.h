/* preload.h - kith-faults.so, loaded into kithd by LD_PRELOAD: a host that is as bad as a test wants (control.h).
 *
 *   preload.c        the functions of libc that it stands in front of
 *   preload-trace.c  writes down what is done to the files of one directory
 *   preload-calls.c  which call fails; the allocators of SQLite, OpenSSL, json-c and libc; the last words of a crash
 *
 * Plain C and the kernel's calls: what it stands in front of must not be called by it. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "faults/control.h"

extern FaultControl *faults_control; /* NULL: nothing is wrong */

/* preload-calls.c */
void faults_calls_init (void);
void faults_calls_end (void);             /* from now on no call fails */
int faults_fail (FaultCall call); /* 1: this one fails; errno is set */

/* preload-trace.c. 0: not a file of the directory. */
void faults_trace_init (void);
int faults_is_below (const char *path);
uint32_t faults_handle (int fd);
void faults_forget (int fd);
void faults_opened (int fd, const char *path, int how);
/* Around an operation and its record, so that both are in one order. */
void faults_lock (void);
void faults_unlock (void);
void faults_record (TraceKind kind, uint32_t handle, int64_t offset, const void *bytes, size_t length);
void faults_record_paths (TraceKind kind, const char *from, const char *to);
int64_t faults_next_sync (void);
