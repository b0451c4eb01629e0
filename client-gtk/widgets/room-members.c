/* room-members.c - who is in the room, by role, and what can be done about them. */
#include "core/complete.h"
#include "core/rights.h"
#include "core/wording.h"
#include "widgets/avatar.h"
#include "widgets/dialogs.h"
#include "widgets/menu.h"
#include "widgets/moderation.h"
#include "widgets/parts.h"
#include "widgets/request.h"
#include "widgets/room-settings.h"

#include <glib/gi18n.h>
#include <json-c/json.h>
#include <string.h>

#define ROWS_MAX 300
#define MUTE_SECONDS 3600

typedef struct {
  KithSession *session;
  KithChat *chat;
  KithMembers *members;
  GtkWidget *find, *count, *list;
  guint renew; /* idle: what is said of somebody is old */
} Page;

static void
free_page (gpointer data)
{
  Page *page = data;
  g_object_unref (page->session);
  g_object_unref (page->chat);
  g_object_unref (page->members);
  g_free (page);
}

static Page *
page_of (GtkWidget *box)
{
  return g_object_get_data (G_OBJECT (box), "kith-page");
}

/* ---- one of them: the menu's data lives as long as its button ---- */

typedef struct {
  Page *page; /* the box holds the row, so it lives */
  KithContact *contact;
  KithMember *member;
  GtkWidget *button;
} Person;

static void
free_person (gpointer data)
{
  Person *person = data;
  g_signal_handlers_disconnect_by_data (person->member, person);
  g_object_unref (person->contact);
  g_object_unref (person->member);
  g_free (person);
}

static gboolean
may (gpointer data)
{
  Person *person = data;
  return !kith_contact_is_me (person->contact) &&
         kith_moderation_may (person->page->session, person->page->chat, kith_member_role (person->member));
}

static gboolean
may_mute (gpointer data)
{
  return may (data) && kith_member_muted_until (((Person *) data)->member) == 0;
}

static gboolean
may_unmute (gpointer data)
{
  return may (data) && kith_member_muted_until (((Person *) data)->member) != 0;
}

static void
do_profile (gpointer data)
{
  Person *person = data;
  kith_person_show (person->button, person->page->session, kith_contact_id (person->contact));
}

static gboolean
is_other (gpointer data)
{
  return !kith_contact_is_me (((Person *) data)->contact);
}

static void
do_message (gpointer data)
{
  Person *person = data;
  kith_person_message (person->button, person->page->session, person->contact);
  gtk_window_close (GTK_WINDOW (gtk_widget_get_toplevel (person->button)));
}

static void
do_mute (gpointer data)
{
  Person *person = data;
  kith_moderation_mute (person->button, person->page->session, person->page->chat, person->contact, MUTE_SECONDS);
}

static void
do_unmute (gpointer data)
{
  Person *person = data;
  kith_moderation_mute (person->button, person->page->session, person->page->chat, person->contact, 0);
}

static void
do_kick (gpointer data)
{
  Person *person = data;
  kith_moderation_kick (person->button, person->page->session, person->page->chat, person->contact);
}

static void
do_ban (gpointer data)
{
  Person *person = data;
  kith_moderation_ban (person->button, person->page->session, person->page->chat, person->contact);
}

static const KithMenuItem menu[] = {
    {"avatar-default-symbolic", N_ ("View profile"), NULL, do_profile, NULL, FALSE, 0},
    {"kith-bubbles-symbolic", N_ ("Message"), NULL, do_message, is_other, FALSE, 0},
    {0},
    {"kith-bell-off-symbolic", N_ ("Mute for an hour"), NULL, do_mute, may_mute, FALSE, 0},
    {"list-add-symbolic", N_ ("Let write again"), NULL, do_unmute, may_unmute, FALSE, 0},
    {"list-remove-symbolic", N_ ("Remove from the room"), NULL, do_kick, may, FALSE, 0},
    {"action-unavailable-symbolic", N_ ("Ban from the room…"), NULL, do_ban, may, TRUE, 0},
};

static void
on_menu (GtkWidget *button, Person *person)
{
  kith_menu_popup (button, NULL, menu, G_N_ELEMENTS (menu), person);
}

/* ---- roles ---- */

static const char *const roles[] = {"owner", "admin", "moderator", "member", "read_only"};

static const char *
role_words (const char *role)
{
  const char *title = kith_role_title (role);
  return title != NULL ? title : g_str_equal (role, "read_only") ? _ ("Read only") : _ ("Member");
}

static void
on_role (GtkComboBox *combo, Person *person)
{
  const char *role = gtk_combo_box_get_active_id (combo);
  if (role == NULL || g_strcmp0 (role, kith_member_role (person->member)) == 0)
    return;
  json_object *request = kith_client_message ("role", kith_chat_id (person->page->chat), TRUE);
  kith_request_add_account (request, kith_contact_id (person->contact));
  json_object_object_add (request, "role", json_object_new_string (role));
  kith_request_send (GTK_WIDGET (combo), person->page->session, request, NULL);
}

static gboolean
may_give (Person *person, const char *role)
{
  Page *page = person->page;
  return kith_chat_can_write (page->chat) &&
         kith_rights_may_give (kith_rights_mine (page->session, page->chat), kith_member_role (person->member), role,
                               kith_contact_is_me (person->contact));
}

/* Only what may be given is offered. */
static GtkWidget *
new_role (Person *person)
{
  GtkWidget *combo = gtk_combo_box_text_new ();
  gboolean can = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++) {
    gboolean has = g_str_equal (roles[i], kith_member_role (person->member)), give = !has && may_give (person, roles[i]);
    if (has || give)
      gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), roles[i], role_words (roles[i]));
    can |= give;
  }
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), kith_member_role (person->member));
  gtk_widget_set_sensitive (combo, can);
  gtk_widget_set_valign (combo, GTK_ALIGN_CENTER);
  g_autofree char *name = g_strdup_printf (_ ("Role of %s"), kith_contact_name (person->contact));
  atk_object_set_name (gtk_widget_get_accessible (combo), name);
  gtk_widget_set_tooltip_text (combo, can ? name : kith_rights_whose (KITH_RIGHT_ROLES, FALSE));
  kith_combo_shrink (combo);
  g_signal_connect (combo, "changed", G_CALLBACK (on_role), person);
  return combo;
}

/* ---- rows ---- */

static void fill (GtkWidget *box);

static char *
second_line (Person *person)
{
  gint64 until = kith_member_muted_until (person->member);
  const char *handle = kith_contact_handle (person->contact);
  if (until != 0) {
    g_autofree char *when = kith_wording_time (until);
    return g_strdup_printf (_ ("@%s · muted until %s"), handle, when);
  }
  return kith_contact_is_me (person->contact) ? g_strdup_printf (_ ("@%s · you"), handle)
                                              : g_strdup_printf ("@%s", handle);
}

static gboolean
renew (gpointer data)
{
  Page *page = data;
  page->renew = 0;
  fill (gtk_widget_get_parent (page->list));
  return G_SOURCE_REMOVE;
}

/* The row goes with that, so not now. */
static void
on_changed (Person *person)
{
  if (person->page->renew == 0)
    person->page->renew = g_idle_add (renew, person->page);
}

static void
add_row (Page *page, KithMember *member)
{
  Person *person = g_new0 (Person, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  *person = (Person){page, g_object_ref (kith_member_contact (member)), g_object_ref (member), NULL};
  g_autofree char *second = second_line (person);
  g_autofree char *about = g_strdup_printf (_ ("What can be done about %s"), kith_contact_name (person->contact));
  person->button = kith_icon_button_new ("view-more-symbolic", 16, about, "flat");
  g_object_set (box, "margin", 8, "margin-start", 12, "margin-end", 12, NULL);
  gtk_container_add (GTK_CONTAINER (lines), kith_label_new (kith_contact_name (person->contact), "t-strong"));
  gtk_container_add (GTK_CONTAINER (lines), kith_label_new (second, "t-small faint"));
  gtk_container_add (GTK_CONTAINER (box), kith_avatar_new (person->contact, 32, "on-raised", TRUE));
  gtk_box_pack_start (GTK_BOX (box), lines, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (box), new_role (person));
  gtk_container_add (GTK_CONTAINER (box), person->button);
  g_signal_connect (person->button, "clicked", G_CALLBACK (on_menu), person);
  g_signal_connect_swapped (member, "changed", G_CALLBACK (on_changed), person);
  GtkWidget *row = kith_row_new (box, NULL);
  g_object_set_data_full (G_OBJECT (row), "kith-person", person, free_person);
  gtk_container_add (GTK_CONTAINER (page->list), row);
}

static void
fill (GtkWidget *box)
{
  Page *page = page_of (box);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (page->members));
  g_autofree char *count = g_strdup_printf (ngettext ("%u MEMBER", "%u MEMBERS", n), n);
  kith_clear_container (GTK_CONTAINER (page->list));
  for (guint i = 0; i < n && i < ROWS_MAX; i++) {
    g_autoptr (KithMember) member = g_list_model_get_item (G_LIST_MODEL (page->members), i);
    add_row (page, member);
  }
  gtk_label_set_text (GTK_LABEL (page->count), count);
  gtk_widget_show_all (page->list);
}

static gboolean
is_shown (GtkListBoxRow *row, gpointer data)
{
  const char *text = gtk_entry_get_text (GTK_ENTRY (((Page *) data)->find));
  Person *person = g_object_get_data (G_OBJECT (row), "kith-person");
  return *text == '\0' || kith_complete_fit (text, strlen (text), kith_contact_name (person->contact)) > 0 ||
         kith_complete_fit (text, strlen (text), kith_contact_handle (person->contact)) > 0;
}

static void
on_invite (GtkWidget *button, Page *page)
{
  kith_invite_show (GTK_WINDOW (gtk_widget_get_toplevel (button)), page->session, page->chat);
}

static GtkWidget *
new_top (Page *page)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9),
            *invite = gtk_button_new_with_label (_ ("Invite people…"));
  gtk_button_set_image (GTK_BUTTON (invite), kith_icon_new ("list-add-symbolic", 16, NULL));
  gtk_button_set_always_show_image (GTK_BUTTON (invite), TRUE);
  page->find = gtk_search_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (page->find), _ ("Find a member"));
  gtk_entry_set_width_chars (GTK_ENTRY (page->find), 8); /* at least */
  kith_set_name (page->find, _ ("Find a member"));
  kith_add_classes (invite, "suggested-action");
  kith_button_wrap (invite);
  if (!kith_rights_may (page->session, page->chat, KITH_RIGHT_INVITE)) {
    gtk_widget_set_sensitive (invite, FALSE);
    gtk_widget_set_tooltip_text (invite, kith_rights_whose (KITH_RIGHT_INVITE, kith_chat_is_private (page->chat)));
  }
  g_signal_connect (invite, "clicked", G_CALLBACK (on_invite), page);
  g_signal_connect_object (page->find, "search-changed", G_CALLBACK (gtk_list_box_invalidate_filter), page->list,
                           G_CONNECT_SWAPPED);
  gtk_box_pack_start (GTK_BOX (box), page->find, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (box), invite);
  return box;
}

static void
on_destroy (GtkWidget *box)
{
  g_clear_handle_id (&page_of (box)->renew, g_source_remove);
}

GtkWidget *
kith_room_members_new (KithSession *session, KithChat *chat)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  Page *page = g_new0 (Page, 1);
  *page = (Page){g_object_ref (session), g_object_ref (chat), kith_session_members (session, chat), NULL, NULL, NULL, 0};
  page->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (page->list), GTK_SELECTION_NONE);
  kith_add_classes (page->list, "boxed");
  page->count = kith_label_new ("", "t-section");
  gtk_container_add (GTK_CONTAINER (box), new_top (page));
  gtk_list_box_set_filter_func (GTK_LIST_BOX (page->list), is_shown, page, NULL);
  gtk_container_add (GTK_CONTAINER (box), page->count);
  gtk_container_add (GTK_CONTAINER (box), page->list);
  g_object_set_data_full (G_OBJECT (box), "kith-page", page, free_page);
  g_signal_connect (box, "destroy", G_CALLBACK (on_destroy), NULL);
  g_signal_connect_object (page->members, "items-changed", G_CALLBACK (fill), box, G_CONNECT_SWAPPED);
  fill (box);
  return box;
}
