/* test-gtk-post.c - a line of a conversation: what a widget is told of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "post-private.h"

static KithPost *
new_post (void)
{
  json_object *event = json_tokener_parse ("{\"seq\":3,\"at\":1700000000000,\"from\":\"u7\",\"kind\":\"message\","
                                           "\"body\":{\"text\":\"hello\"}}");
  KithPost *post = kith_post_new_event (event, 7);
  json_object_put (event);
  return post;
}

static void
count (KithPost *post, guint *told)
{
  (*told)++;
}

static void
what_is_going_looks_deleted_until_it_is_undone (void **state)
{
  guint told = 0;
  g_autoptr (KithPost) post = new_post ();
  assert_non_null (post);
  g_signal_connect (post, "changed", G_CALLBACK (count), &told);
  assert_false (kith_post_is_deleted (post));
  kith_post_set_going (post, TRUE);
  kith_post_changed (post);
  kith_post_set_going (post, TRUE);
  kith_post_changed (post);
  assert_true (kith_post_is_deleted (post));
  assert_int_equal (told, 1);
  assert_string_equal (kith_post_text (post), "hello");
  kith_post_set_going (post, FALSE);
  kith_post_changed (post);
  assert_false (kith_post_is_deleted (post));
  assert_int_equal (told, 2);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test (what_is_going_looks_deleted_until_it_is_undone)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
