/* test-gui-line.c - the row of a message by itself: where its parts stand, in both directions of writing, and which way
 * the focus goes through them. */
#include "gui/desktop.h"

#include "widgets/message-line.h"
#include "widgets/pair.h"
#include "widgets/wrapped-label.h"

#include "support/check.h"

#include <string.h>

#define WIDTH 500
#define PART 20 /* pixels: a part that is no text */

typedef struct {
  GtkWidget *window, *list, *line, *below;
} Stage;

static GtkWidget *
new_part (void)
{
  GtkWidget *part = gtk_button_new ();
  gtk_widget_set_size_request (part, PART, PART);
  gtk_widget_set_halign (part, GTK_ALIGN_START);
  return part;
}

static void
on_allocated (gboolean *done)
{
  *done = TRUE;
}

/* Until everything stands where it belongs. */
static void
settle (Stage *stage)
{
  gboolean done = FALSE;
  gulong handler = g_signal_connect_swapped (stage->list, "size-allocate", G_CALLBACK (on_allocated), &done);
  gtk_widget_queue_resize (stage->list);
  gtk_widget_show_all (stage->window);
  while (!done)
    gtk_main_iteration ();
  g_signal_handler_disconnect (stage->list, handler);
}

static int
set_up_line (void **state)
{
  Stage *stage = g_new0 (Stage, 1);
  stage->list = gtk_list_box_new ();
  stage->window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  stage->line = g_object_new (KITH_TYPE_MESSAGE_LINE, NULL);
  stage->below = g_object_new (KITH_TYPE_MESSAGE_LINE, NULL);
  gtk_widget_set_size_request (stage->list, WIDTH, -1);
  gtk_container_add (GTK_CONTAINER (stage->list), stage->line);
  gtk_container_add (GTK_CONTAINER (stage->list), stage->below);
  gtk_container_add (GTK_CONTAINER (stage->window), stage->list);
  *state = stage;
  return 0;
}

static int
tear_down_line (void **state)
{
  Stage *stage = *state;
  gtk_widget_destroy (stage->window);
  g_free (stage);
  return 0;
}

static GtkWidget *
put (GtkWidget *line, KithMessagePlace place, GtkWidget *part)
{
  kith_message_line_put (KITH_MESSAGE_LINE (line), place, part);
  return part;
}

static GtkAllocation
where (Stage *stage, GtkWidget *part)
{
  GtkAllocation row, at;
  gtk_widget_get_allocation (gtk_widget_get_parent (part), &row);
  gtk_widget_get_allocation (part, &at);
  at.x -= row.x;
  at.y -= row.y;
  return at;
}

/* The second row, whose corner is not that of the list. */
static void
test_places (void **state)
{
  Stage *stage = *state;
  put (stage->line, KITH_PLACE_BODY, new_part ());
  GtkWidget *gutter = put (stage->below, KITH_PLACE_GUTTER, new_part ()),
            *head = put (stage->below, KITH_PLACE_HEAD, new_part ()),
            *body = put (stage->below, KITH_PLACE_BODY, new_part ()),
            *slot = put (stage->below, KITH_PLACE_SLOT, new_part ());
  settle (stage);
  GtkAllocation g = where (stage, gutter), h = where (stage, head), b = where (stage, body), s = where (stage, slot);
  assert_int_equal (h.x, b.x);
  assert_true (g.x + KITH_GUTTER < h.x && h.x + h.width <= s.x);
  assert_true (h.y + h.height < b.y);
  assert_int_equal (gtk_widget_get_allocated_width (stage->below) - s.x - s.width, g.x);
  gtk_widget_set_direction (stage->below, GTK_TEXT_DIR_RTL);
  settle (stage);
  assert_true (where (stage, slot).x < where (stage, body).x && where (stage, body).x < where (stage, gutter).x);
  assert_true (gtk_widget_get_allocated_height (stage->below) > gtk_widget_get_allocated_height (stage->line));
}

static void
test_gone (void **state)
{
  Stage *stage = *state;
  put (stage->line, KITH_PLACE_BODY, new_part ());
  put (stage->line, KITH_PLACE_TROUBLE, new_part ());
  settle (stage);
  int height = gtk_widget_get_allocated_height (stage->line);
  put (stage->line, KITH_PLACE_TROUBLE, NULL);
  assert_null (kith_message_line_get (KITH_MESSAGE_LINE (stage->line), KITH_PLACE_TROUBLE));
  settle (stage);
  assert_true (gtk_widget_get_allocated_height (stage->line) < height);
}

static GtkWidget *
step (Stage *stage, GtkDirectionType direction)
{
  gtk_widget_child_focus (stage->window, direction);
  return gtk_window_get_focus (GTK_WINDOW (stage->window));
}

/* The row, what can be pressed in it in the order of reading, the next row; and back. */
static void
test_focus (void **state)
{
  Stage *stage = *state;
  GtkWidget *gutter = put (stage->line, KITH_PLACE_GUTTER, new_part ()),
            *trouble = put (stage->line, KITH_PLACE_TROUBLE, new_part ());
  put (stage->line, KITH_PLACE_BODY, kith_wrapped_label_new ("Nothing to press", 40));
  settle (stage);
  while (!gtk_window_is_active (GTK_WINDOW (stage->window)))
    gtk_main_iteration ();
  gtk_widget_grab_focus (stage->line);
  assert_ptr_equal (step (stage, GTK_DIR_TAB_FORWARD), gutter);
  assert_ptr_equal (step (stage, GTK_DIR_TAB_FORWARD), trouble);
  assert_ptr_equal (step (stage, GTK_DIR_TAB_BACKWARD), gutter);
  assert_ptr_equal (step (stage, GTK_DIR_TAB_BACKWARD), stage->line);
  assert_ptr_equal (step (stage, GTK_DIR_DOWN), stage->below);
}

/* As high as its text needs at the width that it gets, and as wide as there is room whatever it says. */
static void
test_wrapped (void **state)
{
  Stage *stage = *state;
  GtkWidget *shorter = put (stage->line, KITH_PLACE_BODY, kith_wrapped_label_new ("A word", 40)),
            *longer =
                put (stage->below, KITH_PLACE_BODY,
                     kith_wrapped_label_new ("What somebody wrote who had so much to say that it needs several lines "
                                             "in any window, and then another sentence to be sure",
                                             40));
  settle (stage);
  assert_int_equal (gtk_widget_get_allocated_width (shorter), gtk_widget_get_allocated_width (longer));
  assert_true (gtk_widget_get_allocated_height (longer) >= 2 * gtk_widget_get_allocated_height (shorter));
  kith_wrapped_label_set_snug (shorter);
  settle (stage);
  assert_true (gtk_widget_get_allocated_width (shorter) < gtk_widget_get_allocated_width (longer));
}

/* ---- two widgets beside each other, or one below the other ---- */

static GtkAllocation
place_of (GtkWidget *widget)
{
  GtkAllocation at;
  gtk_widget_get_allocation (widget, &at);
  return at;
}

static void
make_room (Stage *stage, int width)
{
  gtk_widget_set_size_request (stage->list, width, -1);
  gtk_window_resize (GTK_WINDOW (stage->window), width, 1);
  do
    settle (stage);
  while (gtk_widget_get_allocated_width (stage->list) != width);
}

static void
test_pair (void **state)
{
  Stage *stage = *state;
  for (KithPairKind kind = KITH_PAIR_ENDS; kind <= KITH_PAIR_FILL; kind++) {
    GtkWidget *first = new_part (), *second = gtk_label_new ("What stands beside it, or below");
    GtkWidget *pair = put (stage->line, KITH_PLACE_BODY, kith_pair_new (kind, first, second));
    make_room (stage, WIDTH);
    GtkAllocation whole = place_of (pair), a = place_of (first), b = place_of (second);
    assert_int_equal (a.x, whole.x);
    assert_int_equal (b.x + b.width, whole.x + whole.width);
    assert_int_equal (whole.height, MAX (a.height, b.height));
    assert_int_equal (b.x == a.x + a.width + 15, kind == KITH_PAIR_FILL);
    gtk_widget_set_direction (pair, GTK_TEXT_DIR_RTL);
    settle (stage);
    assert_true (place_of (second).x < place_of (first).x);
    gtk_widget_set_direction (pair, GTK_TEXT_DIR_LTR);
    gtk_widget_set_size_request (first, WIDTH - 150, PART);
    settle (stage);
    assert_true (place_of (second).y > place_of (first).y + PART);
    assert_true (place_of (pair).height > whole.height);
  }
}

static GdkRectangle
end_of_text (GtkWidget *label)
{
  PangoRectangle at;
  int left, top;
  PangoLayout *layout = gtk_label_get_layout (GTK_LABEL (label));
  gtk_label_get_layout_offsets (GTK_LABEL (label), &left, &top);
  pango_layout_get_cursor_pos (layout, (int) strlen (pango_layout_get_text (layout)), &at, NULL);
  pango_extents_to_pixels (&at, NULL);
  return (GdkRectangle){left + at.x, top + at.y, 1, at.height};
}

/* Where the text ends there it goes on, whatever the width; below, when there is no room; on the left of what is read from
 * right to left. */
static void
test_tail (void **state)
{
  static const char *const texts[] = {"What somebody wrote, which has several lines in this window, or only one",
                                      "מה שמישהו כתב, ויש לזה כמה שורות בחלון הזה, או רק אחת"};
  Stage *stage = *state;
  for (int right_to_left = 0; right_to_left < 2; right_to_left++) {
    GtkWidget *label = kith_wrapped_label_new (texts[right_to_left], 104), *tail = gtk_label_new ("(edited)");
    GtkWidget *pair = put (stage->line, KITH_PLACE_BODY, kith_pair_new (KITH_PAIR_TAIL, label, tail));
    guint behind = 0, below = 0;
    for (int width = 300; width < 800; width += 20) {
      make_room (stage, width);
      GtkAllocation whole = place_of (pair), text = place_of (label), at = place_of (tail);
      GdkRectangle end = end_of_text (label);
      assert_true (at.x >= whole.x && at.x + at.width <= whole.x + whole.width);
      assert_true (whole.height >= MAX (text.height, at.y + at.height - whole.y));
      int gap = right_to_left ? end.x - at.x - at.width : at.x - end.x;
      gboolean is_behind = ABS (gap - 9) <= 1 && ABS (at.y - end.y) <= 2;
      assert_true (is_behind || at.y == text.y + text.height);
      behind += is_behind ? 1 : 0;
      below += is_behind ? 0 : 1;
    }
    assert_true (behind > 0);
    assert_true (below > 0);
  }
}

static int
set_up (void **state)
{
  gui_desktop_start (640, 480);
  gtk_init (NULL, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
  return 0;
}

/* GTK itself warns when a display is closed on which a window was. */
static int
tear_down (void **state)
{
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  gdk_display_close (gdk_display_get_default ());
  gui_desktop_stop ();
  return 0;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (test_places, set_up_line, tear_down_line),
      cmocka_unit_test_setup_teardown (test_gone, set_up_line, tear_down_line),
      cmocka_unit_test_setup_teardown (test_focus, set_up_line, tear_down_line),
      cmocka_unit_test_setup_teardown (test_wrapped, set_up_line, tear_down_line),
      cmocka_unit_test_setup_teardown (test_pair, set_up_line, tear_down_line),
      cmocka_unit_test_setup_teardown (test_tail, set_up_line, tear_down_line),
  };
  return cmocka_run_group_tests (tests, set_up, tear_down);
}
