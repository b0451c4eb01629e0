/* prompt-win32.c - Windows raises who has waited for something by itself. */
#include "base/prompt.h"

void
kith_prompt_thread (void)
{
}

void
kith_prompt_end (void)
{
}
