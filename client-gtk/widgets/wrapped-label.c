/* wrapped-label.c - only the answer to how wide it would like to be differs from that of GtkLabel: it is the same for
 * every text of a font. The height for a width GtkLabel finds with the layout that it draws. */
#include "widgets/wrapped-label.h"

#include <pango/pangocairo.h>

#include <string.h>

#define NARROW 140      /* pixels: the narrowest that any window makes it */
#define NARROW_CHARS 16 /* the same of a snug label, */
#define LONG_TEXT 60    /* of so many bytes: finding the narrowest costs much */

struct _KithWrappedLabel {
  GtkLabel parent_instance;
  gboolean snug;
};

G_DEFINE_FINAL_TYPE (KithWrappedLabel, kith_wrapped_label, GTK_TYPE_LABEL)

/* Pango measures a sample each time; of all labels that follow each other most have the same font. */
static struct {
  PangoFontDescription *font;
  double resolution;
  int width;
} latest;

/* Of a character, in Pango's units. */
static int
char_width (GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  const PangoFontDescription *font = pango_context_get_font_description (context);
  double resolution = pango_cairo_context_get_resolution (context);
  if (latest.font != NULL && pango_font_description_equal (latest.font, font) &&
      (gint64) latest.resolution == (gint64) resolution)
    return latest.width;
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  g_clear_pointer (&latest.font, pango_font_description_free);
  latest.font = pango_font_description_copy (font);
  latest.resolution = resolution;
  latest.width = MAX (pango_font_metrics_get_approximate_char_width (metrics),
                      pango_font_metrics_get_approximate_digit_width (metrics));
  pango_font_metrics_unref (metrics);
  return latest.width;
}

static void
kith_wrapped_label_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  if (KITH_WRAPPED_LABEL (widget)->snug) {
    GTK_WIDGET_CLASS (kith_wrapped_label_parent_class)->get_preferred_width (widget, minimum, natural);
    return;
  }
  *minimum = NARROW;
  *natural = MAX (NARROW, PANGO_PIXELS (gtk_label_get_max_width_chars (GTK_LABEL (widget)) * char_width (widget)));
}

void
kith_wrapped_label_set_snug (GtkWidget *label)
{
  g_return_if_fail (KITH_IS_WRAPPED_LABEL (label));
  KITH_WRAPPED_LABEL (label)->snug = TRUE;
  if (strlen (gtk_label_get_text (GTK_LABEL (label))) > LONG_TEXT)
    gtk_label_set_width_chars (GTK_LABEL (label), NARROW_CHARS);
  gtk_widget_queue_resize (label);
}

/* Blocks of Unicode for what is written from right to left. */
static gboolean
is_right_to_left (gunichar c)
{
  return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfeff) ||
         (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff);
}

/* A paragraph of the other direction would stand at the far end of a wide label. */
static gboolean
has_foreign_letter (const char *text)
{
  gboolean right_to_left = gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);
    if (is_right_to_left (c) != right_to_left && g_unichar_isalpha (c))
      return TRUE;
  }
  return FALSE;
}

void
kith_wrapped_label_set_text (GtkWidget *label, const char *text)
{
  g_return_if_fail (KITH_IS_WRAPPED_LABEL (label));
  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_label_set_width_chars (GTK_LABEL (label), -1);
  KITH_WRAPPED_LABEL (label)->snug = FALSE;
  if (has_foreign_letter (text))
    kith_wrapped_label_set_snug (label);
}

GtkWidget *
kith_wrapped_label_new (const char *text, int max_chars)
{
  GtkWidget *label = g_object_new (KITH_TYPE_WRAPPED_LABEL, "xalign", 0.0, "wrap", TRUE, "wrap-mode",
                                   PANGO_WRAP_WORD_CHAR, "max-width-chars", max_chars, "halign", GTK_ALIGN_START,
                                   "track-visited-links", FALSE, NULL);
  kith_wrapped_label_set_text (label, text);
  return label;
}

static void
kith_wrapped_label_class_init (KithWrappedLabelClass *klass)
{
  GTK_WIDGET_CLASS (klass)->get_preferred_width = kith_wrapped_label_get_preferred_width;
}

static void
kith_wrapped_label_init (KithWrappedLabel *self)
{
}
