/* invitations.c - links that let strangers in: made, listed, revoked. They are used by register (opening.c). */
#include "dispatch/commands.h"
#include "domain/rules.h"
#include "proto/id.h"
#include "secret/digest.h"

enum { DEFAULT_USES = 1, DEFAULT_SECONDS = 7 * 24 * 3600, LISTED_MAX = 1000 };

static gint64
now_ms (void)
{
  return g_get_real_time () / 1000;
}

static gboolean
is_over (const KithdInvitationRecord *invitation)
{
  return invitation->expires <= now_ms () || invitation->used >= invitation->uses;
}

void
kithd_hash_code (const char *hex, guint8 hash[32])
{
  guint8 code[KITH_NONCE_BYTES];
  kith_hex_parse (hex, code, sizeof code);
  kithd_digest (code, sizeof code, hash);
}

const KithdInvitationRecord *
kithd_dispatch_invitation (const KithdDispatch *d, const char *code)
{
  guint8 hash[32];
  kithd_hash_code (code, hash);
  const KithdInvitationRecord *invitation = kithd_domain_invitation_by_code (d->parts.domain, hash);
  return invitation != NULL && !is_over (invitation) ? invitation : NULL;
}

/* The invitation that the request asks for, by account (0: the administrator). */
static KithdChange *
new_invitation (const KithMessage *message, gint64 account)
{
  KithdChange *change = kithd_change_new (KITHD_CHANGE_INVITE, account);
  KithdInvitationRecord *invitation = &change->invitation;
  invitation->account = account;
  invitation->conversation = kith_value_id (message->values, "conversation", 'c');
  invitation->uses = kith_value_integer (message->values, "uses", DEFAULT_USES);
  invitation->created = now_ms ();
  invitation->expires = invitation->created + kith_value_integer (message->values, "seconds", DEFAULT_SECONDS) * 1000;
  kithd_hash_code (kith_value_string (message->values, "code"), invitation->code_hash);
  return change;
}

static guint
count_open (KithdDispatch *d, gint64 account)
{
  guint count = 0;
  g_autoptr (GPtrArray) list = kithd_domain_list_invitations (d->parts.domain, account);
  for (guint i = 0; i < list->len; i++)
    count += !is_over (list->pdata[i]);
  return count;
}

static gboolean
may_create (KithdDispatch *d, KithdAccount *me, const KithMessage *message, KithdChange *change, GError **error)
{
  const KithdSettings *settings = d->parts.settings;
  const KithdConversation *room = kithd_dispatch_conversation (d);
  if (change->invitation.conversation != 0 && room == NULL)
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_NOT_FOUND, "There is no such conversation, or you are not in it.");
  else if (!kithd_rules_may_let_in (room, me, settings, error))
    return FALSE;
  else if (count_open (d, me->record.id) >= KITH_INVITATIONS_MAX)
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_LIMIT,
                         "You have as many open invitations as one may have. Revoke one first.");
  else
    return kithd_may_act (d, me, &change->retry_after_us, error);
  return FALSE;
}

static void
ask_create (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  KithdAccount *me = kithd_dispatch_account (d, conn);
  KithdChange *change = new_invitation (message, me->record.id);
  GError *refusal = NULL;
  may_create (d, me, message, change, &refusal);
  kithd_dispatch_submit (d, conn, message, change, refusal);
}

/* The answer to a repeat, too; of one that is gone the time of its making is told, which is over. */
void
kithd_answer_invitation (KithdDispatch *d, KithdConn *conn, KithdChange *change)
{
  const KithdInvitationRecord *invitation = kithd_domain_invitation (d->parts.domain, change->seq);
  json_object *answer = kithd_answer_new (change->request);
  kith_add_integer (answer, "invitation", change->seq);
  kith_add_integer (answer, "expires", invitation != NULL ? invitation->expires : change->at);
  kithd_answer_send (conn, answer);
}

void
kithd_dispatch_invite (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  GError *refusal = NULL;
  kithd_rules_may_let_in (NULL, NULL, d->parts.settings, &refusal);
  kithd_dispatch_submit (d, conn, message, new_invitation (message, 0), refusal);
}

/* Whether they see and revoke everybody's. */
static gboolean
is_admin (const KithdAccount *account)
{
  return account->record.role >= KITHD_ROLE_ADMIN;
}

static json_object *
invitation_json (const KithdInvitationRecord *invitation)
{
  json_object *object = json_object_new_object ();
  kith_add_integer (object, "invitation", invitation->id);
  if (invitation->account != 0)
    kith_add_id (object, "by", 'u', invitation->account);
  if (invitation->conversation != 0)
    kith_add_id (object, "conversation", 'c', invitation->conversation);
  kith_add_integer (object, "uses", invitation->uses);
  kith_add_integer (object, "used", invitation->used);
  kith_add_integer (object, "created", invitation->created);
  kith_add_integer (object, "expires", invitation->expires);
  return object;
}

static void
ask_list (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const KithdAccount *me = kithd_dispatch_account (d, conn);
  g_autoptr (GPtrArray) list = kithd_domain_list_invitations (d->parts.domain, is_admin (me) ? 0 : me->record.id);
  json_object *answer = kithd_answer_new (message->id), *invitations = json_object_new_array ();
  for (guint i = 0; i < list->len && json_object_array_length (invitations) < LISTED_MAX; i++)
    if (!is_over (list->pdata[i]))
      json_object_array_add (invitations, invitation_json (list->pdata[i]));
  json_object_object_add (answer, "invitations", invitations);
  kithd_answer_send (conn, answer);
}

static gboolean
may_use (KithdDispatch *d, KithdAccount *me, const KithdInvitationRecord *invitation, KithdChange *change,
         GError **error)
{
  const KithdSettings *settings = d->parts.settings;
  const KithdConversation *room =
      invitation != NULL ? kithd_domain_conversation (d->parts.domain, invitation->conversation) : NULL;
  if (invitation == NULL)
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_NOT_FOUND,
                         "This invitation is wrong, used up or has expired. Ask for another one.");
  else if (room == NULL)
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST,
                         "This invitation lets new people into the server; you have an account already.");
  else if (!kithd_rules_may_bring_in (room, kithd_domain_account (d->parts.domain, invitation->account), me, settings,
                                      error))
    return FALSE;
  else
    return kithd_may_act (d, me, &change->retry_after_us, error);
  return FALSE;
}

/* Somebody who has an account comes into the room. Who is there already is told so, and nothing is used up. */
static void
ask_use (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  KithdAccount *me = kithd_dispatch_account (d, conn);
  const KithdInvitationRecord *invitation = kithd_dispatch_invitation (d, kith_value_string (message->values, "code"));
  GError *refusal = NULL;
  KithdChange *change = kithd_change_new (KITHD_CHANGE_APPEND, me->record.id);
  change->event = kithd_event_asked (conn, message, KITHD_EVENT_JOIN);
  if (may_use (d, me, invitation, change, &refusal)) {
    change->invitation = *invitation;
    change->event->conversation = invitation->conversation;
  }
  kithd_dispatch_submit (d, conn, message, change, refusal);
}

static void
ask_revoke (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const KithdAccount *me = kithd_dispatch_account (d, conn);
  const KithdInvitationRecord *invitation =
      kithd_domain_invitation (d->parts.domain, kith_value_integer (message->values, "invitation", 0));
  if (invitation == NULL || (invitation->account != me->record.id && !is_admin (me))) {
    kithd_answer_refuse (conn, message, KITH_ERROR_NOT_FOUND, "There is no such invitation, or it is not yours.");
    return;
  }
  KithdChange *change = kithd_change_new (KITHD_CHANGE_REVOKE_INVITATION, me->record.id);
  change->invitation.id = invitation->id;
  kithd_dispatch_submit (d, conn, message, change, NULL);
}

const KithdCommand kithd_invitation_commands[] = {
    {"invitation_create", ask_create, kithd_answer_invitation, NULL},
    {"invitations", ask_list, NULL, NULL},
    {"invitation_use", ask_use, kithd_answer_conversation, NULL},
    {"invitation_revoke", ask_revoke, kithd_answer_empty, NULL},
    {NULL, NULL, NULL, NULL},
};
