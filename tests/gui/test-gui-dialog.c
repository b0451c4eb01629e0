/* test-gui-dialog.c - a small window is as high as what is in it needs, no higher. */
#include "gui/desktop.h"

#include "widgets/dialog.h"
#include "widgets/key-words.h"

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
  gtk_container_add (GTK_CONTAINER (section), kith_key_words_new (72, 12));
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
set_up (void **state)
{
  gui_desktop_start (640, 800);
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
  const struct CMUnitTest tests[] = {cmocka_unit_test (test_height)};
  return cmocka_run_group_tests (tests, set_up, tear_down);
}
