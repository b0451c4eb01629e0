/* preferences-appearance.c - how Kith looks and how one writes. */
#include "widgets/parts.h"
#include "widgets/preferences-parts.h"
#include "widgets/spell.h"

#include <glib/gi18n.h>

static const KithChoice styles[] = {
    {"system", N_ ("System")}, {"light", N_ ("Light")}, {"dark", N_ ("Dark")}, {"high-contrast", N_ ("High contrast")}};

static const struct {
  const char *name, *words, *color;
} accents[] = {{"petrol", N_ ("Petrol"), "#0E6A8A"}, {"blue", N_ ("Blue"), "#3D5BC7"},
               {"violet", N_ ("Violet"), "#7A4FB5"}, {"rose", N_ ("Rose"), "#B23A6B"},
               {"amber", N_ ("Amber"), "#A8501A"},   {"green", N_ ("Green"), "#2F7A3F"},
               {"slate", N_ ("Slate"), "#56646B"}};

/* A disc of its colour; the chosen one has a ring. */
static void
paint (GtkWidget *button, const char *color)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  g_autofree char *css = g_strdup_printf (
      "button { background: %s; border: none; border-radius: 99px; min-width: 22px; min-height: 22px; padding: 0; "
      "font-size: 1px; }" /* of its empty label, which would make it taller with the text */
      "button:checked { box-shadow: 0 0 0 2px @k_raised, 0 0 0 4px %s; }",
      color, color);
  gtk_css_provider_load_from_data (provider, css, -1, NULL);
  gtk_style_context_add_provider (gtk_widget_get_style_context (button), GTK_STYLE_PROVIDER (provider),
                                  GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 10);
}

static GtkWidget *
new_accents (KithSettings *settings)
{
  KithChoice choices[G_N_ELEMENTS (accents)];
  for (gsize i = 0; i < G_N_ELEMENTS (accents); i++)
    choices[i] = (KithChoice){accents[i].name, ""};
  GtkWidget *box = kith_segments_new (settings, "accent", choices, G_N_ELEMENTS (choices));
  kith_set_class (box, "linked", FALSE);
  kith_set_class (box, "segmented", FALSE);
  gtk_box_set_spacing (GTK_BOX (box), 9);
  g_autoptr (GList) buttons = gtk_container_get_children (GTK_CONTAINER (box));
  guint i = 0;
  for (GList *l = buttons; l != NULL; l = l->next, i++) {
    paint (l->data, accents[i].color);
    kith_set_name (l->data, _ (accents[i].words));
  }
  return box;
}

static GtkWidget *
new_text_size (KithSettings *settings)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6),
            *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 80, 160, 10);
  gtk_scale_set_draw_value (GTK_SCALE (scale), FALSE);
  gtk_widget_set_size_request (scale, 130, -1);
  atk_object_set_name (gtk_widget_get_accessible (scale), _ ("Text size"));
  g_object_bind_property (settings, "text-size", gtk_range_get_adjustment (GTK_RANGE (scale)), "value",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  gtk_container_add (GTK_CONTAINER (box), kith_label_new ("A", "t-small faint"));
  gtk_container_add (GTK_CONTAINER (box), scale);
  gtk_container_add (GTK_CONTAINER (box), kith_label_new ("A", "t-title faint"));
  return box;
}

void
kith_preferences_add_appearance (HdyPreferencesWindow *window, KithSettings *settings)
{
  GtkWidget *page = kith_preferences_page (window, "appearance", _ ("Appearance"), "applications-graphics-symbolic");
  GtkWidget *look = kith_preferences_group (page, _ ("Look"));
  kith_preferences_row (look, _ ("Style"), NULL,
                        kith_segments_new (settings, "color-scheme", styles, G_N_ELEMENTS (styles)));
  kith_preferences_row (look, _ ("Accent colour"), NULL, new_accents (settings));
  kith_preferences_row (look, _ ("Text size"), _ ("Also Ctrl + and Ctrl − in a conversation"),
                        new_text_size (settings));
  kith_preferences_switch (look, settings, "reduce-motion", _ ("Reduce motion"), _ ("Nothing slides or fades"));
  kith_preferences_switch (look, settings, "desktop-theme", _ ("Use my desktop’s theme"),
                           _ ("Instead of Kith’s own colours and icons"));
  GtkWidget *writing = kith_preferences_group (page, _ ("Writing"));
  kith_preferences_switch (writing, settings, "enter-sends", _ ("Enter sends"),
                           _ ("Shift+Enter begins a line. Off: Ctrl+Enter sends"));
  if (kith_spell_is_there ())
    kith_preferences_switch (writing, settings, "spell-check", _ ("Check spelling"), NULL);
}
