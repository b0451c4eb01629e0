/* theme.c - one style provider for the rules, one for the palette above it, one for the accent, one for the size of
 * text.
 *
 * GTK resolves a named colour through the whole cascade, so a later provider wins and no selector is written twice. */
#include "widgets/theme.h"

#include "widgets/desktop-scheme.h"

#include <handy.h>

#define ICONS "/org/kith/icons"
#define STYLE "/org/kith/css/"

typedef struct {
  const char *accent, *hover, *text, *link, *soft, *border, *selection;
} AccentColors;

typedef struct {
  const char *name;
  AccentColors light, dark;
} Accent;

/* The first is what kith.css has by itself. */
static const Accent accents[] = {
    {.name = "petrol"},
    {"blue",
     {"#3D5BC7", "#334DAA", "#FFFFFF", "#3450B5", "#E8ECFA", "#BAC6F0", "#DBE2F8"},
     {"#9AAEF5", "#B3C2F8", "#0B1640", "#A9BAF7", "#222B4D", "#3D4D85", "#28345F"}},
    {"violet",
     {"#7A4FB5", "#68429C", "#FFFFFF", "#6D44A5", "#F1EAF9", "#D3BFEC", "#E8DDF5"},
     {"#C3A2F0", "#D3BAF5", "#24103F", "#CDB1F3", "#332545", "#574077", "#402E57"}},
    {"rose",
     {"#B23A6B", "#98305B", "#FFFFFF", "#A53361", "#FAE8F0", "#EDBBD0", "#F6DBE6"},
     {"#F29BBD", "#F6B4CE", "#3D0A20", "#F4A9C6", "#452231", "#783A54", "#572A3D"}},
    {"amber",
     {"#A8501A", "#8E4315", "#FFFFFF", "#994714", "#FBEDE3", "#EFCBB0", "#F7E2D2"},
     {"#F0AE7C", "#F4C198", "#371703", "#F2B68A", "#432D1F", "#734E35", "#553826"}},
    {"green",
     {"#2F7A3F", "#276735", "#FFFFFF", "#28703A", "#E5F3E8", "#B4DABD", "#D6ECDB"},
     {"#7FCB90", "#9AD7A8", "#07260E", "#8BD09B", "#1E3825", "#37623F", "#26472F"}},
    {"slate",
     {"#56646B", "#48545A", "#FFFFFF", "#4D5A61", "#EBEFF0", "#C6D0D4", "#DFE6E8"},
     {"#A9B8BF", "#BECACF", "#10181C", "#B4C2C8", "#2A3236", "#4A575D", "#353F44"}},
};

typedef struct {
  KithSettings *settings;
  GtkCssProvider *rules, *palette, *accent, *size;
} Theme;

static Theme theme;

static GtkCssProvider *
add_provider (guint above)
{
  GtkCssProvider *provider = gtk_css_provider_new ();
  gtk_style_context_add_provider_for_screen (gdk_screen_get_default (), GTK_STYLE_PROVIDER (provider),
                                             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + above);
  return provider;
}

static void
set_css (GtkCssProvider *provider, const char *css)
{
  gtk_css_provider_load_from_data (provider, css, -1, NULL);
}

static const Accent *
chosen_accent (void)
{
  g_autofree char *name = kith_settings_get_string (theme.settings, "accent");
  for (gsize i = 1; i < G_N_ELEMENTS (accents); i++)
    if (g_strcmp0 (accents[i].name, name) == 0)
      return &accents[i];
  return NULL;
}

static void
apply_accent (gboolean dark)
{
  const Accent *accent = chosen_accent ();
  if (accent == NULL) {
    set_css (theme.accent, "");
    return;
  }
  const AccentColors *c = dark ? &accent->dark : &accent->light;
  g_autofree char *css = g_strdup_printf (
      "@define-color k_accent %s; @define-color k_accent_hover %s; @define-color k_accent_fg %s; @define-color k_link "
      "%s;"
      "@define-color k_accent_soft %s; @define-color k_accent_soft_border %s; @define-color k_side_sel %s;",
      c->accent, c->hover, c->text, c->link, c->soft, c->border, c->selection);
  set_css (theme.accent, css);
}

/* Ours, or what the desktop has. */
static void
apply_names (gboolean desktop)
{
  GtkSettings *gtk = gtk_settings_get_default ();
  if (desktop) {
    gtk_settings_reset_property (gtk, "gtk-theme-name");
    gtk_settings_reset_property (gtk, "gtk-icon-theme-name");
    return;
  }
  g_object_set (gtk, "gtk-theme-name", "Adwaita", "gtk-icon-theme-name", "Adwaita", NULL);
}

static void
apply (void)
{
  HdyStyleManager *manager = hdy_style_manager_get_default ();
  g_autofree char *scheme = kith_settings_get_string (theme.settings, "color-scheme");
  gboolean desktop = kith_settings_get_boolean (theme.settings, "desktop-theme");
  gboolean dark_desktop, contrast = hdy_style_manager_get_high_contrast (manager);
  kith_desktop_scheme (&dark_desktop, &contrast);
  contrast = contrast || g_strcmp0 (scheme, "high-contrast") == 0;
  gboolean dark = hdy_style_manager_get_dark (manager) && !contrast;
  apply_names (desktop);
  gtk_css_provider_load_from_resource (theme.rules, desktop ? STYLE "kith-plain.css" : STYLE "kith.css");
  if (desktop || (!contrast && !dark))
    set_css (theme.palette, "");
  else
    gtk_css_provider_load_from_resource (theme.palette, contrast ? STYLE "kith-hc.css" : STYLE "kith-dark.css");
  apply_accent (dark);
}

static HdyColorScheme
desktop_scheme (void)
{
  gboolean dark, contrast;
  if (!kith_desktop_scheme (&dark, &contrast))
    return HDY_COLOR_SCHEME_PREFER_LIGHT;
  return dark ? HDY_COLOR_SCHEME_FORCE_DARK : HDY_COLOR_SCHEME_FORCE_LIGHT;
}

static void
on_scheme (void)
{
  static const struct {
    const char *name;
    HdyColorScheme scheme;
  } schemes[] = {{"light", HDY_COLOR_SCHEME_FORCE_LIGHT},
                 {"dark", HDY_COLOR_SCHEME_FORCE_DARK},
                 {"high-contrast", HDY_COLOR_SCHEME_FORCE_LIGHT}};
  g_autofree char *name = kith_settings_get_string (theme.settings, "color-scheme");
  HdyColorScheme scheme = desktop_scheme ();
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_strcmp0 (schemes[i].name, name) == 0)
      scheme = schemes[i].scheme;
  hdy_style_manager_set_color_scheme (hdy_style_manager_get_default (), scheme);
  apply ();
}

static void
on_text_size (void)
{
  g_autofree char *css =
      g_strdup_printf ("window { font-size: %d%%; }", kith_settings_get_int (theme.settings, "text-size"));
  set_css (theme.size, css);
}

static void
on_motion (void)
{
  gboolean reduce = kith_settings_get_boolean (theme.settings, "reduce-motion");
  GtkSettings *gtk = gtk_settings_get_default ();
  if (reduce)
    g_object_set (gtk, "gtk-enable-animations", FALSE, NULL);
  else
    gtk_settings_reset_property (gtk, "gtk-enable-animations");
}

static void
watch (const char *property, GCallback callback)
{
  g_autofree char *signal = g_strconcat ("notify::", property, NULL);
  g_signal_connect_swapped (theme.settings, signal, callback, NULL);
}

void
kith_theme_init (KithSettings *settings)
{
  theme.settings = g_object_ref (settings);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_default (), ICONS);
  theme.rules = add_provider (0);
  theme.palette = add_provider (1);
  theme.accent = add_provider (2);
  theme.size = add_provider (3);
  watch ("color-scheme", G_CALLBACK (on_scheme));
  watch ("desktop-theme", G_CALLBACK (apply));
  watch ("accent", G_CALLBACK (apply));
  watch ("text-size", G_CALLBACK (on_text_size));
  watch ("reduce-motion", G_CALLBACK (on_motion));
  HdyStyleManager *manager = hdy_style_manager_get_default ();
  g_signal_connect_swapped (manager, "notify::dark", G_CALLBACK (apply), NULL);
  g_signal_connect_swapped (manager, "notify::high-contrast", G_CALLBACK (apply), NULL);
  kith_desktop_scheme_watch (on_scheme);
  on_scheme ();
  on_text_size ();
  on_motion ();
}

gboolean
kith_theme_color (GtkWidget *widget, const char *name, GdkRGBA *out)
{
  return gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, out);
}
