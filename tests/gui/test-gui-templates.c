/* test-gui-templates.c - every template of the desktop client can be built, with the real widgets that it names, and
 * every style sheet is understood to the last word.
 *
 * A template is filled into a class of its own name and parent, without the code behind it: that code needs a session.
 * Whether it finds its children and callbacks is seen where the widgets are shown, in the other tests. */
#include "gui/desktop.h"
#include "support/check.h"

#include <handy.h>
#include <string.h>

#define TEMPLATES "/org/kith/ui/"
#define STYLES "/org/kith/css/"

static int
set_up (void **state)
{
  gui_desktop_start (640, 480);
  gtk_init (NULL, NULL);
  hdy_init ();
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
  return 0;
}

static int
tear_down (void **state)
{
  gdk_display_close (gdk_display_get_default ());
  gui_desktop_stop ();
  return 0;
}

static void
each_resource (const char *folder, void (*func) (const char *path, const char *text))
{
  char **names = NULL;
  CHECK (names = g_resources_enumerate_children (folder, G_RESOURCE_LOOKUP_FLAGS_NONE, &error));
  assert_non_null (names[0]);
  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *path = g_strconcat (folder, names[i], NULL);
    GBytes *bytes = NULL;
    CHECK (bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, &error));
    g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    g_bytes_unref (bytes);
    func (path, text);
  }
  g_strfreev (names);
}

/* The widget of such a class and parent, as a class that has no code. */
static GType
register_bare (GtkBuilder *builder, const char *class, const char *parent)
{
  GTypeQuery query;
  GType type = gtk_builder_get_type_from_name (builder, parent);
  if (type == G_TYPE_INVALID)
    fail_msg ("%s: there is no %s", class, parent);
  g_type_query (type, &query);
  return g_type_register_static_simple (type, class, (guint) query.class_size, NULL, (guint) query.instance_size, NULL,
                                        G_TYPE_FLAG_NONE);
}

static void
check_template (const char *path, const char *text)
{
  GError *error = NULL;
  g_autoptr (GtkBuilder) builder = gtk_builder_new ();
  g_autoptr (GRegex) pattern = g_regex_new ("<template class=\"(\\w+)\" parent=\"(\\w+)\"", 0, 0, NULL);
  g_autoptr (GMatchInfo) found = NULL;
  if (!g_regex_match (pattern, text, 0, &found))
    fail_msg ("%s is no template", path);
  g_autofree char *class = g_match_info_fetch (found, 1), *parent = g_match_info_fetch (found, 2);
  g_autofree char *bare = g_strconcat ("Bare", class, NULL);
  g_autoptr (GString) changed = g_string_new (text);
  g_autofree char *before = g_strdup_printf ("<template class=\"%s\"", class),
                  *after = g_strdup_printf ("<template class=\"%s\"", bare);
  g_string_replace (changed, before, after, 1);
  GType type = register_bare (builder, bare, parent);
  GtkWidget *widget = g_object_ref_sink (g_object_new (type, NULL));
  if (gtk_builder_extend_with_template (builder, widget, type, changed->str, changed->len, &error) == 0)
    fail_msg ("%s: %s", path, error->message);
  gtk_widget_destroy (widget);
  g_object_unref (widget);
}

static void
test_templates (void **state)
{
  each_resource (TEMPLATES, check_template);
}

static void
on_fault (GtkCssProvider *provider, GtkCssSection *section, const GError *error, gpointer faults)
{
  g_string_append_printf (faults, "\nline %u: %s", gtk_css_section_get_start_line (section) + 1, error->message);
}

/* The palettes are read after the rules, whose colours they replace. */
static void
check_style (const char *path, const char *text)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  g_autoptr (GString) faults = g_string_new (NULL);
  g_signal_connect (provider, "parsing-error", G_CALLBACK (on_fault), faults);
  gtk_css_provider_load_from_resource (provider, path);
  if (faults->len > 0)
    fail_msg ("%s:%s", path, faults->str);
}

static void
test_styles (void **state)
{
  each_resource (STYLES, check_style);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test (test_templates), cmocka_unit_test (test_styles)};
  return cmocka_run_group_tests (tests, set_up, tear_down);
}
