/* key-changed.c - two keys beside each other; trusting the new one takes a typed word. */
#include "widgets/key-changed.h"

#include "core/wording.h"
#include "widgets/dialog.h"
#include "widgets/dialogs.h"
#include "widgets/key-words.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

#define WIDTH 584 /* pixels */
#define AROUND 38 /* pixels: the card around its content */

struct _KithKeyChanged {
  HdyWindow parent;
  KithSession *session;
  KithKeyWords *old_words, *new_words;
  GtkLabel *title, *trusted, *confirm_label, *trust_label;
  GtkRevealer *confirmation;
  GtkEntry *confirm_entry;
  GtkWidget *content, *buttons, *trust, *stay;
  guint growing; /* source: a frame later */
};

G_DEFINE_FINAL_TYPE (KithKeyChanged, kith_key_changed, HDY_TYPE_WINDOW)

/* What has to be typed. */
static const char *
word (void)
{
  return _("trust");
}

static gboolean
is_confirmed (KithKeyChanged *window)
{
  g_autofree char *typed = g_utf8_casefold (gtk_entry_get_text (window->confirm_entry), -1);
  g_autofree char *wanted = g_utf8_casefold (word (), -1);
  return g_str_equal (g_strstrip (typed), wanted);
}

static void
on_confirm_changed (KithKeyChanged *window)
{
  gtk_widget_set_sensitive (window->trust, is_confirmed (window));
}

static void
ask_confirmation (KithKeyChanged *window)
{
  gtk_revealer_set_reveal_child (window->confirmation, TRUE);
  gtk_label_set_text (window->trust_label, _("Trust the new one"));
  gtk_widget_set_sensitive (window->trust, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (window->confirm_entry));
}

static void
on_trust (KithKeyChanged *window)
{
  if (!gtk_revealer_get_reveal_child (window->confirmation)) {
    ask_confirmation (window);
  } else if (is_confirmed (window)) {
    kith_session_trust_changed (window->session);
    gtk_widget_destroy (GTK_WIDGET (window));
  }
}

static void
on_stay (KithKeyChanged *window)
{
  gtk_widget_destroy (GTK_WIDGET (window));
}

static gboolean
kith_key_changed_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  if (event->keyval == GDK_KEY_Escape) {
    gtk_widget_destroy (widget);
    return GDK_EVENT_STOP;
  }
  return GTK_WIDGET_CLASS (kith_key_changed_parent_class)->key_press_event (widget, event);
}

static void
kith_key_changed_dispose (GObject *object)
{
  g_clear_object (&KITH_KEY_CHANGED (object)->session);
  g_clear_handle_id (&KITH_KEY_CHANGED (object)->growing, g_source_remove);
  G_OBJECT_CLASS (kith_key_changed_parent_class)->dispose (object);
}

static void
kith_key_changed_class_init (KithKeyChangedClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = kith_key_changed_dispose;
  widget_class->key_press_event = kith_key_changed_key_press_event;
  g_type_ensure (KITH_TYPE_KEY_WORDS);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kith/ui/key-changed.ui");
  gtk_widget_class_bind_template_child (widget_class, KithKeyChanged, title);
  gtk_widget_class_bind_template_child (widget_class, KithKeyChanged, trusted);
  gtk_widget_class_bind_template_child (widget_class, KithKeyChanged, confirm_label);
  gtk_widget_class_bind_template_child (widget_class, KithKeyChanged, old_words);
  gtk_widget_class_bind_template_child (widget_class, KithKeyChanged, new_words);
  gtk_widget_class_bind_template_child (widget_class, KithKeyChanged, confirmation);
  gtk_widget_class_bind_template_child (widget_class, KithKeyChanged, confirm_entry);
  gtk_widget_class_bind_template_child (widget_class, KithKeyChanged, content);
  gtk_widget_class_bind_template_child (widget_class, KithKeyChanged, buttons);
  gtk_widget_class_bind_template_child (widget_class, KithKeyChanged, trust);
  gtk_widget_class_bind_template_child (widget_class, KithKeyChanged, trust_label);
  gtk_widget_class_bind_template_child (widget_class, KithKeyChanged, stay);
  gtk_widget_class_bind_template_callback (widget_class, on_confirm_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_trust);
  gtk_widget_class_bind_template_callback (widget_class, on_stay);
}

static gboolean
grow (gpointer data)
{
  KithKeyChanged *window = data;
  GtkWidget *view = gtk_widget_get_parent (window->content);
  int missing = gtk_widget_get_allocated_height (window->content) - gtk_widget_get_allocated_height (view);
  window->growing = 0;
  if (missing > 0)
    kith_dialog_grow (GTK_WINDOW (window), missing);
  return G_SOURCE_REMOVE;
}

/* Where it is narrow, the words may want more lines than their places did. */
static void
on_allocated (KithKeyChanged *window)
{
  if (window->growing == 0)
    window->growing = g_idle_add (grow, window);
}

static void
kith_key_changed_init (KithKeyChanged *window)
{
  gtk_widget_init_template (GTK_WIDGET (window));
  g_autofree char *ask = g_strdup_printf (_("To trust the new fingerprint, type “%s”:"), word ());
  gtk_label_set_text (window->confirm_label, ask);
  g_signal_connect_swapped (window->content, "size-allocate", G_CALLBACK (on_allocated), window);
  gtk_window_set_default (GTK_WINDOW (window), window->stay);
  gtk_widget_grab_focus (window->stay);
}

/* What is above the buttons scrolls where the screen is too small for it. */
static void
fit (KithKeyChanged *window, GtkWindow *parent)
{
  int content, buttons;
  gtk_widget_get_preferred_height_for_width (window->content, WIDTH - AROUND, NULL, &content);
  gtk_widget_get_preferred_height_for_width (window->buttons, WIDTH - AROUND, NULL, &buttons);
  kith_dialog_fit (GTK_WINDOW (window), parent, WIDTH, content + buttons + AROUND);
}

/* One window for each session. */
static KithKeyChanged *
find_open (KithSession *session)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();
  for (GList *at = windows; at != NULL; at = at->next)
    if (KITH_IS_KEY_CHANGED (at->data) && KITH_KEY_CHANGED (at->data)->session == session)
      return at->data;
  return NULL;
}

/* An older Kith has not kept when that was. */
static void
show_when (KithKeyChanged *window)
{
  gint64 at = kith_session_trusted_at (window->session);
  if (at == 0)
    return;
  g_autofree char *day = kith_wording_since (at, g_get_real_time () / 1000), *capitals = g_utf8_strup (day, -1);
  g_autofree char *words = g_strdup_printf (_ ("YOU TRUSTED, %s"), capitals);
  gtk_label_set_text (window->trusted, words);
}

void
kith_key_changed_show (GtkWindow *parent, KithSession *session)
{
  KithKeyChanged *window = find_open (session);
  if (window == NULL) {
    window = g_object_new (KITH_TYPE_KEY_CHANGED, "transient-for", parent, NULL);
    window->session = g_object_ref (session);
  }
  g_autofree char *title = g_strdup_printf (_("%s has a different fingerprint"), kith_session_server_name (session));
  gtk_label_set_text (window->title, title);
  show_when (window);
  kith_key_words_set_pin (window->old_words, kith_session_pin (session));
  kith_key_words_set_pin (window->new_words, kith_session_shown_pin (session));
  if (!gtk_widget_get_visible (GTK_WIDGET (window)))
    fit (window, parent);
  gtk_window_present (GTK_WINDOW (window));
}
