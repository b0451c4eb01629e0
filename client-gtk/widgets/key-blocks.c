/* key-blocks.c - squares in one of the colours of avatars. */
#include "widgets/key-blocks.h"

#include "widgets/theme.h"

#include <string.h>

#define GAP 0.7 /* around each square, in pixels */

struct _KithKeyBlocks {
  GtkDrawingArea parent;
  gboolean filled[KITH_BLOCKS][KITH_BLOCKS];
  guint color;
};

G_DEFINE_FINAL_TYPE (KithKeyBlocks, kith_key_blocks, GTK_TYPE_DRAWING_AREA)

static gboolean
kith_key_blocks_draw (GtkWidget *widget, cairo_t *cr)
{
  KithKeyBlocks *blocks = KITH_KEY_BLOCKS (widget);
  double side = MIN (gtk_widget_get_allocated_width (widget), gtk_widget_get_allocated_height (widget));
  double unit = side / KITH_BLOCKS;
  char name[16];
  GdkRGBA color;
  g_snprintf (name, sizeof name, "k_av%u_fg", blocks->color + 1);
  if (!kith_theme_color (widget, name, &color))
    gtk_style_context_get_color (gtk_widget_get_style_context (widget), GTK_STATE_FLAG_NORMAL, &color);
  gdk_cairo_set_source_rgba (cr, &color);
  for (int y = 0; y < KITH_BLOCKS; y++)
    for (int x = 0; x < KITH_BLOCKS; x++)
      if (blocks->filled[y][x])
        cairo_rectangle (cr, x * unit + GAP, y * unit + GAP, unit - 2 * GAP, unit - 2 * GAP);
  cairo_fill (cr);
  return GDK_EVENT_PROPAGATE;
}

static void
kith_key_blocks_class_init (KithKeyBlocksClass *klass)
{
  GTK_WIDGET_CLASS (klass)->draw = kith_key_blocks_draw;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), ATK_ROLE_FILLER);
}

static void
kith_key_blocks_init (KithKeyBlocks *blocks)
{
  gtk_widget_set_valign (GTK_WIDGET (blocks), GTK_ALIGN_CENTER);
  gtk_widget_show (GTK_WIDGET (blocks));
}

GtkWidget *
kith_key_blocks_new (int size)
{
  return g_object_new (KITH_TYPE_KEY_BLOCKS, "width-request", size, "height-request", size, NULL);
}

void
kith_key_blocks_set (KithKeyBlocks *blocks, const KithFingerprint *fingerprint)
{
  memset (blocks->filled, 0, sizeof blocks->filled);
  if (fingerprint != NULL) {
    memcpy (blocks->filled, fingerprint->blocks, sizeof blocks->filled);
    blocks->color = fingerprint->color;
  }
  gtk_widget_queue_draw (GTK_WIDGET (blocks));
}
