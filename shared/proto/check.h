/* check.h - whether the members of an object are as a table of fields says. Used by message.c only. */
#pragma once

#include "proto/message.h"

/* KITH_ERROR_BAD_REQUEST with the member's path and what was expected. Members that the table names are known from then on. */
gboolean kith_check_members (const KithField *fields, KithValue *object, GError **error);
/* Takes out of a frame, and of the objects within it, each member that is not known: it is ignored by the protocol's word, so nobody
 * behind this may meet it. */
void kith_ignore_unknown (KithValue *root);
