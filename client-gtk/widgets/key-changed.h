/* key-changed.h - a server shows another key than the one that was trusted: everything has stopped until the person
 * decides. Modal; what happens by mistake is that nothing happens. ui: key-changed.ui. */
#pragma once

#include "core/session.h"

#include <handy.h>

#define KITH_TYPE_KEY_CHANGED (kith_key_changed_get_type ())
G_DECLARE_FINAL_TYPE (KithKeyChanged, kith_key_changed, KITH, KEY_CHANGED, HdyWindow)
/* It is shown by kith_key_changed_show (dialogs.h). */
