#include "widgets/member-row.h"

#include "widgets/avatar.h"
#include "widgets/moderation.h"
#include "widgets/parts.h"
#include "widgets/presence-text.h"

#include <glib/gi18n.h>

#define FACE 26
#define MEMBER "kith-member"

typedef struct {
  GtkWidget *row, *name, *status;
  KithMember *member;
} MemberRow;

static void
refresh (MemberRow *self)
{
  KithContact *contact = kith_member_contact (self->member);
  g_autofree char *status = kith_status_line (kith_contact_status (contact), kith_contact_status_until (contact));
  const char *role = kith_role_title (kith_member_role (self->member));
  gtk_label_set_text (GTK_LABEL (self->name), kith_contact_name (contact));
  gtk_label_set_text (GTK_LABEL (self->status), status != NULL ? status : "");
  gtk_widget_set_visible (self->status, status != NULL);
  /* "Ilse van Dam, do not disturb, status Focus until 11:30, Owner" */
  GString *full = g_string_new (kith_contact_name (contact));
  g_string_append_printf (full, ", %s", kith_presence_word (contact));
  if (status != NULL)
    g_string_append_printf (full, _(", status %s"), status);
  if (role != NULL)
    g_string_append_printf (full, ", %s", role);
  kith_set_name (self->row, full->str);
  g_string_free (full, TRUE);
}

static void
member_row_free (gpointer data)
{
  MemberRow *self = data;
  g_signal_handlers_disconnect_by_data (kith_member_contact (self->member), self);
  g_object_unref (self->member);
  g_free (self);
}

static GtkWidget *
make_tag (const char *text)
{
  GtkWidget *tag = gtk_label_new (text);
  gtk_widget_set_valign (tag, GTK_ALIGN_CENTER);
  kith_add_classes (tag, "tag");
  return tag;
}

GtkWidget *
kith_member_row_new (KithMember *member)
{
  MemberRow *self = g_new0 (MemberRow, 1);
  KithContact *contact = kith_member_contact (member);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  const char *tag = kith_role_title (kith_member_role (member));
  if (tag == NULL && kith_contact_is_me (contact))
    tag = _("You");
  self->member = g_object_ref (member);
  self->name = kith_label_new (NULL, NULL);
  self->status = kith_label_new (NULL, "t-micro faint");
  gtk_widget_set_valign (lines, GTK_ALIGN_CENTER);
  gtk_box_pack_start (GTK_BOX (lines), self->name, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (lines), self->status, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), kith_avatar_new (contact, FACE, NULL, TRUE), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), lines, TRUE, TRUE, 0);
  if (kith_member_muted_until (member) > g_get_real_time () / 1000)
    gtk_box_pack_start (GTK_BOX (box), kith_icon_new ("kith-bell-off-symbolic", 13, "faint"), FALSE, FALSE, 0);
  if (tag != NULL)
    gtk_box_pack_start (GTK_BOX (box), make_tag (tag), FALSE, FALSE, 0);
  self->row = kith_row_new (box, NULL);
  gtk_widget_show_all (self->row);
  g_object_set_data_full (G_OBJECT (self->row), MEMBER, self, member_row_free);
  g_signal_connect_swapped (contact, "notify", G_CALLBACK (refresh), self);
  refresh (self);
  return self->row;
}

KithMember *
kith_member_row_member (GtkWidget *row)
{
  MemberRow *self = g_object_get_data (G_OBJECT (row), MEMBER);
  return self != NULL ? self->member : NULL;
}
