/* test-gui-dialog.c - a small window is as high as what is in it needs, no higher; what happens in it is told above its footer. */
#include "gui/desktop.h"

#include "widgets/dialog.h"
#include "widgets/key-words.h"
#include "widgets/toast.h"

#include "support/check.h"

#include <handy.h>

#define WIDTH 500

/* As a dialog of the client: a text that wraps, and the words of a server, which are more lines where it is narrow. */
static GtkWidget *
new_content (void)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *section = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *text = gtk_label_new ("Everybody who uses this server sees the same six words. If somebody sees others, one of "
                                   "you is not talking to it.");
  gtk_label_set_line_wrap (GTK_LABEL (text), TRUE);
  gtk_container_add (GTK_CONTAINER (section), gtk_label_new ("WORDS"));
  gtk_container_add (GTK_CONTAINER (section), kith_key_words_new (72));
  gtk_container_add (GTK_CONTAINER (content), text);
  gtk_container_add (GTK_CONTAINER (content), section);
  return content;
}

static void
test_height (void **state)
{
  GtkWidget *dialog = kith_dialog_new (NULL, "Words", WIDTH, -1), *content = new_content ();
  int needed;
  kith_dialog_set_content (dialog, content);
  gtk_widget_show (dialog);
  gtk_widget_get_preferred_height_for_width (content, gtk_widget_get_allocated_width (content), NULL, &needed);
  assert_int_equal (gtk_widget_get_allocated_height (content), needed);
  gtk_widget_destroy (dialog);
}

static int
bottom_of (GtkWidget *widget)
{
  int x, y = 0;
  gtk_widget_translate_coordinates (widget, gtk_widget_get_toplevel (widget), 0, 0, &x, &y);
  return y + gtk_widget_get_allocated_height (widget);
}

static void
test_toast (void **state)
{
  GtkWidget *dialog = kith_dialog_new (NULL, "Members", WIDTH, 400), *footer = gtk_button_new_with_label ("Pages");
  kith_dialog_set_content (dialog, gtk_label_new ("Nobody"));
  kith_dialog_add_footer (dialog, footer);
  KithToast *toast = kith_toast_near (footer);
  assert_non_null (toast);
  kith_toast_show (toast, "Somebody is removed.", "Undo", NULL, NULL, NULL);
  gtk_widget_show (dialog);
  int above = bottom_of (footer) - gtk_widget_get_allocated_height (footer) - bottom_of (GTK_WIDGET (toast));
  assert_in_range (above, 1, 40);
  gtk_widget_destroy (dialog);
}

static int
set_up (void **state)
{
  gui_desktop_start (640, 800);
  g_setenv ("NO_AT_BRIDGE", "1", TRUE); /* it would still be starting when the bus goes, and then never end */
  gtk_init (NULL, NULL);
  hdy_init ();
  return 0;
}

static int
tear_down (void **state)
{
  gdk_display_close (gdk_display_get_default ());
  gui_desktop_stop ();
  return 0;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test (test_height), cmocka_unit_test (test_toast)};
  return cmocka_run_group_tests (tests, set_up, tear_down);
}
