/* power.h - plays the system that tells programs when the computer goes to sleep and when it has woken up. */
#pragma once

#include <glib.h>

typedef struct _TestPower TestPower;

/* Before the programs that are to hear of it. */
TestPower *test_power_new (void);
void test_power_free (TestPower *power);
/* Says it once; what it makes this program do has been done. */
void test_power_say (TestPower *power, gboolean goes_to_sleep);
