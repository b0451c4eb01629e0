/* conversation-header.c - bound to the chat; its buttons are actions of the window. */
#include "widgets/conversation-header.h"

#include "core/wording.h"
#include "widgets/avatar.h"
#include "widgets/parts.h"
#include "widgets/room-menu.h"

#include <glib/gi18n.h>

typedef struct {
  KithSession *session;
  KithChat *chat;
  GtkWidget *title, *subtitle, *back, *search, *details, *members;
} Header;

static void
free_header (gpointer data)
{
  Header *header = data;
  g_object_unref (header->session);
  g_object_unref (header->chat);
  g_free (header);
}

static Header *
header_of (GtkWidget *bar)
{
  return g_object_get_data (G_OBJECT (bar), "kith-header");
}

static const char *
presence_words (KithContact *contact)
{
  static const char *const words[KITH_N_PRESENCES] = {N_ ("Online"), N_ ("Away"), N_ ("Do not disturb"), N_ ("Offline"),
                                                      N_ ("Offline")};
  if (!kith_contact_presence_known (contact))
    return _ ("Presence unknown while you are offline");
  return _ (words[kith_contact_presence (contact)]);
}

/* Where it is narrow there is no button with the number of members. */
static char *
subtitle_of (KithChat *chat, gboolean narrow)
{
  KithContact *contact = kith_chat_contact (chat);
  g_autofree char *members = g_strdup_printf (
      ngettext ("%d member", "%d members", (gulong) kith_chat_members (chat)), (int) kith_chat_members (chat));
  if (contact != NULL && *kith_contact_status (contact) != '\0')
    return g_strdup_printf ("%s · %s", presence_words (contact), kith_contact_status (contact));
  if (contact != NULL)
    return g_strdup (presence_words (contact));
  if (*kith_chat_topic (chat) != '\0')
    return narrow ? g_strdup_printf ("%s · %s", members, kith_chat_topic (chat)) : g_strdup (kith_chat_topic (chat));
  if (kith_chat_kind (chat) == KITH_KIND_NOTES)
    return g_strdup (_ ("Only you read this"));
  if (kith_chat_kind (chat) == KITH_KIND_BROADCASTS)
    return g_strdup (_ ("To everybody on this server"));
  return g_steal_pointer (&members);
}

static void
update (GtkWidget *bar)
{
  Header *header = header_of (bar);
  g_autofree char *subtitle = subtitle_of (header->chat, gtk_widget_get_visible (header->back));
  g_autofree char *members = g_strdup_printf ("%d", (int) kith_chat_members (header->chat));
  kith_label_show (header->title, kith_chat_title (header->chat));
  kith_label_show (header->subtitle, subtitle);
  gtk_widget_set_tooltip_text (header->subtitle, subtitle);
  kith_label_show (header->members, members);
}

static GtkWidget *
new_lead (KithChat *chat)
{
  static const char *const icons[KITH_N_KINDS] = {"kith-hash-symbolic", "system-users-symbolic",
                                                  "user-bookmarks-symbolic", "kith-broadcast-symbolic"};
  KithContact *contact = kith_chat_contact (chat);
  if (contact != NULL)
    return kith_avatar_new (contact, 30, "", TRUE);
  gboolean locked = kith_chat_kind (chat) == KITH_KIND_ROOM && kith_chat_is_private (chat);
  GtkWidget *icon = kith_icon_new (locked ? "kith-lock-symbolic" : icons[kith_chat_kind (chat)], 18, "dim");
  gtk_widget_set_margin_start (icon, 6);
  return icon;
}

static GtkWidget *
new_titles (Header *header)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  header->title = kith_label_new ("", "title");
  header->subtitle = kith_label_new ("", "subtitle");
  gtk_container_add (GTK_CONTAINER (box), header->title);
  gtk_container_add (GTK_CONTAINER (box), header->subtitle);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  return box;
}

static GtkWidget *
new_details (Header *header)
{
  gboolean room = kith_chat_kind (header->chat) == KITH_KIND_ROOM;
  GtkWidget *button = gtk_toggle_button_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 5);
  header->members = kith_label_new ("", "t-small tnum");
  gtk_container_add (GTK_CONTAINER (box),
                     kith_icon_new (room ? "system-users-symbolic" : "sidebar-show-right-symbolic", 16, NULL));
  gtk_container_add (GTK_CONTAINER (box), header->members);
  gtk_widget_set_no_show_all (header->members, !room);
  gtk_container_add (GTK_CONTAINER (button), box);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  kith_set_name (button, _ ("Members and details (F8)"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.details");
  return button;
}

static GtkWidget *
new_menu (Header *header)
{
  GtkWidget *button = gtk_menu_button_new ();
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), kith_room_menu_new (header->session, header->chat));
  gtk_container_remove (GTK_CONTAINER (button), gtk_bin_get_child (GTK_BIN (button)));
  gtk_container_add (GTK_CONTAINER (button), kith_icon_new ("view-more-symbolic", 16, NULL));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  kith_set_name (button, _ ("Conversation menu (F10)"));
  return button;
}

static GtkWidget *
new_action_button (const char *icon, const char *name, const char *action)
{
  GtkWidget *button = kith_icon_button_new (icon, 16, name, NULL);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

GtkWidget *
kith_conversation_header_new (KithSession *session, KithChat *chat)
{
  GtkWidget *bar = hdy_header_bar_new (), *lead = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  Header *header = g_new0 (Header, 1);
  header->session = g_object_ref (session);
  header->chat = g_object_ref (chat);
  g_object_set_data_full (G_OBJECT (bar), "kith-header", header, free_header);
  gtk_container_add (GTK_CONTAINER (lead), new_lead (chat));
  gtk_container_add (GTK_CONTAINER (lead), new_titles (header));
  header->back = new_action_button ("go-previous-symbolic", _ ("Back (Alt+Left)"), "win.back-to-list");
  header->search = new_action_button ("edit-find-symbolic", _ ("Search this conversation (Ctrl+F)"), "win.search-here");
  header->details = new_details (header);
  hdy_header_bar_pack_start (HDY_HEADER_BAR (bar), header->back);
  hdy_header_bar_pack_start (HDY_HEADER_BAR (bar), lead);
  hdy_header_bar_set_custom_title (HDY_HEADER_BAR (bar), gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0));
  hdy_header_bar_pack_end (HDY_HEADER_BAR (bar), new_menu (header));
  hdy_header_bar_pack_end (HDY_HEADER_BAR (bar), header->search);
  hdy_header_bar_pack_end (HDY_HEADER_BAR (bar), header->details);
  hdy_header_bar_set_show_close_button (HDY_HEADER_BAR (bar), TRUE);
  g_signal_connect_object (chat, "notify", G_CALLBACK (update), bar, G_CONNECT_SWAPPED);
  if (kith_chat_contact (chat) != NULL)
    g_signal_connect_object (kith_chat_contact (chat), "notify", G_CALLBACK (update), bar, G_CONNECT_SWAPPED);
  update (bar);
  gtk_widget_show_all (bar);
  gtk_widget_set_no_show_all (header->back, TRUE);
  gtk_widget_hide (header->back);
  return bar;
}

void
kith_conversation_header_set_narrow (GtkWidget *bar, gboolean narrow)
{
  Header *header = header_of (bar);
  gtk_widget_set_visible (header->back, narrow);
  gtk_widget_set_visible (header->search, !narrow);
  gtk_widget_set_visible (header->details, !narrow);
  update (bar);
}
