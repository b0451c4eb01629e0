/* test-gtk-chat.c - what a chat keeps by itself: who types and for how long, the last message, what may be written. No
 * server, and times that are made up. */
#include "support/check.h"

#include "core/chat-private.h"
#include "core/chats-private.h"
#include "core/contact-private.h"

#define S G_TIME_SPAN_SECOND

static void
count (GObject *object, GParamSpec *spec, gpointer data)
{
  ++*(guint *) data;
}

static void
who_types_is_forgotten_after_six_seconds (void **state)
{
  g_autoptr (KithContact) ada = kith_contact_new (1), ben = kith_contact_new (2);
  g_autoptr (KithChat) chat = kith_chat_new (7, KITH_KIND_ROOM, NULL);
  guint told = 0;
  g_signal_connect (chat, "notify::typing", G_CALLBACK (count), &told);
  kith_chat_add_typing (chat, ada, 100 * S);
  kith_chat_add_typing (chat, ben, 103 * S);
  kith_chat_add_typing (chat, ada, 104 * S); /* goes on */
  assert_int_equal (kith_chat_typing (chat)->len, 2);
  assert_int_equal (told, 2);
  assert_true (kith_chat_expire_typing (chat, 109 * S - 1) == 109 * S);
  assert_int_equal (kith_chat_typing (chat)->len, 2);
  assert_true (kith_chat_expire_typing (chat, 109 * S) == 110 * S);
  assert_int_equal (kith_chat_typing (chat)->len, 1);
  assert_ptr_equal (g_ptr_array_index (kith_chat_typing (chat), 0), ada);
  assert_true (kith_chat_expire_typing (chat, 110 * S) == G_MAXINT64);
  assert_int_equal (kith_chat_typing (chat)->len, 0);
  assert_int_equal (told, 4);
  kith_chat_stop_typing (chat, ada);
  assert_int_equal (told, 4);
}

static void
a_later_message_is_the_preview (void **state)
{
  g_autoptr (KithChat) chat = kith_chat_new (7, KITH_KIND_ROOM, NULL);
  kith_chat_set_preview (chat, 10, 1000, g_strdup ("Ada: ten"));
  kith_chat_set_preview (chat, 9, 900, g_strdup ("Ada: nine"));
  assert_string_equal (kith_chat_preview (chat), "Ada: ten");
  kith_chat_set_preview (chat, 10, 1000, g_strdup ("Ada: ten, edited"));
  assert_string_equal (kith_chat_preview (chat), "Ada: ten, edited");
  assert_int_equal (kith_chat_last_at (chat), 1000);
}

static void
somebody_unknown_has_a_name (void **state)
{
  g_autoptr (KithContact) contact = kith_contact_new (9);
  assert_string_equal (kith_contact_name (contact), "Somebody");
  char handle[] = "eve", name[] = "Eve\n\xe2\x80\xae root", role[] = "member";
  KithPerson hostile = {.id = 9, .handle = handle, .display = name, .role = role};
  kith_contact_learn (contact, &hostile, FALSE);
  assert_null (strchr (kith_contact_name (contact), '\n'));
  assert_null (strstr (kith_contact_name (contact), "\xe2\x80\xae"));
}

/* Whether every signal fits what the model says. */
static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  guint *length = data;
  assert_true (position + removed <= *length);
  *length = *length - removed + added;
  assert_int_equal (*length, g_list_model_get_n_items (model));
}

static KithChat *
person (KithChats *chats, GPtrArray *contacts, gint64 id, char *name)
{
  KithContact *contact = kith_contact_new (id);
  char role[] = "member";
  KithPerson known = {.id = id, .handle = name, .display = name, .role = role};
  kith_contact_learn (contact, &known, FALSE);
  g_ptr_array_add (contacts, contact);
  KithChat *chat = kith_chat_new (0, KITH_KIND_DIRECT, contact);
  kith_chats_put (chats, chat);
  g_object_unref (chat);
  return chat;
}

static void
people_without_conversation_are_left_out_when_there_are_too_many (void **state)
{
  g_autoptr (KithChats) chats = kith_chats_new ();
  g_autoptr (GPtrArray) contacts = g_ptr_array_new_with_free_func (g_object_unref);
  guint length = 0;
  g_signal_connect (chats, "items-changed", G_CALLBACK (on_items_changed), &length);
  for (gint64 id = 1; id <= KITH_CHATS_PEOPLE; id++) {
    g_autofree char *name = g_strdup_printf ("p%03d", (int) (KITH_CHATS_PEOPLE - id));
    person (chats, contacts, id, name);
    if (id % 7 == 0)
      kith_chats_flush (chats);
  }
  kith_chats_flush (chats);
  assert_int_equal (length, KITH_CHATS_PEOPLE);
  for (guint i = 0; i < length; i++) {
    g_autofree char *name = g_strdup_printf ("p%03u", i);
    g_autoptr (KithChat) chat = g_list_model_get_item (G_LIST_MODEL (chats), i);
    assert_string_equal (kith_chat_title (chat), name);
    assert_int_equal (kith_chats_position (chats, chat), i);
  }
  char last[] = "one more";
  KithChat *more = person (chats, contacts, 1000, last);
  kith_chats_flush (chats);
  assert_int_equal (length, 0);
  kith_chats_remove (chats, more);
  kith_chats_flush (chats);
  assert_int_equal (length, KITH_CHATS_PEOPLE);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (who_types_is_forgotten_after_six_seconds),
      cmocka_unit_test (a_later_message_is_the_preview),
      cmocka_unit_test (somebody_unknown_has_a_name),
      cmocka_unit_test (people_without_conversation_are_left_out_when_there_are_too_many),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
