/* domain-private.h - the tables of the domain, for its own files. */
#pragma once

#include "domain/domain.h"

struct _KithdDomain {
  GHashTable *accounts;      /* &id -> KithdAccount, owned */
  GHashTable *by_handle;     /* folded -> KithdAccount */
  GQueue accounts_by_rev;    /* KithdAccount.by_rev */
  GTree *handles;            /* folded -> KithdAccount, in order */
  GHashTable *devices;       /* &id -> KithdDeviceRecord, owned */
  GHashTable *by_token;      /* token_hash -> KithdDeviceRecord */
  GHashTable *invitations;   /* &id -> KithdInvitationRecord, owned */
  GHashTable *by_code;       /* code_hash -> KithdInvitationRecord */
  GHashTable *conversations; /* &id -> KithdConversation, owned */
  GTree *rooms;              /* folded -> KithdConversation, in order */
  KithdConversation *broadcasts; /* that of everybody; NULL: nobody has broadcast yet */
  gint64 rev;
};

void kithd_domain_add_account (KithdDomain *domain, const KithdAccountRecord *record);
void kithd_domain_add_device (KithdDomain *domain, const KithdDeviceRecord *record);
void kithd_domain_remove_device (KithdDomain *domain, gint64 id);
KithdConversation *kithd_domain_add_conversation (KithdDomain *domain, const KithdConversationRecord *record);
void kithd_domain_name_room (KithdDomain *domain, KithdConversation *room, const char *name, const char *folded);
KithdMember *kithd_domain_add_member (KithdDomain *domain, KithdConversation *conversation, gint64 account);
KithdInvitationRecord *kithd_domain_find_invitation (KithdDomain *domain, gint64 id);
void kithd_domain_remove_invitation (KithdDomain *domain, gint64 id);
void kithd_domain_touch_account (KithdDomain *domain, KithdAccount *account, gint64 rev);
void kithd_member_set_state (KithdConversation *conversation, KithdMember *member, KithdMemberState state);
void kithd_member_open_stay (KithdMember *member, gint64 from);
void kithd_member_close_stay (KithdMember *member, gint64 to);
void kithd_member_set_cursor (KithdMember *member, gint64 read, gint64 read_n);
void kithd_member_add_mention (KithdMember *member, gint64 seq);
void kithd_member_drop_mentions (KithdMember *member, gint64 before);
void kithd_member_remove_mention (KithdMember *member, gint64 seq);
