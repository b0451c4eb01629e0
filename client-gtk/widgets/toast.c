#include "widgets/toast.h"

#include "widgets/parts.h"

#include <glib/gi18n.h>

#define SECONDS 6
#define OF_WINDOW "kith-toast"

struct _KithToast {
  GtkRevealer parent;
  GtkWidget *text, *button;
  guint timer;
  GCallback func;
  gpointer data;
  GDestroyNotify destroy;
};

typedef void (*ToastFunc) (gpointer data);

G_DEFINE_FINAL_TYPE (KithToast, kith_toast, GTK_TYPE_REVEALER)

/* What it could have undone stays as it is. */
static void
forget (KithToast *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  gpointer data = g_steal_pointer (&self->data);
  GDestroyNotify destroy = self->destroy;
  self->func = NULL;
  self->destroy = NULL;
  if (destroy != NULL)
    destroy (data);
}

static void
hide (KithToast *self)
{
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), FALSE);
  forget (self);
}

static gboolean
on_time (gpointer data)
{
  KithToast *self = data;
  self->timer = 0;
  hide (self);
  return G_SOURCE_REMOVE;
}

static void
on_button (KithToast *self)
{
  ToastFunc func = (ToastFunc) self->func;
  self->func = NULL;
  if (func != NULL)
    func (self->data);
  hide (self);
}

void
kith_toast_show (KithToast *self, const char *text, const char *button, GCallback func, gpointer data,
                 GDestroyNotify destroy)
{
  g_return_if_fail (KITH_IS_TOAST (self));
  forget (self);
  self->func = func;
  self->data = data;
  self->destroy = destroy;
  gtk_label_set_text (GTK_LABEL (self->text), text);
  kith_set_name (GTK_WIDGET (self), text);
  gtk_widget_set_visible (self->button, button != NULL);
  if (button != NULL)
    gtk_button_set_label (GTK_BUTTON (self->button), button);
  gtk_widget_show (GTK_WIDGET (self));
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), TRUE);
  self->timer = g_timeout_add_seconds (SECONDS, on_time, self);
}

/* A revealer that shows nothing would still take the clicks of what is below. */
static void
on_revealed (KithToast *self)
{
  if (!gtk_revealer_get_child_revealed (GTK_REVEALER (self)) && !gtk_revealer_get_reveal_child (GTK_REVEALER (self)))
    gtk_widget_hide (GTK_WIDGET (self));
}

static void
kith_toast_dispose (GObject *object)
{
  forget (KITH_TOAST (object));
  G_OBJECT_CLASS (kith_toast_parent_class)->dispose (object);
}

static void
kith_toast_class_init (KithToastClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_toast_dispose;
}

static void
kith_toast_init (KithToast *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *close = kith_icon_button_new ("window-close-symbolic", 14, _("Close"), "flat small");
  self->text = kith_text_new (NULL, NULL, 48);
  gtk_label_set_width_chars (GTK_LABEL (self->text), -1);
  self->button = gtk_button_new ();
  kith_add_classes (self->button, "link-button");
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  kith_add_classes (box, "toast");
  gtk_container_add (GTK_CONTAINER (box), self->text);
  gtk_container_add (GTK_CONTAINER (box), self->button);
  gtk_container_add (GTK_CONTAINER (box), close);
  gtk_widget_show_all (box);
  gtk_container_add (GTK_CONTAINER (self), box);
  gtk_revealer_set_transition_type (GTK_REVEALER (self), GTK_REVEALER_TRANSITION_TYPE_CROSSFADE);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_END);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self), 72);
  gtk_widget_set_no_show_all (GTK_WIDGET (self), TRUE);
  atk_object_set_role (gtk_widget_get_accessible (GTK_WIDGET (self)), ATK_ROLE_ALERT);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (on_button), self);
  g_signal_connect_swapped (close, "clicked", G_CALLBACK (hide), self);
  g_signal_connect (self, "notify::child-revealed", G_CALLBACK (on_revealed), NULL);
}

void
kith_toast_set_window (KithToast *self, GtkWindow *window)
{
  g_object_set_data_full (G_OBJECT (window), OF_WINDOW, g_object_ref (self), g_object_unref);
}

KithToast *
kith_toast_near (GtkWidget *widget)
{
  GtkWidget *top = gtk_widget_get_toplevel (widget);
  KithToast *toast = NULL;
  while (GTK_IS_WINDOW (top) && toast == NULL) {
    toast = gtk_widget_in_destruction (top) ? NULL : g_object_get_data (G_OBJECT (top), OF_WINDOW);
    top = GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (top)));
  }
  return toast;
}

GtkWidget *
kith_toast_new (void)
{
  return g_object_new (KITH_TYPE_TOAST, NULL);
}
