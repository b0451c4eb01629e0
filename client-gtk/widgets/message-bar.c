/* message-bar.c - a row of flat buttons that take no focus: the keyboard has the menu. */
#include "widgets/message-bar.h"

#include "core/emoji.h"
#include "widgets/app.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

#define EMOJI 3
#define ABOVE 14 /* pixels over the top of the row */
#define EDGE 3   /* pixels from the ends of the view */
#define SIDE 24  /* pixels from its side */

void
kith_message_bar_refresh (GtkWidget *bar)
{
  g_autoptr (GPtrArray) favourites = kith_emoji_favourites (kith_app_settings (kith_app_get ()));
  g_autoptr (GList) buttons = gtk_container_get_children (GTK_CONTAINER (bar));
  GList *button = buttons;
  for (guint i = 0; i < EMOJI; i++, button = button->next) {
    if (g_strcmp0 (gtk_button_get_label (button->data), favourites->pdata[i]) == 0)
      continue;
    g_autofree char *words = g_strdup_printf (_ ("React with %s"), (const char *) favourites->pdata[i]);
    gtk_button_set_label (button->data, favourites->pdata[i]);
    gtk_widget_set_tooltip_text (button->data, words);
    kith_set_name (button->data, words);
  }
}

static void
add_button (GtkWidget *bar, GtkWidget *button, void (*func) (GtkButton *button, gpointer data), gpointer data)
{
  kith_add_classes (button, "flat");
  gtk_widget_set_can_focus (button, FALSE);
  g_signal_connect (button, "clicked", G_CALLBACK (func), data);
  gtk_container_add (GTK_CONTAINER (bar), button);
}

static GtkWidget *
new_icon_button (const char *icon, const char *words)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon, GTK_ICON_SIZE_MENU);
  gtk_image_set_pixel_size (GTK_IMAGE (gtk_button_get_image (GTK_BUTTON (button))), 15);
  gtk_widget_set_tooltip_text (button, words);
  kith_set_name (button, words);
  return button;
}

GtkWidget *
kith_message_bar_new (const KithMessageBarHooks *hooks, gpointer data)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  const struct {
    const char *icon, *words;
    void (*func) (GtkButton *button, gpointer data);
  } buttons[] = {{"face-smile-symbolic", N_ ("Add reaction"), hooks->add},
                 {"kith-reply-symbolic", N_ ("Reply (R)"), hooks->reply},
                 {"mail-forward-symbolic", N_ ("Forward (F)"), hooks->forward},
                 {"view-more-symbolic", N_ ("More"), hooks->more}};
  kith_add_classes (bar, "hover-bar");
  for (guint i = 0; i < EMOJI; i++)
    add_button (bar, gtk_button_new_with_label (""), hooks->emoji, data);
  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    add_button (bar, new_icon_button (buttons[i].icon, _ (buttons[i].words)), buttons[i].func, data);
  kith_message_bar_refresh (bar);
  return bar;
}

/* ---- its place ---- */

typedef struct {
  GtkWidget *view;
  GdkRectangle bar; /* in the view */
  gboolean hides;
} Cover;

/* Whether a line of the label is below the bar. */
static gboolean
hides_line (const Cover *cover, GtkLabel *label)
{
  int left, top, x, y;
  GtkAllocation at;
  gtk_label_get_layout_offsets (label, &left, &top); /* of the window that the label is in */
  gtk_widget_get_allocation (GTK_WIDGET (label), &at);
  if (!gtk_widget_translate_coordinates (GTK_WIDGET (label), cover->view, left - at.x, top - at.y, &x, &y))
    return FALSE;
  PangoLayoutIter *iter = pango_layout_get_iter (gtk_label_get_layout (label));
  gboolean hides = FALSE;
  do {
    PangoRectangle line;
    pango_layout_iter_get_line_extents (iter, NULL, &line);
    pango_extents_to_pixels (&line, NULL);
    const GdkRectangle text = {x + line.x, y + line.y, line.width, line.height};
    hides = gdk_rectangle_intersect (&cover->bar, &text, NULL);
  } while (!hides && pango_layout_iter_next_line (iter));
  pango_layout_iter_free (iter);
  return hides;
}

static void
look_for_text (GtkWidget *widget, gpointer data)
{
  Cover *cover = data;
  if (cover->hides || !gtk_widget_get_mapped (widget))
    return;
  if (GTK_IS_LABEL (widget))
    cover->hides = hides_line (cover, GTK_LABEL (widget));
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), look_for_text, data);
}

/* Over the upper edge of the row, as long as it hides none of its text there; else before it, or behind it. */
static int
choose_top (GtkWidget *view, GtkWidget *row, const GdkRectangle *bar, int top)
{
  int height = gtk_widget_get_allocated_height (row), end = gtk_widget_get_allocated_height (view) - bar->height;
  const int tops[] = {top - ABOVE, top - bar->height, top + height};
  for (gsize i = 0; i < G_N_ELEMENTS (tops); i++) {
    Cover cover = {view, *bar, FALSE};
    cover.bar.y = tops[i];
    if (tops[i] < EDGE || tops[i] > end)
      continue;
    look_for_text (row, &cover);
    if (!cover.hides)
      return tops[i];
  }
  return CLAMP (tops[0], EDGE, MAX (EDGE, end));
}

void
kith_message_bar_place (GtkWidget *bar, GtkWidget *view, GtkWidget *row, GdkRectangle *at)
{
  int x, y, width = gtk_widget_get_allocated_width (view);
  GtkRequisition size;
  gtk_widget_get_preferred_size (bar, NULL, &size);
  gboolean right_to_left = gtk_widget_get_direction (bar) == GTK_TEXT_DIR_RTL;
  *at = (GdkRectangle){right_to_left ? SIDE : MAX (0, width - size.width - SIDE), -size.height, size.width, size.height};
  if (row != NULL && gtk_widget_translate_coordinates (row, view, 0, 0, &x, &y))
    at->y = choose_top (view, row, at, y);
}
