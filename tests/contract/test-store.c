/* test-store.c - the contract of the store: every kind of change with its refusals, numbers, nonces, and that all of it
 * is there again after the store was closed and opened. Reads are in test-store-reads.c, faults in test-store-faults.c.
 */
#include "support/stored.h"

#include <glib/gstdio.h>
#include <string.h>

#include "proto/error.h"
#include "proto/limits.h"
#include "store/store-writer.h"
#include "support/check.h"

static int
setup (void **state)
{
  *state = stored_new ();
  return 0;
}

static int
teardown (void **state)
{
  stored_free (*state);
  return 0;
}

/* What a loaded store says, as one text: equal texts, equal facts. */
static void
on_account (gpointer data, const KithdAccountRecord *account)
{
  g_string_append_printf (data, "u%d %s %s %s %s %d %d %d\n", (int) account->id, account->handle, account->folded,
                          account->display, account->password != NULL ? account->password : "-", (int) account->role,
                          account->deleted, (int) account->rev);
}

static void
on_device (gpointer data, const KithdDeviceRecord *device)
{
  g_string_append_printf (data, "d%d u%d %s %d\n", (int) device->id, (int) device->account, device->name,
                          device->token_hash[0]);
}

static void
on_conversation (gpointer data, const KithdConversationRecord *room)
{
  g_string_append_printf (data, "c%d %d %s %s %s %d %d %d-%d %d r%d\n", (int) room->id, (int) room->kind,
                          room->name != NULL ? room->name : "-", room->folded != NULL ? room->folded : "-",
                          room->topic != NULL ? room->topic : "-", room->private_, room->since_join, (int) room->first,
                          (int) room->last, (int) room->n, (int) room->rev);
}

static void
on_direct (gpointer data, gint64 conversation, const gint64 *people, guint n_people)
{
  g_string_append_printf (data, "direct c%d %u:", (int) conversation, n_people);
  for (guint i = 0; i < n_people; i++)
    g_string_append_printf (data, " u%d", (int) people[i]);
  g_string_append_c (data, '\n');
}

static void
on_member (gpointer data, const KithdMemberRecord *member)
{
  g_string_append_printf (data, "member c%d u%d state %d role %d read %d/%d", (int) member->conversation,
                          (int) member->account, (int) member->state, (int) member->role, (int) member->read,
                          (int) member->read_n);
  if (member->muted_until != 0)
    g_string_append_printf (data, " muted %d", (int) member->muted_until);
  g_string_append_c (data, '\n');
}

static void
on_stay (gpointer data, const KithdStayRecord *stay)
{
  g_string_append_printf (data, "stay c%d u%d %d-%d\n", (int) stay->conversation, (int) stay->account, (int) stay->from,
                          (int) stay->to);
}

static void
on_mention (gpointer data, const KithdMentionRecord *mention)
{
  g_string_append_printf (data, "mention c%d u%d %d\n", (int) mention->conversation, (int) mention->account,
                          (int) mention->seq);
}

static void
on_ban (gpointer data, const KithdBanRecord *ban)
{
  g_string_append_printf (data, "ban c%d u%d by u%d: %s\n", (int) ban->conversation, (int) ban->account,
                          (int) ban->from, ban->reason != NULL ? ban->reason : "-");
}

static void
on_block (gpointer data, const KithdBlockRecord *block)
{
  g_string_append_printf (data, "block u%d u%d %d\n", (int) block->account, (int) block->blocked, block->on);
}

static void
on_invitation (gpointer data, const KithdInvitationRecord *record)
{
  g_string_append_printf (data, "invitation %d by u%d into c%d used %d of %d\n", (int) record->id,
                          (int) record->account, (int) record->conversation, (int) record->used, (int) record->uses);
}

static const KithdStoreSink sink = {on_account, on_device,  on_conversation, on_direct, on_member,
                                    on_stay,    on_mention, on_invitation,   on_ban,    on_block};

static char *
load (Stored *stored)
{
  GString *out = g_string_new (NULL);
  Stored *copy = stored_after_kill (stored);
  CHECK (kithd_store_load (copy->store, &sink, out, &error));
  stored_free (copy);
  return g_string_free (out, FALSE);
}

static void
assert_loads (Stored *stored, const char *line)
{
  g_autofree char *text = load (stored);
  if (strstr (text, line) == NULL)
    fail_msg ("\"%s\" is not in\n%s", line, text);
}

static void
assert_refused (Stored *stored, KithdChange *change, KithError code)
{
  gint64 events = stored_number (stored, "SELECT count(*) FROM event");
  stored_do (stored, change);
  if (stored_code (change) != (int) code)
    fail_msg ("%s instead of %s", change->error != NULL ? change->error->message : "done", kith_error_code (code));
  assert_int_equal (change->events.length, 0);
  assert_int_equal (change->seq, 0);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM event"), events);
}

/* Nothing happened, and the answer names the event since which it is so. */
static void
assert_unchanged (Stored *stored, KithdChange *change, gint64 seq)
{
  stored_done (stored, change);
  assert_true (change->unchanged);
  assert_int_equal (change->events.length, 0);
  assert_int_equal (change->seq, seq);
}

static void
test_register (void **state)
{
  Stored *stored = *state;
  KithdChange *ada = stored_done (stored, stored_nonce (stored_register ("Ada", 1), 7, 7));
  assert_int_equal (ada->account_id, 1);
  assert_int_equal (ada->device_id, 1);
  assert_int_equal (ada->notes, 1);
  assert_true (ada->rev > 0 && ada->at > 0);
  assert_refused (stored, stored_register ("ADA", 2), KITH_ERROR_HANDLE_TAKEN);
  assert_refused (stored, stored_register ("bob", 1), KITH_ERROR_BAD_REQUEST);
  assert_refused (stored, stored_nonce (stored_register ("Ada", 1), 7, 8), KITH_ERROR_NONCE_CONFLICT);

  KithdChange *again = stored_done (stored, stored_nonce (stored_register ("Ada", 1), 7, 7));
  assert_true (again->repeated);
  assert_int_equal (again->account_id, 1);
  assert_int_equal (again->device_id, 1);
  assert_int_equal (again->notes, 1);

  assert_int_equal (stored_done (stored, stored_register ("bob", 2))->account_id, 2);
  assert_loads (stored, "u1 Ada ada Ada - 0 0 1\n");
  assert_loads (stored, "c1 2 - - - 0 0 1-0 0 r1\n");
  assert_loads (stored, "member c1 u1 state 0 role 3 read 0/0\n");
  assert_loads (stored, "stay c1 u1 1-0\n");
  assert_int_equal (stored_post (stored, 1, 1, "milk"), 1);
}

static KithdChange *
device_change (KithdChangeKind kind, gint64 account, gint64 id, guint8 token)
{
  KithdChange *change = kithd_change_new (kind, account);
  change->device.account = account;
  change->device.id = id;
  change->device.name = g_strdup ("telephone");
  memset (change->device.token_hash, token, sizeof change->device.token_hash);
  return change;
}

static void
test_devices (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob");
  KithdChange *added = stored_done (stored, device_change (KITHD_CHANGE_ADD_DEVICE, ada, 0, 200));
  assert_int_equal (added->device_id, 3);
  assert_loads (stored, "d3 u1 telephone 200\n");
  KithdChange *again = stored_done (stored, device_change (KITHD_CHANGE_ADD_DEVICE, ada, 0, 200));
  assert_true (again->unchanged);
  assert_int_equal (again->device_id, 3);
  assert_refused (stored, device_change (KITHD_CHANGE_ADD_DEVICE, bob, 0, 200), KITH_ERROR_BAD_REQUEST);
  stored_done (stored, device_change (KITHD_CHANGE_REMOVE_DEVICE, ada, 3, 0));
  assert_refused (stored, device_change (KITHD_CHANGE_REMOVE_DEVICE, ada, 3, 0), KITH_ERROR_NOT_FOUND);
  assert_int_equal (stored_done (stored, device_change (KITHD_CHANGE_ADD_DEVICE, ada, 0, 201))->device_id, 4);
}

/* Whoever decided that there is room for one more did so before the others of the batch were there. */
static void
test_devices_at_once (void **state)
{
  Stored *stored = *state;
  GPtrArray *batch = g_ptr_array_new ();
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob");
  guint first = stored->changes->len, refused = 0;
  for (guint8 token = 100; token < 100 + KITH_DEVICES_MAX + 5; token++)
    g_ptr_array_add (batch, device_change (KITHD_CHANGE_ADD_DEVICE, ada, 0, token));
  stored_do_all (stored, batch);
  for (guint i = first; i < stored->changes->len; i++)
    refused += stored_code (stored->changes->pdata[i]) == KITH_ERROR_LIMIT;
  assert_int_equal (refused, 6); /* and the one that she registered with */
  KithdChange *instead = device_change (KITHD_CHANGE_ADD_DEVICE, ada, 0, 250);
  instead->evicted = ((KithdChange *) stored->changes->pdata[first])->device_id;
  stored_done (stored, instead);

  KithdChange *end = kithd_change_new (KITHD_CHANGE_DELETE_ACCOUNT, bob);
  end->account.id = bob;
  stored_done (stored, end);
  assert_refused (stored, device_change (KITHD_CHANGE_ADD_DEVICE, bob, 0, 251), KITH_ERROR_NOT_FOUND);
}

static KithdChange *
account_change (KithdChangeKind kind, gint64 account)
{
  KithdChange *change = kithd_change_new (kind, account);
  change->account.id = account;
  change->account.display = g_strdup ("Ada L.");
  change->account.password = g_strdup ("scrypt$x");
  change->account.role = KITHD_ROLE_ADMIN;
  return change;
}

static void
test_accounts (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada");
  const KithdChangeKind kinds[] = {KITHD_CHANGE_DISPLAY, KITHD_CHANGE_PASSWORD, KITHD_CHANGE_ROLE};
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    gint64 before = stored->changes->len;
    KithdChange *change = stored_done (stored, account_change (kinds[i], ada));
    assert_int_equal (change->rev, before + 1);
    assert_refused (stored, account_change (kinds[i], 99), KITH_ERROR_NOT_FOUND);
    g_ptr_array_set_size (stored->changes, (int) before + 1);
  }
  assert_loads (stored, "u1 ada ada Ada L. scrypt$x 2 0 4\n");
}

static void
test_rooms (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada");
  KithdChange *plans = stored_done (stored, stored_nonce (stored_create (ada, "Plans"), 1, 1));
  assert_int_equal (plans->seq, 1);
  assert_int_equal (plans->events.length, 1);
  KithdEvent *join = g_queue_peek_nth (&plans->events, 0);
  assert_int_equal (join->kind, KITHD_EVENT_JOIN);
  assert_int_equal (join->from, ada);
  assert_int_equal (join->conversation, plans->conversation);
  assert_int_equal (join->rev, plans->rev);
  assert_refused (stored, stored_create (ada, "PLANS"), KITH_ERROR_NAME_TAKEN);
  KithdChange *again = stored_done (stored, stored_nonce (stored_create (ada, "Plans"), 1, 1));
  assert_true (again->repeated);
  assert_int_equal (again->conversation, plans->conversation);
  gint64 tea = stored_room (stored, ada, "tea");
  assert_int_equal (tea, plans->conversation + 1);

  stored_done (stored, stored_event (KITHD_EVENT_TOPIC, tea, ada, 0, "green"));
  assert_refused (stored, stored_event (KITHD_EVENT_RENAME, tea, ada, 0, "plans"), KITH_ERROR_NAME_TAKEN);
  assert_int_equal (stored_done (stored, stored_event (KITHD_EVENT_RENAME, tea, ada, 0, "Coffee"))->seq, 3);
  assert_int_equal (stored_post (stored, tea, ada, "x"), 4);
  assert_refused (stored, stored_message (99, ada, "x"), KITH_ERROR_NOT_FOUND);
  assert_loads (stored, "c3 0 Coffee coffee green 0 0 1-4 1 r");
  assert_loads (stored, "member c3 u1 state 0 role 3 read 4/1\n");
}

static KithdChange *
direct (gint64 actor, gint64 a, gint64 b)
{
  KithdChange *change = kithd_change_new (KITHD_CHANGE_OPEN_DIRECT, actor);
  change->people[0] = a;
  change->people[1] = b;
  change->n_people = 2;
  return change;
}

static void
test_direct (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob");
  KithdChange *made = stored_done (stored, direct (bob, ada, bob));
  assert_false (made->unchanged);
  assert_int_equal (made->events.length, 2);
  assert_int_equal (((KithdEvent *) g_queue_peek_nth (&made->events, 0))->from, ada);
  assert_int_equal (((KithdEvent *) g_queue_peek_nth (&made->events, 1))->from, bob);
  assert_int_equal (((KithdEvent *) g_queue_peek_nth (&made->events, 1))->seq, 2);
  KithdChange *found = stored_done (stored, direct (ada, ada, bob));
  assert_true (found->unchanged);
  assert_int_equal (found->conversation, made->conversation);
  g_autofree char *line = g_strdup_printf ("direct c%d 2: u1 u2\n", (int) made->conversation);
  assert_loads (stored, line);
  KithdChange *nobody = kithd_change_new (KITHD_CHANGE_OPEN_DIRECT, ada);
  assert_refused (stored, nobody, KITH_ERROR_BAD_REQUEST);
}

static void
test_membership (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob");
  gint64 room = stored_room (stored, ada, "plans");
  stored_post (stored, room, ada, "before bob");
  assert_refused (stored, stored_event (KITHD_EVENT_LEAVE, room, bob, 0, NULL), KITH_ERROR_NOT_MEMBER);
  assert_refused (stored, stored_subject (KITHD_EVENT_KICK, room, ada, bob), KITH_ERROR_NOT_FOUND);
  stored_done (stored, stored_subject (KITHD_EVENT_INVITE, room, ada, bob));
  assert_loads (stored, "member c3 u2 state 1 role 0 read 0/0\n");
  assert_unchanged (stored, stored_subject (KITHD_EVENT_INVITE, room, ada, bob), 3);
  stored_join (stored, room, bob);
  assert_loads (stored, "member c3 u2 state 0 role 0 read 4/1\n");
  assert_unchanged (stored, stored_event (KITHD_EVENT_JOIN, room, bob, 0, NULL), 4);
  stored_done (stored, stored_subject (KITHD_EVENT_KICK, room, ada, bob));
  assert_loads (stored, "member c3 u2 state 3 role 0 read 4/1\n");
  assert_loads (stored, "stay c3 u2 4-5\n");
  stored_join (stored, room, bob);
  stored_done (stored, stored_event (KITHD_EVENT_LEAVE, room, bob, 0, NULL));
  assert_loads (stored, "stay c3 u2 6-7\n");
  assert_loads (stored, "stay c3 u2 4-5\n");
  KithdChange *ban = stored_subject (KITHD_EVENT_BAN, room, ada, bob);
  ban->event->value = g_strdup ("Noise.");
  stored_done (stored, ban);
  assert_loads (stored, "ban c3 u2 by u1: Noise.\n");
  assert_refused (stored, stored_event (KITHD_EVENT_JOIN, room, bob, 0, NULL), KITH_ERROR_FORBIDDEN);
  assert_refused (stored, stored_subject (KITHD_EVENT_INVITE, room, ada, bob), KITH_ERROR_FORBIDDEN);
  stored_done (stored, stored_subject (KITHD_EVENT_UNBAN, room, ada, bob));
  assert_unchanged (stored, stored_subject (KITHD_EVENT_UNBAN, room, ada, bob), 9);
  assert_refused (stored, stored_subject (KITHD_EVENT_MUTE, room, ada, bob), KITH_ERROR_NOT_FOUND);
  CHECK (kithd_store_check (stored->file, &error));
}

static KithdChange *
deletion (gint64 account)
{
  KithdChange *change = kithd_change_new (KITHD_CHANGE_DELETE_ACCOUNT, account);
  change->account.id = account;
  return change;
}

static KithdChange *
invitation (gint64 account, gint64 conversation, guint8 code, gint64 uses, gint64 expires)
{
  KithdChange *change = kithd_change_new (KITHD_CHANGE_INVITE, account);
  change->invitation =
      (KithdInvitationRecord){.account = account, .conversation = conversation, .uses = uses, .expires = expires};
  change->invitation.code_hash[0] = code;
  return change;
}

static KithdChange *
invited (const char *handle, guint8 token, gint64 id, gint64 conversation)
{
  KithdChange *change = stored_register (handle, token);
  change->invitation.id = id;
  change->invitation.conversation = conversation;
  return change;
}

/* Using up and registering are one: a registration that is refused uses nothing up, and the other way round. */
static void
test_invitations (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), room = stored_room (stored, ada, "plans");
  gint64 later = g_get_real_time () / 1000 + 3600 * 1000;
  KithdChange *made = stored_done (stored, invitation (ada, room, 1, 2, later));
  assert_int_equal (made->seq, 1);
  assert_refused (stored, invitation (ada, 0, 1, 1, later), KITH_ERROR_BAD_REQUEST);
  assert_loads (stored, "invitation 1 by u1 into c2 used 0 of 2\n");
  KithdChange *bob = stored_done (stored, invited ("bob", 50, 1, room));
  assert_int_equal (bob->events.length, 1);
  assert_loads (stored, "member c2 u2 state 0 role 0 read 2/0\n");
  assert_refused (stored, invited ("bob", 51, 1, room), KITH_ERROR_HANDLE_TAKEN);
  assert_refused (stored, invited ("cyd", 50, 1, room), KITH_ERROR_BAD_REQUEST);
  assert_loads (stored, "invitation 1 by u1 into c2 used 1 of 2\n");
  stored_done (stored, invited ("cyd", 52, 1, room));
  assert_refused (stored, invited ("dan", 53, 1, room), KITH_ERROR_NOT_FOUND);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM account"), 3);
  stored_done (stored, invitation (ada, 0, 2, 1, 5)); /* the first is over and goes; this one has expired */
  assert_refused (stored, invited ("dan", 54, 2, 0), KITH_ERROR_NOT_FOUND);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM invitation"), 1);
  KithdChange *revoke = kithd_change_new (KITHD_CHANGE_REVOKE_INVITATION, ada),
              *again = kithd_change_new (KITHD_CHANGE_REVOKE_INVITATION, ada);
  revoke->invitation.id = again->invitation.id = 2;
  stored_done (stored, revoke);
  assert_refused (stored, again, KITH_ERROR_NOT_FOUND);
  stored_done (stored, invitation (ada, room, 3, 1, later));
  CHECK (kithd_store_check (stored->file, &error));
  stored_done (stored, deletion (ada));
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM invitation"), 0);
  CHECK (kithd_store_check (stored->file, &error));
}

/* The end of an account: leaves everywhere, heirs, empty notes, no device; the row and the events stay. */
static KithdChange *
into_lobby (const char *handle, guint8 token)
{
  KithdChange *change = stored_register (handle, token);
  change->room.name = g_strdup ("Lobby");
  change->room.folded = g_strdup ("lobby");
  return change;
}

/* Several come at once to a server without a lobby; one of them is refused. */
static void
test_lobby (void **state)
{
  Stored *stored = *state;
  GPtrArray *batch = g_ptr_array_new ();
  KithdChange *first = into_lobby ("ada", 1), *refused = into_lobby ("ada", 2), *second = into_lobby ("bob", 3);
  g_ptr_array_add (batch, first);
  g_ptr_array_add (batch, refused);
  g_ptr_array_add (batch, second);
  stored_do_all (stored, batch);
  assert_true (first->error == NULL && first->made != 0 && first->notes != first->made);
  assert_int_equal (stored_code (refused), KITH_ERROR_HANDLE_TAKEN);
  assert_true (second->error == NULL && second->made == 0);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM conversation WHERE kind = 0"), 1);
  g_autofree char *owner = g_strdup_printf ("member c%d u1 state 0 role 3 read 1/0\n", (int) first->made);
  g_autofree char *member = g_strdup_printf ("member c%d u2 state 0 role 0 read 2/0\n", (int) first->made);
  assert_loads (stored, owner);
  assert_loads (stored, member);

  /* By an invitation into another room both logs go on. */
  const gint64 later = g_get_real_time () / 1000 + 60000;
  gint64 den = stored_done (stored, stored_create (1, "den"))->conversation;
  gint64 link = stored_done (stored, invitation (1, den, 1, 1, later))->invitation.id;
  KithdChange *guest = into_lobby ("cyd", 4);
  guest->invitation.id = link;
  guest->invitation.conversation = den;
  stored_done (stored, guest);
  assert_int_equal (guest->events.length, 2);
  KithdChange *late = into_lobby ("dan", 5);
  late->invitation.id = link;
  late->invitation.conversation = den;
  assert_refused (stored, late, KITH_ERROR_NOT_FOUND); /* used up */
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM account"), 3);
  CHECK (kithd_store_check (stored->file, &error));
}

static void
test_delete_account (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob"), cyd = stored_person (stored, "cyd");
  gint64 plans = stored_room (stored, ada, "plans"), alone = stored_room (stored, ada, "alone");
  gint64 bobs = stored_room (stored, bob, "bobs");
  stored_join (stored, plans, bob);
  stored_join (stored, plans, cyd);
  stored_done (stored, stored_subject (KITHD_EVENT_INVITE, bobs, bob, ada));
  gint64 text = stored_post (stored, plans, ada, "stays");
  gint64 notes = stored_number (stored, "SELECT conversation FROM member WHERE account = 1 AND role = 3 LIMIT 1");
  gint64 secret = stored_post (stored, notes, ada, "a secret");
  stored_done (stored, stored_event (KITHD_EVENT_EDIT, notes, ada, secret, "another secret"));
  KithdChange *end = stored_done (stored, deletion (ada));
  assert_int_equal (end->events.length, 3); /* role and leave of plans, leave of alone */
  const KithdEvent *role = g_queue_peek_nth (&end->events, 0), *leave = g_queue_peek_nth (&end->events, 1);
  assert_int_equal (role->kind, KITHD_EVENT_ROLE);
  assert_int_equal (role->subject, bob);
  assert_int_equal (leave->kind, KITHD_EVENT_LEAVE);
  assert_int_equal (leave->seq, text + 2);
  assert_refused (stored, deletion (ada), KITH_ERROR_NOT_FOUND);
  assert_refused (stored, stored_register ("ada", 9), KITH_ERROR_HANDLE_TAKEN);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM device WHERE account = 1"), 0);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM event WHERE body LIKE '%secret%'"), 0);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM original"), 0);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM member WHERE account = 1 AND state <> 2"), 1);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM event WHERE body LIKE '%stays%'"), 1);
  stored_join (stored, alone, cyd);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM member WHERE account = 3 AND role = 3"), 2);
  stored_close (stored);
  stored_open (stored);
  CHECK (kithd_store_check (stored->file, &error));
}

static void
test_days_of_devices (void **state)
{
  Stored *stored = *state;
  stored_person (stored, "ada");
  gint64 today = stored_number (stored, "SELECT seen FROM device");
  assert_int_equal (today, kithd_day_of (g_get_real_time () / 1000));
  KithdChange *later = kithd_change_new (KITHD_CHANGE_SEE_DEVICE, 1),
              *nobody = kithd_change_new (KITHD_CHANGE_SEE_DEVICE, 1);
  later->device.id = 1;
  later->device.seen = today + 86400000;
  stored_done (stored, later);
  assert_int_equal (stored_number (stored, "SELECT seen FROM device"), today + 86400000);
  nobody->device.id = 99;
  assert_true (stored_done (stored, nobody)->unchanged);
}

static KithdChange *
blocking (gint64 account, gint64 blocked, gboolean on)
{
  KithdChange *change = kithd_change_new (KITHD_CHANGE_BLOCK, account);
  change->block = (KithdBlockRecord){account, blocked, on, 0};
  return change;
}

static void
test_blocks (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob");
  assert_true (stored_done (stored, blocking (ada, bob, FALSE))->unchanged);
  KithdChange *block = stored_done (stored, blocking (ada, bob, TRUE));
  assert_false (block->unchanged);
  assert_int_equal (stored_number (stored, "SELECT rev FROM block"), block->rev);
  assert_loads (stored, "block u1 u2 1\n");
  assert_true (stored_done (stored, blocking (ada, bob, TRUE))->unchanged);
  stored_done (stored, blocking (ada, bob, FALSE));
  assert_loads (stored, "block u1 u2 0\n");
  stored_done (stored, deletion (ada));
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM block"), 0);
}

static KithdChange *
numbered (KithdEventKind kind, gint64 room, gint64 actor, gint64 subject, gint64 number)
{
  KithdChange *change = stored_subject (kind, room, actor, subject);
  change->event->number = number;
  return change;
}

static void
test_roles_and_mutes (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob");
  gint64 room = stored_room (stored, ada, "plans");
  assert_refused (stored, numbered (KITHD_EVENT_ROLE, room, ada, bob, KITHD_ROLE_ADMIN), KITH_ERROR_NOT_FOUND);
  stored_join (stored, room, bob);
  stored_done (stored, numbered (KITHD_EVENT_ROLE, room, ada, bob, KITHD_ROLE_ADMIN));
  assert_loads (stored, "member c3 u2 state 0 role 2 read 2/0\n");
  assert_unchanged (stored, numbered (KITHD_EVENT_ROLE, room, ada, bob, KITHD_ROLE_ADMIN), 3);
  stored_done (stored, numbered (KITHD_EVENT_ROLE, room, ada, bob, KITHD_ROLE_READ_ONLY));
  stored_done (stored, numbered (KITHD_EVENT_MUTE, room, ada, bob, 12345));
  assert_loads (stored, "member c3 u2 state 0 role -1 read 2/0 muted 12345\n");
  assert_unchanged (stored, numbered (KITHD_EVENT_MUTE, room, ada, bob, 12345), 5);
  /* Read-only and muted outlive leaving and coming back; other roles do not. */
  stored_done (stored, stored_event (KITHD_EVENT_LEAVE, room, bob, 0, NULL));
  stored_join (stored, room, bob);
  assert_loads (stored, "member c3 u2 state 0 role -1 read 7/0 muted 12345\n");
  stored_done (stored, stored_subject (KITHD_EVENT_UNMUTE, room, ada, bob));
  assert_unchanged (stored, stored_subject (KITHD_EVENT_UNMUTE, room, ada, bob), 8);
  stored_done (stored, stored_event (KITHD_EVENT_LEAVE, room, ada, 0, NULL));
  stored_join (stored, room, ada);
  assert_loads (stored, "member c3 u1 state 0 role 0 read 10/0\n");
  /* Who comes into an empty room is its owner. */
  stored_done (stored, stored_event (KITHD_EVENT_LEAVE, room, ada, 0, NULL));
  stored_done (stored, stored_event (KITHD_EVENT_LEAVE, room, bob, 0, NULL));
  stored_join (stored, room, bob);
  assert_loads (stored, "member c3 u2 state 0 role 3 read 13/0\n");
  CHECK (kithd_store_check (stored->file, &error));
}

static void
test_edit (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob");
  gint64 room = stored_room (stored, ada, "plans");
  gint64 seq = stored_post (stored, room, ada, "lunhc");
  assert_refused (stored, stored_event (KITHD_EVENT_EDIT, room, bob, seq, "x"), KITH_ERROR_FORBIDDEN);
  assert_refused (stored, stored_event (KITHD_EVENT_EDIT, room, ada, 1, "x"), KITH_ERROR_NOT_FOUND);
  assert_refused (stored, stored_event (KITHD_EVENT_EDIT, room, ada, 99, "x"), KITH_ERROR_NOT_FOUND);
  KithdChange *edit = stored_done (stored, stored_event (KITHD_EVENT_EDIT, room, ada, seq, "lunch"));
  assert_int_equal (edit->seq, seq + 1);
  assert_int_equal (edit->n, 1);
  assert_refused (stored, stored_event (KITHD_EVENT_EDIT, room, ada, edit->seq, "x"), KITH_ERROR_NOT_FOUND);
  stored_done (stored, stored_event (KITHD_EVENT_DELETE, room, ada, seq, NULL));
  assert_refused (stored, stored_event (KITHD_EVENT_EDIT, room, ada, seq, "x"), KITH_ERROR_DELETED);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM event WHERE body LIKE '%lun%'"), 0);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM original"), 0);
}

static void
test_delete (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob");
  gint64 room = stored_room (stored, ada, "plans");
  stored_join (stored, room, bob);
  gint64 seq = stored_done (stored, stored_mention (stored_message (room, bob, "oops"), ada))->seq;
  stored_done (stored, stored_event (KITHD_EVENT_REACT, room, ada, seq, "+"));
  stored_done (stored, stored_event (KITHD_EVENT_PIN, room, ada, seq, NULL));
  assert_refused (stored, stored_event (KITHD_EVENT_DELETE, room, ada, seq, NULL), KITH_ERROR_FORBIDDEN);
  KithdChange *change = stored_event (KITHD_EVENT_DELETE, room, ada, seq, NULL);
  change->may_moderate = TRUE;
  assert_int_equal (stored_done (stored, change)->seq, 6);
  assert_unchanged (stored, stored_event (KITHD_EVENT_DELETE, room, bob, seq, NULL), 6);
  const KithdEventKind others[] = {KITHD_EVENT_REACT, KITHD_EVENT_UNREACT, KITHD_EVENT_PIN, KITHD_EVENT_UNPIN};
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    assert_refused (stored, stored_event (others[i], room, ada, seq, "+"), KITH_ERROR_DELETED);
  assert_int_equal (stored_number (stored, "SELECT (SELECT count(*) FROM reaction) + (SELECT count(*) FROM mention)"
                                           " + (SELECT count(*) FROM event WHERE pinned <> 0)"),
                    0);
  CHECK (kithd_store_check (stored->file, &error));
}

static void
test_react (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob");
  gint64 room = stored_room (stored, ada, "plans");
  gint64 seq = stored_post (stored, room, ada, "cake");
  assert_unchanged (stored, stored_event (KITHD_EVENT_UNREACT, room, ada, seq, "0"), seq);
  assert_refused (stored, stored_event (KITHD_EVENT_REACT, room, ada, seq, NULL), KITH_ERROR_BAD_REQUEST);
  for (guint i = 0; i < KITH_REACTION_KINDS_MAX; i++) {
    g_autofree char *emoji = g_strdup_printf ("%u", i);
    stored_done (stored, stored_event (KITHD_EVENT_REACT, room, ada, seq, emoji));
  }
  gint64 last = seq + KITH_REACTION_KINDS_MAX;
  assert_refused (stored, stored_event (KITHD_EVENT_REACT, room, bob, seq, "more"), KITH_ERROR_LIMIT);
  assert_unchanged (stored, stored_nonce (stored_event (KITHD_EVENT_REACT, room, ada, seq, "3"), 5, 5), seq + 4);
  assert_int_equal (stored_done (stored, stored_event (KITHD_EVENT_REACT, room, bob, seq, "3"))->seq, last + 1);
  assert_int_equal (stored_done (stored, stored_event (KITHD_EVENT_UNREACT, room, ada, seq, "4"))->seq, last + 2);
  stored_done (stored, stored_event (KITHD_EVENT_REACT, room, bob, seq, "more"));
  KithdChange *repeated =
      stored_done (stored, stored_nonce (stored_event (KITHD_EVENT_REACT, room, ada, seq, "3"), 5, 5));
  assert_true (repeated->repeated);
  assert_int_equal (repeated->seq, seq + 4);
}

static void
test_pin (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada");
  gint64 room = stored_room (stored, ada, "plans");
  gint64 first = stored_post (stored, room, ada, "0");
  assert_unchanged (stored, stored_event (KITHD_EVENT_UNPIN, room, ada, first, NULL), first);
  g_autoptr (GPtrArray) changes = g_ptr_array_new ();
  for (guint i = 0; i < KITH_PINS_MAX; i++)
    g_ptr_array_add (changes, stored_message (room, ada, "x"));
  for (guint i = 0; i < KITH_PINS_MAX; i++)
    g_ptr_array_add (changes, stored_event (KITHD_EVENT_PIN, room, ada, first + 1 + i, NULL));
  stored_do_all (stored, g_steal_pointer (&changes));
  gint64 last = first + 2 * KITH_PINS_MAX;
  assert_refused (stored, stored_event (KITHD_EVENT_PIN, room, ada, first, NULL), KITH_ERROR_LIMIT);
  assert_unchanged (stored, stored_event (KITHD_EVENT_PIN, room, ada, first + KITH_PINS_MAX, NULL), last);
  stored_done (stored, stored_event (KITHD_EVENT_UNPIN, room, ada, first + 1, NULL));
  assert_int_equal (stored_done (stored, stored_event (KITHD_EVENT_PIN, room, ada, first, NULL))->seq, last + 2);
}

static void
test_nonces (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob");
  gint64 room = stored_room (stored, ada, "plans"), other = stored_room (stored, ada, "tea");
  KithdChange *first = stored_done (stored, stored_nonce (stored_message (room, ada, "x"), 1, 1));
  KithdChange *again = stored_done (stored, stored_nonce (stored_message (room, ada, "x"), 1, 1));
  assert_true (again->repeated);
  assert_int_equal (again->seq, first->seq);
  assert_int_equal (again->at, first->at);
  assert_int_equal (again->events.length, 0);
  assert_refused (stored, stored_nonce (stored_message (room, ada, "y"), 1, 2), KITH_ERROR_NONCE_CONFLICT);
  assert_false (stored_done (stored, stored_nonce (stored_message (room, bob, "x"), 1, 1))->repeated);

  /* A refusal does not use the nonce up; an answer goes before a refusal. */
  KithdChange *refused = stored_nonce (stored_message (room, ada, "z"), 2, 2);
  refused->refusal = g_error_new_literal (KITH_ERROR, KITH_ERROR_RATE_LIMITED, "slowly");
  assert_refused (stored, refused, KITH_ERROR_RATE_LIMITED);
  assert_null (refused->refusal);
  assert_false (stored_done (stored, stored_nonce (stored_message (room, ada, "z"), 2, 2))->repeated);
  KithdChange *late = stored_nonce (stored_message (room, ada, "z"), 2, 2);
  late->refusal = g_error_new_literal (KITH_ERROR, KITH_ERROR_RATE_LIMITED, "slowly");
  assert_true (stored_done (stored, late)->repeated);

  /* after: of the same person, in the same conversation. */
  assert_refused (stored, stored_after (stored_nonce (stored_message (room, ada, "a"), 3, 3), 99),
                  KITH_ERROR_OUT_OF_ORDER);
  assert_refused (stored, stored_after (stored_nonce (stored_message (other, ada, "a"), 3, 3), 2),
                  KITH_ERROR_OUT_OF_ORDER);
  assert_refused (stored, stored_after (stored_nonce (stored_message (room, bob, "a"), 3, 3), 2),
                  KITH_ERROR_OUT_OF_ORDER);
  stored_done (stored, stored_after (stored_nonce (stored_message (room, ada, "a"), 3, 3), 2));
}

/* A window of posts, the third of which is refused: what follows it in the chain is refused too, and repeating mends
 * it. */
static void
test_refusal_in_the_middle (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada");
  gint64 room = stored_room (stored, ada, "plans");
  for (guint round = 0; round < 2; round++) {
    GPtrArray *window = g_ptr_array_new ();
    guint before = stored->changes->len;
    for (guint8 i = 1; i <= 5; i++) {
      KithdChange *post = stored_nonce (stored_message (room, ada, "x"), i, i);
      if (i > 1)
        stored_after (post, i - 1);
      if (round == 0 && i == 3)
        post->refusal = g_error_new_literal (KITH_ERROR, KITH_ERROR_RATE_LIMITED, "slowly");
      g_ptr_array_add (window, post);
    }
    stored_do_all (stored, window);
    for (guint i = 0; i < 5; i++) {
      KithdChange *post = stored->changes->pdata[before + i];
      const int expected[2][5] = {{-1, -1, KITH_ERROR_RATE_LIMITED, KITH_ERROR_OUT_OF_ORDER, KITH_ERROR_OUT_OF_ORDER},
                                  {-1, -1, -1, -1, -1}};
      assert_int_equal (stored_code (post), expected[round][i]);
      if (round == 1) {
        assert_int_equal (post->seq, 2 + i);
        assert_int_equal (post->repeated, i < 2);
      }
    }
  }
}

static void
test_mark (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob");
  gint64 room = stored_room (stored, ada, "plans");
  stored_join (stored, room, bob);
  for (guint i = 0; i < 4; i++)
    stored_done (stored, stored_mention (stored_message (room, ada, "bob?"), bob));
  KithdChange *mark = stored_done (stored, stored_mark (room, bob, 4, 0));
  assert_int_equal (mark->read, 4);
  assert_int_equal (mark->read_n, 2);
  assert_false (mark->unchanged);
  assert_loads (stored, "mention c3 u2 5\nmention c3 u2 6\n");
  mark = stored_done (stored, stored_mark (room, bob, 3, 0));
  assert_true (mark->unchanged);
  assert_int_equal (mark->read, 4);
  mark = stored_done (stored, stored_mark (room, bob, 99, 0));
  assert_int_equal (mark->read, 6);
  assert_int_equal (mark->read_n, 4);
  mark = stored_done (stored, stored_mark (room, bob, 0, 4));
  assert_int_equal (mark->read, 3);
  assert_int_equal (mark->read_n, 1);
  assert_int_equal (mark->unread_mentions->len, 3);
  assert_int_equal (g_array_index (mark->unread_mentions, gint64, 0), 4);
  mark = stored_done (stored, stored_mark (room, bob, 0, 6));
  assert_true (mark->unchanged);
  assert_int_equal (mark->read, 3);
  assert_refused (stored, stored_mark (room, 99, 1, 0), KITH_ERROR_NOT_MEMBER);
  assert_refused (stored, stored_mark (99, bob, 1, 0), KITH_ERROR_NOT_FOUND);

  /* A post and a mark in one batch: the post has moved the cursor when the mark looks. */
  GPtrArray *both = g_ptr_array_new ();
  mark = stored_mark (room, bob, 4, 0);
  g_ptr_array_add (both, stored_message (room, bob, "here"));
  g_ptr_array_add (both, mark);
  stored_do_all (stored, both);
  assert_true (mark->unchanged);
  assert_int_equal (mark->read, 7);
  assert_loads (stored, "member c3 u2 state 0 role 0 read 7/5\n");
}

/* read_n: all that is not unread. What one wrote oneself is none of it, wherever the cursor goes. */
static void
test_mark_own (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob");
  gint64 room = stored_room (stored, ada, "plans");
  stored_join (stored, room, bob);
  for (guint i = 0; i < 6; i++) /* 3 to 8 */
    stored_done (stored, stored_message (room, i % 2 == 0 ? ada : bob, "one"));
  static const struct {
    gint64 forward, back, read, read_n;
  } steps[] = {{8, 0, 8, 6}, {0, 8, 7, 6}, {0, 5, 4, 4}, {0, 3, 2, 3}, {3, 0, 3, 4}, {6, 0, 6, 5}, {9, 0, 8, 6}};
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    KithdChange *mark = stored_done (stored, stored_mark (room, bob, steps[i].forward, steps[i].back));
    assert_int_equal (mark->read, steps[i].read);
    assert_int_equal (mark->read_n, steps[i].read_n);
    CHECK (kithd_store_check (stored->file, &error));
  }
}

static void
test_mentions_follow_edits (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob"), eve = stored_person (stored, "eve");
  gint64 room = stored_room (stored, ada, "plans");
  stored_join (stored, room, bob);
  KithdChange *post = stored_mention (stored_mention (stored_message (room, ada, "bob, eve, me"), bob), eve);
  gint64 seq = stored_done (stored, stored_mention (post, ada))->seq;
  assert_int_equal (stored_number (stored, "SELECT sum(account * 100 + seq) FROM mention"), 200 + seq);
  stored_join (stored, room, eve);
  stored_done (stored, stored_mention (stored_event (KITHD_EVENT_EDIT, room, ada, seq, "eve"), eve));
  assert_int_equal (stored_number (stored, "SELECT sum(account * 100 + seq) FROM mention"), 300 + seq);
  stored_done (stored, stored_event (KITHD_EVENT_EDIT, room, ada, seq, "nobody"));
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM mention"), 0);

  /* Whoever may not read a message is not mentioned by it. */
  KithdChange *create = stored_create (ada, "secret");
  create->room.private_ = create->room.since_join = TRUE;
  gint64 secret = stored_done (stored, create)->conversation;
  seq = stored_post (stored, secret, ada, "old");
  stored_join (stored, secret, bob);
  stored_done (stored, stored_mention (stored_event (KITHD_EVENT_EDIT, secret, ada, seq, "bob"), bob));
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM mention"), 0);
}

static void
test_reopen (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob");
  gint64 room = stored_room (stored, ada, "plans");
  stored_join (stored, room, bob);
  gint64 seq = stored_done (stored, stored_nonce (stored_mention (stored_message (room, ada, "hi"), bob), 1, 1))->seq;
  stored_done (stored, direct (ada, ada, bob));
  g_autofree char *before = load (stored);
  g_autofree char *server = g_strdup (kithd_store_server_id (stored->store));
  g_autofree char *history = g_strdup (kithd_store_history (stored->store));
  gint64 rev = ((KithdChange *) stored->changes->pdata[stored->changes->len - 1])->rev;
  stored_close (stored);
  stored_open (stored);
  g_autofree char *after = load (stored);
  assert_string_equal (before, after);
  assert_string_equal (kithd_store_server_id (stored->store), server);
  assert_string_equal (kithd_store_history (stored->store), history);
  assert_int_equal (strlen (history), 32);
  assert_int_equal (kithd_store_rev (stored->store), rev);
  assert_true (stored_done (stored, stored_nonce (stored_message (room, ada, "hi"), 1, 1))->repeated);
  KithdChange *next = stored_done (stored, stored_message (room, ada, "on"));
  assert_int_equal (next->seq, seq + 1);
  assert_int_equal (next->rev, rev + 1);
}

/* Within one batch the later changes see the earlier ones. */
static void
test_same_batch (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada");
  gint64 room = stored_room (stored, ada, "plans");
  GPtrArray *turn = g_ptr_array_new ();
  KithdChange *changes[] = {
      stored_nonce (stored_message (room, ada, "x"), 1, 1),
      stored_nonce (stored_message (room, ada, "x"), 1, 1),
      stored_nonce (stored_message (room, ada, "y"), 1, 2),
      stored_event (KITHD_EVENT_REACT, room, ada, 2, "+"),
      stored_event (KITHD_EVENT_DELETE, room, ada, 2, NULL),
      stored_event (KITHD_EVENT_REACT, room, ada, 2, "-"),
      stored_register ("bob", 101),
      stored_register ("Bob", 102),
      stored_create (ada, "Tea"),
      stored_create (ada, "tea"),
  };
  const int codes[] = {-1,
                       -1,
                       KITH_ERROR_NONCE_CONFLICT,
                       -1,
                       -1,
                       KITH_ERROR_DELETED,
                       -1,
                       KITH_ERROR_HANDLE_TAKEN,
                       -1,
                       KITH_ERROR_NAME_TAKEN};
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    g_ptr_array_add (turn, changes[i]);
  stored_do_all (stored, turn);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    assert_int_equal (stored_code (changes[i]), codes[i]);
  assert_true (changes[1]->repeated);
  assert_int_equal (changes[1]->seq, changes[0]->seq);
  CHECK (kithd_store_check (stored->file, &error));
}

/* What contradicts the stored facts is refused by itself; its neighbours are done, and no number is missing: as the
 * first of its conversation in the batch, and after others. */
static void
test_contradiction (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), bob = stored_person (stored, "bob");
  gint64 room = stored_room (stored, ada, "plans"), last = 1;
  for (guint before = 0; before < 3; before++) {
    gint64 rev = stored_number (stored, "SELECT value FROM meta WHERE key = 'rev'");
    g_autofree char *harm = g_strdup_printf ("INSERT INTO stay (conversation, account, joined) VALUES (3, 2, %d)",
                                             (int) (last + before + 1));
    GPtrArray *turn = g_ptr_array_new ();
    KithdChange *join = stored_event (KITHD_EVENT_JOIN, room, bob, 0, NULL), *after = stored_message (room, ada, "y");
    for (guint i = 0; i < before; i++)
      g_ptr_array_add (turn, stored_message (room, ada, "x"));
    g_ptr_array_add (turn, join);
    g_ptr_array_add (turn, after);
    stored_change_file (stored, harm);
    stored_do_all (stored, turn);
    stored_change_file (stored, "DELETE FROM stay WHERE conversation = 3 AND account = 2");
    assert_int_equal (stored_code (join), KITH_ERROR_INTERNAL);
    assert_int_equal (join->seq, 0);
    assert_int_equal (join->events.length, 0);
    last += before + 1;
    assert_int_equal (after->seq, last);
    assert_int_equal (after->rev, rev + before + 1);
  }
  CHECK (kithd_store_check (stored->file, &error));
}

/* A clock that was turned back does not turn the log back. */
static void
test_clock_turned_back (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada");
  gint64 room = stored_room (stored, ada, "plans"), later = G_GINT64_CONSTANT (4000000000000);
  stored_close (stored);
  stored_change_file (stored, "UPDATE conversation SET at = 4000000000000; UPDATE event SET at = 4000000000000");
  stored_open (stored);
  assert_int_equal (stored_done (stored, stored_message (room, ada, "x"))->at, later);
  assert_true (stored_room (stored, ada, "tea") > room);
  CHECK (kithd_store_check (stored->file, &error));
}

/* Closing finishes what was submitted. */
static void
test_close_finishes (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada");
  gint64 room = stored_room (stored, ada, "plans");
  GPtrArray *many = g_ptr_array_new ();
  for (guint i = 0; i < 500; i++)
    g_ptr_array_add (many, stored_message (room, ada, "x"));
  kithd_store_submit (stored->store, many);
  stored_close (stored);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM event WHERE conversation = 2"), 501);
  assert_int_equal (stored_number (stored, "SELECT last FROM conversation WHERE id = 2"), 501);
}

/* Many conversations at once: in each the numbers follow one another, over all the revs ascend, and what is queued is
 * counted. */
static void
test_numbers (void **state)
{
  enum { ROOMS = 20, POSTS = 6000 };
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), rooms[ROOMS], last[ROOMS], rev = 0;
  for (guint i = 0; i < ROOMS; i++) {
    g_autofree char *name = g_strdup_printf ("room %u", i);
    rooms[i] = stored_room (stored, ada, name);
    last[i] = 1;
  }
  guint first = stored->changes->len;
  for (guint i = 0; i < POSTS; i += 100) {
    GPtrArray *turn = g_ptr_array_new ();
    for (guint k = i; k < i + 100; k++)
      g_ptr_array_add (turn, k % 7 == 6 ? stored_event (KITHD_EVENT_EDIT, rooms[k % ROOMS], ada, 99999, "x")
                                        : stored_message (rooms[k * k % ROOMS], ada, "x"));
    kithd_store_submit (stored->store, turn);
  }
  stored_wait (stored, POSTS);
  for (guint i = first; i < stored->changes->len; i++) {
    KithdChange *change = stored->changes->pdata[i];
    guint room = (guint) (change->event->conversation - rooms[0]);
    if (change->error != NULL)
      continue;
    assert_int_equal (change->seq, ++last[room]);
    assert_int_equal (change->n, last[room] - 1);
    assert_true (change->rev > rev);
    rev = change->rev;
  }
  assert_int_equal (kithd_store_queued (stored->store), 0);
  CHECK (kithd_store_check (stored->file, &error));
}

/* Several threads submit and read at once. */
typedef struct {
  Stored *stored;
  gint64 room, account;
  guint8 nonce;
} Crowd;

enum { CROWD = 4, EACH = 250 };

static gpointer
submit_many (gpointer data)
{
  Crowd *crowd = data;
  for (guint i = 0; i < EACH; i++) {
    GPtrArray *turn = g_ptr_array_new ();
    KithdChange *change = stored_nonce (stored_message (crowd->room, crowd->account, "x"), crowd->nonce, 1);
    memcpy (change->nonce, &i, sizeof i);
    g_ptr_array_add (turn, change);
    kithd_store_submit (crowd->stored->store, turn);
    kithd_store_read (crowd->stored->store, stored_fetch (KITHD_READ_FETCH_AFTER, crowd->account, crowd->room, 0, 20));
  }
  return NULL;
}

static void
test_threads (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada");
  gint64 room = stored_room (stored, ada, "plans");
  GThread *threads[CROWD];
  Crowd crowd[CROWD];
  for (guint i = 0; i < CROWD; i++) {
    crowd[i] = (Crowd){stored, room, ada, (guint8) (100 + i)};
    threads[i] = g_thread_new ("crowd", submit_many, &crowd[i]);
  }
  guint first = stored->changes->len;
  stored_wait (stored, CROWD * EACH);
  for (guint i = 0; i < CROWD; i++)
    g_thread_join (threads[i]);
  for (guint i = first; i < stored->changes->len; i++)
    assert_int_equal (((KithdChange *) stored->changes->pdata[i])->seq, i - first + 2);
  json_object_put (stored_answer (stored, stored_fetch (KITHD_READ_FETCH_AFTER, ada, room, 0, 1)));
}

static goffset
size_of (const char *file)
{
  GStatBuf info;
  assert_int_equal (g_stat (file, &info), 0);
  return info.st_size;
}

static void
write_messages (KithdWriter *writer, gint64 room, gint64 from, guint count)
{
  g_autofree char *text = g_strnfill (3000, 'x');
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func ((GDestroyNotify) kithd_change_free);
  for (guint i = 0; i < count; i++)
    g_ptr_array_add (batch, stored_message (room, from, text));
  kithd_writer_apply (writer, batch);
  for (guint i = 0; i < count; i++)
    assert_null (((KithdChange *) batch->pdata[i])->error);
}

static void
write_message (KithdWriter *writer, gint64 room, gint64 from, guint number)
{
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func ((GDestroyNotify) kithd_change_free);
  KithdChange *change = stored_nonce (stored_message (room, from, "Shall we have lunch together?"), 0, 1);
  for (guint i = 0; i < sizeof change->nonce; i++)
    change->nonce[i] = (guint8) g_random_int ();
  memcpy (change->nonce, &number, sizeof number);
  memcpy (change->event->nonce, change->nonce, sizeof change->nonce);
  g_ptr_array_add (batch, change);
  kithd_writer_apply (writer, batch);
  assert_null (change->error);
}

/* When nobody waits the journal goes into the database once there is something in it, long before it is full. */
static void
test_journal (void **state)
{
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), room = stored_room (stored, ada, "plans");
  stored_close (stored);
  KithdWriter *writer = NULL;
  CHECK ((writer = kithd_writer_open (stored->file, TRUE, &error)) != NULL);
  goffset before = size_of (stored->file);
  write_messages (writer, room, ada, 1);
  kithd_writer_rest (writer);
  assert_int_equal (size_of (stored->file), before);
  write_messages (writer, room, ada, 200);
  assert_int_equal (size_of (stored->file), before);
  kithd_writer_rest (writer);
  assert_true (size_of (stored->file) > before + 200 * 3000);
  kithd_writer_close (writer);
  CHECK (kithd_store_check (stored->file, &error));
}

/* It begins anew at times. */
static guint
pages_since (const KithdWriter *writer, guint before)
{
  return writer->journal >= before ? writer->journal - before : writer->journal;
}

/* Nobody waits for much more than what they wrote themselves: however many messages came before, and wherever, none has a large part of them
 * written, or moved, with it. Else one in a hundred would wait for a hundred. */
static void
test_steady (void **state)
{
  enum { ROOMS = 200, POSTS = 6000, PAGES = 128 };
  Stored *stored = *state;
  gint64 ada = stored_person (stored, "ada"), rooms[ROOMS];
  for (guint i = 0; i < ROOMS; i++) {
    g_autofree char *name = g_strdup_printf ("room %u", i);
    rooms[i] = stored_room (stored, ada, name);
  }
  stored_close (stored);
  KithdWriter *writer = NULL;
  CHECK ((writer = kithd_writer_open (stored->file, TRUE, &error)) != NULL);
  CHECK (kith_sql_exec (writer->sql, "PRAGMA synchronous = OFF", &error)); /* it is pages that count here, not syncs */
  guint settles = 0, moves = 0;
  gboolean settled = FALSE;
  for (guint i = 0; i < POSTS; i++) {
    guint before = writer->journal;
    write_message (writer, rooms[i % ROOMS], ada, i);
    assert_in_range (pages_since (writer, before), 1, PAGES);
    gboolean moved = writer->journal < before; /* by the rest before, which had not settled then */
    assert_false (moved && settled);
    moves += moved ? 1 : 0;
    before = writer->journal;
    guint unsettled = writer->unsettled;
    kithd_writer_rest (writer);
    settled = writer->unsettled < unsettled;
    settles += settled ? 1 : 0;
    assert_in_range (pages_since (writer, before), 0, PAGES);
  }
  assert_true (settles > POSTS / 32 && moves > POSTS / 64);
  kithd_writer_close (writer);
  CHECK (kithd_store_check (stored->file, &error));
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (test_##name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST (register),
      TEST (devices),
      TEST (devices_at_once),
      TEST (accounts),
      TEST (rooms),
      TEST (direct),
      TEST (membership),
      TEST (roles_and_mutes),
      TEST (delete_account),
      TEST (days_of_devices),
      TEST (invitations),
      TEST (lobby),
      TEST (blocks),
      TEST (edit),
      TEST (delete),
      TEST (react),
      TEST (pin),
      TEST (nonces),
      TEST (refusal_in_the_middle),
      TEST (mark),
      TEST (mark_own),
      TEST (mentions_follow_edits),
      TEST (reopen),
      TEST (journal),
      TEST (steady),
      TEST (same_batch),
      TEST (contradiction),
      TEST (clock_turned_back),
      TEST (close_finishes),
      TEST (numbers),
      TEST (threads),
  };
  return cmocka_run_group_tests_name ("store", tests, NULL, NULL);
}
