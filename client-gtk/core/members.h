/* members.h - who is in a conversation: a GListModel of KithMember, fetched in pages, kept up with events. Owners,
 * admins and moderators first, then who is online, then the others; by name within each. A member's signal "changed":
 * role or muted_until. */
#pragma once

#include "contact.h"

#include <gio/gio.h>

#define KITH_MEMBERS_MAX 2000 /* more are only counted */

typedef enum { KITH_GROUP_STAFF, KITH_GROUP_ONLINE, KITH_GROUP_OFFLINE, KITH_N_GROUPS } KithMemberGroup;

#define KITH_TYPE_MEMBER (kith_member_get_type ())
G_DECLARE_FINAL_TYPE (KithMember, kith_member, KITH, MEMBER, GObject)

KithContact *kith_member_contact (KithMember *member); /* borrowed */
const char *kith_member_role (KithMember *member);     /* in the room: "owner" ... "read_only" */
gint64 kith_member_muted_until (KithMember *member);   /* ms since 1970; 0: not muted */
KithMemberGroup kith_member_group (KithMember *member);

#define KITH_TYPE_MEMBERS (kith_members_get_type ())
G_DECLARE_FINAL_TYPE (KithMembers, kith_members, KITH, MEMBERS, GObject)

guint kith_members_count (KithMembers *members, KithMemberGroup group);
KithMember *kith_members_find (KithMembers *members, gint64 account); /* borrowed; NULL: not in it, or not known */
gboolean kith_members_is_complete (KithMembers *members);             /* notify "complete" */
