/* devices.c - asks for the list, and again after each change. */
#include "widgets/devices.h"

#include "core/wording.h"
#include "widgets/dialog.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>
#include <json-c/json.h>

#define DEVICES_MAX 200

typedef struct {
  KithSession *session;
  GtkWidget *window, *list, *problem, *code, *how;
} Devices;

static void refresh (Devices *devices);

static void
free_devices (gpointer data)
{
  Devices *devices = data;
  g_object_unref (devices->session);
  g_free (devices);
}

static Devices *
devices_of (gpointer window)
{
  return g_object_get_data (window, "kith-devices");
}

static void
call (Devices *devices, json_object *request, GAsyncReadyCallback callback)
{
  kith_session_call_async (devices->session, request, NULL, callback, g_object_ref (devices->window));
}

/* The answer, or NULL when the window was closed or the problem is shown. */
static json_object *
take (GObject *session, GAsyncResult *result, GtkWidget *window, Devices **devices)
{
  g_autoptr (GError) error = NULL;
  json_object *answer = kith_session_call_finish (KITH_SESSION (session), result, &error);
  *devices = devices_of (window);
  if (error != NULL && *devices != NULL)
    gtk_label_set_text (GTK_LABEL ((*devices)->problem), error->message);
  return answer;
}

/* ---- signing one out ---- */

static void
on_revoked (GObject *session, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  Devices *devices;
  json_object *answer = take (session, result, window, &devices);
  if (answer != NULL && devices != NULL)
    refresh (devices);
  json_object_put (answer);
}

static void
on_revoke (GtkWidget *button, Devices *devices)
{
  json_object *request = kith_client_message ("revoke", 0, FALSE);
  json_object_object_add (request, "device",
                          json_object_new_string (g_object_get_data (G_OBJECT (button), "kith-device")));
  gtk_widget_set_sensitive (button, FALSE);
  call (devices, request, on_revoked);
}

/* ---- the list ---- */

static const char *
string_of (json_object *object, const char *member)
{
  json_object *value = NULL;
  return json_object_object_get_ex (object, member, &value) && json_object_is_type (value, json_type_string)
             ? json_object_get_string (value)
             : "";
}

static gboolean
flag_of (json_object *object, const char *member)
{
  json_object *value = NULL;
  return json_object_object_get_ex (object, member, &value) && json_object_get_boolean (value);
}

/* The server remembers the day (of UTC) only, by its beginning. */
#define HALF_A_DAY (12 * 3600 * (gint64) 1000) /* ms: its middle is the same day nearly everywhere */

static char *
words_of (json_object *device)
{
  json_object *seen = NULL;
  if (flag_of (device, "this"))
    return g_strdup (_ ("This computer"));
  if (flag_of (device, "connected"))
    return g_strdup (_ ("Connected now"));
  if (!json_object_object_get_ex (device, "seen", &seen))
    return g_strdup ("");
  gint64 now = g_get_real_time () / 1000, at = json_object_get_int64 (seen) + HALF_A_DAY;
  if (kith_wording_day_number (at) >= kith_wording_day_number (now))
    return g_strdup (_ ("Last seen today"));
  g_autofree char *when = kith_wording_when (at, now);
  return g_strdup_printf (_ ("Last seen %s"), when);
}

static void
add_device (Devices *devices, json_object *device)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  const char *name = string_of (device, "name");
  g_autofree char *words = words_of (device);
  g_object_set (box, "margin", 12, NULL);
  gtk_container_add (GTK_CONTAINER (lines), kith_label_new (*name != '\0' ? name : _ ("Unnamed device"), "t-strong"));
  gtk_container_add (GTK_CONTAINER (lines), kith_label_new (words, "t-small faint"));
  gtk_box_pack_start (GTK_BOX (box), lines, TRUE, TRUE, 0);
  if (!flag_of (device, "this")) {
    GtkWidget *button = gtk_button_new_with_label (_ ("Sign out"));
    g_object_set_data_full (G_OBJECT (button), "kith-device", g_strdup (string_of (device, "id")), g_free);
    g_signal_connect (button, "clicked", G_CALLBACK (on_revoke), devices);
    gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
    gtk_container_add (GTK_CONTAINER (box), button);
  }
  gtk_container_add (GTK_CONTAINER (devices->list), kith_row_new (box, NULL));
}

static void
on_list (GObject *session, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  Devices *devices;
  json_object *answer = take (session, result, window, &devices), *list = NULL;
  if (devices != NULL && answer != NULL && json_object_object_get_ex (answer, "devices", &list)) {
    kith_clear_container (GTK_CONTAINER (devices->list));
    for (size_t i = 0; i < json_object_array_length (list) && i < DEVICES_MAX; i++)
      add_device (devices, json_object_array_get_idx (list, i));
    gtk_widget_show_all (devices->list);
  }
  json_object_put (answer);
}

static void
refresh (Devices *devices)
{
  gtk_label_set_text (GTK_LABEL (devices->problem), "");
  call (devices, kith_client_message ("devices", 0, FALSE), on_list);
}

/* ---- letting one in ---- */

static void
show_code (Devices *devices, const char *code)
{
  gtk_label_set_text (GTK_LABEL (devices->code), code);
  gtk_widget_show (devices->code);
  gtk_widget_show (devices->how);
}

static void
on_code (GObject *session, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  Devices *devices;
  json_object *answer = take (session, result, window, &devices);
  if (devices != NULL && answer != NULL)
    show_code (devices, string_of (answer, "code"));
  json_object_put (answer);
}

static void
on_link (Devices *devices)
{
  call (devices, kith_client_message ("link_start", 0, FALSE), on_code);
}

static GtkWidget *
new_content (Devices *devices)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *scroll = gtk_scrolled_window_new (NULL, NULL);
  GtkWidget *link = gtk_button_new_with_label (_ ("Let another device in…"));
  gtk_container_set_border_width (GTK_CONTAINER (box), 18);
  devices->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (devices->list), GTK_SELECTION_NONE);
  kith_add_classes (devices->list, "boxed");
  devices->problem = kith_text_new ("", "error-text", 50);
  devices->code = kith_label_new ("", "t-title tnum");
  gtk_label_set_selectable (GTK_LABEL (devices->code), TRUE);
  devices->how =
      kith_text_new (_ ("Enter this code on the new device, under “I have an account”. It is good for 10 minutes, once."),
                     "dim t-small", 50);
  gtk_widget_set_no_show_all (devices->code, TRUE);
  gtk_widget_set_no_show_all (devices->how, TRUE);
  g_signal_connect_swapped (link, "clicked", G_CALLBACK (on_link), devices);
  gtk_container_add (GTK_CONTAINER (scroll), devices->list);
  gtk_box_pack_start (GTK_BOX (box), scroll, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (box), devices->problem);
  gtk_container_add (GTK_CONTAINER (box), devices->code);
  gtk_container_add (GTK_CONTAINER (box), devices->how);
  gtk_container_add (GTK_CONTAINER (box), link);
  return box;
}

void
kith_devices_show (GtkWindow *parent, KithSession *session)
{
  Devices *devices = g_new0 (Devices, 1);
  devices->session = g_object_ref (session);
  devices->window = kith_dialog_new (parent, _ ("Devices"), 420, 480);
  kith_dialog_set_content (devices->window, new_content (devices));
  kith_dialog_keep (devices->window, "kith-devices", devices, free_devices);
  refresh (devices);
  gtk_window_present (GTK_WINDOW (devices->window));
}
