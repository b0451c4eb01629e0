#include "widgets/pinned-list.h"

#include "widgets/avatar.h"
#include "widgets/empty-state.h"
#include "widgets/main-window.h"
#include "widgets/parts.h"

#include "core/rich.h"
#include "core/wording.h"

#include <glib/gi18n.h>

#define FACE 26
#define TEXT_MAX 160 /* characters of a message */
#define SEQ "kith-seq"

struct _KithPinnedList {
  GtkBin parent;
  KithSession *session;
  KithChat *chat;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (KithPinnedList, kith_pinned_list, GTK_TYPE_BIN)

static void
show (KithPinnedList *self, GtkWidget *child)
{
  GtkWidget *old = gtk_bin_get_child (GTK_BIN (self));
  if (old != NULL)
    gtk_widget_destroy (old);
  gtk_widget_show_all (child);
  gtk_container_add (GTK_CONTAINER (self), child);
}

static const char *
string_of (json_object *object, const char *name)
{
  json_object *value = NULL;
  return json_object_object_get_ex (object, name, &value) && json_object_is_type (value, json_type_string)
             ? json_object_get_string (value)
             : "";
}

static gint64
number_of (json_object *object, const char *name)
{
  json_object *value = NULL;
  return json_object_object_get_ex (object, name, &value) ? json_object_get_int64 (value) : 0;
}

static GtkWidget *
make_row (KithPinnedList *self, json_object *event)
{
  json_object *body = NULL;
  json_object_object_get_ex (event, "body", &body);
  const char *from = string_of (event, "from");
  gint64 account = *from == 'u' ? g_ascii_strtoll (from + 1, NULL, 10) : 0;
  KithContact *contact = kith_session_contact (self->session, account);
  g_autofree char *text = kith_rich_one_line (string_of (body, "text"), TEXT_MAX);
  g_autofree char *when = kith_wording_when (number_of (event, "at"), g_get_real_time () / 1000);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *face = kith_avatar_new (contact, FACE, NULL, FALSE);
  gtk_widget_set_valign (face, GTK_ALIGN_START);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_box_pack_start (GTK_BOX (head), kith_label_new (kith_contact_name (contact), "sender"), TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (head), kith_label_new (when, "stamp"), FALSE, FALSE, 0);
  gtk_container_add (GTK_CONTAINER (lines), head);
  gtk_container_add (GTK_CONTAINER (lines), kith_text_new (text, "t-small", 30));
  gtk_box_pack_start (GTK_BOX (box), face, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), lines, TRUE, TRUE, 0);
  GtkWidget *row = kith_row_new (box, NULL);
  g_autofree char *name = g_strdup_printf ("%s, %s, %s", kith_contact_name (contact), when, text);
  kith_set_name (row, name);
  g_object_set_data_full (G_OBJECT (row), SEQ, g_memdup2 (&(gint64) {number_of (event, "seq")}, sizeof (gint64)),
                          g_free);
  return row;
}

static void
on_activated (KithPinnedList *self, GtkListBoxRow *row)
{
  const gint64 *seq = g_object_get_data (G_OBJECT (row), SEQ);
  KithMainWindow *window = kith_main_window_of (GTK_WIDGET (self));
  if (window != NULL)
    kith_main_window_jump (window, self->chat, *seq, FALSE);
}

static void
show_events (KithPinnedList *self, json_object *events)
{
  gsize n = json_object_array_length (events);
  if (n == 0) {
    show (self, kith_empty_state_new ("view-pin-symbolic", _("Nothing is pinned"),
                                      _("Pin a message from its menu, so that everybody finds it here.")));
    return;
  }
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_set_margin_top (list, 9);
  kith_set_name (list, _("Pinned messages"));
  for (gsize i = n; i > 0; i--)
    gtk_container_add (GTK_CONTAINER (list), make_row (self, json_object_array_get_idx (events, i - 1)));
  g_signal_connect_swapped (list, "row-activated", G_CALLBACK (on_activated), self);
  gtk_container_add (GTK_CONTAINER (scroller), list);
  show (self, scroller);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KithPinnedList) self = data;
  g_autoptr (GError) error = NULL;
  json_object *answer = kith_session_call_finish (KITH_SESSION (source), result, &error), *events = NULL;
  if (answer != NULL && json_object_object_get_ex (answer, "events", &events) &&
      json_object_is_type (events, json_type_array))
    show_events (self, events);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show (self, kith_empty_state_new ("dialog-warning-symbolic", _("The list cannot be shown now"),
                                      error != NULL ? error->message : ""));
  json_object_put (answer);
}

void
kith_pinned_list_load (KithPinnedList *self, KithSession *session, KithChat *chat)
{
  g_return_if_fail (KITH_IS_PINNED_LIST (self));
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_set_object (&self->session, session);
  g_set_object (&self->chat, chat);
  if (chat == NULL || kith_chat_id (chat) == 0)
    return;
  self->cancellable = g_cancellable_new ();
  kith_session_call_async (session, kith_client_message ("pins", kith_chat_id (chat), FALSE), self->cancellable,
                           on_answer, g_object_ref (self));
}

static void
kith_pinned_list_dispose (GObject *object)
{
  KithPinnedList *self = KITH_PINNED_LIST (object);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->chat);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kith_pinned_list_parent_class)->dispose (object);
}

static void
kith_pinned_list_class_init (KithPinnedListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_pinned_list_dispose;
}

static void
kith_pinned_list_init (KithPinnedList *self)
{
  (void) self;
}

GtkWidget *
kith_pinned_list_new (void)
{
  return g_object_new (KITH_TYPE_PINNED_LIST, NULL);
}
