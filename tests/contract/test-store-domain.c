/* test-store-domain.c - the server's memory and its disk never disagree: a domain that applied every change as it was
 * committed equals the domain that is loaded from the store, after thousands of random changes. KITH_SEED repeats a
 * run. */
#include "domain/domain.h"
#include "support/stored.h"

#include <stdlib.h>
#include <string.h>

#include "support/check.h"

enum { PEOPLE = 6, ROOMS = 4, STEPS = 1500 };

typedef struct {
  Stored *stored;
  KithdDomain *domain; /* applies what is committed */
  GRand *random;
  guint32 seed;
  guint8 accounts;
} Walk;

static const KithdStoreSink sink = {
    kithd_domain_load_account, kithd_domain_load_device,     kithd_domain_load_conversation,
    kithd_domain_load_direct,  kithd_domain_load_member,     kithd_domain_load_stay,
    kithd_domain_load_mention, kithd_domain_load_invitation, kithd_domain_load_ban, kithd_domain_load_block};

static gint64
pick (Walk *walk, gint64 from, gint64 to)
{
  return g_rand_int_range (walk->random, (gint32) from, (gint32) to + 1);
}

static void
describe_member (GString *out, const KithdMember *member)
{
  const KithdMemberRecord *record = &member->record;
  g_string_append_printf (out, " c%d u%d %d %d read %d/%d rev %d", (int) record->conversation, (int) record->account,
                          (int) record->state, record->state == KITHD_MEMBER_IN ? (int) record->role : 0,
                          (int) record->read, (int) record->read_n, (int) record->rev);
  for (guint i = 0; member->stays != NULL && i < member->stays->len; i++) {
    const KithdRange *stay = &g_array_index (member->stays, KithdRange, i);
    g_string_append_printf (out, " %d-%d", (int) stay->from, (int) stay->to);
  }
  if (member->ban != NULL)
    g_string_append_printf (out, " banned by u%d at %d: %s", (int) member->ban->from, (int) member->ban->at,
                            member->ban->reason != NULL ? member->ban->reason : "-");
  for (guint i = 0; member->mentions != NULL && i < member->mentions->len; i++)
    g_string_append_printf (out, " @%d", (int) g_array_index (member->mentions, gint64, i));
  g_string_append_c (out, '\n');
}

static void
describe_conversation (GString *out, const KithdConversation *conversation, gint64 accounts)
{
  const KithdConversationRecord *record = &conversation->record;
  g_string_append_printf (out, "c%d %d %s %s %s %d %d last %d n %d rev %d, %u in, %u people\n", (int) record->id,
                          (int) record->kind, record->name != NULL ? record->name : "-",
                          record->folded != NULL ? record->folded : "-", record->topic != NULL ? record->topic : "-",
                          record->private_, record->since_join, (int) record->last, (int) record->n, (int) record->rev,
                          conversation->n_in, conversation->n_people);
  for (gint64 id = 1; id <= accounts; id++) {
    KithdMember *member = kithd_conversation_member (conversation, id);
    if (member != NULL)
      describe_member (out, member);
  }
}

/* Everything that a domain knows, as text. */
static char *
describe (const KithdDomain *domain)
{
  gint64 accounts = 0;
  GString *out = g_string_new (NULL);
  g_string_append_printf (out, "rev %d\n", (int) kithd_domain_rev (domain));
  for (const KithdAccount *account; (account = kithd_domain_account (domain, accounts + 1)) != NULL; accounts++)
    g_string_append_printf (out, "u%d %s %s %s %d\n", (int) accounts + 1, account->record.handle,
                            account->record.display, account->record.password != NULL ? account->record.password : "-",
                            (int) account->record.role);
  const KithdConversation *conversation;
  for (gint64 id = 1; (conversation = kithd_domain_conversation (domain, id)) != NULL; id++)
    describe_conversation (out, conversation, accounts);
  return g_string_free (out, FALSE);
}

static void
assert_agree (Walk *walk)
{
  KithdDomain *loaded = kithd_domain_new ();
  Stored *copy = stored_after_kill (walk->stored);
  CHECK (kithd_store_load (copy->store, &sink, loaded, &error));
  kithd_domain_set_rev (loaded, kithd_store_rev (copy->store));
  stored_free (copy);
  g_autofree char *memory = describe (walk->domain), *disk = describe (loaded);
  kithd_domain_free (loaded);
  if (g_str_equal (memory, disk))
    return;
  g_auto (GStrv) left = g_strsplit (memory, "\n", -1), right = g_strsplit (disk, "\n", -1);
  guint line = 0;
  while (g_strcmp0 (left[line], right[line]) == 0)
    line++;
  fail_msg ("seed %u: memory \"%s\", disk \"%s\"", walk->seed, left[line], right[line]);
}

/* Does them in one batch and applies what was committed, in order. */
static void
submit (Walk *walk, GPtrArray *changes)
{
  guint first = walk->stored->changes->len;
  stored_do_all (walk->stored, changes);
  for (guint i = first; i < walk->stored->changes->len; i++) {
    KithdChange *change = walk->stored->changes->pdata[i];
    if (change->error == NULL && !change->repeated && !change->unchanged)
      kithd_domain_apply (walk->domain, change);
  }
}

static void
submit_one (Walk *walk, KithdChange *change)
{
  GPtrArray *one = g_ptr_array_new ();
  g_ptr_array_add (one, change);
  submit (walk, one);
}

/* Somebody who is in it; 0: nobody. */
static gint64
pick_member (Walk *walk, gint64 room)
{
  const KithdConversation *conversation = kithd_domain_conversation (walk->domain, room);
  gint64 account = pick (walk, 1, PEOPLE);
  for (guint i = 0; i < PEOPLE; i++, account = account % PEOPLE + 1)
    if (kithd_conversation_member_in (conversation, account) != NULL)
      return account;
  return 0;
}

static KithdChange *
random_mention (Walk *walk, KithdChange *change)
{
  for (gint64 n = pick (walk, 0, 2); n > 0; n--)
    stored_mention (change, pick (walk, 1, PEOPLE));
  return change;
}

/* An event of a member, which may well be refused. */
static KithdChange *
random_event (Walk *walk, gint64 room, gint64 actor)
{
  gint64 last = kithd_domain_conversation (walk->domain, room)->record.last, target = pick (walk, 1, last + 3);
  switch (pick (walk, 0, 8)) {
  case 0:
    return random_mention (walk, stored_event (KITHD_EVENT_EDIT, room, actor, target, "edited"));
  case 1:
    return stored_event (KITHD_EVENT_DELETE, room, actor, target, NULL);
  case 2:
    return stored_event (KITHD_EVENT_REACT, room, actor, target, pick (walk, 0, 1) ? "+" : "-");
  case 3:
    return stored_event (KITHD_EVENT_UNREACT, room, actor, target, "+");
  case 4:
    return stored_event (pick (walk, 0, 1) ? KITHD_EVENT_PIN : KITHD_EVENT_UNPIN, room, actor, target, NULL);
  case 5:
    return stored_mark (room, actor, pick (walk, 0, last), pick (walk, 0, 1) ? pick (walk, 1, last) : 0);
  default:
    return random_mention (walk, stored_message (room, actor, "said"));
  }
}

/* What changes rules goes alone, as in the server. */
static KithdChange *
random_rule (Walk *walk, gint64 room, gint64 actor)
{
  gint64 other = pick (walk, 1, PEOPLE);
  const KithdConversation *conversation = kithd_domain_conversation (walk->domain, room);
  switch (pick (walk, 0, 6)) {
  case 0:
    return actor != 0 ? stored_event (KITHD_EVENT_LEAVE, room, actor, 0, NULL) : NULL;
  case 1:
    return kithd_conversation_member_in (conversation, other) != NULL
               ? stored_subject (KITHD_EVENT_KICK, room, actor, other)
               : NULL;
  case 2:
    return stored_subject (KITHD_EVENT_INVITE, room, actor, other);
  case 3:
    return stored_event (KITHD_EVENT_TOPIC, room, actor, 0, pick (walk, 0, 1) ? "tea" : "coffee");
  case 4:
    return stored_event (KITHD_EVENT_RENAME, room, actor, 0, pick (walk, 0, 1) ? "One" : "two");
  default:
    return stored_event (KITHD_EVENT_JOIN, room, other, 0, NULL);
  }
}

static void
let_in (Walk *walk)
{
  g_autofree char *handle = g_strdup_printf ("p%u", walk->accounts++);
  submit_one (walk, stored_register (handle, walk->accounts));
}

/* Something to everybody, now and then with somebody new among them; 0 is the administrator. */
static void
address_everybody (Walk *walk)
{
  if (pick (walk, 0, 9) == 0 && walk->accounts < G_MAXUINT8)
    let_in (walk);
  GPtrArray *turn = g_ptr_array_new ();
  for (gint64 n = pick (walk, 1, 3); n > 0; n--)
    g_ptr_array_add (turn, random_mention (walk, stored_broadcast (pick (walk, 0, PEOPLE), "hear")));
  submit (walk, turn);
}

static void
step (Walk *walk)
{
  if (pick (walk, 0, 19) == 0) {
    address_everybody (walk);
    return;
  }
  gint64 room = pick (walk, PEOPLE + 1, PEOPLE + ROOMS), actor = pick_member (walk, room);
  if (pick (walk, 0, 4) == 0) {
    KithdChange *change = random_rule (walk, room, actor);
    if (change != NULL)
      submit_one (walk, change);
    return;
  }
  GPtrArray *turn = g_ptr_array_new ();
  for (gint64 n = pick (walk, 1, 6); actor != 0 && n > 0; n--)
    g_ptr_array_add (turn, random_event (walk, room, pick_member (walk, room)));
  submit (walk, turn);
}

static void
begin (Walk *walk)
{
  while (walk->accounts < PEOPLE)
    let_in (walk);
  for (guint i = 0; i < ROOMS; i++) {
    g_autofree char *name = g_strdup_printf ("Room %u", i);
    submit_one (walk, stored_create (pick (walk, 1, PEOPLE), name));
  }
  KithdChange *direct = kithd_change_new (KITHD_CHANGE_OPEN_DIRECT, 2);
  direct->people[0] = 2;
  direct->people[1] = 5;
  direct->n_people = 2;
  submit_one (walk, direct);
}

static void
test_walk (void **state)
{
  const char *given = g_getenv ("KITH_SEED");
  Walk walk = {.stored = stored_new (), .domain = kithd_domain_new ()};
  walk.seed = given != NULL ? (guint32) strtoul (given, NULL, 10) : g_random_int ();
  print_message ("seed %u\n", walk.seed);
  walk.random = g_rand_new_with_seed (walk.seed);
  begin (&walk);
  assert_agree (&walk);
  for (guint i = 1; i <= STEPS; i++) {
    step (&walk);
    if (i % 100 == 0)
      assert_agree (&walk);
  }
  stored_close (walk.stored);
  stored_open (walk.stored);
  assert_agree (&walk);
  CHECK (kithd_store_check (walk.stored->file, &error));
  g_rand_free (walk.random);
  kithd_domain_free (walk.domain);
  stored_free (walk.stored);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test (test_walk)};
  return cmocka_run_group_tests_name ("store-domain", tests, NULL, NULL);
}
