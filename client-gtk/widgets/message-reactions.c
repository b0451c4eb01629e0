/* message-reactions.c - one toggle for each emoji, and a button to add another. */
#include "widgets/message-parts.h"

#include <glib/gi18n.h>

#define PER_LINE 5 /* as many as the narrowest window has room for */

struct _KithReactions {
  GtkBox parent_instance;
};

G_DEFINE_FINAL_TYPE (KithReactions, kith_reactions, GTK_TYPE_BOX)

enum { REACT, ADD, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
on_toggled (GtkToggleButton *button, KithReactions *self)
{
  const char *emoji = g_object_get_data (G_OBJECT (button), "emoji");
  g_signal_emit (self, signals[REACT], 0, emoji, gtk_toggle_button_get_active (button));
}

static void
on_add (KithReactions *self)
{
  g_signal_emit (self, signals[ADD], 0);
}

static GtkWidget *
with_class (GtkWidget *widget, const char *name)
{
  gtk_style_context_add_class (gtk_widget_get_style_context (widget), name);
  gtk_widget_set_can_focus (widget, FALSE);
  return widget;
}

static char *
names_of (KithSession *session, const KithReaction *reaction)
{
  GString *names = g_string_new (NULL);
  for (guint i = 0; i < reaction->people->len; i++) {
    KithContact *contact = kith_session_contact (session, g_array_index (reaction->people, gint64, i));
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", kith_contact_name (contact));
  }
  guint more = reaction->count > reaction->people->len ? reaction->count - reaction->people->len : 0;
  if (more > 0)
    g_string_append_printf (names, ngettext (" and %u other", " and %u others", more), more);
  return g_string_free (names, FALSE);
}

static GtkWidget *
new_toggle (KithReactions *self, KithSession *session, const KithReaction *reaction)
{
  g_autofree char *label = g_strdup_printf ("%s %u", reaction->emoji, reaction->count);
  g_autofree char *names = names_of (session, reaction);
  g_autofree char *spoken = g_strdup_printf ("%s, %s", reaction->emoji, names);
  GtkWidget *button = with_class (gtk_toggle_button_new_with_label (label), "reaction");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), reaction->mine);
  gtk_widget_set_tooltip_text (button, names);
  atk_object_set_name (gtk_widget_get_accessible (button), spoken);
  g_object_set_data_full (G_OBJECT (button), "emoji", g_strdup (reaction->emoji), g_free);
  g_signal_connect (button, "toggled", G_CALLBACK (on_toggled), self);
  return button;
}

/* The line for the nth button: the last one, or a new one. */
static GtkWidget *
line_for (KithReactions *self, guint nth)
{
  g_autoptr (GList) lines = gtk_container_get_children (GTK_CONTAINER (self));
  if (nth % PER_LINE != 0)
    return g_list_last (lines)->data;
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_container_add (GTK_CONTAINER (self), line);
  return line;
}

GtkWidget *
kith_message_part_reactions (KithSession *session, const GPtrArray *reactions)
{
  KithReactions *self = g_object_new (KITH_TYPE_REACTIONS, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 3,
                                      "margin-top", 3, "margin-bottom", 2, NULL);
  GtkWidget *add = with_class (gtk_button_new (), "reaction"),
            *icon = gtk_image_new_from_icon_name ("face-smile-symbolic", GTK_ICON_SIZE_MENU);
  for (guint i = 0; i < reactions->len; i++)
    gtk_container_add (GTK_CONTAINER (line_for (self, i)), new_toggle (self, session, reactions->pdata[i]));
  gtk_image_set_pixel_size (GTK_IMAGE (icon), 13);
  gtk_container_add (GTK_CONTAINER (add), icon);
  gtk_widget_set_tooltip_text (add, _ ("Add reaction"));
  atk_object_set_name (gtk_widget_get_accessible (add), _ ("Add reaction"));
  g_signal_connect_swapped (add, "clicked", G_CALLBACK (on_add), self);
  gtk_container_add (GTK_CONTAINER (line_for (self, reactions->len)), add);
  return GTK_WIDGET (self);
}

static void
kith_reactions_class_init (KithReactionsClass *klass)
{
  signals[REACT] = g_signal_new ("react", KITH_TYPE_REACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                 G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[ADD] = g_signal_new ("more", KITH_TYPE_REACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kith_reactions_init (KithReactions *self)
{
}
