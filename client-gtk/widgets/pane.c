#include "widgets/pane.h"

struct _KithPane {
  GtkBin parent;
  int natural;
};

enum { PROP_0, PROP_NATURAL, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (KithPane, kith_pane, GTK_TYPE_BIN)

static void
kith_pane_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  GTK_WIDGET_CLASS (kith_pane_parent_class)->get_preferred_width (widget, minimum, natural);
  *natural = MAX (*minimum, KITH_PANE (widget)->natural);
}

static void
kith_pane_get_preferred_width_for_height (GtkWidget *widget, int height, int *minimum, int *natural)
{
  (void) height;
  kith_pane_get_preferred_width (widget, minimum, natural);
}

static void
kith_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_NATURAL)
    kith_pane_set_natural (KITH_PANE (object), g_value_get_int (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
kith_pane_class_init (KithPaneClass *klass)
{
  G_OBJECT_CLASS (klass)->set_property = kith_pane_set_property;
  GTK_WIDGET_CLASS (klass)->get_preferred_width = kith_pane_get_preferred_width;
  GTK_WIDGET_CLASS (klass)->get_preferred_width_for_height = kith_pane_get_preferred_width_for_height;
  props[PROP_NATURAL] = g_param_spec_int ("natural", NULL, NULL, 0, G_MAXINT, 0,
                                          G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
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
