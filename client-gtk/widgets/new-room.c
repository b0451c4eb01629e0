/* new-room.c - a room: its name, what it is about, who may come in. */
#include "widgets/dialogs.h"
#include "widgets/form.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

#define ROOM_NAME_MAX 48   /* characters, as the protocol has it */
#define TOPIC_MAX 200 /* characters */

typedef struct {
  KithForm *form; /* owns this */
  KithSession *session;
  GtkEntry *name, *topic;
  GtkSwitch *closed, *earlier;
} NewRoom;

static void
new_room_free (gpointer data)
{
  NewRoom *self = data;
  g_object_unref (self->session);
  g_free (self);
}

static char *
entered (GtkEntry *entry)
{
  return g_strstrip (g_strdup (gtk_entry_get_text (entry)));
}

static void
on_done (NewRoom *self)
{
  g_autofree char *name = entered (self->name), *topic = entered (self->topic);
  gboolean closed = gtk_switch_get_active (self->closed);
  kith_form_set_error (self->form, NULL);
  kith_form_set_busy (self->form, TRUE);
  kith_session_create_room_async (self->session, name, topic, closed, closed && !gtk_switch_get_active (self->earlier),
                                  NULL, kith_form_on_chat, g_object_ref (self->form));
}

static void
on_changed (NewRoom *self)
{
  g_autofree char *name = entered (self->name);
  kith_form_set_ready (self->form, *name != '\0');
  kith_form_set_error (self->form, NULL);
}

/* In an open room everybody reads everything. */
static void
on_closed (NewRoom *self)
{
  gboolean closed = gtk_switch_get_active (self->closed);
  gtk_widget_set_sensitive (GTK_WIDGET (self->earlier), closed);
  if (!closed)
    gtk_switch_set_active (self->earlier, TRUE);
}

static GtkEntry *
add_entry (NewRoom *self, const char *label, int max)
{
  GtkWidget *entry = gtk_entry_new ();
  gtk_entry_set_max_length (GTK_ENTRY (entry), max);
  kith_form_add (self->form, label, entry);
  return GTK_ENTRY (entry);
}

void
kith_new_room_show (GtkWindow *parent, KithSession *session, const char *name)
{
  NewRoom *self = g_new0 (NewRoom, 1);
  self->session = g_object_ref (session);
  self->form = kith_form_new (parent, _("New room"), _("Create"));
  g_object_set_data_full (G_OBJECT (self->form), "new-room", self, new_room_free);
  self->name = add_entry (self, _("_Name"), ROOM_NAME_MAX);
  self->topic = add_entry (self, _("_Topic (optional)"), TOPIC_MAX);
  self->closed = GTK_SWITCH (
      kith_form_add_switch (self->form, _("By invitation only"), _("Nobody else sees that the room is there.")));
  self->earlier = GTK_SWITCH (kith_form_add_switch (self->form, _("New members read what was written before"),
                                                    _("Otherwise they read what comes after they joined.")));
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->closed, "notify::active", G_CALLBACK (on_closed), self);
  g_signal_connect_swapped (self->form, "done", G_CALLBACK (on_done), self);
  gtk_entry_set_text (self->name, name != NULL ? name : "");
  on_changed (self);
  on_closed (self);
  gtk_window_present (GTK_WINDOW (self->form));
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
}
