/* domain.h - what is so now: accounts, devices, conversations, members. Knows no socket, no SQL, no JSON.
 *
 * It changes only by kithd_domain_apply, with what the store has committed; handlers read it. The structs are read by everybody above
 * and written by the domain alone. */
#pragma once

#include "domain/change.h"
#include "domain/rate.h"
#include "domain/read.h"

typedef struct {
  KithdAccountRecord record;
  GHashTable *members;  /* &conversation id -> KithdMember, borrowed from the conversations */
  GPtrArray *devices;   /* const KithdDeviceRecord, borrowed, in the order of their making */
  GHashTable *blocks;   /* &blocked -> KithdBlockRecord, owned; NULL: none */
  GList by_rev;         /* link in the domain's list of accounts in the order of rev */
  KithdRate posting, acting, typing, receiving, urging, marking, syncing, searching; /* messages; rooms and their rules; not durable */
  gboolean hashing;     /* a password for it is with the hasher, asked for by one of its devices */
} KithdAccount;

typedef struct {
  KithdMemberRecord record;
  KithdAccount *account;
  gint64 posted;        /* seq of their newest message; after a start not below it */
  GArray *stays;        /* KithdRange; to 0: still in. NULL: never was in */
  KithdBanRecord *ban;  /* NULL: not banned */
  GArray *mentions;     /* gint64 seq > read, ascending, at most KITHD_MENTIONS_COUNTED; NULL: none */
} KithdMember;

typedef struct {
  KithdConversationRecord record;
  GHashTable *members;  /* &account id -> KithdMember, owned */
  guint n_in;           /* members whose state is IN */
  gint64 people[KITHD_PEOPLE_MAX]; /* direct: sorted */
  guint n_people;
  guint pending;        /* changes of its rules submitted and not finished */
  GArray *waiters;      /* guint64 connections that wait for pending to be 0; NULL: none */
} KithdConversation;

typedef struct _KithdDomain KithdDomain;

KithdDomain *kithd_domain_new (void);
void kithd_domain_free (KithdDomain *domain);

/* Loading: the functions that a KithdStoreSink wants; data is the domain. A record that contradicts what was loaded before is skipped. */
void kithd_domain_load_account (gpointer domain, const KithdAccountRecord *record);
void kithd_domain_load_device (gpointer domain, const KithdDeviceRecord *record);
void kithd_domain_load_conversation (gpointer domain, const KithdConversationRecord *record);
void kithd_domain_load_direct (gpointer domain, gint64 conversation, const gint64 *people, guint n_people);
void kithd_domain_load_member (gpointer domain, const KithdMemberRecord *record);
void kithd_domain_load_stay (gpointer domain, const KithdStayRecord *record);
void kithd_domain_load_mention (gpointer domain, const KithdMentionRecord *record);
void kithd_domain_load_invitation (gpointer domain, const KithdInvitationRecord *record);
void kithd_domain_load_ban (gpointer domain, const KithdBanRecord *record);
void kithd_domain_load_block (gpointer domain, const KithdBlockRecord *record);
void kithd_domain_set_rev (KithdDomain *domain, gint64 rev);

gint64 kithd_domain_rev (const KithdDomain *domain);
guint kithd_domain_rooms (const KithdDomain *domain);
guint kithd_domain_people (const KithdDomain *domain);
KithdAccount *kithd_domain_account (const KithdDomain *domain, gint64 id);
KithdAccount *kithd_domain_account_by_handle (const KithdDomain *domain, const char *folded);
const KithdDeviceRecord *kithd_domain_device (const KithdDomain *domain, gint64 id);
const KithdDeviceRecord *kithd_domain_device_by_token (const KithdDomain *domain, const guint8 hash[32]);
const KithdInvitationRecord *kithd_domain_invitation (const KithdDomain *domain, gint64 id);
const KithdInvitationRecord *kithd_domain_invitation_by_code (const KithdDomain *domain, const guint8 hash[32]);
/* Those of the account (0: everybody's), by id: borrowed pointers. */
GPtrArray *kithd_domain_list_invitations (const KithdDomain *domain, gint64 account);
KithdConversation *kithd_domain_conversation (const KithdDomain *domain, gint64 id);
KithdConversation *kithd_domain_room_by_name (const KithdDomain *domain, const char *folded);
KithdMember *kithd_conversation_member (const KithdConversation *conversation, gint64 account); /* NULL: never had to do with it */
KithdMember *kithd_conversation_member_in (const KithdConversation *conversation, gint64 account); /* NULL: not in */

/* The first account (link) whose rev is above since, in the order of rev; follow link->next. */
const GList *kithd_domain_accounts_since (const KithdDomain *domain, gint64 since);
/* Appends the id (gint64) of every conversation. */
void kithd_domain_list_conversations (const KithdDomain *domain, GArray *ids);
/* Rooms and accounts (but deleted ones) in the order of their folded names, those behind after (NULL: from the start): borrowed pointers, at most limit. */
GPtrArray *kithd_domain_list_rooms (const KithdDomain *domain, const char *after, guint limit, gint64 visible_to);
GPtrArray *kithd_domain_list_accounts (const KithdDomain *domain, const char *after, guint limit);

/* Applies a change that was committed (no error, not repeated, not unchanged). */
void kithd_domain_apply (KithdDomain *domain, const KithdChange *change);

gboolean kithd_account_blocks (const KithdAccount *account, gint64 whom);
/* Whether person lets viewer see what was delivered to them, and what they read. */
gboolean kithd_account_shows_receipts (const KithdAccount *person, const KithdAccount *viewer);
gint64 kithd_member_unread (const KithdMember *member, const KithdConversation *conversation);
guint kithd_member_mentions (const KithdMember *member);
