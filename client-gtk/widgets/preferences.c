/* preferences.c - the window; each page is a file of its own. One window at a time. */
#include "widgets/app.h"
#include "widgets/dialog.h"
#include "widgets/dialogs.h"
#include "widgets/preferences-parts.h"

#include <string.h>

#define WIDTH 880 /* pixels, as HEIGHT */
#define HEIGHT 720

static GtkWidget *shown;

/* libhandy has no "open at page": the stack inside is looked for. */
static GtkStack *
find_stack (GtkWidget *widget)
{
  GtkStack *found = NULL;
  if (!GTK_IS_CONTAINER (widget))
    return NULL;
  if (GTK_IS_STACK (widget)) {
    GtkWidget *child = gtk_stack_get_visible_child (GTK_STACK (widget));
    if (HDY_IS_PREFERENCES_PAGE (child))
      return GTK_STACK (widget);
  }
  GList *children = gtk_container_get_children (GTK_CONTAINER (widget));
  for (GList *l = children; l != NULL && found == NULL; l = l->next)
    found = find_stack (l->data);
  g_list_free (children);
  return found;
}

static void
open_page (GtkWidget *window, const char *name)
{
  GtkStack *stack = find_stack (window);
  if (stack == NULL || name == NULL)
    return;
  g_autoptr (GList) pages = gtk_container_get_children (GTK_CONTAINER (stack));
  for (GList *l = pages; l != NULL; l = l->next)
    if (strcmp (gtk_widget_get_name (l->data), name) == 0)
      gtk_stack_set_visible_child (stack, l->data);
}

/* libhandy's window wants 360 pixels inside its border: more than a screen of 360 has. content: what is below its bar is put
 * there. */
static void
drop_width (GtkWidget *widget, gpointer content)
{
  GtkWidget **below = content;
  if (HDY_IS_DECK (widget))
    gtk_widget_set_size_request (widget, -1, -1);
  if (GTK_IS_STACK (widget) && GTK_IS_BOX (gtk_widget_get_parent (widget)) && *below == NULL)
    *below = widget;
  if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), drop_width, content);
}

static GtkWidget *
new_window (GtkWindow *parent)
{
  KithApp *app = kith_app_get ();
  GtkWidget *widget = g_object_new (HDY_TYPE_PREFERENCES_WINDOW,
                                    "transient-for", parent, "destroy-with-parent", TRUE, "modal", FALSE, NULL);
  HdyPreferencesWindow *window = HDY_PREFERENCES_WINDOW (widget);
  KithSettings *settings = kith_app_settings (app);
  GtkWidget *content = NULL;
  drop_width (widget, &content);
  if (content != NULL)
    kith_dialog_add_toast (GTK_WINDOW (widget), content);
  kith_dialog_fit (GTK_WINDOW (widget), parent, WIDTH, HEIGHT);
  hdy_preferences_window_set_search_enabled (window, TRUE);
  kith_preferences_add_appearance (window, settings);
  kith_preferences_add_notifications (window, settings);
  kith_preferences_add_privacy (window, settings, kith_app_places (app));
  kith_preferences_add_network (window, kith_app_places (app));
  kith_preferences_add_accounts (window, kith_app_places (app));
  kith_preferences_add_about (window);
  return widget;
}

void
kith_preferences_show (GtkWindow *parent, const char *page)
{
  if (shown == NULL) {
    shown = new_window (parent);
    g_signal_connect (shown, "destroy", G_CALLBACK (gtk_widget_destroyed), &shown);
  }
  gtk_window_present (GTK_WINDOW (shown));
  open_page (shown, page);
}
