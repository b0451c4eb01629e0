/* build.h - a frame that the scan took (scan.h) as json-c's values, in half of the time that json-c's own parser takes:
 * what is strict was decided already, so nothing is checked twice. */
#pragma once

#include <glib.h>
#include "proto/json.h"

/* data must have passed kith_scan. The same value that json_tokener_parse_ex makes of it; the caller's (json_object_put). */
json_object *kith_build (const char *data, gsize length);
