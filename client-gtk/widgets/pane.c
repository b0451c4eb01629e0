#include "widgets/pane.h"

struct _KithPane {
  GtkBin parent;
  int natural, minimum;
};

enum { PROP_0, PROP_NATURAL, PROP_MINIMUM, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (KithPane, kith_pane, GTK_TYPE_BIN)

static void
kith_pane_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  GTK_WIDGET_CLASS (kith_pane_parent_class)->get_preferred_width (widget, minimum, natural);
  KithPane *self = KITH_PANE (widget);
  if (self->minimum > 0)
    *minimum = MIN (*minimum, self->minimum);
  *natural = MAX (*minimum, self->natural);
}

static void
kith_pane_get_preferred_width_for_height (GtkWidget *widget, int height, int *minimum, int *natural)
{
  (void) height;
  kith_pane_get_preferred_width (widget, minimum, natural);
}

/* Until it has folded, a child may need more than there is: the rest is not seen. */
static void
kith_pane_size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  GtkWidget *child = gtk_bin_get_child (GTK_BIN (widget));
  int need = 0;
  gtk_widget_set_allocation (widget, allocation);
  if (child == NULL || !gtk_widget_get_visible (child))
    return;
  gtk_widget_get_preferred_width (child, &need, NULL);
  gtk_widget_size_allocate (
      child, &(GtkAllocation) {allocation->x, allocation->y, MAX (allocation->width, need), allocation->height});
}

static void
kith_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_NATURAL)
    kith_pane_set_natural (KITH_PANE (object), g_value_get_int (value));
  else if (id == PROP_MINIMUM)
    KITH_PANE (object)->minimum = g_value_get_int (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
kith_pane_class_init (KithPaneClass *klass)
{
  G_OBJECT_CLASS (klass)->set_property = kith_pane_set_property;
  GTK_WIDGET_CLASS (klass)->get_preferred_width = kith_pane_get_preferred_width;
  GTK_WIDGET_CLASS (klass)->get_preferred_width_for_height = kith_pane_get_preferred_width_for_height;
  GTK_WIDGET_CLASS (klass)->size_allocate = kith_pane_size_allocate;
  GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;
  props[PROP_NATURAL] = g_param_spec_int ("natural", NULL, NULL, 0, G_MAXINT, 0, flags);
  props[PROP_MINIMUM] = g_param_spec_int ("minimum", NULL, NULL, 0, G_MAXINT, 0, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
}

static void
kith_pane_init (KithPane *self)
{
  self->natural = 0;
}

GtkWidget *
kith_pane_new (int natural)
{
  return g_object_new (KITH_TYPE_PANE, "natural", natural, NULL);
}

void
kith_pane_set_natural (KithPane *self, int natural)
{
  g_return_if_fail (KITH_IS_PANE (self));
  self->natural = natural;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
