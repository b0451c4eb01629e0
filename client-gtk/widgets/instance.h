/* instance.h - one instance for each application id: instance-posix.c (GApplication, over the session bus),
 * instance-win32.c (a hidden window that has the id for a name: Windows has no session bus, and one of our own would go
 * on running when we have ended). */
#pragma once

#include <gio/gio.h>

extern const GApplicationFlags kith_instance_flags; /* for the GApplication */

/* What another start asks of us: the options of its command line. */
typedef void (*KithInstanceFunc) (GApplication *application, GVariantDict *options);

/* From handle-local-options, once the id is right. TRUE: another instance has got the options. */
gboolean kith_instance_hand_over (GApplication *application, GVariantDict *options);
gboolean kith_instance_is_first (GApplication *application);
/* From startup: others find us from now on. */
void kith_instance_begin (GApplication *application, KithInstanceFunc func);
void kith_instance_end (void);
