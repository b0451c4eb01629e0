/* lobby.c - looks through the rooms once; who loses the race for making the lobby looks again and joins it. */
#include "core/lobby.h"

#include "core/chats-private.h"

#include "proto/id.h"

#define TRIES 2

typedef struct {
  guint tries;
} Entering;

static void look (GTask *task);

static void
on_chat (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Entering *entering = g_task_get_task_data (task);
  GError *error = NULL;
  KithChat *chat = kith_session_chat_finish (KITH_SESSION (source), result, &error);
  if (chat != NULL) {
    g_task_return_pointer (task, chat, g_object_unref);
  } else if (g_error_matches (error, KITH_ERROR, KITH_ERROR_NAME_TAKEN) && entering->tries < TRIES) {
    g_error_free (error);
    look (g_steal_pointer (&task));
  } else {
    g_task_return_error (task, error);
  }
}

/* 0: it is none of these. */
static gint64
find_lobby (json_object *rooms)
{
  for (gsize i = 0; i < json_object_array_length (rooms); i++) {
    json_object *room = json_object_array_get_idx (rooms, i);
    const char *name = json_object_is_type (room, json_type_object) ? kith_member_string (room, "name") : NULL;
    if (name != NULL && g_ascii_strcasecmp (name, KITH_LOBBY_NAME) == 0)
      return kith_member_id (room, "id", 'c');
  }
  return 0;
}

static void
on_rooms (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  KithSession *session = KITH_SESSION (source);
  json_object *rooms = NULL;
  GError *error = NULL;
  json_object *answer = kith_session_call_finish (session, result, &error);
  gboolean listed = answer != NULL && json_object_object_get_ex (answer, "rooms", &rooms) &&
                    json_object_is_type (rooms, json_type_array);
  gint64 lobby = listed ? find_lobby (rooms) : 0;
  if (answer == NULL)
    g_task_return_error (task, error);
  else if (lobby != 0)
    kith_session_join_async (session, lobby, NULL, on_chat, g_steal_pointer (&task));
  else if (listed && json_object_array_length (rooms) == 0)
    kith_session_create_room_async (session, KITH_LOBBY_NAME, NULL, FALSE, FALSE, NULL, on_chat,
                                    g_steal_pointer (&task));
  else
    g_task_return_pointer (task, NULL, NULL);
  json_object_put (answer);
}

/* task is taken. */
static void
look (GTask *task)
{
  Entering *entering = g_task_get_task_data (task);
  json_object *request = kith_client_message ("rooms", 0, FALSE);
  kith_add_integer (request, "limit", 200);
  entering->tries++;
  kith_session_call_async (g_task_get_source_object (task), request, NULL, on_rooms, task);
}

void
kith_lobby_enter_async (KithSession *session, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (session, NULL, callback, data);
  KithChat *chat = kith_session_lobby (session);
  g_task_set_task_data (task, g_new0 (Entering, 1), g_free);
  if (chat == NULL) {
    look (task);
    return;
  }
  g_task_return_pointer (task, g_object_ref (chat), g_object_unref);
  g_object_unref (task);
}

KithChat *
kith_lobby_enter_finish (KithSession *session, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
