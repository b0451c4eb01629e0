/* sidebar-list.c - one row for each item of KithChats, in the same order, with the two section lines between. */
#include "widgets/sidebar-list.h"

#include "widgets/chat-row.h"
#include "widgets/parts.h"
#include "widgets/room-menu.h"

#include <glib/gi18n.h>

typedef enum { ROOMS, PEOPLE, N_SECTIONS } Section;

struct _KithSidebarList {
  GtkListBox *list;
  KithSession *session;
  KithChats *chats; /* borrowed from session */
  GPtrArray *rows;  /* GtkWidget, borrowed: in the order of chats */
  struct {
    GtkWidget *row, *arrow;
    gboolean folded;
  } sections[N_SECTIONS];
  KithChat *selected;
  gboolean narrow;
  GtkGesture *press;
  void (*opened) (KithChat *chat, gpointer data);
  gpointer data;
};

static gboolean
in_sections (KithSidebarList *self)
{
  return kith_chats_order (self->chats) == KITH_CHATS_SECTIONS;
}

static Section
section_of (KithChat *chat)
{
  KithKind kind = kith_chat_kind (chat);
  return kind == KITH_KIND_ROOM || kind == KITH_KIND_BROADCASTS ? ROOMS : PEOPLE;
}

/* What is folded away still shows what is new, and what one looks at. */
static gboolean
is_shown (GtkListBoxRow *row, gpointer data)
{
  KithSidebarList *self = data;
  if (self->chats == NULL)
    return FALSE;
  if (!KITH_IS_CHAT_ROW (row))
    return in_sections (self);
  KithChat *chat = kith_chat_row_chat (KITH_CHAT_ROW (row));
  return !in_sections (self) || !self->sections[section_of (chat)].folded || chat == self->selected ||
         (kith_chat_unread (chat) > 0 && !kith_chat_is_muted (chat));
}

/* The row behind which the row at position stands. */
static GtkWidget *
row_before (KithSidebarList *self, guint position)
{
  guint rooms = in_sections (self) ? kith_chats_n_rooms (self->chats) : 0;
  if (position > 0 && !(in_sections (self) && position == rooms))
    return g_ptr_array_index (self->rows, position - 1);
  return self->sections[position < rooms ? ROOMS : PEOPLE].row;
}

/* Whether it is shown while its section is folded may be different now. */
static void
on_unread (GtkListBoxRow *row)
{
  gtk_list_box_row_changed (row);
}

static void
insert (KithSidebarList *self, guint position)
{
  g_autoptr (KithChat) chat = g_list_model_get_item (G_LIST_MODEL (self->chats), position);
  GtkWidget *row = kith_chat_row_new (chat, self->narrow);
  int index = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row_before (self, position)));
  g_ptr_array_insert (self->rows, (int) position, row);
  gtk_list_box_insert (self->list, row, index + 1);
  g_signal_connect_object (chat, "notify::unread", G_CALLBACK (on_unread), row, G_CONNECT_SWAPPED);
  if (chat == self->selected)
    gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
}

static void
on_items (KithSidebarList *self, guint position, guint removed, guint added)
{
  for (guint i = 0; i < removed; i++)
    gtk_widget_destroy (g_ptr_array_index (self->rows, position + i));
  if (removed > 0)
    g_ptr_array_remove_range (self->rows, position, removed);
  for (guint i = 0; i < added; i++)
    insert (self, position + i);
}

static void
unwatch (KithSidebarList *self)
{
  if (self->chats == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->chats, self);
  on_items (self, 0, self->rows->len, 0);
  self->chats = NULL;
}

void
kith_sidebar_list_set_session (KithSidebarList *self, KithSession *session)
{
  unwatch (self);
  g_clear_object (&self->selected);
  g_set_object (&self->session, session);
  if (session == NULL)
    return;
  self->chats = kith_session_chats (session);
  kith_chats_set_order (self->chats, self->narrow ? KITH_CHATS_RECENT : KITH_CHATS_SECTIONS);
  g_signal_connect_swapped (self->chats, "items-changed", G_CALLBACK (on_items), self);
  on_items (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (self->chats)));
  gtk_list_box_invalidate_filter (self->list);
}

void
kith_sidebar_list_select (KithSidebarList *self, KithChat *chat)
{
  g_set_object (&self->selected, chat);
  guint position = chat != NULL && self->chats != NULL ? kith_chats_position (self->chats, chat) : G_MAXUINT;
  if (position < self->rows->len)
    gtk_list_box_select_row (self->list, g_ptr_array_index (self->rows, position));
  else
    gtk_list_box_unselect_all (self->list);
  if (self->sections[ROOMS].folded || self->sections[PEOPLE].folded)
    gtk_list_box_invalidate_filter (self->list);
}

/* Other rows: all are made anew. */
void
kith_sidebar_list_set_narrow (KithSidebarList *self, gboolean narrow)
{
  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
  if (self->session == NULL)
    return;
  g_autoptr (KithSession) session = g_object_ref (self->session);
  g_autoptr (KithChat) selected = self->selected != NULL ? g_object_ref (self->selected) : NULL;
  kith_sidebar_list_set_session (self, session);
  kith_sidebar_list_select (self, selected);
}

static void
fold (KithSidebarList *self, Section section)
{
  gboolean folded = !self->sections[section].folded;
  self->sections[section].folded = folded;
  gtk_image_set_from_icon_name (GTK_IMAGE (self->sections[section].arrow),
                                folded ? "pan-end-symbolic" : "pan-down-symbolic", GTK_ICON_SIZE_MENU);
  gtk_list_box_invalidate_filter (self->list);
}

static void
on_activated (KithSidebarList *self, GtkListBoxRow *row)
{
  if (KITH_IS_CHAT_ROW (row)) {
    self->opened (kith_chat_row_chat (KITH_CHAT_ROW (row)), self->data);
    return;
  }
  for (int i = 0; i < N_SECTIONS; i++)
    if (self->sections[i].row == GTK_WIDGET (row))
      fold (self, (Section) i);
}

static void
popup (KithSidebarList *self, GtkListBoxRow *row)
{
  if (!KITH_IS_CHAT_ROW (row))
    return;
  GtkWidget *menu = kith_room_menu_new (self->session, kith_chat_row_chat (KITH_CHAT_ROW (row)));
  gtk_popover_set_position (GTK_POPOVER (menu), GTK_POS_BOTTOM);
  kith_popover_once (menu, GTK_WIDGET (row));
}

static void
on_pressed (KithSidebarList *self, int presses, double x, double y)
{
  (void) presses;
  (void) x;
  popup (self, gtk_list_box_get_row_at_y (self->list, (int) y));
}

static gboolean
on_popup_menu (KithSidebarList *self)
{
  GtkWidget *focus = gtk_container_get_focus_child (GTK_CONTAINER (self->list));
  if (!GTK_IS_LIST_BOX_ROW (focus))
    return FALSE;
  popup (self, GTK_LIST_BOX_ROW (focus));
  return TRUE;
}

static void
add_section (KithSidebarList *self, Section section, const char *title, const char *add, const char *action)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *button = kith_icon_button_new ("list-add-symbolic", 14, add, "flat small");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  self->sections[section].arrow = kith_icon_new ("pan-down-symbolic", 12, "faint");
  gtk_box_pack_start (GTK_BOX (box), self->sections[section].arrow, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), kith_label_new (title, "t-section"), TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (box), button, FALSE, FALSE, 0);
  GtkWidget *row = kith_row_new (box, "section");
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (row), FALSE);
  kith_set_name (row, title);
  gtk_widget_show_all (row);
  self->sections[section].row = row;
  gtk_container_add (GTK_CONTAINER (self->list), row);
}

KithSidebarList *
kith_sidebar_list_new (GtkListBox *list, void (*opened) (KithChat *chat, gpointer data), gpointer data)
{
  KithSidebarList *self = g_new0 (KithSidebarList, 1);
  self->list = list;
  self->rows = g_ptr_array_new ();
  self->opened = opened;
  self->data = data;
  add_section (self, ROOMS, C_ ("section", "ROOMS"), _("New room"), "win.new-room");
  add_section (self, PEOPLE, C_ ("section", "PEOPLE"), _("New message"), "win.new-message");
  gtk_list_box_set_filter_func (list, is_shown, self, NULL);
  g_signal_connect_swapped (list, "row-activated", G_CALLBACK (on_activated), self);
  g_signal_connect_swapped (list, "popup-menu", G_CALLBACK (on_popup_menu), self);
  self->press = gtk_gesture_multi_press_new (GTK_WIDGET (list));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (self->press), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (self->press, "pressed", G_CALLBACK (on_pressed), self);
  return self;
}

void
kith_sidebar_list_free (KithSidebarList *self)
{
  if (self == NULL)
    return;
  gtk_list_box_set_filter_func (self->list, NULL, NULL, NULL);
  g_signal_handlers_disconnect_by_data (self->list, self);
  unwatch (self);
  g_clear_object (&self->press);
  g_clear_object (&self->selected);
  g_clear_object (&self->session);
  g_ptr_array_unref (self->rows);
  g_free (self);
}
