/* shortcuts.c - all keys in one window: those of the window's actions from their own table, and those that widgets handle
 * themselves. GtkShortcutsWindow has two columns beside each other, whatever the width; here the groups flow. */
#include "widgets/dialog.h"
#include "widgets/dialogs.h"
#include "widgets/main-window-private.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>
#include <string.h>

#define WIDTH 780 /* pixels, as HEIGHT */
#define HEIGHT 640
#define KEYS "kith-shortcut" /* of a line: what is looked for in it, folded */

/* In the order in which the groups are shown. */
static const struct {
  const char *group;
  struct {
    const char *title, *keys;
  } items[16];
} others[] = {
    {N_ ("Writing"),
     {{N_ ("Send"), "Return"},
      {N_ ("Send as urgent"), "<Primary><Shift>Return"},
      {N_ ("New line"), "<Shift>Return"},
      {N_ ("Edit my last message (in an empty composer)"), "Up"},
      {N_ ("Reply to the message above; again goes further"), "<Primary>Up"},
      {N_ ("Bold"), "<Primary>b"},
      {N_ ("Italic"), "<Primary>i"},
      {N_ ("Code"), "<Primary>e"},
      {N_ ("Cancel, close, back"), "Escape"}}},
    {N_ ("A message"),
     {{N_ ("Reply"), "r"},
      {N_ ("Edit"), "e"},
      {N_ ("React"), "plus"},
      {N_ ("Copy"), "c"},
      {N_ ("Pin"), "p"},
      {N_ ("Forward"), "f"},
      {N_ ("Who has seen it"), "s"},
      {N_ ("Mark unread from here"), "u"},
      {N_ ("Delete"), "Delete"},
      {N_ ("Menu of the message"), "<Shift>F10"}}},
};

/* ---- lines ---- */

static GtkWidget *
make_group (GtkWidget *groups, const char *title)
{
  GtkWidget *group = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_container_add (GTK_CONTAINER (group), kith_label_new (title, "t-heading"));
  gtk_flow_box_insert (GTK_FLOW_BOX (groups), group, -1);
  gtk_widget_set_can_focus (gtk_widget_get_parent (group), FALSE);
  gtk_widget_set_valign (gtk_widget_get_parent (group), GTK_ALIGN_START);
  return group;
}

/* keys: accelerators with spaces between; each stands below the one before. */
static void
add (GtkWidget *group, const char *title, const char *keys)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *words = kith_text_new (title, NULL, 40);
  g_auto (GStrv) each = g_strsplit (keys, " ", -1);
  for (guint i = 0; each[i] != NULL; i++) {
    GtkWidget *label = gtk_shortcut_label_new (each[i]);
    gtk_widget_set_halign (label, GTK_ALIGN_END);
    gtk_container_add (GTK_CONTAINER (column), label);
  }
  gtk_label_set_width_chars (GTK_LABEL (words), 6);
  gtk_box_pack_start (GTK_BOX (line), words, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (line), column, FALSE, FALSE, 0);
  g_object_set_data_full (G_OBJECT (line), KEYS, g_utf8_casefold (title, -1), g_free);
  gtk_container_add (GTK_CONTAINER (group), line);
}

static void
add_actions (GtkWidget *groups)
{
  gsize n;
  const KithShortcut *shortcuts = kith_main_window_shortcuts (&n);
  const char *last = NULL;
  GtkWidget *group = NULL;
  for (gsize i = 0; i < n; i++) {
    if (g_strcmp0 (last, shortcuts[i].group) != 0)
      group = make_group (groups, _ (shortcuts[i].group));
    last = shortcuts[i].group;
    g_autofree char *keys = g_strjoinv (" ", (char **) shortcuts[i].keys);
    add (group, _ (shortcuts[i].title), keys);
    if (g_str_equal (shortcuts[i].action, "previous-unread"))
      add (group, _ ("The first nine conversations"), "<Primary>1...9");
  }
}

static void
add_others (GtkWidget *groups)
{
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
    GtkWidget *group = make_group (groups, _ (others[i].group));
    for (gsize k = 0; k < G_N_ELEMENTS (others[i].items) && others[i].items[k].title != NULL; k++)
      add (group, _ (others[i].items[k].title), others[i].items[k].keys);
  }
}

/* ---- looking for one ---- */

static gboolean
filter_group (GtkWidget *group, const char *wanted)
{
  g_autoptr (GList) lines = gtk_container_get_children (GTK_CONTAINER (group));
  gboolean any = FALSE;
  for (GList *line = lines; line != NULL; line = line->next) {
    const char *words = g_object_get_data (line->data, KEYS);
    gboolean fits = words == NULL || strstr (words, wanted) != NULL;
    gtk_widget_set_visible (line->data, fits);
    any |= words != NULL && fits;
  }
  return any;
}

static void
on_search (GtkEntry *entry, GtkWidget *groups)
{
  g_autofree char *wanted = g_utf8_casefold (gtk_entry_get_text (entry), -1);
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (groups));
  for (GList *child = children; child != NULL; child = child->next)
    gtk_widget_set_visible (child->data, filter_group (gtk_bin_get_child (child->data), wanted));
}

/* ---- the window ---- */

static GtkWidget *
new_content (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18), *scroll = gtk_scrolled_window_new (NULL, NULL);
  GtkWidget *search = gtk_search_entry_new (), *groups = gtk_flow_box_new ();
  kith_set_name (search, _ ("Search"));
  g_object_set (groups, "selection-mode", GTK_SELECTION_NONE, "max-children-per-line", 2, "column-spacing", 36,
                "row-spacing", 24, "valign", GTK_ALIGN_START, NULL);
  add_actions (groups);
  add_others (groups);
  g_signal_connect (search, "search-changed", G_CALLBACK (on_search), groups);
  gtk_container_set_border_width (GTK_CONTAINER (box), 18);
  gtk_container_add (GTK_CONTAINER (box), search);
  gtk_container_add (GTK_CONTAINER (box), groups);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_container_add (GTK_CONTAINER (scroll), box);
  return scroll;
}

void
kith_shortcuts_show (GtkWindow *parent)
{
  GtkWidget *dialog = kith_dialog_new (parent, _ ("Keyboard shortcuts"), WIDTH, HEIGHT);
  kith_dialog_set_content (dialog, new_content ());
  gtk_window_present (GTK_WINDOW (dialog));
}
