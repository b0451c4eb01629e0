/* members-private.h - how the session keeps a list of members up to date. Private to core. */
#pragma once

#include "members.h"

#include "session-private.h"

KithChat *kith_members_chat (KithMembers *members);
void kith_members_load (KithMembers *members); /* from the beginning: they may have changed while we were away */
void kith_members_take_event (KithMembers *members, json_object *event);
void kith_members_flush (KithMembers *members);
