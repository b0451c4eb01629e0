/* pair.c - one function says where both stand at a width (arrange): it is asked for the height, and then for the places. */
#include "widgets/pair.h"

struct _KithPair {
  GtkContainer parent_instance;
  KithPairKind kind;
  GtkWidget *children[2];
};

G_DEFINE_FINAL_TYPE (KithPair, kith_pair, GTK_TYPE_CONTAINER)

/* Pixels between them. */
static const struct {
  int beside, below;
} gaps[KITH_PAIR_N_KINDS] = {[KITH_PAIR_ENDS] = {12, 6}, [KITH_PAIR_FILL] = {15, 12}, [KITH_PAIR_TAIL] = {9, 0}};

/* ---- where they stand, from left to right, from the corner of the pair ---- */

typedef GdkRectangle Places[2];

static int
height_of (GtkWidget *child, int width)
{
  int height;
  gtk_widget_get_preferred_height_for_width (child, width, NULL, &height);
  return height;
}

static int
width_of (GtkWidget *child)
{
  int width;
  gtk_widget_get_preferred_width (child, NULL, &width);
  return width;
}

static void
arrange_below (KithPair *self, int width, Places at)
{
  at[0] = (GdkRectangle){0, 0, width, height_of (self->children[0], width)};
  at[1] = (GdkRectangle){0, at[0].height + gaps[self->kind].below, width, height_of (self->children[1], width)};
}

/* In the middle of each other. */
static void
arrange_beside (KithPair *self, int width, Places at)
{
  int first = width_of (self->children[0]), second = width_of (self->children[1]), gap = gaps[self->kind].beside;
  if (first + gap + second > width) {
    arrange_below (self, width, at);
    return;
  }
  if (self->kind == KITH_PAIR_FILL)
    second = width - first - gap;
  at[0] = (GdkRectangle){0, 0, first, height_of (self->children[0], first)};
  at[1] = (GdkRectangle){width - second, 0, second, height_of (self->children[1], second)};
  int height = MAX (at[0].height, at[1].height);
  at[0].y = (height - at[0].height) / 2;
  at[1].y = (height - at[1].height) / 2;
}

/* The last line of the label when it has this width, and its baseline. TRUE: it is read from right to left. GtkLabel moves
 * the layout until what is drawn of it begins where the label does. */
static gboolean
measure_end (GtkLabel *label, int width, PangoRectangle *line, int *baseline)
{
  g_autoptr (PangoLayout) layout = pango_layout_copy (gtk_label_get_layout (label));
  PangoRectangle all;
  pango_layout_set_width (layout, width * PANGO_SCALE);
  pango_layout_get_pixel_extents (layout, NULL, &all);
  PangoLayoutIter *iter = pango_layout_get_iter (layout);
  while (pango_layout_iter_next_line (iter))
    ;
  pango_layout_iter_get_line_extents (iter, NULL, line);
  pango_extents_to_pixels (line, NULL);
  line->x -= all.x;
  if (gtk_widget_get_direction (GTK_WIDGET (label)) == GTK_TEXT_DIR_RTL)
    line->x += width - all.width;
  *baseline = PANGO_PIXELS (pango_layout_iter_get_baseline (iter));
  PangoDirection direction = pango_layout_iter_get_line_readonly (iter)->resolved_dir;
  pango_layout_iter_free (iter);
  return direction == PANGO_DIRECTION_RTL;
}

/* On the same line, on which both stand, if they have one. */
static int
top_of_tail (GtkWidget *tail, const GdkRectangle *at, const PangoRectangle *line, int baseline)
{
  int height, own;
  gtk_widget_get_preferred_height_and_baseline_for_width (tail, at->width, NULL, &height, NULL, &own);
  return MAX (own >= 0 ? baseline - own : line->y + line->height - at->height, 0);
}

static void
arrange_tail (KithPair *self, int width, Places at)
{
  GtkWidget *label = self->children[0], *tail = self->children[1];
  int text = MIN (width, width_of (label)), size = MIN (width, width_of (tail)), gap = gaps[self->kind].beside, baseline;
  int left = gtk_widget_get_direction (label) == GTK_TEXT_DIR_RTL ? width - text : 0;
  PangoRectangle line;
  gboolean leftwards = measure_end (GTK_LABEL (label), text, &line, &baseline);
  int x = left + (leftwards ? line.x - gap - size : line.x + line.width + gap);
  at[0] = (GdkRectangle){left, 0, text, height_of (label, text)};
  at[1] = (GdkRectangle){x, 0, size, height_of (tail, size)};
  if (x >= 0 && x + size <= width) {
    at[1].y = top_of_tail (tail, &at[1], &line, baseline);
    return;
  }
  at[1].x = leftwards ? width - size : 0;
  at[1].y = at[0].height;
}

static int
arrange (KithPair *self, int width, Places at)
{
  if (self->kind == KITH_PAIR_TAIL)
    arrange_tail (self, width, at);
  else
    arrange_beside (self, width, at);
  return MAX (at[0].y + at[0].height, at[1].y + at[1].height);
}

/* ---- as a widget ---- */

static GtkSizeRequestMode
kith_pair_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
kith_pair_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  KithPair *self = KITH_PAIR (widget);
  int least[2], most[2];
  for (int i = 0; i < 2; i++)
    gtk_widget_get_preferred_width (self->children[i], &least[i], &most[i]);
  *minimum = MAX (least[0], least[1]);
  *natural = self->kind == KITH_PAIR_TAIL ? MAX (most[0], most[1]) : most[0] + gaps[self->kind].beside + most[1];
}

static void
kith_pair_get_preferred_height_for_width (GtkWidget *widget, int width, int *minimum, int *natural)
{
  Places at;
  *minimum = *natural = arrange (KITH_PAIR (widget), width, at);
}

static void
kith_pair_get_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  int width;
  gtk_widget_get_preferred_width (widget, NULL, &width);
  kith_pair_get_preferred_height_for_width (widget, width, minimum, natural);
}

/* What is read from right to left is mirrored; the end of a text is where it is. */
static void
kith_pair_size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  KithPair *self = KITH_PAIR (widget);
  Places at;
  gtk_widget_set_allocation (widget, allocation);
  arrange (self, allocation->width, at);
  gboolean mirrored = self->kind != KITH_PAIR_TAIL && gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  for (int i = 0; i < 2; i++) {
    if (mirrored)
      at[i].x = allocation->width - at[i].x - at[i].width;
    at[i].x += allocation->x;
    at[i].y += allocation->y;
    gtk_widget_size_allocate (self->children[i], &at[i]);
  }
}

static void
kith_pair_forall (GtkContainer *container, gboolean internals, GtkCallback func, gpointer data)
{
  GtkWidget *children[] = {KITH_PAIR (container)->children[0], KITH_PAIR (container)->children[1]};
  for (int i = 0; i < 2; i++)
    if (children[i] != NULL)
      func (children[i], data);
}

static void
kith_pair_remove (GtkContainer *container, GtkWidget *child)
{
  KithPair *self = KITH_PAIR (container);
  for (int i = 0; i < 2; i++)
    if (self->children[i] == child) {
      self->children[i] = NULL;
      gtk_widget_unparent (child);
    }
}

static GType
kith_pair_child_type (GtkContainer *container)
{
  return G_TYPE_NONE; /* it is full from the beginning */
}

/* A label in which text can be selected lies over what stands in it. */
static void
raise_tail (GtkButton *tail)
{
  GdkWindow *window = gtk_button_get_event_window (tail);
  if (window != NULL)
    gdk_window_raise (window);
}

GtkWidget *
kith_pair_new (KithPairKind kind, GtkWidget *first, GtkWidget *second)
{
  KithPair *self = g_object_new (KITH_TYPE_PAIR, "visible", TRUE, NULL);
  GtkWidget *children[] = {first, second};
  self->kind = kind;
  for (int i = 0; i < 2; i++) {
    self->children[i] = children[i];
    gtk_widget_set_parent (children[i], GTK_WIDGET (self));
  }
  if (kind == KITH_PAIR_TAIL && GTK_IS_BUTTON (second))
    g_signal_connect_object (first, "notify::selectable", G_CALLBACK (raise_tail), second, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

static void
kith_pair_class_init (KithPairClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (klass);
  GtkContainerClass *container = GTK_CONTAINER_CLASS (klass);
  widget->get_request_mode = kith_pair_get_request_mode;
  widget->get_preferred_width = kith_pair_get_preferred_width;
  widget->get_preferred_height = kith_pair_get_preferred_height;
  widget->get_preferred_height_for_width = kith_pair_get_preferred_height_for_width;
  widget->size_allocate = kith_pair_size_allocate;
  container->forall = kith_pair_forall;
  container->remove = kith_pair_remove;
  container->child_type = kith_pair_child_type;
}

static void
kith_pair_init (KithPair *self)
{
  gtk_widget_set_has_window (GTK_WIDGET (self), FALSE);
}
