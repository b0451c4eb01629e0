/* prompt.h - threads that wake up often, do a little, and are waited for. */
#pragma once

/* From now on the calling thread, when it wakes up, has a processor soon, even where another thread has just begun to use it. It gets no more of the
 * processor than others. Threads that it makes later are like it. Linux since 6.12: a short slice (EEVDF), else one waits for the end of the other's, up
 * to the next tick, 4 ms. Elsewhere, and where the system does not permit it, nothing: schedulers of before, and that of Windows, let who wakes up go
 * first anyway. */
void kith_prompt_thread (void);
/* From now on it is again as threads are. */
void kith_prompt_end (void);
