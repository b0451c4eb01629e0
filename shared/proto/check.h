/* check.h - whether the members of an object are as a table of fields says. Used by message.c only. */
#pragma once

#include "proto/message.h"

/* KITH_ERROR_BAD_REQUEST with the member's path and what was expected. within is "", or the path of object with a
 * point: "body." */
gboolean kith_check_members (const KithField *fields, json_object *object, const char *within, GError **error);
