/* build.h - values of json-c, for who keeps what a frame said. */
#pragma once

#include "proto/json.h"
#include "proto/value.h"

/* The same value that json-c's own parser makes of the text; the caller's (json_object_put). */
json_object *kith_build (const KithValue *value);
