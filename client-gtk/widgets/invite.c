/* invite.c - a link that lets people in: made, copied, and taken back. */
#include "widgets/dialogs.h"
#include "widgets/form.h"
#include "widgets/parts.h"

#include "core/invite.h"
#include "core/wording.h"

#include <glib/gi18n.h>

#define HOUR 3600
#define DAY (24 * HOUR)

static const struct {
  const char *label;
  gint64 seconds;
} lifetimes[] = {{N_ ("1 hour"), HOUR}, {N_ ("1 day"), DAY}, {N_ ("7 days"), 7 * DAY}, {N_ ("30 days"), 30 * DAY}};

static const gint64 uses[] = {1, 5, 10, 100};

typedef struct {
  KithForm *form; /* owns this */
  KithSession *session;
  KithChat *chat; /* NULL: to the server */
  GtkComboBox *lifetime, *count;
  GtkEntry *link;
  GtkWidget *copy, *open; /* open: what was made before */
  GtkListBox *list;
  GCancellable *cancellable;
} Invite;

static void
invite_free (gpointer data)
{
  Invite *self = data;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_object_unref (self->session);
  g_clear_object (&self->chat);
  g_free (self);
}

static Invite *
invite_of (gpointer form)
{
  return g_object_get_data (G_OBJECT (form), "invite");
}

static void load (Invite *self);

static void
on_revoked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KithForm) form = data;
  g_autoptr (GError) error = NULL;
  json_object *answer = kith_session_call_finish (KITH_SESSION (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  kith_form_set_error (form, error != NULL ? error->message : NULL);
  json_object_put (answer);
  load (invite_of (form));
}

static void
on_revoke (GtkWidget *button, Invite *self)
{
  const gint64 *id = g_object_get_data (G_OBJECT (button), "id");
  json_object *request = kith_client_message ("invitation_revoke", 0, FALSE);
  json_object_object_add (request, "invitation", json_object_new_int64 (*id));
  gtk_widget_set_sensitive (button, FALSE);
  kith_session_call_async (self->session, request, self->cancellable, on_revoked, g_object_ref (self->form));
}

static GtkWidget *
make_row (Invite *self, const KithInvite *invite)
{
  KithChat *room = invite->room != 0 ? kith_session_chat (self->session, invite->room) : NULL;
  g_autofree char *where = room != NULL ? g_strdup_printf ("#%s", kith_chat_title (room))
                                        : g_strdup (kith_session_server_name (self->session));
  g_autoptr (GDateTime) end = g_date_time_new_from_unix_local (invite->expires / 1000);
  /* Translators: a day with its time, as strftime has it. */
  g_autofree char *when = end != NULL ? kith_wording_date (end, _("%-d %b %H:%M")) : g_strdup ("");
  g_autofree char *text = g_strdup_printf (_("%d of %d used, until %s"), (int) invite->used, (int) invite->uses, when);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9), *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *revoke = gtk_button_new_with_label (_("Revoke"));
  gtk_container_add (GTK_CONTAINER (lines), kith_label_new (where, NULL));
  gtk_container_add (GTK_CONTAINER (lines), kith_label_new (text, "t-micro faint"));
  gtk_widget_set_valign (lines, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (revoke, GTK_ALIGN_CENTER);
  kith_add_classes (revoke, "destructive-action small");
  gtk_box_pack_start (GTK_BOX (box), lines, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (box), revoke, FALSE, FALSE, 0);
  g_object_set_data_full (G_OBJECT (revoke), "id", g_memdup2 (&invite->id, sizeof invite->id), g_free);
  g_signal_connect (revoke, "clicked", G_CALLBACK (on_revoke), self);
  GtkWidget *row = kith_row_new (box, NULL);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_show_all (row);
  return row;
}

static void
on_list (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KithForm) form = data;
  json_object *answer = kith_session_call_finish (KITH_SESSION (source), result, NULL);
  Invite *self = invite_of (form);
  if (answer == NULL || self == NULL)
    return;
  g_autoptr (GArray) invites = kith_invites_read (answer);
  json_object_put (answer);
  kith_clear_container (GTK_CONTAINER (self->list));
  for (guint i = invites->len; i > 0; i--)
    gtk_container_add (GTK_CONTAINER (self->list), make_row (self, &g_array_index (invites, KithInvite, i - 1)));
  gtk_widget_set_visible (self->open, invites->len > 0);
}

/* What is open, the newest first. */
static void
load (Invite *self)
{
  kith_session_call_async (self->session, kith_client_message ("invitations", 0, FALSE), self->cancellable, on_list,
                           g_object_ref (self->form));
}

static void
on_made (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KithForm) form = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *link = kith_invite_make_finish (KITH_SESSION (source), result, NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  Invite *self = invite_of (form);
  kith_form_set_busy (form, FALSE);
  kith_form_set_error (form, error != NULL ? error->message : NULL);
  if (link == NULL)
    return;
  gtk_entry_set_text (self->link, link);
  gtk_widget_set_sensitive (self->copy, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->copy));
  load (self);
}

static void
on_done (Invite *self)
{
  int lifetime = gtk_combo_box_get_active (self->lifetime), count = gtk_combo_box_get_active (self->count);
  kith_form_set_busy (self->form, TRUE);
  kith_invite_make_async (self->session, self->chat, uses[count], lifetimes[lifetime].seconds, self->cancellable, on_made,
                          g_object_ref (self->form));
}

static void
on_copy (Invite *self)
{
  GtkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self->form), GDK_SELECTION_CLIPBOARD);
  gtk_clipboard_set_text (clipboard, gtk_entry_get_text (self->link), -1);
  gtk_widget_set_tooltip_text (self->copy, _("Copied"));
  kith_set_name (self->copy, _("Copied"));
  gtk_image_set_from_icon_name (GTK_IMAGE (gtk_bin_get_child (GTK_BIN (self->copy))), "kith-tick-symbolic",
                                GTK_ICON_SIZE_MENU);
}

static GtkWidget *
make_choices (Invite *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *lifetime = gtk_combo_box_text_new (), *count = gtk_combo_box_text_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (lifetimes); i++)
    gtk_combo_box_text_append_text (GTK_COMBO_BOX_TEXT (lifetime), _(lifetimes[i].label));
  for (gsize i = 0; i < G_N_ELEMENTS (uses); i++) {
    g_autofree char *label =
        g_strdup_printf (g_dngettext (NULL, "%d person", "%d people", (gulong) uses[i]), (int) uses[i]);
    gtk_combo_box_text_append_text (GTK_COMBO_BOX_TEXT (count), label);
  }
  self->lifetime = GTK_COMBO_BOX (lifetime);
  self->count = GTK_COMBO_BOX (count);
  gtk_combo_box_set_active (self->lifetime, 2);
  gtk_combo_box_set_active (self->count, 0);
  kith_combo_shrink (lifetime);
  kith_combo_shrink (count);
  kith_set_name (lifetime, _("How long the link works"));
  kith_set_name (count, _("For how many people the link works"));
  gtk_container_add (GTK_CONTAINER (box), kith_label_new (_("Works for"), "t-small dim"));
  gtk_container_add (GTK_CONTAINER (box), lifetime);
  gtk_container_add (GTK_CONTAINER (box), kith_label_new (C_ ("7 days and 10 people", "and"), "t-small dim"));
  gtk_container_add (GTK_CONTAINER (box), count);
  return box;
}

static GtkWidget *
make_link (Invite *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *link = gtk_entry_new ();
  self->link = GTK_ENTRY (link);
  self->copy = kith_icon_button_new ("edit-copy-symbolic", 16, _("Copy the link"), NULL);
  gtk_editable_set_editable (GTK_EDITABLE (link), FALSE);
  gtk_entry_set_placeholder_text (self->link, _("The link appears here"));
  kith_add_classes (link, "t-mono");
  kith_set_name (link, _("Link"));
  gtk_widget_set_sensitive (self->copy, FALSE);
  gtk_box_pack_start (GTK_BOX (box), link, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (box), self->copy, FALSE, FALSE, 0);
  g_signal_connect_swapped (self->copy, "clicked", G_CALLBACK (on_copy), self);
  return box;
}

static GtkWidget *
make_open (Invite *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);
  self->open = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  kith_add_classes (GTK_WIDGET (self->list), "popup-list");
  kith_set_name (GTK_WIDGET (self->list), _("Open invitations"));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 220);
  gtk_container_add (GTK_CONTAINER (scroller), GTK_WIDGET (self->list));
  gtk_container_add (GTK_CONTAINER (self->open), kith_label_new (C_ ("section", "OPEN INVITATIONS"), "t-section"));
  gtk_container_add (GTK_CONTAINER (self->open), scroller);
  gtk_widget_set_margin_top (self->open, 12);
  return self->open;
}

void
kith_invite_show (GtkWindow *parent, KithSession *session, KithChat *chat)
{
  Invite *self = g_new0 (Invite, 1);
  g_autofree char *title = chat != NULL
                               ? g_strdup_printf (_("Invite to #%s"), kith_chat_title (chat))
                               : g_strdup_printf (_("Invite to %s"), kith_session_server_name (session));
  self->session = g_object_ref (session);
  self->chat = chat != NULL ? g_object_ref (chat) : NULL;
  self->cancellable = g_cancellable_new ();
  self->form = kith_form_new (parent, title, _("Make a link"));
  g_object_set_data_full (G_OBJECT (self->form), "invite", self, invite_free);
  kith_form_add (self->form, NULL,
                 kith_text_new (_("The link carries the server’s fingerprint, so people who use it see “Verified” and "
                                  "need no words."),
                                "dim", 48));
  kith_form_add (self->form, NULL, make_choices (self));
  kith_form_add (self->form, NULL, make_link (self));
  kith_form_add (self->form, NULL, make_open (self));
  gtk_widget_hide (self->open);
  g_signal_connect_swapped (self->form, "done", G_CALLBACK (on_done), self);
  load (self);
  gtk_window_present (GTK_WINDOW (self->form));
}
