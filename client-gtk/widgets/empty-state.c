#include "widgets/empty-state.h"

#include "widgets/parts.h"

#define ICON_SIZE 56
#define BUTTONS "kith-buttons"
#define TITLE "kith-title"

static GtkWidget *
centred (GtkWidget *label)
{
  gtk_label_set_xalign (GTK_LABEL (label), 0.5F);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  return label;
}

GtkWidget *
kith_empty_state_new (const char *icon, const char *title, const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *image = kith_icon_new (icon, ICON_SIZE, "empty-icon");
  GtkWidget *head = centred (kith_text_new (title, "t-title", 32));
  gtk_label_set_width_chars (GTK_LABEL (head), 14);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_widget_set_margin_top (head, 12);
  gtk_widget_set_halign (buttons, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (buttons, 12);
  kith_set_decoration (image);
  gtk_box_pack_start (GTK_BOX (box), image, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), head, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), centred (kith_text_new (text, "dim", 40)), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), buttons, FALSE, FALSE, 0);
  g_object_set_data (G_OBJECT (box), BUTTONS, buttons);
  g_object_set_data (G_OBJECT (box), TITLE, head);
  return box;
}

void
kith_empty_state_set_title (GtkWidget *state, const char *title)
{
  gtk_label_set_text (GTK_LABEL (g_object_get_data (G_OBJECT (state), TITLE)), title);
}

GtkWidget *
kith_empty_state_add_button (GtkWidget *state, const char *label, const char *action, gboolean suggested)
{
  GtkWidget *button = gtk_button_new_with_label (label);
  if (action != NULL)
    gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  kith_set_class (button, "suggested-action", suggested);
  gtk_container_add (GTK_CONTAINER (g_object_get_data (G_OBJECT (state), BUTTONS)), button);
  gtk_widget_show (button);
  return button;
}
