/* menu.h - a popover of menu items with icons and keys, as the pictures have them, made from a table. */
#pragma once

#include <gtk/gtk.h>

typedef struct {
  const char *icon;  /* NULL: none */
  const char *label; /* N_(); NULL: a line between groups */
  const char *key;   /* what is shown at the end ("Ctrl F"); NULL: none */
  void (*activate) (gpointer data);
  gboolean (*is_shown) (gpointer data); /* NULL: always */
  gboolean danger;
  guint keyval; /* does it while the menu is open, without a modifier or with Shift; 0: none */
} KithMenuItem;

/* A popover that is destroyed once it was closed.
 * data stays the caller's, as long as relative_to lives. */
GtkWidget *kith_menu_popup (GtkWidget *relative_to, const GdkRectangle *at, const KithMenuItem *items, guint n,
                            gpointer data);
