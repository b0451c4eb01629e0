#include "widgets/room-menu.h"

#include "core/rights.h"
#include "widgets/ask.h"
#include "widgets/dialogs.h"
#include "widgets/main-window.h"
#include "widgets/parts.h"
#include "widgets/request.h"

#include <glib/gi18n.h>

typedef struct {
  KithSession *session;
  KithChat *chat;
  GtkWidget *popover; /* borrowed: it owns this */
} RoomMenu;

static void
room_menu_free (gpointer data)
{
  RoomMenu *menu = data;
  g_object_unref (menu->session);
  g_object_unref (menu->chat);
  g_free (menu);
}

static GtkWindow *
window_of (RoomMenu *menu)
{
  return GTK_WINDOW (gtk_widget_get_toplevel (menu->popover));
}

/* An action of the window is about the conversation that it shows. */
static void
activate (RoomMenu *menu, const char *action)
{
  KithMainWindow *window = kith_main_window_of (menu->popover);
  if (window == NULL)
    return;
  if (kith_main_window_chat (window) != menu->chat)
    kith_main_window_show_chat (window, menu->chat);
  g_action_group_activate_action (G_ACTION_GROUP (window), action, NULL);
}

static void
on_search (RoomMenu *menu)
{
  activate (menu, "search-here");
}

static void
on_pinned (RoomMenu *menu)
{
  activate (menu, "pinned");
}

static void
on_mute (RoomMenu *menu)
{
  kith_chat_set_muted (menu->chat, !kith_chat_is_muted (menu->chat));
}

static void
on_read (RoomMenu *menu)
{
  kith_session_mark_read (menu->session, menu->chat, kith_chat_last (menu->chat));
}

static void
on_invite (RoomMenu *menu)
{
  kith_invite_show (window_of (menu), menu->session, menu->chat);
}

static void
on_settings (RoomMenu *menu)
{
  kith_room_settings_show (window_of (menu), menu->session, menu->chat, NULL);
}

static void
on_block (RoomMenu *menu)
{
  KithContact *contact = kith_chat_contact (menu->chat);
  gboolean blocked = kith_contact_is_blocked (contact);
  json_object *request = kith_client_message (blocked ? "unblock" : "block", 0, FALSE);
  kith_request_add_account (request, kith_contact_id (contact));
  g_autofree char *done =
      g_strdup_printf (blocked ? _("%s is not blocked any more.") : _("%s is blocked."), kith_contact_name (contact));
  kith_request_send (menu->popover, menu->session, request, done);
}

static void
leave (gpointer data)
{
  RoomMenu *menu = data;
  g_autofree char *done = g_strdup_printf (_("You left #%s."), kith_chat_title (menu->chat));
  kith_request_send (menu->popover, menu->session, kith_client_message ("leave", kith_chat_id (menu->chat), TRUE),
                     done);
}

static void
leave_free (gpointer data)
{
  RoomMenu *menu = data;
  g_object_unref (menu->popover);
  room_menu_free (menu);
}

static void
on_leave (RoomMenu *menu)
{
  RoomMenu *copy = g_new (RoomMenu, 1);
  *copy = (RoomMenu) {g_object_ref (menu->session), g_object_ref (menu->chat), NULL};
  copy->popover = g_object_ref (GTK_WIDGET (window_of (menu)));
  g_autofree char *title = g_strdup_printf (_("Leave #%s?"), kith_chat_title (menu->chat));
  kith_ask (window_of (menu), title,
            kith_chat_is_private (menu->chat) ? _("Somebody has to invite you before you can come back.")
                                              : _("You can join again at any time."),
            _("Leave room"), leave, copy, leave_free);
}

static gboolean
is_in (RoomMenu *menu)
{
  return kith_chat_id (menu->chat) != 0 && g_strcmp0 (kith_chat_state (menu->chat), "member") == 0;
}

static gboolean
is_room (RoomMenu *menu)
{
  return is_in (menu) && kith_chat_kind (menu->chat) == KITH_KIND_ROOM;
}

static gboolean
is_stored (RoomMenu *menu)
{
  return kith_chat_id (menu->chat) != 0;
}

static gboolean
is_muted (RoomMenu *menu)
{
  return is_stored (menu) && kith_chat_is_muted (menu->chat);
}

static gboolean
is_loud (RoomMenu *menu)
{
  return is_stored (menu) && !kith_chat_is_muted (menu->chat);
}

static gboolean
is_unread (RoomMenu *menu)
{
  return kith_chat_unread (menu->chat) > 0;
}

static gboolean
is_stranger (RoomMenu *menu)
{
  KithContact *contact = kith_chat_contact (menu->chat);
  return contact != NULL && !kith_contact_is_me (contact) && !kith_contact_is_blocked (contact);
}

static gboolean
is_blocked (RoomMenu *menu)
{
  return kith_chat_contact (menu->chat) != NULL && kith_contact_is_blocked (kith_chat_contact (menu->chat));
}

static gboolean
may_invite (RoomMenu *menu)
{
  return is_room (menu) && kith_rights_may (menu->session, menu->chat, KITH_RIGHT_INVITE);
}

typedef struct {
  const char *icon, *label, *keys, *classes;
  gboolean (*offered) (RoomMenu *menu);
  void (*func) (RoomMenu *menu);
} Item;

static const Item items[] = {
    {"edit-find-symbolic", N_ ("Search here"), N_ ("Ctrl F"), NULL, is_stored, on_search},
    {"view-pin-symbolic", N_ ("Pinned messages"), NULL, NULL, is_stored, on_pinned},
    {NULL, NULL, NULL, NULL, NULL, NULL},
    {"kith-bell-off-symbolic", N_ ("Mute"), N_ ("Ctrl Shift M"), NULL, is_loud, on_mute},
    {"preferences-system-notifications-symbolic", N_ ("Unmute"), N_ ("Ctrl Shift M"), NULL, is_muted, on_mute},
    {"kith-tick-symbolic", N_ ("Mark as read"), NULL, NULL, is_unread, on_read},
    {NULL, NULL, NULL, NULL, NULL, NULL},
    {"list-add-symbolic", N_ ("Invite people…"), NULL, NULL, may_invite, on_invite},
    {"preferences-system-symbolic", N_ ("Room settings…"), NULL, NULL, is_room, on_settings},
    {NULL, NULL, NULL, NULL, NULL, NULL},
    {"action-unavailable-symbolic", N_ ("Block"), NULL, "danger-link", is_stranger, on_block},
    {"emblem-ok-symbolic", N_ ("Unblock"), NULL, NULL, is_blocked, on_block},
    {"application-exit-symbolic", N_ ("Leave room"), NULL, "danger-link", is_room, on_leave},
};

static void
on_clicked (GtkWidget *button, const Item *item)
{
  GtkWidget *popover = gtk_widget_get_ancestor (button, GTK_TYPE_POPOVER);
  gtk_popover_popdown (GTK_POPOVER (popover));
  item->func (g_object_get_data (G_OBJECT (popover), "menu"));
}

/* Lines that do not apply are left out, and separators with nothing between them. */
static void
fill (GtkWidget *popover)
{
  RoomMenu *menu = g_object_get_data (G_OBJECT (popover), "menu");
  GtkWidget *old = gtk_bin_get_child (GTK_BIN (popover)), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  gboolean separate = FALSE, any = FALSE;
  if (old != NULL)
    gtk_widget_destroy (old);
  gtk_widget_set_size_request (box, 260, -1);
  for (gsize i = 0; i < G_N_ELEMENTS (items); i++) {
    separate |= items[i].label == NULL;
    if (items[i].label == NULL || !items[i].offered (menu))
      continue;
    if (separate && any)
      gtk_container_add (GTK_CONTAINER (box), kith_separator_new ());
    const char *keys = items[i].keys != NULL ? _(items[i].keys) : NULL;
    GtkWidget *button = kith_menu_item_new (items[i].icon, _(items[i].label), keys, items[i].classes);
    g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), (gpointer) &items[i]);
    gtk_container_add (GTK_CONTAINER (box), button);
    separate = FALSE;
    any = TRUE;
  }
  gtk_widget_show_all (box);
  gtk_container_add (GTK_CONTAINER (popover), box);
  gtk_widget_child_focus (popover, GTK_DIR_TAB_FORWARD); /* it looked for something before there was anything */
}

GtkWidget *
kith_room_menu_new (KithSession *session, KithChat *chat)
{
  RoomMenu *menu = g_new (RoomMenu, 1);
  menu->popover = gtk_popover_new (NULL);
  menu->session = g_object_ref (session);
  menu->chat = g_object_ref (chat);
  g_object_set_data_full (G_OBJECT (menu->popover), "menu", menu, room_menu_free);
  g_signal_connect (menu->popover, "show", G_CALLBACK (fill), NULL);
  return menu->popover;
}
