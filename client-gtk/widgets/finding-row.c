/* finding-row.c - made anew when the check begins and when it ends: twice in its life. */
#include "widgets/finding-row.h"

#include "widgets/parts.h"

#include <glib/gi18n.h>

struct _KithFindingRow {
  GtkListBoxRow parent;
  KithFinding *finding;
  char *act;
};

enum { ACT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KithFindingRow, kith_finding_row, GTK_TYPE_LIST_BOX_ROW)

/* The checks, as people call them. */
static const struct {
  const char *name, *title;
} titles[] = {
    {"adapter", N_("Network adapter")},
    {"name", N_("Finding the server’s name")},
    {"ping", N_("Reaching the server")},
    {"tcp", N_("Opening a connection")},
    {"tls", N_("Secure connection")},
    {"server", N_("Talking with the server")},
    {"clock", N_("Clock")},
    {"sign-in", N_("Signing in")},
    {"speed", N_("Speed")},
};

static const struct {
  const char *icon, *classes, *word;
} marks[] = {
    [KITH_CHECK_WAITING] = {NULL, "faint", N_("waiting")},
    [KITH_CHECK_RUNNING] = {NULL, NULL, N_("running")},
    [KITH_CHECK_OK] = {"emblem-ok-symbolic", "ok-text", N_("good")},
    [KITH_CHECK_WARNING] = {"dialog-warning-symbolic", "warn-text", N_("warning")},
    [KITH_CHECK_FAILED] = {"dialog-error-symbolic", "error-text", N_("failed")},
    [KITH_CHECK_SKIPPED] = {"list-remove-symbolic", "faint", N_("not tested")},
};

static const char *
title_of (KithFinding *finding)
{
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (g_str_equal (titles[i].name, kith_finding_name (finding)))
      return _(titles[i].title);
  return kith_finding_title (finding);
}

static GtkWidget *
make_mark (KithCheckStatus status)
{
  GtkWidget *mark;
  if (status == KITH_CHECK_RUNNING)
    mark = g_object_new (GTK_TYPE_SPINNER, "active", TRUE, NULL);
  else
    mark = kith_icon_new (marks[status].icon, 18, marks[status].classes);
  g_object_set (mark, "valign", GTK_ALIGN_START, "margin-top", 2, "width-request", 18, "height-request", 18, NULL);
  return mark;
}

static char *
format_time (KithFinding *finding)
{
  KithCheckStatus status = kith_finding_status (finding);
  double ms = (double) kith_finding_took_us (finding) / 1000;
  if (status < KITH_CHECK_OK || status == KITH_CHECK_SKIPPED)
    return g_strdup ("");
  if (ms < 10)
    return g_strdup_printf (_("%.1f ms"), ms);
  return ms < 1000 ? g_strdup_printf (_("%.0f ms"), ms) : g_strdup_printf (_("%.1f s"), ms / 1000);
}

static void
on_act (KithFindingRow *row)
{
  g_signal_emit (row, signals[ACT], 0, row->finding);
}

static GtkWidget *
make_advice (KithFindingRow *row)
{
  KithCheckStatus status = kith_finding_status (row->finding);
  gboolean failed = status == KITH_CHECK_FAILED;
  GtkBox *card = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12));
  kith_add_classes (GTK_WIDGET (card), failed                         ? "card tight error"
                                       : status == KITH_CHECK_WARNING ? "card tight warn"
                                                                      : "card tight sunken");
  gtk_box_pack_start (card, kith_text_new (kith_finding_advice (row->finding), "t-small", 60), TRUE, TRUE, 0);
  if (failed && row->act != NULL) {
    GtkWidget *button = gtk_button_new_with_label (row->act);
    gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
    gtk_box_pack_start (card, button, FALSE, FALSE, 0);
    g_signal_connect_object (button, "clicked", G_CALLBACK (on_act), row, G_CONNECT_SWAPPED);
  }
  g_object_set (card, "margin-top", 6, "margin-bottom", 3, NULL);
  return GTK_WIDGET (card);
}

static GtkWidget *
make_head (KithFindingRow *row)
{
  g_autofree char *time = format_time (row->finding);
  GtkBox *head = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6));
  gtk_box_pack_start (head, kith_label_new (title_of (row->finding), "t-strong"), TRUE, TRUE, 0);
  gtk_box_pack_start (head, kith_label_new (time, "t-small faint tnum"), FALSE, FALSE, 0);
  return GTK_WIDGET (head);
}

static GtkWidget *
make_content (KithFindingRow *row)
{
  KithCheckStatus status = kith_finding_status (row->finding);
  const char *text = kith_finding_text (row->finding), *advice = kith_finding_advice (row->finding);
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12));
  GtkBox *texts = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 2));
  gtk_box_pack_start (texts, make_head (row), FALSE, FALSE, 0);
  gtk_box_pack_start (texts, kith_text_new (*text != '\0' ? text : _(marks[status].word), "t-small dim", 80), FALSE,
                      FALSE, 0);
  if (advice != NULL)
    gtk_box_pack_start (texts, make_advice (row), FALSE, FALSE, 0);
  gtk_box_pack_start (box, make_mark (status), FALSE, FALSE, 0);
  gtk_box_pack_start (box, GTK_WIDGET (texts), TRUE, TRUE, 0);
  g_object_set (box, "margin-top", 9, "margin-bottom", 9, "margin-start", 15, "margin-end", 15, NULL);
  return GTK_WIDGET (box);
}

static void
show_finding (KithFindingRow *row)
{
  GtkWidget *old = gtk_bin_get_child (GTK_BIN (row));
  const char *advice = kith_finding_advice (row->finding);
  if (old != NULL)
    gtk_widget_destroy (old);
  gtk_container_add (GTK_CONTAINER (row), make_content (row));
  gtk_widget_show_all (GTK_WIDGET (row));
  g_autofree char *name =
      g_strdup_printf ("%s, %s, %s %s", title_of (row->finding), _(marks[kith_finding_status (row->finding)].word),
                       kith_finding_text (row->finding), advice != NULL ? advice : "");
  kith_set_name (GTK_WIDGET (row), name);
}

static void
kith_finding_row_dispose (GObject *object)
{
  g_clear_object (&KITH_FINDING_ROW (object)->finding);
  g_clear_pointer (&KITH_FINDING_ROW (object)->act, g_free);
  G_OBJECT_CLASS (kith_finding_row_parent_class)->dispose (object);
}

static void
kith_finding_row_class_init (KithFindingRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_finding_row_dispose;
  signals[ACT] = g_signal_new ("act", KITH_TYPE_FINDING_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                               KITH_TYPE_FINDING);
}

static void
kith_finding_row_init (KithFindingRow *row)
{
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
}

GtkWidget *
kith_finding_row_new (KithFinding *finding, const char *act)
{
  KithFindingRow *row = g_object_new (KITH_TYPE_FINDING_ROW, NULL);
  row->finding = g_object_ref (finding);
  row->act = g_strdup (act);
  g_signal_connect_object (finding, "notify::status", G_CALLBACK (show_finding), row, G_CONNECT_SWAPPED);
  show_finding (row);
  return GTK_WIDGET (row);
}
