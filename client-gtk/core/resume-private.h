/* resume-private.h - the computer wakes up: resume-posix.c (logind), resume-win32.c (WM_POWERBROADCAST). */
#pragma once

#include "resume.h"

typedef struct _KithAlarm KithAlarm;

/* on_awake is called on this thread, from its main loop, each time that the computer has woken up. */
KithAlarm *kith_alarm_new (void (*on_awake) (gpointer data), gpointer data);
void kith_alarm_free (KithAlarm *alarm);
