/* emoji-picker.c - an entry, one page of emoji at a time, and the buttons that choose the page. */
#include "widgets/emoji-picker.h"

#include "core/emoji.h"
#include "core/rich.h"
#include "widgets/app.h"
#include "widgets/emoji-table.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>
#include <string.h>

#define COLUMNS 9
#define ROWS 4
#define CELL 48        /* pixels: how wide */
#define CELL_NARROW 34 /* so that nine fit into a narrow window */
#define CELL_HIGH 36
#define WIDE 520  /* a window from here on has room for CELL */
#define RECENT -1 /* no group: those that this person uses */

typedef struct {
  GtkWidget *popover, *entry, *title, *scroll, *grid;
  KithEmojiFunc func;
  gpointer data;
  GDestroyNotify free_data;
  guint page;
  guint shown; /* in the grid */
} Picker;

/* The icons are GTK's. */
static const struct {
  int group;
  const char *icon, *name, *title;
} pages[] = {
    {RECENT, "emoji-recent-symbolic", N_ ("Frequently used"), N_ ("FREQUENTLY USED")},
    {KITH_EMOJI_FACES, "emoji-people-symbolic", N_ ("Faces"), N_ ("FACES")},
    {KITH_EMOJI_PEOPLE, "emoji-body-symbolic", N_ ("People and gestures"), N_ ("PEOPLE AND GESTURES")},
    {KITH_EMOJI_NATURE, "emoji-nature-symbolic", N_ ("Nature"), N_ ("NATURE")},
    {KITH_EMOJI_FOOD, "emoji-food-symbolic", N_ ("Food and drink"), N_ ("FOOD AND DRINK")},
    {KITH_EMOJI_TRAVEL, "emoji-travel-symbolic", N_ ("Travel and places"), N_ ("TRAVEL AND PLACES")},
    {KITH_EMOJI_ACTIVITIES, "emoji-activities-symbolic", N_ ("Activities"), N_ ("ACTIVITIES")},
    {KITH_EMOJI_OBJECTS, "emoji-objects-symbolic", N_ ("Objects"), N_ ("OBJECTS")},
    {KITH_EMOJI_SYMBOLS, "emoji-symbols-symbolic", N_ ("Symbols"), N_ ("SYMBOLS")},
    {KITH_EMOJI_FLAGS, "emoji-flags-symbolic", N_ ("Flags"), N_ ("FLAGS")},
};

static void
choose (Picker *picker, const char *emoji)
{
  KithEmojiFunc func = picker->func;
  picker->func = NULL; /* once */
  if (func == NULL)
    return;
  kith_emoji_took (emoji);
  func (emoji, picker->data);
  gtk_popover_popdown (GTK_POPOVER (picker->popover));
}

static void
on_clicked (GtkButton *button, Picker *picker)
{
  choose (picker, gtk_label_get_text (GTK_LABEL (gtk_bin_get_child (GTK_BIN (button)))));
}

/* ---- what the grid shows ---- */

static void
add (Picker *picker, const char *emoji, const char *name)
{
  GtkWidget *button = gtk_button_new ();
  gtk_container_add (GTK_CONTAINER (button), kith_label_new (emoji, "t-title"));
  kith_add_classes (button, "flat");
  kith_set_name (button, name != NULL ? name : emoji);
  gtk_widget_set_tooltip_text (button, name);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), picker);
  gtk_grid_attach (GTK_GRID (picker->grid), button, (int) (picker->shown % COLUMNS), (int) (picker->shown / COLUMNS), 1,
                   1);
  picker->shown++;
}

static void
begin (Picker *picker, const char *title)
{
  kith_clear_container (GTK_CONTAINER (picker->grid));
  picker->shown = 0;
  gtk_label_set_text (GTK_LABEL (picker->title), title);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (picker->scroll)), 0);
}

static void
show_page (Picker *picker)
{
  int group = pages[picker->page].group;
  begin (picker, _ (pages[picker->page].title));
  if (group == RECENT) {
    g_autoptr (GPtrArray) favourites = kith_emoji_favourites (kith_app_settings (kith_app_get ()));
    for (guint i = 0; i < favourites->len; i++)
      add (picker, favourites->pdata[i], kith_emoji_name (favourites->pdata[i]));
  }
  guint n;
  const KithEmoji *table = kith_emoji_table (&n);
  for (guint i = 0; i < n; i++)
    if ((int) table[i].group == group)
      add (picker, table[i].text, table[i].name);
  gtk_widget_show_all (picker->grid);
}

typedef struct {
  const KithEmoji *emoji;
  guint fit;
} Hit;

/* Of two that fit alike the one that stands first in Unicode. */
static gint
compare (gconstpointer a, gconstpointer b)
{
  const Hit *x = a, *y = b;
  if (x->fit != y->fit)
    return x->fit > y->fit ? -1 : 1;
  return x->emoji < y->emoji ? -1 : 1;
}

static void
show_matching (Picker *picker, const char *query)
{
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  g_autoptr (GPtrArray) favourites = kith_emoji_favourites (kith_app_settings (kith_app_get ()));
  guint n;
  const KithEmoji *table = kith_emoji_table (&n);
  for (guint i = 0; i < n; i++) {
    Hit hit = {&table[i],
               kith_emoji_fit (query, strlen (query), table[i].text, table[i].name, table[i].keywords, favourites)};
    if (hit.fit > 0)
      g_array_append_val (hits, hit);
  }
  g_array_sort (hits, compare);
  g_autofree char *matching = g_strdup_printf (_ ("MATCHING “%s”"), query);
  begin (picker, hits->len > 0 ? matching : _ ("NOTHING IS CALLED SO"));
  for (guint i = 0; i < MIN (hits->len, COLUMNS * ROWS); i++) {
    const KithEmoji *emoji = g_array_index (hits, Hit, i).emoji;
    add (picker, emoji->text, emoji->name);
  }
  gtk_widget_show_all (picker->grid);
}

static void
on_typed (Picker *picker)
{
  const char *text = gtk_entry_get_text (GTK_ENTRY (picker->entry));
  if (*text != '\0' && kith_rich_is_big_emoji (text))
    choose (picker, text); /* pasted, or from a chooser of the system */
  else if (*text != '\0')
    show_matching (picker, text);
  else
    show_page (picker);
}

static void
on_enter (Picker *picker)
{
  GtkWidget *first = gtk_grid_get_child_at (GTK_GRID (picker->grid), 0, 0);
  if (first != NULL && *gtk_entry_get_text (GTK_ENTRY (picker->entry)) != '\0')
    gtk_button_clicked (GTK_BUTTON (first));
}

static void
on_page (GtkWidget *button, Picker *picker)
{
  picker->page = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "page"));
  if (*gtk_entry_get_text (GTK_ENTRY (picker->entry)) != '\0')
    gtk_entry_set_text (GTK_ENTRY (picker->entry), ""); /* shows it */
  else
    show_page (picker);
}

/* ---- making it ---- */

static void
on_destroy (Picker *picker)
{
  if (picker->free_data != NULL)
    picker->free_data (picker->data);
  g_free (picker);
}

static GtkWidget *
new_entry (Picker *picker)
{
  picker->entry = gtk_search_entry_new ();
  g_object_set (picker->entry, "placeholder-text", _ ("Search emoji"), "input-hints", GTK_INPUT_HINT_NO_EMOJI, NULL);
  kith_set_name (picker->entry, _ ("Search emoji"));
  g_signal_connect_swapped (picker->entry, "changed", G_CALLBACK (on_typed), picker);
  g_signal_connect_swapped (picker->entry, "activate", G_CALLBACK (on_enter), picker);
  g_signal_connect_swapped (picker->entry, "stop-search", G_CALLBACK (gtk_popover_popdown), picker->popover);
  return picker->entry;
}

static GtkWidget *
new_scroll (Picker *picker, GtkWidget *relative_to)
{
  int room = gtk_widget_get_allocated_width (gtk_widget_get_toplevel (relative_to));
  picker->grid = gtk_grid_new ();
  gtk_grid_set_column_homogeneous (GTK_GRID (picker->grid), TRUE);
  gtk_widget_set_valign (picker->grid, GTK_ALIGN_START);
  gtk_widget_set_size_request (picker->grid, COLUMNS * (room >= WIDE ? CELL : CELL_NARROW), -1);
  picker->scroll = gtk_scrolled_window_new (NULL, NULL);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (picker->scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_size_request (picker->scroll, -1, ROWS * CELL_HIGH);
  gtk_container_add (GTK_CONTAINER (picker->scroll), picker->grid);
  return picker->scroll;
}

static GtkWidget *
new_pages (Picker *picker)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    GtkWidget *button = kith_icon_button_new (pages[i].icon, 15, _ (pages[i].name), "flat small");
    g_object_set_data (G_OBJECT (button), "page", GUINT_TO_POINTER (i));
    g_signal_connect (button, "clicked", G_CALLBACK (on_page), picker);
    gtk_container_add (GTK_CONTAINER (box), button);
  }
  return box;
}

void
kith_emoji_picker_popup (GtkWidget *relative_to, KithEmojiFunc func, gpointer data, GDestroyNotify free_data)
{
  Picker *picker = g_new0 (Picker, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  *picker = (Picker){.popover = gtk_popover_new (relative_to), .func = func, .data = data, .free_data = free_data};
  picker->title = kith_label_new ("", "t-section");
  kith_add_classes (box, "emoji-picker");
  gtk_container_set_border_width (GTK_CONTAINER (box), 6);
  gtk_container_add (GTK_CONTAINER (box), new_entry (picker));
  gtk_container_add (GTK_CONTAINER (box), picker->title);
  gtk_container_add (GTK_CONTAINER (box), new_scroll (picker, relative_to));
  gtk_container_add (GTK_CONTAINER (box), new_pages (picker));
  gtk_container_add (GTK_CONTAINER (picker->popover), box);
  show_page (picker);
  gtk_widget_show_all (box);
  g_signal_connect_swapped (picker->popover, "destroy", G_CALLBACK (on_destroy), picker);
  kith_popover_once (picker->popover, relative_to);
}

void
kith_emoji_took (const char *emoji)
{
  kith_emoji_used (kith_app_settings (kith_app_get ()), emoji);
}
