/* versions.c - the earlier texts of an edited message. */
#include "widgets/dialog.h"
#include "widgets/dialogs.h"
#include "widgets/message-text.h"
#include "widgets/parts.h"

#include "core/wording.h"

#include <glib/gi18n.h>
#include <json-c/json.h>

#define VERSIONS_MAX 100

typedef struct {
  KithSession *session;
  GtkWidget *window, *box;
  GCancellable *cancellable;
} Versions;

static void
free_versions (gpointer data)
{
  Versions *versions = data;
  g_cancellable_cancel (versions->cancellable);
  g_object_unref (versions->cancellable);
  g_object_unref (versions->session);
  g_free (versions);
}

static void
add_version (Versions *versions, json_object *version)
{
  json_object *at = NULL, *body = NULL, *text = NULL;
  if (!json_object_object_get_ex (version, "at", &at) || !json_object_object_get_ex (version, "body", &body) ||
      !json_object_object_get_ex (body, "text", &text) || !json_object_is_type (text, json_type_string))
    return;
  g_autofree char *moment = kith_wording_moment (json_object_get_int64 (at));
  gtk_container_add (GTK_CONTAINER (versions->box), kith_label_new (moment, "stamp"));
  gtk_container_add (GTK_CONTAINER (versions->box),
                     kith_message_text_new (versions->session, json_object_get_string (text), NULL));
}

static void
on_answer (GObject *session, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  json_object *answer = kith_session_call_finish (KITH_SESSION (session), result, &error), *list = NULL;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  Versions *versions = data;
  if (error != NULL)
    gtk_container_add (GTK_CONTAINER (versions->box), kith_text_new (error->message, "error-text", 60));
  else if (json_object_object_get_ex (answer, "versions", &list) && json_object_is_type (list, json_type_array))
    for (size_t i = 0; i < json_object_array_length (list) && i < VERSIONS_MAX; i++)
      add_version (versions, json_object_array_get_idx (list, i));
  gtk_widget_show_all (versions->box);
  json_object_put (answer);
}

void
kith_versions_show (GtkWindow *parent, KithSession *session, KithChat *chat, KithPost *post)
{
  Versions *versions = g_new0 (Versions, 1);
  json_object *request = kith_client_message ("versions", kith_chat_id (chat), FALSE);
  GtkWidget *scroll = gtk_scrolled_window_new (NULL, NULL);
  json_object_object_add (request, "target", json_object_new_int64 (kith_post_seq (post)));
  versions->session = g_object_ref (session);
  versions->cancellable = g_cancellable_new ();
  versions->window = kith_dialog_new (parent, _ ("Versions of this message"), 480, 400);
  versions->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_container_set_border_width (GTK_CONTAINER (versions->box), 18);
  gtk_container_add (GTK_CONTAINER (scroll), versions->box);
  kith_dialog_keep (versions->window, "kith-versions", versions, free_versions);
  kith_dialog_set_content (versions->window, scroll);
  kith_session_call_async (session, request, versions->cancellable, on_answer, versions);
  gtk_window_present (GTK_WINDOW (versions->window));
}
