/* host-page.c - two forms: the server to be, and the server that is. */
#include "widgets/host-page.h"

#include "widgets/key-words.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>
#include <handy.h>

struct _KithHostPage {
  GtkScrolledWindow parent;
  KithHost *host;
  KithKeyWords *words;
  gboolean busy;

  HdyAvatar *avatar;
  GtkLabel *title, *about, *addresses, *problem;
  GtkStack *pages;
  GtkEntry *name;
  GtkToggleButton *everybody, *invited;
  GtkContainer *words_place;
  GtkWidget *problem_box, *stop, *go;
  GtkSpinner *spinner;
};

enum { ENTER, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KithHostPage, kith_host_page, GTK_TYPE_SCROLLED_WINDOW)

static gboolean
is_running (KithHostPage *page)
{
  gboolean running;
  g_object_get (page->host, "running", &running, NULL);
  return running;
}

static void
show_addresses (KithHostPage *page)
{
  g_auto (GStrv) reachable = kith_host_reachable (page->host);
  g_autofree char *text = g_strjoinv ("\n", reachable);
  gtk_label_set_text (page->addresses, *text != '\0' ? text : kith_host_address (page->host));
}

static void
show_running (KithHostPage *page)
{
  gtk_label_set_text (page->title, _("Your server is running"));
  gtk_label_set_text (page->about, _("on this computer, with its data in your home directory"));
  show_addresses (page);
  kith_key_words_set_pin (page->words, kith_host_pin (page->host));
  gtk_stack_set_visible_child_name (page->pages, "running");
}

static void
show_set_up (KithHostPage *page)
{
  gtk_label_set_text (page->title, _("Start a server on this computer"));
  gtk_label_set_text (page->about, _("Everything that is written stays here. You will be its owner."));
  gtk_stack_set_visible_child_name (page->pages, "set-up");
}

static void
refresh (KithHostPage *page)
{
  gboolean running = is_running (page), ready = running || gtk_entry_get_text_length (page->name) > 0;
  (running ? show_running : show_set_up) (page);
  gtk_button_set_label (GTK_BUTTON (page->go), running ? _("Continue") : _("Start"));
  kith_button_wrap (page->go);
  gtk_widget_set_sensitive (page->go, ready && !page->busy);
  gtk_widget_set_sensitive (page->stop, !page->busy);
  gtk_widget_set_visible (page->stop, running);
  gtk_widget_set_visible (GTK_WIDGET (page->spinner), page->busy);
  g_object_set (page->spinner, "active", page->busy, NULL);
}

static void
set_busy (KithHostPage *page, gboolean busy)
{
  page->busy = busy;
  if (busy)
    gtk_widget_hide (page->problem_box);
  refresh (page);
}

/* error NULL: it went well. */
static void
end_busy (KithHostPage *page, const GError *error)
{
  gtk_label_set_text (page->problem, error != NULL ? error->message : "");
  gtk_widget_set_visible (page->problem_box, error != NULL);
  set_busy (page, FALSE);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KithHostPage) page = data;
  g_autoptr (GError) error = NULL;
  kith_host_start_finish (KITH_HOST (source), result, &error);
  end_busy (page, error);
  gtk_widget_grab_focus (page->go);
  gtk_label_select_region (page->addresses, 0, 0); /* it had the focus for a moment, as the first of its page */
}

static void
start (KithHostPage *page)
{
  set_busy (page, TRUE);
  kith_host_start_async (page->host, gtk_entry_get_text (page->name), gtk_toggle_button_get_active (page->invited),
                         on_started, g_object_ref (page));
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KithHostPage) page = data;
  g_autoptr (GError) error = NULL;
  kith_host_stop_finish (KITH_HOST (source), result, &error);
  end_busy (page, error);
}

static void
on_stop (KithHostPage *page)
{
  set_busy (page, TRUE);
  kith_host_stop_async (page->host, on_stopped, g_object_ref (page));
}

static void
on_invited (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KithHostPage) page = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *code = kith_host_invite_finish (KITH_HOST (source), result, &error);
  end_busy (page, error);
  if (code != NULL)
    g_signal_emit (page, signals[ENTER], 0, code);
}

/* The owner comes in by an invitation, so that it does not matter who else may. */
static void
enter (KithHostPage *page)
{
  set_busy (page, TRUE);
  kith_host_invite_async (page->host, on_invited, g_object_ref (page));
}

static void
on_go (KithHostPage *page)
{
  (is_running (page) ? enter : start) (page);
}

static void
on_start (KithHostPage *page)
{
  if (gtk_widget_get_sensitive (page->go) && !is_running (page))
    start (page);
}

static void
on_changed (KithHostPage *page)
{
  hdy_avatar_set_text (page->avatar, gtk_entry_get_text (page->name));
  refresh (page);
}

void
kith_host_page_open (KithHostPage *page)
{
  kith_host_is_running (page->host);
  end_busy (page, NULL);
  gtk_widget_grab_focus (is_running (page) ? page->go : GTK_WIDGET (page->name));
}

static void
kith_host_page_dispose (GObject *object)
{
  g_clear_object (&KITH_HOST_PAGE (object)->host);
  G_OBJECT_CLASS (kith_host_page_parent_class)->dispose (object);
}

static void
kith_host_page_class_init (KithHostPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = kith_host_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kith/ui/host-page.ui");
  gtk_widget_class_bind_template_child (widget_class, KithHostPage, avatar);
  gtk_widget_class_bind_template_child (widget_class, KithHostPage, title);
  gtk_widget_class_bind_template_child (widget_class, KithHostPage, about);
  gtk_widget_class_bind_template_child (widget_class, KithHostPage, addresses);
  gtk_widget_class_bind_template_child (widget_class, KithHostPage, problem);
  gtk_widget_class_bind_template_child (widget_class, KithHostPage, pages);
  gtk_widget_class_bind_template_child (widget_class, KithHostPage, name);
  gtk_widget_class_bind_template_child (widget_class, KithHostPage, everybody);
  gtk_widget_class_bind_template_child (widget_class, KithHostPage, invited);
  gtk_widget_class_bind_template_child (widget_class, KithHostPage, words_place);
  gtk_widget_class_bind_template_child (widget_class, KithHostPage, problem_box);
  gtk_widget_class_bind_template_child (widget_class, KithHostPage, stop);
  gtk_widget_class_bind_template_child (widget_class, KithHostPage, go);
  gtk_widget_class_bind_template_child (widget_class, KithHostPage, spinner);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_start);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_go);
  signals[ENTER] =
      g_signal_new ("enter", KITH_TYPE_HOST_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
kith_host_page_init (KithHostPage *page)
{
  gtk_widget_init_template (GTK_WIDGET (page));
  GtkWidget *const long_ones[] = {GTK_WIDGET (page->everybody), GTK_WIDGET (page->invited), page->stop};
  for (guint i = 0; i < G_N_ELEMENTS (long_ones); i++)
    kith_button_wrap (long_ones[i]);
  GtkWidget *words = kith_key_words_new (72);
  page->words = KITH_KEY_WORDS (words);
  gtk_container_add (page->words_place, words);
}

GtkWidget *
kith_host_page_new (KithHost *host)
{
  KithHostPage *page = g_object_new (KITH_TYPE_HOST_PAGE, "visible", TRUE, NULL);
  page->host = g_object_ref (host);
  g_autofree char *name = kith_host_name (host);
  gtk_entry_set_text (page->name, name != NULL ? name : g_get_host_name ());
  return GTK_WIDGET (page);
}
