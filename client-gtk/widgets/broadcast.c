/* broadcast.c - something to everybody on the server: what, and whether it is urgent. */
#include "widgets/dialogs.h"
#include "widgets/form.h"
#include "widgets/main-window.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>
#include <json-c/json.h>

#define TEXT_HEIGHT 96 /* pixels */

typedef struct {
  KithForm *form; /* owns this */
  KithSession *session;
  GtkTextBuffer *text;
  GtkSwitch *urgent;
} Broadcast;

static void
broadcast_free (gpointer data)
{
  Broadcast *self = data;
  g_object_unref (self->session);
  g_free (self);
}

static char *
entered (Broadcast *self)
{
  GtkTextIter begin, end;
  gtk_text_buffer_get_bounds (self->text, &begin, &end);
  return g_strstrip (gtk_text_buffer_get_text (self->text, &begin, &end, FALSE));
}

static void
fail (KithForm *form, const GError *error)
{
  kith_form_set_busy (form, FALSE);
  kith_form_set_error (form, error->message);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KithForm) form = data;
  g_autoptr (GError) error = NULL;
  json_object *answer = kith_session_call_finish (KITH_SESSION (source), result, &error);
  gboolean open = gtk_widget_get_visible (GTK_WIDGET (form));
  json_object_put (answer);
  if (error != NULL && open)
    fail (form, error);
  if (error != NULL || !open)
    return;
  KithMainWindow *window = kith_main_window_of (GTK_WIDGET (form));
  if (window != NULL)
    kith_main_window_toast (window, _ ("Sent to everybody on this server."), NULL, NULL, NULL, NULL);
  gtk_widget_destroy (GTK_WIDGET (form));
}

static void
on_done (Broadcast *self)
{
  g_autofree char *text = entered (self);
  g_autoptr (GError) error = NULL;
  json_object *request = kith_session_broadcast (self->session, text, gtk_switch_get_active (self->urgent), &error);
  kith_form_set_error (self->form, NULL);
  if (request == NULL) {
    fail (self->form, error);
    return;
  }
  kith_form_set_busy (self->form, TRUE);
  kith_session_call_async (self->session, request, NULL, on_sent, g_object_ref (self->form));
}

static void
on_changed (Broadcast *self)
{
  g_autofree char *text = entered (self);
  kith_form_set_ready (self->form, *text != '\0');
  kith_form_set_error (self->form, NULL);
}

/* Ctrl+Enter sends, as Enter alone begins a line. */
static gboolean
on_key (GtkWidget *view, GdkEventKey *event, Broadcast *self)
{
  (void) view;
  gboolean enter = event->keyval == GDK_KEY_Return || event->keyval == GDK_KEY_KP_Enter;
  if (!enter || !(event->state & GDK_CONTROL_MASK))
    return GDK_EVENT_PROPAGATE;
  gtk_window_activate_default (GTK_WINDOW (self->form));
  return GDK_EVENT_STOP;
}

static gboolean
on_focus (GtkWidget *view, GdkEventFocus *event, GtkWidget *scroll)
{
  (void) view;
  kith_set_class (scroll, "focused", event->in);
  return GDK_EVENT_PROPAGATE;
}

static GtkWidget *
add_text (Broadcast *self)
{
  GtkWidget *scroll = gtk_scrolled_window_new (NULL, NULL), *view = gtk_text_view_new ();
  self->text = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  g_object_set (view, "top-margin", 6, "bottom-margin", 6, "left-margin", 8, "right-margin", 8, NULL);
  g_object_set (scroll, "min-content-height", TEXT_HEIGHT, NULL);
  kith_add_classes (scroll, "text-box");
  gtk_container_add (GTK_CONTAINER (scroll), view);
  kith_set_name (view, _ ("What to say to everybody"));
  g_signal_connect (view, "key-press-event", G_CALLBACK (on_key), self);
  g_signal_connect (view, "focus-in-event", G_CALLBACK (on_focus), scroll);
  g_signal_connect (view, "focus-out-event", G_CALLBACK (on_focus), scroll);
  kith_form_add (self->form, NULL, scroll);
  return view;
}

void
kith_broadcast_show (GtkWindow *parent, KithSession *session)
{
  Broadcast *self = g_new0 (Broadcast, 1);
  self->session = g_object_ref (session);
  self->form = kith_form_new (parent, _ ("Write to everybody"), _ ("Send"));
  g_object_set_data_full (G_OBJECT (self->form), "kith-broadcast", self, broadcast_free);
  g_autofree char *who =
      g_strdup_printf (_ ("Everybody on %s gets it; people who are offline get it when they come back."),
                       kith_session_server_name (session));
  kith_form_add (self->form, NULL, kith_text_new (who, "dim", 44));
  GtkWidget *view = add_text (self);
  self->urgent = GTK_SWITCH (
      kith_form_add_switch (self->form, _ ("Urgent"), _ ("It reaches people who do not want to be disturbed, too.")));
  g_signal_connect_swapped (self->text, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->form, "done", G_CALLBACK (on_done), self);
  on_changed (self);
  gtk_window_present (GTK_WINDOW (self->form));
  gtk_widget_grab_focus (view);
}
