/* doctor-window.c - the headline over the findings; where there is something that Kith can do about one, its button. */
#include "widgets/doctor-window.h"

#include "core/destination.h"
#include "widgets/app.h"
#include "widgets/dialog.h"
#include "widgets/dialogs.h"
#include "widgets/finding-row.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

#define WIDTH 760 /* pixels, as HEIGHT */
#define HEIGHT 780

struct _KithDoctorWindow {
  HdyWindow parent;
  KithSession *session; /* NULL: only an address */
  KithDiagnosis *diagnosis;

  GtkImage *verdict_icon;
  GtkSpinner *verdict_spinner;
  GtkLabel *verdict, *about, *ask_problem, *copy_label;
  GtkWidget *again, *ask, *copy;
  GtkEntry *address;
  GtkListBox *findings;
};

G_DEFINE_FINAL_TYPE (KithDoctorWindow, kith_doctor_window, HDY_TYPE_WINDOW)

/* ---- what Kith can do -------------------------------------------------------------------------------------------------- */

static void
act_other_address (KithDoctorWindow *window)
{
  kith_app_show_first_run (kith_app_get ());
}

static void
act_compare (KithDoctorWindow *window)
{
  kith_key_changed_show (GTK_WINDOW (window), window->session);
}

static void
act_sign_in (KithDoctorWindow *window)
{
  kith_app_sign_in (kith_app_get (), kith_session_address (window->session));
}

typedef struct {
  const char *check, *label;
  gboolean needs_session;
  void (*act) (KithDoctorWindow *window);
} Act;

static const Act acts[] = {
    {"name", N_("Another address…"), FALSE, act_other_address},
    {"tcp", N_("Another address…"), FALSE, act_other_address},
    {"tls", N_("Compare the words…"), TRUE, act_compare},
    {"sign-in", N_("Sign in…"), TRUE, act_sign_in},
};

static const Act *
find_act (KithDoctorWindow *window, KithFinding *finding)
{
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++) {
    if (!g_str_equal (acts[i].check, kith_finding_name (finding)) || (acts[i].needs_session && window->session == NULL))
      continue;
    gboolean compares = acts[i].act == act_compare;
    gboolean changed = window->session != NULL && kith_session_state (window->session) == KITH_CLIENT_KEY_CHANGED;
    return compares && !changed ? NULL : &acts[i];
  }
  return NULL;
}

static void
on_act (KithDoctorWindow *window, KithFinding *finding)
{
  const Act *act = find_act (window, finding);
  if (act != NULL)
    act->act (window);
}

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  const Act *act = find_act (data, item);
  GtkWidget *row = kith_finding_row_new (item, act != NULL ? _(act->label) : NULL);
  g_signal_connect_object (row, "act", G_CALLBACK (on_act), data, G_CONNECT_SWAPPED);
  return row;
}

/* ---- the headline ------------------------------------------------------------------------------------------------------- */

static gboolean
is_reached (KithDiagnosis *diagnosis)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (diagnosis));
  for (guint i = 0; i < n; i++) {
    g_autoptr (KithFinding) finding = g_list_model_get_item (G_LIST_MODEL (diagnosis), i);
    KithCheckStatus status = kith_finding_status (finding);
    if (g_str_equal (kith_finding_name (finding), "server"))
      return status == KITH_CHECK_OK || status == KITH_CHECK_WARNING;
  }
  return FALSE;
}

static void
set_verdict (KithDoctorWindow *window, const char *icon, const char *class, const char *text)
{
  static const char *const classes[] = {"ok-text", "warn-text", "error-text"};
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    kith_set_class (GTK_WIDGET (window->verdict_icon), classes[i], g_strcmp0 (classes[i], class) == 0);
  if (icon != NULL)
    gtk_image_set_from_icon_name (window->verdict_icon, icon, GTK_ICON_SIZE_DND);
  gtk_image_set_pixel_size (window->verdict_icon, 28);
  gtk_widget_set_visible (GTK_WIDGET (window->verdict_icon), icon != NULL);
  gtk_label_set_text (window->verdict, text);
}

static void
show_result (KithDoctorWindow *window)
{
  guint bad = kith_diagnosis_count (window->diagnosis, KITH_CHECK_FAILED) +
              kith_diagnosis_count (window->diagnosis, KITH_CHECK_WARNING);
  g_autofree char *some =
      g_strdup_printf (ngettext ("Connected. One thing to look at", "Connected. %u things to look at", bad), bad);
  if (!is_reached (window->diagnosis))
    set_verdict (window, "dialog-error-symbolic", "error-text", _("Cannot reach the server"));
  else if (bad == 0)
    set_verdict (window, "emblem-ok-symbolic", "ok-text", _("Everything works"));
  else
    set_verdict (window, "dialog-warning-symbolic", "warn-text", some);
}

static void
show_about (KithDoctorWindow *window, gboolean running)
{
  const char *where = window->session != NULL ? kith_session_server_name (window->session)
                                              : gtk_entry_get_text (window->address);
  g_autofree char *about = g_strconcat (where, " · ", running ? _("checking…") : _("checked just now"), NULL);
  gtk_label_set_text (window->about, about);
}

static void
refresh (KithDoctorWindow *window)
{
  gboolean running = window->diagnosis != NULL && kith_diagnosis_is_running (window->diagnosis);
  gboolean asks = window->diagnosis == NULL;
  gtk_widget_set_visible (window->ask, asks);
  gtk_widget_set_visible (window->again, !asks);
  gtk_widget_set_visible (GTK_WIDGET (window->about), !asks);
  gtk_widget_set_visible (GTK_WIDGET (window->verdict_spinner), running);
  gtk_widget_set_sensitive (window->again, !running);
  gtk_widget_set_sensitive (window->copy, !asks && !running);
  gtk_label_set_text (window->copy_label, _("Copy report"));
  g_object_set (window->verdict_spinner, "active", running, NULL);
  if (asks)
    set_verdict (window, NULL, NULL, _("What is between you and a server?"));
  else if (running)
    set_verdict (window, NULL, NULL, _("Checking the connection…"));
  else
    show_result (window);
  show_about (window, running);
}

/* ---- what the person does ------------------------------------------------------------------------------------------------ */

static void
on_again (KithDoctorWindow *window)
{
  kith_diagnosis_run (window->diagnosis);
}

static void
on_copy (KithDoctorWindow *window)
{
  g_autofree char *report = kith_diagnosis_report (window->diagnosis);
  gtk_clipboard_set_text (gtk_clipboard_get (GDK_SELECTION_CLIPBOARD), report, -1);
  gtk_label_set_text (window->copy_label, _("Copied"));
}

static void
show_ask_problem (KithDoctorWindow *window, const GError *error)
{
  gtk_label_set_text (window->ask_problem, error->message);
  gtk_widget_show (GTK_WIDGET (window->ask_problem));
}

static gboolean
begin (KithDoctorWindow *window, const char *address, GError **error)
{
  KithDiagnosis *diagnosis = kith_diagnosis_new (window->session, address, error);
  if (diagnosis == NULL)
    return FALSE;
  window->diagnosis = diagnosis;
  gtk_entry_set_text (window->address, address);
  gtk_list_box_bind_model (window->findings, G_LIST_MODEL (diagnosis), make_row, window, NULL);
  g_signal_connect_object (diagnosis, "notify::running", G_CALLBACK (refresh), window, G_CONNECT_SWAPPED);
  kith_diagnosis_run (diagnosis);
  return TRUE;
}

static void
on_check (KithDoctorWindow *window)
{
  g_autoptr (GError) error = NULL;
  g_auto (KithDestination) destination = {0};
  if (!kith_destination_parse (gtk_entry_get_text (window->address), &destination, &error) ||
      !begin (window, destination.address, &error))
    show_ask_problem (window, error);
}

static gboolean
kith_doctor_window_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  if (event->keyval == GDK_KEY_Escape) {
    gtk_window_close (GTK_WINDOW (widget));
    return GDK_EVENT_STOP;
  }
  return GTK_WIDGET_CLASS (kith_doctor_window_parent_class)->key_press_event (widget, event);
}

static void
kith_doctor_window_dispose (GObject *object)
{
  KithDoctorWindow *window = KITH_DOCTOR_WINDOW (object);
  if (window->diagnosis != NULL)
    gtk_list_box_bind_model (window->findings, NULL, NULL, NULL, NULL);
  g_clear_object (&window->diagnosis);
  g_clear_object (&window->session);
  G_OBJECT_CLASS (kith_doctor_window_parent_class)->dispose (object);
}

static void
kith_doctor_window_class_init (KithDoctorWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = kith_doctor_window_dispose;
  widget_class->key_press_event = kith_doctor_window_key_press_event;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kith/ui/doctor-window.ui");
  gtk_widget_class_bind_template_child (widget_class, KithDoctorWindow, verdict_icon);
  gtk_widget_class_bind_template_child (widget_class, KithDoctorWindow, verdict_spinner);
  gtk_widget_class_bind_template_child (widget_class, KithDoctorWindow, verdict);
  gtk_widget_class_bind_template_child (widget_class, KithDoctorWindow, about);
  gtk_widget_class_bind_template_child (widget_class, KithDoctorWindow, again);
  gtk_widget_class_bind_template_child (widget_class, KithDoctorWindow, ask);
  gtk_widget_class_bind_template_child (widget_class, KithDoctorWindow, ask_problem);
  gtk_widget_class_bind_template_child (widget_class, KithDoctorWindow, copy);
  gtk_widget_class_bind_template_child (widget_class, KithDoctorWindow, copy_label);
  gtk_widget_class_bind_template_child (widget_class, KithDoctorWindow, address);
  gtk_widget_class_bind_template_child (widget_class, KithDoctorWindow, findings);
  gtk_widget_class_bind_template_callback (widget_class, on_again);
  gtk_widget_class_bind_template_callback (widget_class, on_check);
  gtk_widget_class_bind_template_callback (widget_class, on_copy);
}

static void
kith_doctor_window_init (KithDoctorWindow *window)
{
  gtk_widget_init_template (GTK_WIDGET (window));
  kith_button_wrap (window->again);
}

void
kith_doctor_show (GtkWindow *parent, KithSession *session, const char *address)
{
  g_autoptr (GError) error = NULL;
  KithDoctorWindow *window = g_object_new (KITH_TYPE_DOCTOR_WINDOW, "transient-for", parent, NULL);
  g_set_object (&window->session, session);
  if (address != NULL && !begin (window, address, &error))
    show_ask_problem (window, error);
  refresh (window);
  kith_dialog_fit (GTK_WINDOW (window), parent, WIDTH, HEIGHT);
  gtk_window_present (GTK_WINDOW (window));
}
