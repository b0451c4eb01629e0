/* first-run.c - the list of servers, and the way between its pages. */
#include "widgets/first-run.h"

#include "core/destination.h"
#include "core/nearby.h"
#include "widgets/dialogs.h"
#include "widgets/host-page.h"
#include "widgets/parts.h"
#include "widgets/server-row.h"

#include <glib/gi18n.h>

#define SETTLE_US G_USEC_PER_SEC
#define REACTION_US (400 * G_TIME_SPAN_MILLISECOND)

struct _KithFirstRun {
  HdyWindow parent;
  KithPlaces *places;
  KithHost *host;
  KithNearbyList *nearby;
  GPtrArray *rows; /* KithServerRow, in the order of nearby; borrowed */
  char *invited;   /* the key of the last invitation; NULL: none */
  gboolean hovered, hosting;
  gint64 settled_us;             /* from when on new rows come last */
  gint64 shifted_us, pushed_us;  /* when rows of found, and all below it, have moved */

  GtkStack *pages;
  GtkWidget *back, *again, *looking, *nothing, *other_problem, *other_connect;
  GtkLabel *title, *nothing_why, *host_title, *host_state;
  GtkSpinner *spinner;
  GtkListBox *found, *others;
  GtkListBoxRow *other_row, *host_row;
  GtkImage *other_arrow;
  GtkRevealer *other_form;
  GtkEntry *other_entry;
  KithSignIn *sign_in;
  KithHostPage *host_page;
};

enum { JOINED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KithFirstRun, kith_first_run, HDY_TYPE_WINDOW)

/* ---- pages ------------------------------------------------------------------------------------------------------------- */

static void
show_page (KithFirstRun *window, const char *name)
{
  gtk_widget_set_visible (window->back, !g_str_equal (name, "servers"));
  gtk_stack_set_visible_child_name (window->pages, name);
}

static void
show_host_state (KithFirstRun *window)
{
  gboolean exists = kith_host_exists (window->host), running = FALSE;
  g_object_get (window->host, "running", &running, NULL);
  gtk_label_set_text (window->host_title, exists ? _("Your server on this computer") : _("Start a server on this computer"));
  gtk_label_set_text (window->host_state, running  ? _("running")
                                          : exists ? _("stopped")
                                                   : _("for everyone on this network"));
  kith_set_name (GTK_WIDGET (window->host_row), gtk_label_get_text (window->host_title));
}

static void
show_servers (KithFirstRun *window)
{
  kith_sign_in_leave (window->sign_in);
  window->hosting = FALSE;
  show_host_state (window);
  show_page (window, "servers");
  kith_nearby_list_search (window->nearby);
}

static void
on_back (KithFirstRun *window)
{
  show_servers (window);
}

void
kith_first_run_show_host (KithFirstRun *window)
{
  show_page (window, "host");
  kith_host_page_open (window->host_page);
}

static void
on_host (KithFirstRun *window)
{
  kith_first_run_show_host (window);
}

void
kith_first_run_sign_in (KithFirstRun *window, const KithSignInTarget *target)
{
  if (target->pin != NULL) {
    g_free (window->invited);
    window->invited = g_strdup (target->pin);
  }
  show_page (window, "sign-in");
  kith_sign_in_open (window->sign_in, target);
}

/* ---- servers of the network ---------------------------------------------------------------------------------------------- */

static KithAcquaintance
acquaintance (KithFirstRun *window, KithNearby *nearby)
{
  const char *pin = kith_nearby_pin (nearby);
  guint n = kith_places_count (window->places);
  KithAcquaintance how = KITH_ACQUAINTANCE_NONE;
  if (window->invited != NULL && g_ascii_strcasecmp (window->invited, pin) == 0)
    how = KITH_ACQUAINTANCE_VERIFIED;
  for (guint i = 0; i < n; i++) {
    KithSession *session = kith_places_get (window->places, i);
    const char *trusted = kith_session_pin (session);
    if (*trusted != '\0' && g_ascii_strcasecmp (trusted, pin) == 0)
      return KITH_ACQUAINTANCE_KNOWN;
    if (*trusted != '\0' && kith_address_same (kith_session_address (session), kith_nearby_address (nearby)))
      how = KITH_ACQUAINTANCE_CHANGED;
  }
  return how;
}

/* Where it belongs; at the end while the pointer is over the list, and when the list has been seen for a while, so that
 * nothing moves under it. */
static int
place_of (KithFirstRun *window, KithServerRow *row)
{
  int position = 0;
  GtkListBoxRow *other;
  gint64 now_us = g_get_monotonic_time ();
  if (window->rows->len == 0)
    window->settled_us = now_us + SETTLE_US;
  if (window->hovered || now_us > window->settled_us)
    return -1;
  while ((other = gtk_list_box_get_row_at_index (window->found, position)) != NULL &&
         !kith_server_row_is_above (row, KITH_SERVER_ROW (other)))
    position++;
  return position;
}

/* Whoever clicks on something that was elsewhere a moment ago meant what was there. */
static gboolean
is_mistaken (gint64 moved_us)
{
  GdkEvent *event = gtk_get_current_event ();
  gboolean pointer = event != NULL && gdk_event_get_event_type (event) == GDK_BUTTON_RELEASE;
  g_clear_pointer (&event, gdk_event_free);
  return pointer && g_get_monotonic_time () - moved_us < REACTION_US;
}

static void
show_search (KithFirstRun *window)
{
  gboolean searching = kith_nearby_list_is_searching (window->nearby), found = window->rows->len > 0;
  const char *problem = kith_nearby_list_problem (window->nearby);
  g_object_set (window->spinner, "active", searching, NULL);
  if (gtk_widget_get_visible (window->nothing) != (!found && !searching))
    window->pushed_us = g_get_monotonic_time ();
  gtk_widget_set_visible (GTK_WIDGET (window->spinner), searching);
  gtk_widget_set_sensitive (window->again, !searching);
  gtk_widget_set_visible (GTK_WIDGET (window->found), found);
  gtk_widget_set_visible (window->looking, !found && searching);
  gtk_widget_set_visible (window->nothing, !found && !searching);
  gtk_label_set_text (window->nothing_why,
                      problem != NULL ? problem
                                      : _("Kith looked for 10 seconds. Ask for an address, or start a server here."));
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  KithFirstRun *window = data;
  for (guint i = 0; i < removed; i++) {
    gtk_widget_destroy (g_ptr_array_index (window->rows, position));
    g_ptr_array_remove_index (window->rows, position);
  }
  for (guint i = 0; i < added; i++) {
    g_autoptr (KithNearby) nearby = g_list_model_get_item (model, position + i);
    GtkWidget *row = kith_server_row_new (nearby, acquaintance (window, nearby));
    int place = place_of (window, KITH_SERVER_ROW (row));
    window->shifted_us = place >= 0 && (guint) place < window->rows->len ? g_get_monotonic_time () : window->shifted_us;
    gtk_list_box_insert (window->found, row, place);
    g_ptr_array_insert (window->rows, (int) (position + i), row);
  }
  window->pushed_us = g_get_monotonic_time ();
  show_search (window);
}

static gboolean
on_crossing (KithFirstRun *window, GdkEventCrossing *event)
{
  if (event->detail != GDK_NOTIFY_INFERIOR)
    window->hovered = event->type == GDK_ENTER_NOTIFY;
  return GDK_EVENT_PROPAGATE;
}

static void
on_again (KithFirstRun *window)
{
  kith_nearby_list_search (window->nearby);
}

/* The place with this key, whatever its address is today. */
static KithSession *
find_known (KithFirstRun *window, const char *pin)
{
  guint n = kith_places_count (window->places);
  for (guint i = 0; i < n; i++) {
    KithSession *session = kith_places_get (window->places, i);
    if (*pin != '\0' && g_ascii_strcasecmp (kith_session_pin (session), pin) == 0)
      return session;
  }
  return NULL;
}

static void
on_found_activated (KithFirstRun *window, GtkListBoxRow *row)
{
  if (is_mistaken (window->shifted_us))
    return;
  KithNearby *nearby = kith_server_row_nearby (KITH_SERVER_ROW (row));
  KithSession *known = find_known (window, kith_nearby_pin (nearby));
  if (known != NULL && kith_session_has_account (known)) {
    g_signal_emit (window, signals[JOINED], 0, known);
    return;
  }
  KithSignInTarget target = {.address = kith_nearby_address (nearby),
                             .name = kith_nearby_name (nearby),
                             .people = kith_nearby_people (nearby)};
  kith_first_run_sign_in (window, &target);
}

/* ---- other ways ------------------------------------------------------------------------------------------------------------ */

static void
on_other (KithFirstRun *window)
{
  gtk_revealer_set_reveal_child (window->other_form, TRUE);
  gtk_image_set_from_icon_name (window->other_arrow, "pan-down-symbolic", GTK_ICON_SIZE_MENU);
  gtk_widget_grab_focus (GTK_WIDGET (window->other_entry));
}

static void
close_other (KithFirstRun *window)
{
  gtk_revealer_set_reveal_child (window->other_form, FALSE);
  gtk_image_set_from_icon_name (window->other_arrow, "go-next-symbolic", GTK_ICON_SIZE_MENU);
}

static void
on_others_activated (KithFirstRun *window, GtkListBoxRow *row)
{
  if (is_mistaken (window->pushed_us))
    return;
  if (row == window->host_row)
    kith_first_run_show_host (window);
  else if (gtk_revealer_get_reveal_child (window->other_form))
    close_other (window);
  else
    on_other (window);
}

static void
on_other_changed (KithFirstRun *window)
{
  gtk_widget_hide (window->other_problem);
  gtk_widget_set_sensitive (window->other_connect, gtk_entry_get_text_length (window->other_entry) > 0);
}

static void
on_connect (KithFirstRun *window)
{
  g_autoptr (GError) error = NULL;
  g_auto (KithDestination) destination = {0};
  if (!kith_destination_parse (gtk_entry_get_text (window->other_entry), &destination, &error)) {
    gtk_label_set_text (GTK_LABEL (window->other_problem), error->message);
    gtk_widget_show (window->other_problem);
    return;
  }
  KithSignInTarget target = {
      .address = destination.address, .pin = destination.pin, .code = destination.code, .people = -1};
  kith_first_run_sign_in (window, &target);
}

static void
on_check (KithFirstRun *window)
{
  GtkListBoxRow *first = gtk_list_box_get_row_at_index (window->found, 0);
  KithNearby *nearby = first != NULL ? kith_server_row_nearby (KITH_SERVER_ROW (first)) : NULL;
  kith_doctor_show (GTK_WINDOW (window), NULL, nearby != NULL ? kith_nearby_address (nearby) : NULL);
}

/* ---- a server of one's own --------------------------------------------------------------------------------------------------- */

static void
on_enter_host (KithFirstRun *window, const char *code)
{
  g_autofree char *name = kith_host_name (window->host);
  KithSignInTarget target = {.address = kith_host_address (window->host),
                             .name = name,
                             .pin = kith_host_pin (window->host),
                             .code = code,
                             .people = -1};
  window->hosting = TRUE;
  kith_first_run_sign_in (window, &target);
}

static void
on_owner_made (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  if (!kith_host_make_owner_finish (KITH_HOST (source), result, &error))
    g_warning ("%s", error->message);
}

static void
on_joined (KithFirstRun *window, KithSession *session)
{
  if (window->hosting)
    kith_host_make_owner_async (window->host, kith_contact_handle (kith_session_me (session)), on_owner_made, NULL);
  g_signal_emit (window, signals[JOINED], 0, session);
}

/* ---- life -------------------------------------------------------------------------------------------------------------------- */

static gboolean
kith_first_run_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  KithFirstRun *window = KITH_FIRST_RUN (widget);
  gboolean is_back = event->keyval == GDK_KEY_Escape ||
                     (event->keyval == GDK_KEY_Left && (event->state & gtk_accelerator_get_default_mod_mask ()) == GDK_MOD1_MASK);
  if (is_back && gtk_widget_get_visible (window->back)) {
    show_servers (window);
    return GDK_EVENT_STOP;
  }
  return GTK_WIDGET_CLASS (kith_first_run_parent_class)->key_press_event (widget, event);
}

static void
kith_first_run_dispose (GObject *object)
{
  KithFirstRun *window = KITH_FIRST_RUN (object);
  if (window->nearby != NULL) {
    g_signal_handlers_disconnect_by_data (window->nearby, window);
    kith_nearby_list_stop (window->nearby);
  }
  g_clear_object (&window->nearby);
  g_clear_object (&window->places);
  g_clear_object (&window->host);
  g_clear_pointer (&window->rows, g_ptr_array_unref);
  g_clear_pointer (&window->invited, g_free);
  G_OBJECT_CLASS (kith_first_run_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, KithFirstRun, child)
  BIND (pages);
  BIND (back);
  BIND (again);
  BIND (looking);
  BIND (nothing);
  BIND (nothing_why);
  BIND (title);
  BIND (spinner);
  BIND (found);
  BIND (others);
  BIND (other_row);
  BIND (other_arrow);
  BIND (other_form);
  BIND (other_entry);
  BIND (other_connect);
  BIND (other_problem);
  BIND (host_row);
  BIND (host_title);
  BIND (host_state);
#undef BIND
}

static void
kith_first_run_class_init (KithFirstRunClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = kith_first_run_dispose;
  widget_class->key_press_event = kith_first_run_key_press_event;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kith/ui/first-run.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_back);
  gtk_widget_class_bind_template_callback (widget_class, on_again);
  gtk_widget_class_bind_template_callback (widget_class, on_found_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_crossing);
  gtk_widget_class_bind_template_callback (widget_class, on_host);
  gtk_widget_class_bind_template_callback (widget_class, on_other);
  gtk_widget_class_bind_template_callback (widget_class, on_others_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_connect);
  gtk_widget_class_bind_template_callback (widget_class, on_other_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_check);
  signals[JOINED] = g_signal_new ("joined", KITH_TYPE_FIRST_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  KITH_TYPE_SESSION);
}

static void
kith_first_run_init (KithFirstRun *window)
{
  gtk_widget_init_template (GTK_WIDGET (window));
  gtk_widget_add_events (GTK_WIDGET (window->found), GDK_ENTER_NOTIFY_MASK | GDK_LEAVE_NOTIFY_MASK);
  window->rows = g_ptr_array_new ();
  GtkWidget *sign_in = kith_sign_in_new ();
  window->sign_in = KITH_SIGN_IN (sign_in);
  gtk_stack_add_named (window->pages, sign_in, "sign-in");
  g_signal_connect_object (sign_in, "joined", G_CALLBACK (on_joined), window, G_CONNECT_SWAPPED);
}

static void
add_host_page (KithFirstRun *window)
{
  GtkWidget *page = kith_host_page_new (window->host);
  window->host_page = KITH_HOST_PAGE (page);
  gtk_stack_add_named (window->pages, page, "host");
  g_signal_connect_object (page, "enter", G_CALLBACK (on_enter_host), window, G_CONNECT_SWAPPED);
  g_signal_connect_object (window->host, "notify::running", G_CALLBACK (show_host_state), window, G_CONNECT_SWAPPED);
  kith_host_is_running (window->host);
}

KithFirstRun *
kith_first_run_new (GtkApplication *app, KithPlaces *places, KithHost *host)
{
  KithFirstRun *window = g_object_new (KITH_TYPE_FIRST_RUN, "application", app, NULL);
  window->places = g_object_ref (places);
  window->host = g_object_ref (host);
  window->nearby = kith_nearby_list_new ();
  if (kith_places_count (places) > 0)
    gtk_label_set_text (window->title, _("Add a server"));
  add_host_page (window);
  g_signal_connect (window->nearby, "items-changed", G_CALLBACK (on_items_changed), window);
  g_signal_connect_swapped (window->nearby, "notify::searching", G_CALLBACK (show_search), window);
  show_servers (window);
  return window;
}
