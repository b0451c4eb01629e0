#include "widgets/form.h"

#include "widgets/dialog.h"
#include "widgets/main-window.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

#define WIDTH 440
#define MARGIN 12 /* what is seen of a narrow parent beside it; pixels, as WIDTH */

struct _KithForm {
  HdyWindow parent;
  GtkWidget *content, *fields, *button, *spinner, *error;
};

enum { DONE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KithForm, kith_form, HDY_TYPE_WINDOW)

static void
on_done (KithForm *self)
{
  g_signal_emit (self, signals[DONE], 0);
}

static gboolean
kith_form_key_press (GtkWidget *widget, GdkEventKey *event)
{
  if (GTK_WIDGET_CLASS (kith_form_parent_class)->key_press_event (widget, event))
    return GDK_EVENT_STOP;
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (widget));
  return GDK_EVENT_STOP;
}

/* Not wider than the parent: that may be all of the screen. */
static int
width_over (GtkWindow *parent)
{
  int width = WIDTH + 2 * MARGIN, height;
  if (parent != NULL)
    gtk_window_get_size (parent, &width, &height);
  return CLAMP (width - 2 * MARGIN, 1, WIDTH);
}

/* All fields are there now. */
static void
kith_form_show (GtkWidget *widget)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (widget));
  kith_dialog_fit_content (GTK_WINDOW (widget), parent, width_over (parent), KITH_FORM (widget)->content);
  GTK_WIDGET_CLASS (kith_form_parent_class)->show (widget);
}

static void
kith_form_class_init (KithFormClass *klass)
{
  GTK_WIDGET_CLASS (klass)->show = kith_form_show;
  GTK_WIDGET_CLASS (klass)->key_press_event = kith_form_key_press;
  signals[DONE] =
      g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kith_form_init (KithForm *self)
{
  self->fields = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->error = kith_text_new (NULL, "error-text t-small", 48);
  atk_object_set_role (gtk_widget_get_accessible (self->error), ATK_ROLE_ALERT);
}

static GtkWidget *
make_header (KithForm *self, const char *title, const char *action)
{
  GtkWidget *header = hdy_header_bar_new ();
  hdy_header_bar_set_title (HDY_HEADER_BAR (header), title);
  hdy_header_bar_set_show_close_button (HDY_HEADER_BAR (header), action == NULL);
  kith_add_classes (header, "flat");
  if (action == NULL)
    return header;
  GtkWidget *cancel = gtk_button_new_with_label (_("Cancel"));
  self->button = gtk_button_new_with_label (action);
  self->spinner = gtk_spinner_new ();
  kith_add_classes (self->button, "suggested-action");
  kith_button_wrap (cancel);
  kith_button_wrap (self->button);
  gtk_widget_set_valign (cancel, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_can_default (self->button, TRUE);
  hdy_header_bar_pack_start (HDY_HEADER_BAR (header), cancel);
  hdy_header_bar_pack_end (HDY_HEADER_BAR (header), self->button);
  hdy_header_bar_pack_end (HDY_HEADER_BAR (header), self->spinner);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (gtk_window_close), self);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (on_done), self);
  return header;
}

KithForm *
kith_form_new (GtkWindow *parent, const char *title, const char *action)
{
  KithForm *self = g_object_new (KITH_TYPE_FORM, "title", title, "transient-for", parent, "modal", TRUE,
                                 "destroy-with-parent", TRUE, "window-position", GTK_WIN_POS_CENTER_ON_PARENT,
                                 "type-hint", GDK_WINDOW_TYPE_HINT_DIALOG, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *inside = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_container_set_border_width (GTK_CONTAINER (inside), 18);
  gtk_container_add (GTK_CONTAINER (inside), self->fields);
  gtk_container_add (GTK_CONTAINER (inside), self->error);
  gtk_container_add (GTK_CONTAINER (box), make_header (self, title, action));
  gtk_box_pack_start (GTK_BOX (box), inside, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (self), box);
  self->content = box;
  gtk_widget_set_vexpand (self->fields, TRUE);
  gtk_widget_show_all (box);
  gtk_widget_hide (self->error);
  if (self->button != NULL)
    gtk_widget_grab_default (self->button);
  return self;
}

void
kith_form_add (KithForm *self, const char *label, GtkWidget *field)
{
  if (label != NULL) {
    GtkWidget *name = kith_label_new (NULL, "t-small dim");
    gtk_label_set_text_with_mnemonic (GTK_LABEL (name), label);
    gtk_label_set_mnemonic_widget (GTK_LABEL (name), field);
    gtk_widget_show (name);
    gtk_container_add (GTK_CONTAINER (self->fields), name);
  }
  if (GTK_IS_ENTRY (field))
    gtk_entry_set_activates_default (GTK_ENTRY (field), self->button != NULL);
  gtk_widget_show_all (field);
  gtk_container_add (GTK_CONTAINER (self->fields), field);
}

GtkWidget *
kith_form_add_switch (KithForm *self, const char *label, const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *toggle = gtk_switch_new ();
  GtkWidget *name = kith_label_new (label, NULL);
  gtk_label_set_mnemonic_widget (GTK_LABEL (name), toggle);
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (box, 6);
  gtk_container_add (GTK_CONTAINER (lines), name);
  gtk_container_add (GTK_CONTAINER (lines), kith_text_new (text, "t-small faint", 44));
  gtk_box_pack_start (GTK_BOX (box), lines, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (box), toggle, FALSE, FALSE, 0);
  kith_form_add (self, NULL, box);
  return toggle;
}

void
kith_form_set_ready (KithForm *self, gboolean ready)
{
  gtk_widget_set_sensitive (self->button, ready);
}

void
kith_form_set_busy (KithForm *self, gboolean busy)
{
  gtk_widget_set_sensitive (self->fields, !busy);
  kith_form_set_ready (self, !busy);
  g_object_set (self->spinner, "active", busy, NULL);
}

void
kith_form_set_error (KithForm *self, const char *error)
{
  gtk_label_set_text (GTK_LABEL (self->error), error != NULL ? error : "");
  gtk_widget_set_visible (self->error, error != NULL);
}

void
kith_form_on_chat (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KithForm) form = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KithChat) chat = kith_session_chat_finish (KITH_SESSION (source), result, &error);
  if (!gtk_widget_get_visible (GTK_WIDGET (form)))
    return;
  if (chat == NULL) {
    kith_form_set_busy (form, FALSE);
    kith_form_set_error (form, error->message);
    return;
  }
  KithMainWindow *window = kith_main_window_of (GTK_WIDGET (form));
  if (window != NULL && kith_main_window_session (window) == KITH_SESSION (source))
    kith_main_window_show_chat (window, chat);
  gtk_widget_destroy (GTK_WIDGET (form));
}
