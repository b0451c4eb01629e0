/* sidebar.c - what stands around the list of conversations, kept up with the session. */
#include "widgets/sidebar.h"

#include "widgets/avatar.h"
#include "widgets/main-window.h"
#include "widgets/parts.h"
#include "widgets/presence-popover.h"
#include "widgets/presence-text.h"
#include "widgets/server-line.h"
#include "widgets/server-menu.h"
#include "widgets/sidebar-list.h"

#include <glib/gi18n.h>

#define UI "/org/kith/ui/sidebar.ui"
#define MY_FACE 30

struct _KithSidebar {
  GtkBox parent;
  HdyHeaderBar *header;
  GtkMenuButton *server, *add, *me;
  GtkLabel *server_name, *my_name, *my_state;
  GtkWidget *server_box, *me_box, *me_bar, *search, *hint, *my_face;
  KithServerLine *line;
  GtkListBox *list;
  KithSidebarList *chats;
  GtkWidget *servers; /* popovers */
  KithPresencePopover *presence;
  KithSession *session;
  KithContact *contact; /* who we are, when that is known */
};

enum { OPENED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KithSidebar, kith_sidebar, GTK_TYPE_BOX)

static void
on_opened (KithChat *chat, gpointer data)
{
  g_signal_emit (data, signals[OPENED], 0, chat);
}

static void
update_server (KithSidebar *self)
{
  const char *name = self->session != NULL ? kith_session_server_name (self->session) : _("No server");
  gtk_label_set_text (self->server_name, name);
  g_autofree char *full = g_strdup_printf (_("%s, server menu"), name);
  kith_set_name (GTK_WIDGET (self->server), full);
}

/* What others see of us: the status where there is one, else the state. */
static void
update_me (KithSidebar *self)
{
  gtk_widget_set_visible (self->me_bar, self->contact != NULL);
  if (self->contact == NULL)
    return;
  const KithPresence *choice = kith_session_choice (self->session);
  g_autofree char *status = kith_status_line (choice->text, choice->until);
  const char *state = !kith_session_is_online (self->session)        ? _("Not connected")
                      : choice->state == KITH_PRESENCE_INVISIBLE     ? _("Invisible")
                      : status != NULL                               ? status
                                                                     : kith_presence_title (choice->state);
  gtk_label_set_text (self->my_name, kith_contact_name (self->contact));
  gtk_label_set_text (self->my_state, state);
  g_autofree char *full = g_strdup_printf (_("%s, your status: %s"), kith_contact_name (self->contact), state);
  kith_set_name (GTK_WIDGET (self->me), full);
}

static void
set_contact (KithSidebar *self)
{
  KithContact *contact = self->session != NULL ? kith_session_me (self->session) : NULL;
  if (self->contact != NULL)
    g_signal_handlers_disconnect_by_data (self->contact, self);
  g_set_object (&self->contact, contact);
  g_clear_pointer (&self->my_face, gtk_widget_destroy);
  if (contact != NULL) {
    self->my_face = kith_avatar_new (contact, MY_FACE, "on-sidebar", TRUE);
    gtk_widget_show (self->my_face);
    gtk_box_pack_start (GTK_BOX (self->me_box), self->my_face, FALSE, FALSE, 0);
    g_signal_connect_object (contact, "notify", G_CALLBACK (update_me), self, G_CONNECT_SWAPPED);
  }
  update_me (self);
}

void
kith_sidebar_set_session (KithSidebar *self, KithSession *session)
{
  g_return_if_fail (KITH_IS_SIDEBAR (self));
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  kith_server_line_set_session (self->line, session);
  kith_server_menu_set_session (self->servers, session);
  kith_presence_popover_set_session (self->presence, session);
  kith_sidebar_list_set_session (self->chats, session);
  if (session != NULL) {
    g_signal_connect_object (session, "notify::server-name", G_CALLBACK (update_server), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (session, "notify::me", G_CALLBACK (set_contact), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (session, "notify::choice", G_CALLBACK (update_me), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (session, "notify::state", G_CALLBACK (update_me), self, G_CONNECT_SWAPPED);
  }
  update_server (self);
  set_contact (self);
}

void
kith_sidebar_select (KithSidebar *self, KithChat *chat)
{
  kith_sidebar_list_select (self->chats, chat);
}

void
kith_sidebar_set_narrow (KithSidebar *self, gboolean narrow)
{
  kith_sidebar_list_set_narrow (self->chats, narrow);
}

HdyHeaderBar *
kith_sidebar_header (KithSidebar *self)
{
  return self->header;
}

GtkWidget *
kith_sidebar_place (KithSidebar *self, KithSidebarPlace place)
{
  GtkWidget *const places[] = {GTK_WIDGET (self->list), self->search, GTK_WIDGET (self->me)};
  return places[place];
}

/* The list is one stop: at the conversation that is shown. */
gboolean
kith_sidebar_focus (KithSidebar *self, KithSidebarPlace place)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  if (place == KITH_SIDEBAR_LIST && row == NULL)
    return gtk_widget_child_focus (GTK_WIDGET (self->list), GTK_DIR_TAB_FORWARD);
  GtkWidget *widget = place == KITH_SIDEBAR_LIST ? GTK_WIDGET (row) : kith_sidebar_place (self, place);
  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  gtk_widget_grab_focus (widget);
  return TRUE;
}

void
kith_sidebar_show_new (KithSidebar *self)
{
  gtk_widget_activate (GTK_WIDGET (self->add));
}

static void
open_switcher (KithSidebar *self)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));
  g_action_group_activate_action (G_ACTION_GROUP (window), "switcher", NULL);
}

static gboolean
on_search_pressed (KithSidebar *self)
{
  open_switcher (self);
  return GDK_EVENT_STOP;
}

static gboolean
on_search_key (KithSidebar *self, GdkEventKey *event)
{
  gunichar letter = gdk_keyval_to_unicode (event->keyval);
  gboolean enter = event->keyval == GDK_KEY_Return || event->keyval == GDK_KEY_KP_Enter;
  if (!enter && (letter == 0 || g_unichar_iscntrl (letter)))
    return GDK_EVENT_PROPAGATE;
  open_switcher (self);
  return GDK_EVENT_STOP;
}

static GtkWidget *
make_add_menu (void)
{
  static const struct {
    const char *icon, *label, *action;
  } items[] = {{"document-edit-symbolic", N_ ("New message…"), "win.new-message"},
               {"kith-hash-symbolic", N_ ("New room…"), "win.new-room"},
               {"system-search-symbolic", N_ ("Browse rooms…"), "win.browse-rooms"},
               {"contact-new-symbolic", N_ ("Invite people…"), "win.invite-server"}};
  GtkWidget *menu = gtk_popover_new (NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  gtk_widget_set_size_request (box, 220, -1);
  for (gsize i = 0; i < G_N_ELEMENTS (items); i++) {
    GtkWidget *item = kith_menu_item_new (items[i].icon, _(items[i].label), NULL, NULL);
    gtk_actionable_set_action_name (GTK_ACTIONABLE (item), items[i].action);
    g_signal_connect_swapped (item, "clicked", G_CALLBACK (gtk_popover_popdown), menu);
    gtk_container_add (GTK_CONTAINER (box), item);
  }
  gtk_widget_show_all (box);
  gtk_container_add (GTK_CONTAINER (menu), box);
  return menu;
}

static void
kith_sidebar_dispose (GObject *object)
{
  KithSidebar *self = KITH_SIDEBAR (object);
  g_clear_pointer (&self->chats, kith_sidebar_list_free);
  g_clear_object (&self->session);
  g_clear_object (&self->contact);
  self->my_face = NULL;
  G_OBJECT_CLASS (kith_sidebar_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget)
{
  gtk_widget_class_bind_template_child (widget, KithSidebar, header);
  gtk_widget_class_bind_template_child (widget, KithSidebar, server);
  gtk_widget_class_bind_template_child (widget, KithSidebar, server_box);
  gtk_widget_class_bind_template_child (widget, KithSidebar, server_name);
  gtk_widget_class_bind_template_child (widget, KithSidebar, line);
  gtk_widget_class_bind_template_child (widget, KithSidebar, add);
  gtk_widget_class_bind_template_child (widget, KithSidebar, search);
  gtk_widget_class_bind_template_child (widget, KithSidebar, hint);
  gtk_widget_class_bind_template_child (widget, KithSidebar, list);
  gtk_widget_class_bind_template_child (widget, KithSidebar, me_bar);
  gtk_widget_class_bind_template_child (widget, KithSidebar, me);
  gtk_widget_class_bind_template_child (widget, KithSidebar, me_box);
  gtk_widget_class_bind_template_child (widget, KithSidebar, my_name);
  gtk_widget_class_bind_template_child (widget, KithSidebar, my_state);
}

static void
kith_sidebar_class_init (KithSidebarClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = kith_sidebar_dispose;
  g_type_ensure (KITH_TYPE_SERVER_LINE);
  gtk_widget_class_set_template_from_resource (widget, UI);
  bind_children (widget);
  signals[OPENED] = g_signal_new ("opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, KITH_TYPE_CHAT);
}

static void
kith_sidebar_init (KithSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->servers = kith_server_menu_new ();
  self->presence = KITH_PRESENCE_POPOVER (kith_presence_popover_new ());
  gtk_menu_button_set_popover (self->server, self->servers);
  gtk_menu_button_set_popover (self->add, make_add_menu ());
  gtk_menu_button_set_popover (self->me, GTK_WIDGET (self->presence));
  self->chats = kith_sidebar_list_new (self->list, on_opened, self);
  kith_set_decoration (self->hint);
  g_signal_connect_swapped (self->search, "button-press-event", G_CALLBACK (on_search_pressed), self);
  g_signal_connect_swapped (self->search, "key-press-event", G_CALLBACK (on_search_key), self);
  update_server (self);
  update_me (self);
}

GtkWidget *
kith_sidebar_new (void)
{
  return g_object_new (KITH_TYPE_SIDEBAR, NULL);
}
