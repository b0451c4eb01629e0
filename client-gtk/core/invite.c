#include "invite.h"

#include "client/invitation.h"
#include "client/random.h"
#include "client/reachable.h"

typedef struct {
  char *link;
  gint64 id;
} Made;

static void
made_free (gpointer data)
{
  Made *made = data;
  g_free (made->link);
  g_free (made);
}

static char *
make_link (KithSession *session, const char *code)
{
  const char *pin = kith_session_pin (session);
  g_autofree char *address = kith_reachable_address (kith_session_address (session));
  KithInvitation invitation = {address, *pin != '\0' ? (char *) pin : NULL, (char *) code};
  return kith_invitation_format (&invitation);
}

static gint64
number_of (json_object *object, const char *name)
{
  json_object *value = NULL;
  return json_object_object_get_ex (object, name, &value) ? json_object_get_int64 (value) : 0;
}

/* "u7", "c3": the number behind the letter; 0 when there is none. */
static gint64
id_of (json_object *object, const char *name)
{
  json_object *value = NULL;
  const char *text = json_object_object_get_ex (object, name, &value) ? json_object_get_string (value) : NULL;
  return text != NULL && *text != '\0' ? g_ascii_strtoll (text + 1, NULL, 10) : 0;
}

static void
on_made (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  json_object *answer = kith_session_call_finish (KITH_SESSION (source), result, &error);
  if (answer == NULL) {
    g_task_return_error (task, error);
    return;
  }
  Made *made = g_new0 (Made, 1);
  made->link = make_link (KITH_SESSION (source), g_task_get_task_data (task));
  made->id = number_of (answer, "invitation");
  json_object_put (answer);
  g_task_return_pointer (task, made, made_free);
}

void
kith_invite_make_async (KithSession *session, KithChat *chat, gint64 uses, gint64 seconds, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (session, cancellable, callback, data);
  json_object *request = kith_client_message ("invitation_create", chat != NULL ? kith_chat_id (chat) : 0, TRUE);
  char *code = kith_random_hex (g_malloc (KITH_NONCE_TEXT), KITH_NONCE_BYTES);
  json_object_object_add (request, "code", json_object_new_string (code));
  json_object_object_add (request, "uses", json_object_new_int64 (uses));
  json_object_object_add (request, "seconds", json_object_new_int64 (seconds));
  g_task_set_task_data (task, code, g_free);
  kith_session_call_async (session, request, cancellable, on_made, task);
}

char *
kith_invite_make_finish (KithSession *session, GAsyncResult *result, gint64 *id, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), NULL);
  Made *made = g_task_propagate_pointer (G_TASK (result), error);
  if (made == NULL)
    return NULL;
  char *link = g_steal_pointer (&made->link);
  if (id != NULL)
    *id = made->id;
  made_free (made);
  return link;
}

GArray *
kith_invites_read (json_object *answer)
{
  GArray *invites = g_array_new (FALSE, FALSE, sizeof (KithInvite));
  json_object *list = NULL;
  if (!json_object_object_get_ex (answer, "invitations", &list) || !json_object_is_type (list, json_type_array))
    return invites;
  for (gsize i = 0; i < json_object_array_length (list); i++) {
    json_object *object = json_object_array_get_idx (list, i);
    KithInvite invite = {number_of (object, "invitation"), id_of (object, "by"),       id_of (object, "conversation"),
                         number_of (object, "uses"),       number_of (object, "used"), number_of (object, "expires")};
    if (invite.id > 0)
      g_array_append_val (invites, invite);
  }
  return invites;
}
