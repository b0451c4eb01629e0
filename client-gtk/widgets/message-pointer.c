/* message-pointer.c - events of the list box, translated to rows and to spans of text. */
#include "widgets/message-pointer.h"

#include "widgets/dialogs.h"
#include "widgets/message-text.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

struct _KithMessagePointer {
  GObject parent_instance;
  KithSession *session;
  KithMessageList *list;       /* borrowed */
  KithMessageActions *actions; /* borrowed */
  KithMessageRow *hovered;     /* weak */
  GtkGesture *press, *menu;
};

G_DEFINE_FINAL_TYPE (KithMessagePointer, kith_message_pointer, G_TYPE_OBJECT)

/* ---- what is under the pointer ---- */

typedef struct {
  GtkWidget *list, *label;
  double x, y; /* of the list */
  const KithSpan *span;
} Probe;

static void
probe_label (GtkWidget *label, gpointer data)
{
  Probe *probe = data;
  int x, y;
  if (probe->span != NULL || !gtk_widget_get_mapped (label) ||
      !gtk_widget_translate_coordinates (probe->list, label, (int) probe->x, (int) probe->y, &x, &y))
    return;
  if (x < 0 || y < 0 || x >= gtk_widget_get_allocated_width (label) || y >= gtk_widget_get_allocated_height (label))
    return;
  probe->span = kith_message_label_span_at (label, x, y);
  probe->label = label;
}

static Probe
probe (KithMessagePointer *self, double x, double y)
{
  Probe found = {.list = GTK_WIDGET (self->list), .x = x, .y = y};
  KithMessageRow *row = kith_message_list_at_y (self->list, (int) y);
  if (row != NULL)
    kith_message_text_each_label (GTK_WIDGET (row), probe_label, &found);
  return found;
}

/* Events may come from a window of a child: the place in the list. */
static void
place_in_list (KithMessagePointer *self, const GdkEvent *event, double *x, double *y)
{
  GdkWindow *window = event->any.window, *own = gtk_widget_get_window (GTK_WIDGET (self->list));
  gdk_event_get_coords (event, x, y);
  while (window != NULL && window != own) {
    gdk_window_coords_to_parent (window, *x, *y, x, y);
    window = gdk_window_get_effective_parent (window);
  }
}

/* ---- hovering ---- */

static KithMessageRow *
focused_row (KithMessagePointer *self)
{
  GtkWidget *row = gtk_container_get_focus_child (GTK_CONTAINER (self->list));
  return KITH_IS_MESSAGE_ROW (row) ? KITH_MESSAGE_ROW (row) : NULL;
}

static void
set_hovered (KithMessagePointer *self, KithMessageRow *row)
{
  if (self->hovered == row)
    return;
  if (self->hovered != NULL)
    kith_message_row_set_hovered (self->hovered, FALSE);
  g_set_weak_pointer (&self->hovered, row);
  if (row == NULL || kith_post_kind (kith_message_row_post (row)) != KITH_POST_MESSAGE) {
    kith_message_actions_hide_bar (self->actions);
    return;
  }
  kith_message_row_set_hovered (row, TRUE);
  kith_message_actions_show_bar (self->actions, row);
}

/* What is scrolled out of sight is not meant. */
static gboolean
is_list_pointed_at (KithMessagePointer *self)
{
  GtkWidget *scroll = gtk_widget_get_ancestor (GTK_WIDGET (self->list), GTK_TYPE_SCROLLED_WINDOW);
  return kith_is_pointed_at (GTK_WIDGET (self->list)) && (scroll == NULL || kith_is_pointed_at (scroll));
}

static void
set_cursor (KithMessagePointer *self, const Probe *found)
{
  GdkWindow *window = gtk_widget_get_window (GTK_WIDGET (self->list));
  const char *name = found->span != NULL ? "pointer" : found->label != NULL ? "text" : "default";
  g_autoptr (GdkCursor) cursor = gdk_cursor_new_from_name (gtk_widget_get_display (GTK_WIDGET (self->list)), name);
  gdk_window_set_cursor (window, cursor);
}

static gboolean
on_motion (KithMessagePointer *self, GdkEvent *event)
{
  double x, y;
  place_in_list (self, event, &x, &y);
  set_hovered (self, kith_message_list_at_y (self->list, (int) y));
  Probe found = probe (self, x, y);
  set_cursor (self, &found);
  return GDK_EVENT_PROPAGATE;
}

/* A pointer that jumps into the list only enters it. What GTK makes up when something grabs it has no place. */
static gboolean
on_enter (KithMessagePointer *self, GdkEvent *event)
{
  return event->crossing.mode == GDK_CROSSING_NORMAL ? on_motion (self, event) : GDK_EVENT_PROPAGATE;
}

/* The pointer goes from a row to its bar and back; elsewhere, there is nothing left to hover over. */
static void
settle (KithMessagePointer *self)
{
  if (!kith_message_actions_are_pointed_at (self->actions) && !is_list_pointed_at (self))
    set_hovered (self, NULL);
}

static gboolean
on_leave (KithMessagePointer *self, GdkEvent *event)
{
  if (event->crossing.mode == GDK_CROSSING_NORMAL && event->crossing.detail != GDK_NOTIFY_INFERIOR)
    settle (self);
  return GDK_EVENT_PROPAGATE;
}

/* The focus in the list is as good as a pointer. */
static void
on_menu_closed (KithMessagePointer *self)
{
  if (focused_row (self) == NULL)
    settle (self);
}

static gboolean
on_tooltip (KithMessagePointer *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  Probe found = keyboard ? (Probe){0} : probe (self, x, y);
  if (found.span == NULL || found.span->target == NULL)
    return FALSE;
  gtk_tooltip_set_text (tooltip, found.span->target);
  return TRUE;
}

/* ---- clicks ---- */

static void
on_released (KithMessagePointer *self, int n, double x, double y)
{
  Probe found = probe (self, x, y);
  if (n != 1 || found.span == NULL || gtk_label_get_selection_bounds (GTK_LABEL (found.label), NULL, NULL))
    return;
  if (found.span->kind == KITH_SPAN_LINK)
    kith_message_open_link (GTK_WIDGET (self->list), found.span->target);
  else
    kith_person_show (found.label, self->session, found.span->account);
}

/* Before the labels, which have a menu of their own. */
static void
on_menu_pressed (KithMessagePointer *self, int n, double x, double y, GtkGesture *gesture)
{
  KithMessageRow *row = kith_message_list_at_y (self->list, (int) y);
  if (row == NULL || kith_post_kind (kith_message_row_post (row)) != KITH_POST_MESSAGE)
    return;
  Probe found = probe (self, x, y);
  const char *link = found.span != NULL && found.span->kind == KITH_SPAN_LINK ? found.span->target : NULL;
  kith_message_actions_popup (self->actions, row, link, gtk_gesture_get_last_event (gesture, NULL));
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static gboolean
on_menu_key (KithMessagePointer *self)
{
  KithMessageRow *row = focused_row (self);
  if (row != NULL && kith_post_kind (kith_message_row_post (row)) == KITH_POST_MESSAGE)
    kith_message_actions_popup (self->actions, row, NULL, NULL);
  return row != NULL;
}

static gboolean
on_key (KithMessagePointer *self, GdkEventKey *event)
{
  KithMessageRow *row = focused_row (self);
  return row != NULL && kith_message_actions_key (self->actions, row, event);
}

static void
on_focus_child (KithMessagePointer *self, GtkWidget *child)
{
  if (KITH_IS_MESSAGE_ROW (child))
    set_hovered (self, KITH_MESSAGE_ROW (child));
  else if (child == NULL)
    settle (self);
}

static void
on_row_added (KithMessagePointer *self, KithMessageRow *row)
{
  kith_message_actions_watch (self->actions, row);
}

/* ---- life ---- */

KithMessagePointer *
kith_message_pointer_new (KithSession *session, KithMessageList *list, KithMessageActions *actions)
{
  KithMessagePointer *self = g_object_new (KITH_TYPE_MESSAGE_POINTER, NULL);
  self->session = g_object_ref (session);
  self->list = list;
  self->actions = actions;
  gtk_widget_add_events (GTK_WIDGET (list), GDK_POINTER_MOTION_MASK | GDK_ENTER_NOTIFY_MASK | GDK_LEAVE_NOTIFY_MASK |
                                                GDK_BUTTON_PRESS_MASK);
  gtk_widget_set_has_tooltip (GTK_WIDGET (list), TRUE);
  static const struct {
    const char *signal;
    GCallback callback;
  } handlers[] = {{"motion-notify-event", G_CALLBACK (on_motion)},  {"leave-notify-event", G_CALLBACK (on_leave)},
                  {"enter-notify-event", G_CALLBACK (on_enter)},
                  {"popup-menu", G_CALLBACK (on_menu_key)},         {"key-press-event", G_CALLBACK (on_key)},
                  {"query-tooltip", G_CALLBACK (on_tooltip)},       {"set-focus-child", G_CALLBACK (on_focus_child)},
                  {"row-added", G_CALLBACK (on_row_added)}};
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (list, handlers[i].signal, handlers[i].callback, self, G_CONNECT_SWAPPED);
  g_signal_connect_object (actions, "left", G_CALLBACK (on_leave), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (actions, "menu-closed", G_CALLBACK (on_menu_closed), self, G_CONNECT_SWAPPED);
  self->press = gtk_gesture_multi_press_new (GTK_WIDGET (list));
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (self->press), GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (self->press, "released", G_CALLBACK (on_released), self);
  self->menu = gtk_gesture_multi_press_new (GTK_WIDGET (list));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (self->menu), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (self->menu), GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (self->menu, "pressed", G_CALLBACK (on_menu_pressed), self);
  for (guint i = 0; i < kith_message_list_count (list); i++)
    on_row_added (self, kith_message_list_nth (list, i));
  return self;
}

static void
kith_message_pointer_dispose (GObject *object)
{
  KithMessagePointer *self = KITH_MESSAGE_POINTER (object);
  g_clear_weak_pointer (&self->hovered);
  g_clear_object (&self->press);
  g_clear_object (&self->menu);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kith_message_pointer_parent_class)->dispose (object);
}

static void
kith_message_pointer_class_init (KithMessagePointerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_message_pointer_dispose;
}

static void
kith_message_pointer_init (KithMessagePointer *self)
{
}
