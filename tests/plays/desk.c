/* desk.c - see desk.h. */
#include "plays/desk.h"

#include "proto/message.h"

static gboolean
on_latest (gpointer data)
{
  return G_SOURCE_REMOVE; /* the iteration ends, that is all */
}

void
desk_turn (gint64 latest_us)
{
  g_autoptr (GSource) timer = g_timeout_source_new ((guint) (MAX (latest_us - g_get_monotonic_time (), 0) / 1000));
  g_source_set_callback (timer, on_latest, NULL, NULL);
  g_source_attach (timer, NULL);
  g_main_context_iteration (NULL, TRUE);
  g_source_destroy (timer);
}

int
desk_set_up (void **state)
{
  static const char *const generous[] = {"posts_per_second", "posts_burst", "registrations_per_minute",
                                         "connections_per_address"};
  Desk *desk = g_new0 (Desk, 1);
  desk->server = test_server_new ();
  for (guint i = 0; i < G_N_ELEMENTS (generous); i++)
    test_server_set (desk->server, "limits", generous[i], "100000");
  CHECK (test_server_start (desk->server, &error));
  desk->settings = kith_settings_new (NULL);
  *state = desk;
  return 0;
}

int
desk_tear_down (void **state)
{
  Desk *desk = *state;
  g_object_unref (desk->settings);
  test_server_free (desk->server);
  g_free (desk);
  return 0;
}

static void
on_trust (KithSession *session, const char *pin, gpointer data)
{
  kith_session_trust (session, TRUE);
}

KithSession *
desk_session (Desk *desk, KithProfile *profile, const char *address)
{
  KithSession *session = NULL;
  CHECK ((session = kith_session_new (profile, desk->settings, "place",
                                      address != NULL ? address : desk->server->address, &error)) != NULL);
  g_signal_connect (session, "trust", G_CALLBACK (on_trust), NULL);
  return session;
}

KithProfile *
desk_profile (const TestScratch *scratch)
{
  KithProfile *profile;
  CHECK ((profile = kith_profile_open (test_scratch_directory (scratch), &error)) != NULL);
  return profile;
}

KithSession *
desk_join_at (Desk *desk, KithProfile *profile, const char *name)
{
  KithSession *session = desk_session (desk, profile, NULL);
  CHECK (kith_session_register (session, name, NULL, &error));
  WAIT_UNTIL (kith_session_is_online (session) && kith_session_me (session) != NULL &&
              g_list_model_get_n_items (G_LIST_MODEL (kith_session_chats (session))) > 0);
  return session;
}

KithSession *
desk_join (Desk *desk, const char *name)
{
  return desk_join_at (desk, NULL, name);
}

void
desk_leave (KithSession *session)
{
  gpointer weak = session;
  g_object_add_weak_pointer (G_OBJECT (session), &weak);
  kith_session_stop (session);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  g_object_unref (session);
  assert_null (weak);
}

/* Calls. */

typedef struct {
  gboolean done;
  json_object *root;
  KithChat *chat;
  GError *error;
} Called;

static void
on_called (GObject *source, GAsyncResult *result, gpointer data)
{
  Called *called = data;
  called->root = kith_session_call_finish (KITH_SESSION (source), result, &called->error);
  called->done = TRUE;
}

static void
on_chat (GObject *source, GAsyncResult *result, gpointer data)
{
  Called *called = data;
  called->chat = kith_session_chat_finish (KITH_SESSION (source), result, &called->error);
  called->done = TRUE;
}

/* The session keeps the chat. */
static KithChat *
finish_chat (Called *called)
{
  WAIT_UNTIL (called->done);
  g_assert_no_error (called->error);
  g_object_unref (called->chat);
  return called->chat;
}

json_object *
desk_call (KithSession *session, json_object *request)
{
  Called called = {0};
  kith_session_call_async (session, request, NULL, on_called, &called);
  WAIT_UNTIL (called.done);
  g_assert_no_error (called.error);
  return called.root;
}

KithChat *
desk_room (KithSession *session, const char *name)
{
  Called called = {0};
  kith_session_create_room_async (session, name, NULL, FALSE, FALSE, NULL, on_chat, &called);
  return finish_chat (&called);
}

KithChat *
desk_enter (KithSession *session, gint64 room)
{
  Called called = {0};
  kith_session_join_async (session, room, NULL, on_chat, &called);
  return finish_chat (&called);
}

KithChat *
desk_direct (KithSession *session, const char *handle)
{
  Called called = {0};
  WAIT_UNTIL (kith_session_contact_by_handle (session, handle) != NULL);
  gint64 account = kith_contact_id (kith_session_contact_by_handle (session, handle));
  kith_session_open_people_async (session, &account, 1, NULL, on_chat, &called);
  return finish_chat (&called);
}

void
desk_post (KithSession *session, KithChat *chat, const char *text)
{
  CHECK (kith_session_post (session, chat, text, 0, &error));
}

/* The mirror. */

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  Mirror *mirror = data;
  mirror->signals++;
  assert_true (position + removed <= mirror->items->len);
  assert_true (removed > 0 || added > 0);
  if (removed > 0)
    g_ptr_array_remove_range (mirror->items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (mirror->items, (int) (position + i), g_list_model_get_item (model, position + i));
  assert_int_equal (mirror->items->len, g_list_model_get_n_items (model));
  for (guint i = 0; i < mirror->items->len; i++) {
    g_autoptr (GObject) item = g_list_model_get_item (model, i);
    assert_ptr_equal (item, g_ptr_array_index (mirror->items, i));
  }
}

Mirror *
mirror_new (GListModel *model)
{
  Mirror *mirror = g_new0 (Mirror, 1);
  mirror->model = g_object_ref (model);
  mirror->items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (mirror->items, g_list_model_get_item (model, i));
  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), mirror);
  return mirror;
}

void
mirror_free (Mirror *mirror)
{
  g_signal_handlers_disconnect_by_data (mirror->model, mirror);
  g_object_unref (mirror->model);
  g_ptr_array_unref (mirror->items);
  g_free (mirror);
}
