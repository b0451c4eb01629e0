#include "widgets/member-list.h"

#include "widgets/member-row.h"
#include "widgets/parts.h"
#include "widgets/person-card.h"

#include <glib/gi18n.h>

#define STEP 100

struct _KithMemberList {
  GtkBox parent;
  GtkListBox *list;
  GtkWidget *more;
  KithSession *session;
  KithChat *chat;
  KithMembers *members;
  GPtrArray *rows; /* borrowed: those of the first members */
  guint limit;
  guint headers; /* idle: the counts in the headers are old */
};

G_DEFINE_FINAL_TYPE (KithMemberList, kith_member_list, GTK_TYPE_BOX)

static GtkWidget *
make_header (const char *title, guint count)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  g_autofree char *number = g_strdup_printf ("%u", count);
  gtk_box_pack_start (GTK_BOX (box), kith_label_new (title, "t-section"), TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (box), kith_label_new (number, "t-micro faint tnum"), FALSE, FALSE, 0);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 3);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_widget_show_all (box);
  return box;
}

static void
set_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  static const char *const titles[KITH_N_GROUPS] = {NC_ ("section", "ADMINS"), NC_ ("section", "ONLINE"),
                                                    NC_ ("section", "OFFLINE")};
  KithMemberList *self = data;
  KithMemberGroup group = kith_member_group (kith_member_row_member (GTK_WIDGET (row)));
  if (before != NULL && kith_member_group (kith_member_row_member (GTK_WIDGET (before))) == group)
    gtk_list_box_row_set_header (row, NULL);
  else
    gtk_list_box_row_set_header (row, make_header (g_dpgettext2 (NULL, "section", titles[group]),
                                                   kith_members_count (self->members, group)));
}

static gboolean
renew_headers (gpointer data)
{
  KithMemberList *self = data;
  self->headers = 0;
  gtk_list_box_invalidate_headers (self->list);
  return G_SOURCE_REMOVE;
}

static guint
n_members (KithMemberList *self)
{
  return self->members != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->members)) : 0;
}

static void
update_more (KithMemberList *self)
{
  guint left = n_members (self) - self->rows->len;
  g_autofree char *label = g_strdup_printf (_("Show %u more"), MIN (left, STEP));
  gtk_button_set_label (GTK_BUTTON (self->more), label);
  gtk_widget_set_visible (self->more, left > 0);
}

static void
drop_row (KithMemberList *self, guint position)
{
  gtk_widget_destroy (g_ptr_array_index (self->rows, position));
  g_ptr_array_remove_index (self->rows, position);
}

static void
insert_row (KithMemberList *self, guint position)
{
  g_autoptr (KithMember) member = g_list_model_get_item (G_LIST_MODEL (self->members), position);
  GtkWidget *row = kith_member_row_new (member);
  g_ptr_array_insert (self->rows, (int) position, row);
  gtk_list_box_insert (self->list, row, (int) position);
}

/* The rows are those of the first members again, as many as are wanted. */
static void
fit_rows (KithMemberList *self)
{
  guint want = MIN (n_members (self), self->limit);
  while (self->rows->len > want)
    drop_row (self, self->rows->len - 1);
  while (self->rows->len < want)
    insert_row (self, self->rows->len);
  update_more (self);
  if (self->headers == 0)
    self->headers = g_idle_add_full (G_PRIORITY_HIGH_IDLE, renew_headers, self, NULL);
}

static void
on_items (KithMemberList *self, guint position, guint removed, guint added)
{
  for (guint i = 0; i < removed && position < self->rows->len; i++)
    drop_row (self, position);
  for (guint i = position; i < position + added && i <= self->rows->len && i < self->limit; i++)
    insert_row (self, i);
  fit_rows (self);
}

static void
on_more (KithMemberList *self)
{
  self->limit += STEP;
  fit_rows (self);
}

static void
on_activated (KithMemberList *self, GtkListBoxRow *row)
{
  KithMember *member = kith_member_row_member (GTK_WIDGET (row));
  kith_person_show_in (GTK_WIDGET (row), self->session, kith_member_contact (member), self->chat,
                       kith_member_role (member));
}

void
kith_member_list_set_chat (KithMemberList *self, KithSession *session, KithChat *chat)
{
  g_return_if_fail (KITH_IS_MEMBER_LIST (self));
  if (self->chat == chat && self->session == session)
    return;
  if (self->members != NULL)
    g_signal_handlers_disconnect_by_data (self->members, self);
  while (self->rows->len > 0)
    drop_row (self, self->rows->len - 1);
  g_clear_object (&self->members);
  g_set_object (&self->session, session);
  g_set_object (&self->chat, chat);
  self->limit = STEP;
  if (chat != NULL) {
    self->members = kith_session_members (session, chat);
    g_signal_connect_swapped (self->members, "items-changed", G_CALLBACK (on_items), self);
  }
  fit_rows (self);
}

static void
kith_member_list_dispose (GObject *object)
{
  KithMemberList *self = KITH_MEMBER_LIST (object);
  g_clear_handle_id (&self->headers, g_source_remove);
  if (self->members != NULL)
    g_signal_handlers_disconnect_by_data (self->members, self);
  if (self->list != NULL)
    gtk_list_box_set_header_func (self->list, NULL, NULL, NULL);
  self->list = NULL;
  g_clear_object (&self->members);
  g_clear_object (&self->chat);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kith_member_list_parent_class)->dispose (object);
}

static void
kith_member_list_finalize (GObject *object)
{
  g_ptr_array_unref (KITH_MEMBER_LIST (object)->rows);
  G_OBJECT_CLASS (kith_member_list_parent_class)->finalize (object);
}

static void
kith_member_list_class_init (KithMemberListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_member_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = kith_member_list_finalize;
}

static void
kith_member_list_init (KithMemberList *self)
{
  GtkWidget *list = gtk_list_box_new ();
  self->rows = g_ptr_array_new ();
  self->list = GTK_LIST_BOX (list);
  self->more = gtk_button_new ();
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_list_box_set_header_func (self->list, set_header, self, NULL);
  kith_set_name (list, _("Members"));
  kith_add_classes (self->more, "flat");
  gtk_widget_set_halign (self->more, GTK_ALIGN_CENTER);
  gtk_widget_set_no_show_all (self->more, TRUE);
  gtk_widget_show (list);
  gtk_container_add (GTK_CONTAINER (self), list);
  gtk_container_add (GTK_CONTAINER (self), self->more);
  g_signal_connect_swapped (list, "row-activated", G_CALLBACK (on_activated), self);
  g_signal_connect_swapped (self->more, "clicked", G_CALLBACK (on_more), self);
}

GtkWidget *
kith_member_list_new (void)
{
  return g_object_new (KITH_TYPE_MEMBER_LIST, NULL);
}
