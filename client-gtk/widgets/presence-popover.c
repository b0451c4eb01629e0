#include "widgets/presence-popover.h"

#include "widgets/app.h"
#include "widgets/avatar.h"
#include "widgets/parts.h"
#include "widgets/presence-text.h"

#include "core/rich.h"

#include <glib/gi18n.h>
#include <handy.h>
#include <string.h>

#define UI "/org/kith/ui/presence-popover.ui"
#define NO_EMOJI "🙂"
#define FACE 36
#define WIDTH 400 /* pixels, at most; */
#define AROUND 48 /* what is left of a narrow window beside it, for its shadow, too */
#define N_STATES (KITH_PRESENCE_INVISIBLE + 1) /* what one may choose */

/* How long a status stands. */
typedef enum { HALF_HOUR, HOUR, TODAY, NO_END, N_ENDS } End;

struct _KithPresencePopover {
  GtkPopover parent;
  HdyClamp *clamp;
  GtkWidget *box, *head, *states, *ends, *ideas, *face;
  GtkLabel *name, *handle, *emoji;
  GtkEntry *text;
  GtkWidget *rows[N_STATES], *ticks[N_STATES], *hints[N_STATES], *end[N_ENDS];
  KithSession *session;
};

G_DEFINE_FINAL_TYPE (KithPresencePopover, kith_presence_popover, GTK_TYPE_POPOVER)

static void
refresh_states (KithPresencePopover *self)
{
  KithPresenceState chosen = kith_session_choice (self->session)->state;
  for (guint i = 0; i < N_STATES; i++) {
    kith_set_class (self->rows[i], "sel", i == chosen);
    gtk_widget_set_visible (self->ticks[i], i == chosen);
  }
  int minutes = kith_settings_get_int (kith_app_settings (kith_app_get ()), "idle-minutes");
  g_autofree char *away = g_strdup_printf (
      g_dngettext (NULL, "Set by itself after %d minute", "Set by itself after %d minutes", (gulong) minutes), minutes);
  gtk_label_set_text (GTK_LABEL (self->hints[KITH_PRESENCE_AWAY]), minutes > 0 ? away : _("Never set by itself"));
}

static void
set_emoji (KithPresencePopover *self, const char *emoji)
{
  gtk_label_set_text (self->emoji, emoji != NULL ? emoji : NO_EMOJI);
  gtk_widget_set_opacity (GTK_WIDGET (self->emoji), emoji != NULL ? 1 : 0.4);
  g_object_set_data_full (G_OBJECT (self->emoji), "emoji", g_strdup (emoji), g_free);
}

static void
set_status (KithPresencePopover *self, const char *status)
{
  const char *rest;
  g_autofree char *emoji = kith_status_emoji (status, &rest);
  set_emoji (self, emoji);
  gtk_entry_set_text (self->text, rest);
  gtk_editable_set_position (GTK_EDITABLE (self->text), -1);
}

static void
refresh (KithPresencePopover *self)
{
  if (self->session == NULL || kith_session_me (self->session) == NULL)
    return;
  KithContact *me = kith_session_me (self->session);
  const KithPresence *choice = kith_session_choice (self->session);
  g_autofree char *handle =
      g_strdup_printf ("@%s · %s", kith_contact_handle (me), kith_session_server_name (self->session));
  gtk_label_set_text (self->name, kith_contact_name (me));
  gtk_label_set_text (self->handle, handle);
  if (self->face == NULL) {
    self->face = kith_avatar_new (me, FACE, "on-raised", TRUE);
    gtk_widget_show (self->face);
    gtk_box_pack_start (GTK_BOX (self->head), self->face, FALSE, FALSE, 0);
  }
  kith_avatar_set_contact (KITH_AVATAR (self->face), me);
  refresh_states (self);
  set_status (self, choice->text);
  gtk_widget_set_sensitive (self->box, kith_session_is_online (self->session));
}

static void
on_choice (KithPresencePopover *self)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self)))
    refresh_states (self);
}

void
kith_presence_popover_set_session (KithPresencePopover *self, KithSession *session)
{
  g_return_if_fail (KITH_IS_PRESENCE_POPOVER (self));
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  if (session != NULL)
    g_signal_connect_object (session, "notify::choice", G_CALLBACK (on_choice), self, G_CONNECT_SWAPPED);
}

/* Applies at once and stays open; the status is kept. */
static void
on_state (GtkWidget *row, KithPresencePopover *self)
{
  const KithPresence *choice = kith_session_choice (self->session);
  g_autofree char *text = g_strdup (choice->text);
  for (guint i = 0; i < N_STATES; i++)
    if (self->rows[i] == row)
      kith_session_choose (self->session, (KithPresenceState) i, text, choice->until);
  refresh_states (self);
}

static gint64
end_of_today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) midnight = g_date_time_new_local (g_date_time_get_year (now), g_date_time_get_month (now),
                                                          g_date_time_get_day_of_month (now), 0, 0, 0);
  g_autoptr (GDateTime) end = g_date_time_add_days (midnight, 1);
  return g_date_time_to_unix (end) * 1000;
}

static gint64
chosen_end (KithPresencePopover *self)
{
  gint64 now = g_get_real_time () / 1000;
  const gint64 ends[N_ENDS] = {now + 30 * 60000, now + 60 * 60000, end_of_today (), 0};
  for (guint i = 0; i < N_ENDS; i++)
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->end[i])))
      return ends[i];
  return 0;
}

static void
on_save (KithPresencePopover *self)
{
  const char *emoji = g_object_get_data (G_OBJECT (self->emoji), "emoji");
  g_autofree char *text = g_strdup (gtk_entry_get_text (self->text));
  g_strstrip (text);
  g_autofree char *status = emoji == NULL    ? g_strdup (text)
                            : *text == '\0' ? g_strdup (emoji)
                                             : g_strdup_printf ("%s %s", emoji, text);
  gint64 until = *status == '\0' ? 0 : chosen_end (self);
  kith_session_choose (self->session, kith_session_choice (self->session)->state, status, until);
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
on_clear (KithPresencePopover *self)
{
  set_status (self, "");
  kith_session_choose (self->session, kith_session_choice (self->session)->state, "", 0);
}

static void
on_emoji (KithPresencePopover *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
  gtk_editable_set_position (GTK_EDITABLE (self->text), 0);
  g_signal_emit_by_name (self->text, "insert-emoji");
}

/* An emoji at the beginning belongs to the button. */
static void
on_insert (KithPresencePopover *self, const char *text, int size, int *position)
{
  g_autofree char *inserted = g_strndup (text, size < 0 ? strlen (text) : (gsize) size);
  if (*position != 0 || !kith_rich_is_big_emoji (inserted))
    return;
  set_emoji (self, inserted);
  g_signal_stop_emission_by_name (self->text, "insert-text");
}

static void
on_idea (GtkWidget *button, KithPresencePopover *self)
{
  set_status (self, g_object_get_data (G_OBJECT (button), "status"));
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}

static void
add_state (KithPresencePopover *self, KithPresenceState state, const char *hint)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *row = gtk_button_new ();
  self->ticks[state] = kith_icon_new ("kith-tick-symbolic", 16, "accent-text");
  gtk_widget_set_valign (lines, GTK_ALIGN_CENTER);
  gtk_box_pack_start (GTK_BOX (lines), kith_label_new (kith_presence_title (state), NULL), FALSE, FALSE, 0);
  if (hint != NULL) {
    self->hints[state] = kith_label_new (hint, "t-micro faint");
    gtk_box_pack_start (GTK_BOX (lines), self->hints[state], FALSE, FALSE, 0);
  }
  gtk_box_pack_start (GTK_BOX (box), kith_presence_mark_new (state, "on-raised big"), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), lines, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (box), self->ticks[state], FALSE, FALSE, 0);
  gtk_container_add (GTK_CONTAINER (row), box);
  kith_add_classes (row, hint != NULL ? "menu-item two-line" : "menu-item");
  kith_set_name (row, kith_presence_title (state));
  g_signal_connect (row, "clicked", G_CALLBACK (on_state), self);
  gtk_widget_show_all (row);
  gtk_container_add (GTK_CONTAINER (self->states), row);
  self->rows[state] = row;
}

static void
add_to_flow (GtkWidget *flow, GtkWidget *button)
{
  gtk_container_add (GTK_CONTAINER (flow), button);
  gtk_widget_set_can_focus (gtk_widget_get_parent (button), FALSE);
}

static void
add_ends (KithPresencePopover *self)
{
  static const char *const labels[N_ENDS] = {N_ ("30 min"), N_ ("1 hour"), N_ ("Today"), N_ ("No end")};
  GtkRadioButton *group = NULL;
  for (guint i = 0; i < N_ENDS; i++) {
    self->end[i] = gtk_radio_button_new_with_label_from_widget (group, _(labels[i]));
    group = GTK_RADIO_BUTTON (self->end[i]);
    gtk_toggle_button_set_mode (GTK_TOGGLE_BUTTON (self->end[i]), FALSE);
    kith_add_classes (self->end[i], "chip");
    gtk_widget_show (self->end[i]);
    add_to_flow (self->ends, self->end[i]);
  }
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->end[HOUR]), TRUE);
}

static void
add_ideas (KithPresencePopover *self)
{
  static const char *const ideas[] = {N_ ("☕ Break"), N_ ("🏠 At home"), N_ ("📅 In a meeting"), N_ ("🌴 Holiday")};
  for (gsize i = 0; i < G_N_ELEMENTS (ideas); i++) {
    GtkWidget *button = gtk_button_new ();
    gtk_container_add (GTK_CONTAINER (button), kith_label_new (_(ideas[i]), "t-small"));
    kith_add_classes (button, "flat small");
    g_object_set_data (G_OBJECT (button), "status", (gpointer) _(ideas[i]));
    g_signal_connect (button, "clicked", G_CALLBACK (on_idea), self);
    gtk_widget_show_all (button);
    add_to_flow (self->ideas, button);
  }
}

static void
kith_presence_popover_dispose (GObject *object)
{
  KithPresencePopover *self = KITH_PRESENCE_POPOVER (object);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kith_presence_popover_parent_class)->dispose (object);
}

static void
kith_presence_popover_class_init (KithPresencePopoverClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = kith_presence_popover_dispose;
  gtk_widget_class_set_template_from_resource (widget, UI);
  gtk_widget_class_bind_template_child (widget, KithPresencePopover, clamp);
  gtk_widget_class_bind_template_child (widget, KithPresencePopover, box);
  gtk_widget_class_bind_template_child (widget, KithPresencePopover, head);
  gtk_widget_class_bind_template_child (widget, KithPresencePopover, name);
  gtk_widget_class_bind_template_child (widget, KithPresencePopover, handle);
  gtk_widget_class_bind_template_child (widget, KithPresencePopover, states);
  gtk_widget_class_bind_template_child (widget, KithPresencePopover, emoji);
  gtk_widget_class_bind_template_child (widget, KithPresencePopover, text);
  gtk_widget_class_bind_template_child (widget, KithPresencePopover, ends);
  gtk_widget_class_bind_template_child (widget, KithPresencePopover, ideas);
  gtk_widget_class_bind_template_callback (widget, on_save);
  gtk_widget_class_bind_template_callback (widget, on_clear);
  gtk_widget_class_bind_template_callback (widget, on_emoji);
}

/* Not wider than the window: long lines end in "…", and what stands side by side takes several lines. */
static void
fit (KithPresencePopover *self)
{
  GtkWidget *window = gtk_widget_get_toplevel (gtk_popover_get_relative_to (GTK_POPOVER (self)));
  hdy_clamp_set_maximum_size (self->clamp, CLAMP (gtk_widget_get_allocated_width (window) - AROUND, 1, WIDTH));
}

static void
kith_presence_popover_init (KithPresencePopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_state (self, KITH_PRESENCE_ONLINE, NULL);
  add_state (self, KITH_PRESENCE_AWAY, "");
  add_state (self, KITH_PRESENCE_DND, _("No sounds or pop-ups"));
  add_state (self, KITH_PRESENCE_INVISIBLE, _("You look offline; you still receive everything"));
  add_ends (self);
  add_ideas (self);
  g_signal_connect_swapped (self->text, "insert-text", G_CALLBACK (on_insert), self);
  g_signal_connect (self, "show", G_CALLBACK (refresh), NULL);
  g_signal_connect (self, "show", G_CALLBACK (fit), NULL);
}

GtkWidget *
kith_presence_popover_new (void)
{
  return g_object_new (KITH_TYPE_PRESENCE_POPOVER, NULL);
}
