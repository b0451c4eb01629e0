/* new-message.c - choose one person or a few, and the conversation with them opens. */
#include "widgets/avatar.h"
#include "widgets/dialogs.h"
#include "widgets/form.h"
#include "widgets/parts.h"
#include "widgets/presence-text.h"

#include "core/fuzzy.h"

#include <glib/gi18n.h>

#define FACE 26
#define SHOWN 40     /* people in the list; more are found by typing */
#define OTHERS_MAX 7 /* in a direct conversation, beside us */
#define CONTACT "kith-contact"

typedef struct {
  KithForm *form; /* owns this */
  KithSession *session;
  GtkEntry *entry;
  GtkListBox *list;
  GtkLabel *names;
  GPtrArray *chosen; /* KithContact */
} NewMessage;

typedef struct {
  KithContact *contact;
  guint score;
} Candidate;

static void
new_message_free (gpointer data)
{
  NewMessage *self = data;
  g_object_unref (self->session);
  g_ptr_array_unref (self->chosen);
  g_free (self);
}

static void
show_chosen (NewMessage *self)
{
  GString *names = g_string_new (NULL);
  for (guint i = 0; i < self->chosen->len; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                            kith_contact_name (g_ptr_array_index (self->chosen, i)));
  gtk_label_set_text (self->names, names->len > 0 ? names->str : _("Choose up to seven people."));
  kith_form_set_ready (self->form, self->chosen->len > 0);
  g_string_free (names, TRUE);
}

static void
on_toggled (GtkToggleButton *check, NewMessage *self)
{
  KithContact *contact = g_object_get_data (G_OBJECT (check), CONTACT);
  if (!gtk_toggle_button_get_active (check))
    g_ptr_array_remove (self->chosen, contact);
  else if (self->chosen->len < OTHERS_MAX)
    g_ptr_array_add (self->chosen, g_object_ref (contact));
  else
    gtk_toggle_button_set_active (check, FALSE);
  show_chosen (self);
}

static GtkWidget *
make_row (NewMessage *self, KithContact *contact)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *check = gtk_check_button_new ();
  g_autofree char *hint = g_strdup_printf ("@%s · %s", kith_contact_handle (contact), kith_presence_word (contact));
  gtk_container_add (GTK_CONTAINER (lines), kith_label_new (kith_contact_name (contact), NULL));
  gtk_container_add (GTK_CONTAINER (lines), kith_label_new (hint, "t-micro faint"));
  gtk_widget_set_valign (lines, GTK_ALIGN_CENTER);
  gtk_box_pack_start (GTK_BOX (box), kith_avatar_new (contact, FACE, "on-raised", TRUE), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), lines, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (box), check, FALSE, FALSE, 0);
  g_object_set_data_full (G_OBJECT (check), CONTACT, g_object_ref (contact), g_object_unref);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (check), g_ptr_array_find (self->chosen, contact, NULL));
  g_signal_connect (check, "toggled", G_CALLBACK (on_toggled), self);
  kith_set_name (check, kith_contact_name (contact));
  gtk_widget_set_can_focus (check, FALSE);
  GtkWidget *row = kith_row_new (box, NULL);
  g_object_set_data (G_OBJECT (row), "check", check);
  kith_set_name (row, kith_contact_name (contact));
  gtk_widget_show_all (row);
  return row;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Candidate *one = a, *other = b;
  return one->score != other->score ? (one->score < other->score ? 1 : -1)
                                    : g_utf8_collate (kith_contact_name (one->contact), kith_contact_name (other->contact));
}

static void
refresh (NewMessage *self)
{
  GListModel *contacts = kith_session_contacts (self->session);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Candidate));
  const char *query = gtk_entry_get_text (self->entry);
  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++) {
    g_autoptr (KithContact) contact = g_list_model_get_item (contacts, i);
    guint score = MAX (kith_fuzzy_match (query, kith_contact_name (contact), NULL),
                       kith_fuzzy_match (query, kith_contact_handle (contact), NULL));
    if (score > 0 && !kith_contact_is_me (contact))
      g_array_append_val (found, ((Candidate) {contact, score}));
  }
  g_array_sort (found, compare);
  kith_clear_container (GTK_CONTAINER (self->list));
  for (guint i = 0; i < MIN (found->len, SHOWN); i++)
    gtk_container_add (GTK_CONTAINER (self->list), make_row (self, g_array_index (found, Candidate, i).contact));
}

static void
on_row (GtkListBoxRow *row)
{
  GtkToggleButton *check = g_object_get_data (G_OBJECT (row), "check");
  gtk_toggle_button_set_active (check, !gtk_toggle_button_get_active (check));
}

static void
on_row_of (GtkListBox *list, GtkListBoxRow *row)
{
  (void) list;
  on_row (row);
}

static void
on_done (NewMessage *self)
{
  gint64 accounts[OTHERS_MAX];
  for (guint i = 0; i < self->chosen->len; i++)
    accounts[i] = kith_contact_id (g_ptr_array_index (self->chosen, i));
  kith_form_set_error (self->form, NULL);
  kith_form_set_busy (self->form, TRUE);
  kith_session_open_people_async (self->session, accounts, self->chosen->len, NULL, kith_form_on_chat,
                                  g_object_ref (self->form));
}

/* Enter without having chosen takes the first of the list. */
static void
on_enter (NewMessage *self)
{
  GtkListBoxRow *first = gtk_list_box_get_row_at_index (self->list, 0);
  if (self->chosen->len == 0 && first != NULL)
    on_row (first);
  if (self->chosen->len > 0)
    on_done (self);
}

void
kith_new_message_show (GtkWindow *parent, KithSession *session)
{
  NewMessage *self = g_new0 (NewMessage, 1);
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);
  self->session = g_object_ref (session);
  self->chosen = g_ptr_array_new_with_free_func (g_object_unref);
  self->form = kith_form_new (parent, _("New message"), _("Open"));
  g_object_set_data_full (G_OBJECT (self->form), "new-message", self, new_message_free);
  self->entry = GTK_ENTRY (gtk_entry_new ());
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  self->names = GTK_LABEL (kith_text_new (NULL, "t-small dim", 48));
  gtk_entry_set_placeholder_text (self->entry, _("Name"));
  kith_set_name (GTK_WIDGET (self->entry), _("Name"));
  kith_set_name (GTK_WIDGET (self->list), _("People"));
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  kith_add_classes (GTK_WIDGET (self->list), "popup-list");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_size_request (scroller, -1, 300);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_container_add (GTK_CONTAINER (scroller), GTK_WIDGET (self->list));
  kith_form_add (self->form, NULL, GTK_WIDGET (self->entry));
  kith_form_add (self->form, NULL, GTK_WIDGET (self->names));
  kith_form_add (self->form, NULL, scroller);
  gtk_entry_set_activates_default (self->entry, FALSE);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (refresh), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (on_enter), self);
  g_signal_connect_swapped (self->form, "done", G_CALLBACK (on_done), self);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (on_row_of), NULL);
  refresh (self);
  show_chosen (self);
  gtk_window_present (GTK_WINDOW (self->form));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}
