#include "widgets/server-line.h"

#include "widgets/parts.h"

#include <glib/gi18n.h>

#define PATIENCE_MS 1000 /* so long a new connection may take without being told of */

struct _KithServerLine {
  GtkBin parent;
  GtkWidget *label;
  KithSession *session;
  guint timer;   /* of the count, or of our patience */
  guint recount; /* idle: somebody came or went */
  guint online;
};

G_DEFINE_FINAL_TYPE (KithServerLine, kith_server_line, GTK_TYPE_BIN)

static void update (KithServerLine *self);

static void
show (KithServerLine *self, const char *text, gboolean warn)
{
  if (g_strcmp0 (text, kith_server_line_text (self)) != 0)
    gtk_label_set_text (GTK_LABEL (self->label), text);
  kith_set_class (self->label, "warn-text", warn);
  kith_set_class (self->label, "faint", !warn);
}

static gboolean
on_tick (gpointer data)
{
  KithServerLine *self = data;
  self->timer = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_patience (gpointer data)
{
  KithServerLine *self = data;
  self->timer = 0;
  show (self, _("Connecting…"), FALSE);
  return G_SOURCE_REMOVE;
}

static void
show_waiting (KithServerLine *self)
{
  gint64 left = kith_session_retry_at (self->session) - g_get_monotonic_time ();
  if (kith_session_retry_at (self->session) == 0 || left <= 0) {
    show (self, _("Offline"), TRUE);
    return;
  }
  gint64 seconds = (left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
  g_autofree char *text = g_strdup_printf (_("Offline · reconnecting in %d s"), (int) seconds);
  show (self, text, TRUE);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->timer = g_timeout_add ((guint) ((left - (seconds - 1) * G_USEC_PER_SEC) / 1000 + 1), on_tick, self);
}

static void
show_ready (KithServerLine *self)
{
  if (self->online == 0) {
    show (self, _("Connected"), FALSE);
    return;
  }
  g_autofree char *text = g_strdup_printf (_("Connected · %u online"), self->online);
  show (self, text, FALSE);
}

static void
update (KithServerLine *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->session == NULL) {
    show (self, "", FALSE);
    return;
  }
  switch (kith_session_state (self->session)) {
  case KITH_CLIENT_READY:
    show_ready (self);
    break;
  case KITH_CLIENT_WAITING:
    show_waiting (self);
    break;
  case KITH_CLIENT_KEY_CHANGED:
    show (self, _("Stopped: another fingerprint"), TRUE);
    break;
  case KITH_CLIENT_OPEN:
  case KITH_CLIENT_REFUSED:
    show (self, _("Signed out"), TRUE);
    break;
  case KITH_CLIENT_STOPPED:
    show (self, _("Not connected"), TRUE);
    break;
  default:
    self->timer = g_timeout_add (PATIENCE_MS, on_patience, self);
    break;
  }
}

static gboolean
count_online (gpointer data)
{
  KithServerLine *self = data;
  GListModel *contacts = kith_session_contacts (self->session);
  self->recount = 0;
  self->online = 0;
  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++) {
    g_autoptr (KithContact) contact = g_list_model_get_item (contacts, i);
    if (kith_contact_presence_known (contact) && kith_contact_presence (contact) != KITH_PRESENCE_OFFLINE &&
        kith_contact_presence (contact) != KITH_PRESENCE_INVISIBLE)
      self->online++;
  }
  update (self);
  return G_SOURCE_REMOVE;
}

static void
queue_count (KithServerLine *self)
{
  if (self->recount == 0 && self->session != NULL)
    self->recount = g_idle_add (count_online, self);
}

static void
on_contacts (KithServerLine *self, guint position, guint removed, guint added, GListModel *contacts)
{
  (void) removed;
  for (guint i = position; i < position + added; i++) {
    g_autoptr (KithContact) contact = g_list_model_get_item (contacts, i);
    g_signal_handlers_disconnect_by_data (contact, self);
    g_signal_connect_object (contact, "notify::presence", G_CALLBACK (queue_count), self, G_CONNECT_SWAPPED);
  }
  queue_count (self);
}

static void
unwatch (KithServerLine *self)
{
  g_clear_handle_id (&self->recount, g_source_remove);
  if (self->session == NULL)
    return;
  GListModel *contacts = kith_session_contacts (self->session);
  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++) {
    g_autoptr (KithContact) contact = g_list_model_get_item (contacts, i);
    g_signal_handlers_disconnect_by_data (contact, self);
  }
  g_signal_handlers_disconnect_by_data (contacts, self);
  g_signal_handlers_disconnect_by_data (self->session, self);
}

void
kith_server_line_set_session (KithServerLine *self, KithSession *session)
{
  g_return_if_fail (KITH_IS_SERVER_LINE (self));
  if (self->session == session)
    return;
  unwatch (self);
  g_set_object (&self->session, session);
  self->online = 0;
  if (session != NULL) {
    GListModel *contacts = kith_session_contacts (session);
    g_signal_connect_object (session, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (session, "notify::retry-at", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (contacts, "items-changed", G_CALLBACK (on_contacts), self, G_CONNECT_SWAPPED);
    on_contacts (self, 0, 0, g_list_model_get_n_items (contacts), contacts);
  }
  update (self);
}

const char *
kith_server_line_text (KithServerLine *self)
{
  return gtk_label_get_text (GTK_LABEL (self->label));
}

static void
kith_server_line_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kith_server_line_parent_class)->map (widget);
  update (KITH_SERVER_LINE (widget));
}

static void
kith_server_line_dispose (GObject *object)
{
  KithServerLine *self = KITH_SERVER_LINE (object);
  g_clear_handle_id (&self->timer, g_source_remove);
  unwatch (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kith_server_line_parent_class)->dispose (object);
}

static void
kith_server_line_class_init (KithServerLineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_server_line_dispose;
  GTK_WIDGET_CLASS (klass)->map = kith_server_line_map;
}

static void
kith_server_line_init (KithServerLine *self)
{
  self->label = kith_label_new ("", "t-micro faint");
  gtk_label_set_max_width_chars (GTK_LABEL (self->label), 30);
  gtk_widget_show (self->label);
  gtk_container_add (GTK_CONTAINER (self), self->label);
}

GtkWidget *
kith_server_line_new (void)
{
  return g_object_new (KITH_TYPE_SERVER_LINE, NULL);
}
