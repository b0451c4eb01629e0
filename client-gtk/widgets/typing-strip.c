/* typing-strip.c - three dots that take turns, and a sentence. A timer runs only while both can be seen. */
#include "widgets/typing-strip.h"

#include "core/rich.h"
#include "core/wording.h"
#include "widgets/parts.h"
#include "widgets/theme.h"

#define DOTS 3
#define TURN_MS 400
#define RADIUS 2.4 /* pixels, as all below */
#define STEP 7
#define WIDTH 22
#define HEIGHT 8

struct _KithTypingStrip {
  GtkBox parent_instance;
  KithChat *chat;
  GtkWidget *dots, *words;
  guint turn, timer;
};

G_DEFINE_FINAL_TYPE (KithTypingStrip, kith_typing_strip, GTK_TYPE_BOX)

static gboolean
on_draw (GtkWidget *dots, cairo_t *cr, KithTypingStrip *self)
{
  static const double alphas[DOTS] = {0.9, 0.6, 0.3};
  gboolean right_to_left = gtk_widget_get_direction (dots) == GTK_TEXT_DIR_RTL;
  GdkRGBA color;
  if (!kith_theme_color (dots, "k_fg3", &color))
    return GDK_EVENT_PROPAGATE;
  for (guint i = 0; i < DOTS; i++) {
    guint place = right_to_left ? DOTS - 1 - i : i;
    color.alpha = alphas[(i + DOTS - self->turn) % DOTS];
    gdk_cairo_set_source_rgba (cr, &color);
    cairo_arc (cr, HEIGHT / 2.0 + place * STEP, HEIGHT / 2.0, RADIUS, 0, 2 * G_PI);
    cairo_fill (cr);
  }
  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_turn (gpointer data)
{
  KithTypingStrip *self = data;
  self->turn = (self->turn + 1) % DOTS;
  gtk_widget_queue_draw (self->dots);
  return G_SOURCE_CONTINUE;
}

static void
move (KithTypingStrip *self)
{
  gboolean animated = TRUE;
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animated, NULL);
  g_clear_handle_id (&self->timer, g_source_remove);
  self->turn = 0;
  if (animated && gtk_widget_get_mapped (self->dots))
    self->timer = g_timeout_add (TURN_MS, on_turn, self);
}

static void
set_bold (GtkLabel *label, const GArray *spans)
{
  PangoAttrList *list = pango_attr_list_new ();
  for (guint i = 0; i < spans->len; i++) {
    const KithSpan *span = &g_array_index (spans, KithSpan, i);
    PangoAttribute *attribute = pango_attr_weight_new (PANGO_WEIGHT_BOLD);
    attribute->start_index = span->start;
    attribute->end_index = span->end;
    pango_attr_list_insert (list, attribute);
  }
  gtk_label_set_attributes (label, list);
  pango_attr_list_unref (list);
}

static void
update (KithTypingStrip *self)
{
  const GPtrArray *people = kith_chat_typing (self->chat);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (KithSpan));
  for (guint i = 0; people != NULL && i < people->len; i++)
    g_ptr_array_add (names, (gpointer) kith_contact_name (people->pdata[i]));
  g_autofree char *words = kith_wording_typing ((const char *const *) names->pdata, names->len, spans);
  gtk_label_set_text (GTK_LABEL (self->words), words);
  set_bold (GTK_LABEL (self->words), spans);
  gtk_widget_set_visible (self->dots, names->len > 0);
}

GtkWidget *
kith_typing_strip_new (KithChat *chat)
{
  KithTypingStrip *self = g_object_new (KITH_TYPE_TYPING_STRIP, "spacing", 6, NULL);
  self->chat = g_object_ref (chat);
  g_signal_connect_object (chat, "notify::typing", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

static void
kith_typing_strip_dispose (GObject *object)
{
  KithTypingStrip *self = KITH_TYPING_STRIP (object);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->chat);
  G_OBJECT_CLASS (kith_typing_strip_parent_class)->dispose (object);
}

static void
kith_typing_strip_class_init (KithTypingStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_typing_strip_dispose;
}

static void
kith_typing_strip_init (KithTypingStrip *self)
{
  self->dots = gtk_drawing_area_new ();
  self->words = kith_label_new ("", NULL);
  kith_add_classes (GTK_WIDGET (self), "typing");
  kith_set_decoration (self->dots);
  gtk_widget_set_size_request (self->dots, WIDTH, HEIGHT);
  gtk_widget_set_valign (self->dots, GTK_ALIGN_CENTER);
  gtk_widget_set_no_show_all (self->dots, TRUE);
  gtk_container_add (GTK_CONTAINER (self), self->dots);
  gtk_container_add (GTK_CONTAINER (self), self->words);
  g_signal_connect (self->dots, "draw", G_CALLBACK (on_draw), self);
  g_signal_connect_swapped (self->dots, "map", G_CALLBACK (move), self);
  g_signal_connect_swapped (self->dots, "unmap", G_CALLBACK (move), self);
}
