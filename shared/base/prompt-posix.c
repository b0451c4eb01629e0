/* prompt-posix.c - sched_setattr(2), which the C library does not know yet; documented in the kernel's "EEVDF Scheduler". */
#define _GNU_SOURCE /* syscall */
#include "base/prompt.h"

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef SYS_sched_setattr

#define SLICE_NS 100000 /* the shortest that the kernel takes */

/* As the kernel has it; the first version. */
typedef struct {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
} SchedAttr;

/* slice_ns 0: the kernel's own. Policies of real time have another meaning for it; they are left as they are. */
static void
set_slice (uint64_t slice_ns)
{
  enum { SCHED_NORMAL_POLICY = 0 };
  SchedAttr attr = {.size = sizeof attr};
  if (syscall (SYS_sched_getattr, 0, &attr, sizeof attr, 0) != 0 || attr.policy != SCHED_NORMAL_POLICY)
    return;
  attr.size = sizeof attr;
  attr.runtime = slice_ns;
  syscall (SYS_sched_setattr, 0, &attr, 0);
}

#else

#define SLICE_NS 0

static void
set_slice (uint64_t slice_ns)
{
}

#endif

void
kith_prompt_thread (void)
{
  set_slice (SLICE_NS);
}

void
kith_prompt_end (void)
{
  set_slice (0);
}
