/* message-line.c - a row of a list box with several children instead of one. What stands between gutter and slot is as
 * wide as there is room, one part below the other; the row is as high as the highest of the three. */
#include "widgets/message-line.h"

#define BETWEEN 12 /* pixels: beside each other */
#define BELOW 3    /* pixels: below each other */

typedef struct {
  GtkWidget *parts[KITH_N_PLACES];
  int slot; /* pixels, at least */
} KithMessageLinePrivate;

G_DEFINE_TYPE_WITH_PRIVATE (KithMessageLine, kith_message_line, GTK_TYPE_LIST_BOX_ROW)

static GtkWidget **
parts_of (gpointer line)
{
  return ((KithMessageLinePrivate *) kith_message_line_get_instance_private (line))->parts;
}

static int
slot_of (gpointer line)
{
  return ((KithMessageLinePrivate *) kith_message_line_get_instance_private (line))->slot;
}

static GtkBorder
padding_of (GtkWidget *widget)
{
  GtkBorder padding;
  gtk_style_context_get_padding (gtk_widget_get_style_context (widget), gtk_widget_get_state_flags (widget), &padding);
  return padding;
}

static gboolean
is_shown (GtkWidget *part)
{
  return part != NULL && gtk_widget_get_visible (part);
}

/* ---- how much room ---- */

/* The width beside the text. */
static int
get_sides (GtkWidget *widget, const GtkBorder *padding)
{
  GtkWidget *slot = parts_of (widget)[KITH_PLACE_SLOT];
  int width = 0;
  if (is_shown (slot))
    gtk_widget_get_preferred_width (slot, NULL, &width);
  return padding->left + padding->right + KITH_GUTTER + BETWEEN + BETWEEN + MAX (width, slot_of (widget));
}

static void
kith_message_line_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  GtkBorder padding = padding_of (widget);
  int sides = get_sides (widget, &padding);
  *minimum = *natural = 0;
  for (guint i = KITH_PLACE_HEAD; i <= KITH_PLACE_TROUBLE; i++) {
    int least, most;
    if (!is_shown (parts_of (widget)[i]))
      continue;
    gtk_widget_get_preferred_width (parts_of (widget)[i], &least, &most);
    *minimum = MAX (*minimum, least);
    *natural = MAX (*natural, most);
  }
  *minimum += sides;
  *natural += sides;
}

static int
get_height (GtkWidget *part, int width)
{
  int height = 0;
  if (is_shown (part))
    gtk_widget_get_preferred_height_for_width (part, width, NULL, &height);
  return height;
}

static int
get_text_height (GtkWidget *widget, int width)
{
  int height = 0;
  for (guint i = KITH_PLACE_HEAD; i <= KITH_PLACE_TROUBLE; i++) {
    GtkWidget *part = parts_of (widget)[i];
    if (is_shown (part))
      height += get_height (part, width) + (height > 0 ? BELOW : 0);
  }
  return height;
}

static void
kith_message_line_get_preferred_height_for_width (GtkWidget *widget, int width, int *minimum, int *natural)
{
  GtkBorder padding = padding_of (widget);
  int height = get_text_height (widget, MAX (width - get_sides (widget, &padding), 1));
  height = MAX (height, get_height (parts_of (widget)[KITH_PLACE_GUTTER], KITH_GUTTER));
  height = MAX (height, get_height (parts_of (widget)[KITH_PLACE_SLOT], KITH_SLOT));
  *minimum = *natural = height + padding.top + padding.bottom;
}

static void
kith_message_line_get_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  int width;
  gtk_widget_get_preferred_width (widget, NULL, &width);
  kith_message_line_get_preferred_height_for_width (widget, width, minimum, natural);
}

static GtkSizeRequestMode
kith_message_line_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* ---- where ---- */

/* at: from the corner of the row, and as it is from left to right. */
static void
place (GtkWidget *widget, GtkWidget *part, GtkAllocation at)
{
  GtkAllocation row;
  gtk_widget_get_allocation (widget, &row);
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    at.x = row.width - at.x - at.width;
  at.x += row.x;
  at.y += row.y;
  gtk_widget_size_allocate (part, &at);
}

/* A time may be wider than the gutter: then it reaches out of it on both sides. */
static void
place_gutter (GtkWidget *widget, GtkWidget *gutter, const GtkAllocation *inner)
{
  int width;
  gtk_widget_get_preferred_width (gutter, &width, NULL);
  width = MAX (width, KITH_GUTTER);
  place (widget, gutter, (GtkAllocation){inner->x - (width - KITH_GUTTER) / 2, inner->y, width, inner->height});
}

static void
place_text (GtkWidget *widget, GtkAllocation at)
{
  for (guint i = KITH_PLACE_HEAD; i <= KITH_PLACE_TROUBLE; i++) {
    GtkWidget *part = parts_of (widget)[i];
    if (!is_shown (part))
      continue;
    at.height = get_height (part, at.width);
    place (widget, part, at);
    at.y += at.height + BELOW;
  }
}

static void
kith_message_line_size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  GTK_WIDGET_CLASS (kith_message_line_parent_class)->size_allocate (widget, allocation);
  GtkWidget *gutter = parts_of (widget)[KITH_PLACE_GUTTER], *slot = parts_of (widget)[KITH_PLACE_SLOT];
  GtkBorder padding = padding_of (widget);
  int width = MAX (allocation->width - get_sides (widget, &padding), 1);
  /* Mirrored only in the end. */
  int start = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL ? padding.right : padding.left;
  GtkAllocation inner = {start, padding.top, KITH_GUTTER, allocation->height - padding.top - padding.bottom};
  if (is_shown (gutter))
    place_gutter (widget, gutter, &inner);
  inner.x += KITH_GUTTER + BETWEEN;
  inner.width = width;
  place_text (widget, inner);
  if (!is_shown (slot))
    return;
  inner.x += width + BETWEEN;
  gtk_widget_get_preferred_width (slot, NULL, &inner.width);
  inner.width = MAX (inner.width, slot_of (widget));
  place (widget, slot, inner);
}

/* ---- focus: the row, then what can be pressed in it ---- */

static gboolean
focus_part (GtkWidget *widget, GtkDirectionType direction, gboolean back)
{
  GtkWidget *now = gtk_container_get_focus_child (GTK_CONTAINER (widget));
  gboolean reached = now == NULL;
  for (guint i = 0; i < KITH_N_PLACES; i++) {
    GtkWidget *part = parts_of (widget)[back ? KITH_N_PLACES - 1 - i : i];
    reached = reached || part == now;
    if (reached && is_shown (part) && gtk_widget_child_focus (part, direction))
      return TRUE;
  }
  return FALSE;
}

static gboolean
kith_message_line_focus (GtkWidget *widget, GtkDirectionType direction)
{
  gboolean back = direction == GTK_DIR_TAB_BACKWARD || direction == GTK_DIR_LEFT;
  gboolean on = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_RIGHT;
  gboolean within = gtk_container_get_focus_child (GTK_CONTAINER (widget)) != NULL;
  if (gtk_widget_is_focus (widget))
    return on && focus_part (widget, direction, FALSE);
  if ((within || back) && focus_part (widget, direction, back))
    return TRUE;
  if (within && !back)
    return FALSE;
  gtk_widget_grab_focus (widget);
  return TRUE;
}

/* ---- a container ---- */

static void
kith_message_line_forall (GtkContainer *container, gboolean internals, GtkCallback func, gpointer data)
{
  for (guint i = 0; i < KITH_N_PLACES; i++)
    if (parts_of (container)[i] != NULL)
      func (parts_of (container)[i], data);
}

static void
kith_message_line_remove (GtkContainer *container, GtkWidget *part)
{
  for (guint i = 0; i < KITH_N_PLACES; i++)
    if (parts_of (container)[i] == part) {
      parts_of (container)[i] = NULL;
      gtk_widget_unparent (part);
      gtk_widget_queue_resize (GTK_WIDGET (container));
      return;
    }
}

static GType
kith_message_line_child_type (GtkContainer *container)
{
  return G_TYPE_NONE;
}

GtkWidget *
kith_message_line_get (KithMessageLine *self, KithMessagePlace where)
{
  return parts_of (self)[where];
}

void
kith_message_line_set_slot (KithMessageLine *self, int width)
{
  KithMessageLinePrivate *line = kith_message_line_get_instance_private (self);
  if (line->slot == width)
    return;
  line->slot = width;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
kith_message_line_put (KithMessageLine *self, KithMessagePlace where, GtkWidget *part)
{
  if (parts_of (self)[where] != NULL)
    gtk_widget_destroy (parts_of (self)[where]);
  if (part == NULL)
    return;
  parts_of (self)[where] = part;
  gtk_widget_set_parent (part, GTK_WIDGET (self));
  gtk_widget_show_all (part);
}

static void
kith_message_line_class_init (KithMessageLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkContainerClass *container_class = GTK_CONTAINER_CLASS (klass);
  widget_class->get_request_mode = kith_message_line_get_request_mode;
  widget_class->get_preferred_width = kith_message_line_get_preferred_width;
  widget_class->get_preferred_height = kith_message_line_get_preferred_height;
  widget_class->get_preferred_height_for_width = kith_message_line_get_preferred_height_for_width;
  widget_class->size_allocate = kith_message_line_size_allocate;
  widget_class->focus = kith_message_line_focus;
  container_class->forall = kith_message_line_forall;
  container_class->remove = kith_message_line_remove;
  container_class->child_type = kith_message_line_child_type;
}

static void
kith_message_line_init (KithMessageLine *self)
{
  kith_message_line_set_slot (self, KITH_SLOT);
}
