#include "widgets/request.h"

#include "widgets/main-window.h"
#include "widgets/toast.h"

typedef struct {
  GWeakRef toast, window; /* the window: in case that the toast's is closed before the answer */
  char *done;
} Asked;

void
kith_request_add_account (json_object *request, gint64 account)
{
  g_autofree char *id = g_strdup_printf ("u%" G_GINT64_FORMAT, account);
  json_object_object_add (request, "account", json_object_new_string (id));
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  Asked *asked = data;
  g_autoptr (GError) error = NULL;
  json_object *answer = kith_session_call_finish (KITH_SESSION (source), result, &error);
  g_autoptr (KithToast) toast = g_weak_ref_get (&asked->toast);
  g_autoptr (KithMainWindow) window = g_weak_ref_get (&asked->window);
  const char *text = error != NULL ? error->message : asked->done;
  if (toast != NULL && text != NULL && gtk_widget_get_toplevel (GTK_WIDGET (toast)) != GTK_WIDGET (toast))
    kith_toast_show (toast, text, NULL, NULL, NULL, NULL);
  else if (window != NULL && text != NULL)
    kith_main_window_toast (window, text, NULL, NULL, NULL, NULL);
  json_object_put (answer);
  g_weak_ref_clear (&asked->toast);
  g_weak_ref_clear (&asked->window);
  g_free (asked->done);
  g_free (asked);
}

void
kith_request_send (GtkWidget *widget, KithSession *session, json_object *request, const char *done)
{
  Asked *asked = g_new0 (Asked, 1);
  g_weak_ref_init (&asked->toast, widget != NULL ? kith_toast_near (widget) : NULL);
  g_weak_ref_init (&asked->window, widget != NULL ? kith_main_window_of (widget) : NULL);
  asked->done = g_strdup (done);
  kith_session_call_async (session, request, NULL, on_answer, asked);
}
