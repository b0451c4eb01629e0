/* banner.c - a table of states: class, icon, words, buttons. The countdown ticks only while it is seen. */
#include "widgets/banner.h"

#include "widgets/parts.h"
#include "widgets/presence-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define PATIENCE_MS 1000 /* connecting is not worth a word before */
#define ROOM 200         /* pixels beside words and buttons, so that they may stand in one line */
#define BACK_MS 3000     /* "Back online" stays */

typedef struct {
  KithSession *session;
  GtkWidget *revealer, *box, *icon, *spinner, *text, *now, *problem, *what, *remedies;
  guint timer;       /* the next second, or the end of patience */
  char *shown;       /* all that is shown, in one text: what is the same is not shown again */
  gint64 since;      /* monotonic: not connected since; 0: connected */
  gint64 attempt;    /* monotonic: connecting since; 0: not */
  gboolean was_down; /* nobody is told to be back who was never away */
  gint64 back_until; /* monotonic: "Back online" is shown until */
  guint sent;
} Banner;

static gboolean update (gpointer data);

static void
free_banner (gpointer data)
{
  Banner *banner = data;
  g_clear_handle_id (&banner->timer, g_source_remove);
  g_object_unref (banner->session);
  g_free (banner->shown);
  g_free (banner);
}

static void
set_kind (Banner *banner, const char *kind)
{
  static const char *const kinds[] = {"info", "warn", "error"};
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    kith_set_class (banner->box, kinds[i], g_strcmp0 (kinds[i], kind) == 0);
}

/* The title stands before the text, and is stronger. */
static void
set_words (GtkWidget *label, const char *title, const char *text)
{
  g_autofree char *words = title != NULL ? g_strdup_printf ("%s %s", title, text) : g_strdup (text);
  PangoAttrList *list = pango_attr_list_new ();
  if (title != NULL) {
    PangoAttribute *bold = pango_attr_weight_new (PANGO_WEIGHT_SEMIBOLD);
    bold->end_index = (guint) strlen (title);
    pango_attr_list_insert (list, bold);
  }
  gtk_label_set_attributes (GTK_LABEL (label), list);
  gtk_label_set_text (GTK_LABEL (label), words);
  pango_attr_list_unref (list);
}

/* What the first button does; the second leads to the doctor. */
typedef struct {
  const char *label, *action;
} Remedy;

static const Remedy try_now = {N_ ("_Try now"), "win.try-now"}, look = {N_ ("_Look at it…"), "win.key-changed"},
                    sign_in = {N_ ("_Sign in…"), "win.sign-in"}, turn_off = {N_ ("_Turn off"), "win.dnd"};

/* Large text in a narrow window: or the buttons would push it over the edge, even while they are hidden. */
static void
let_shrink (GtkWidget *button)
{
  gtk_label_set_ellipsize (GTK_LABEL (gtk_bin_get_child (GTK_BIN (button))), PANGO_ELLIPSIZE_END);
}

static void
set_remedy (Banner *banner, const Remedy *remedy)
{
  gtk_widget_set_visible (banner->now, remedy != NULL);
  gtk_widget_set_visible (banner->problem, remedy == &try_now);
  if (remedy == NULL)
    return;
  gtk_button_set_label (GTK_BUTTON (banner->now), _ (remedy->label));
  let_shrink (banner->now);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (banner->now), remedy->action);
}

/* FALSE: it is what is shown already. */
static gboolean
is_news (Banner *banner, const char *kind, const char *icon, const char *title, const char *text, const Remedy *remedy)
{
  const char *parts[] = {kind, icon, title, text, remedy != NULL ? remedy->action : NULL};
  g_autoptr (GString) all = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    g_string_append_printf (all, "%s\n", parts[i] != NULL ? parts[i] : "");
  if (g_strcmp0 (all->str, banner->shown) == 0)
    return FALSE;
  g_free (banner->shown);
  banner->shown = g_strdup (all->str);
  return TRUE;
}

/* title may be NULL; icon NULL: a spinner. */
static void
show (Banner *banner, const char *kind, const char *icon, const char *title, const char *text, const Remedy *remedy)
{
  if (!is_news (banner, kind, icon, title, text, remedy))
    return;
  set_kind (banner, kind);
  gtk_widget_set_visible (banner->icon, icon != NULL);
  gtk_widget_set_visible (banner->spinner, icon == NULL);
  g_object_set (banner->spinner, "active", icon == NULL, NULL);
  if (icon != NULL)
    gtk_image_set_from_icon_name (GTK_IMAGE (banner->icon), icon, GTK_ICON_SIZE_MENU);
  set_words (banner->text, title, text);
  set_remedy (banner, remedy);
  gtk_revealer_set_reveal_child (GTK_REVEALER (banner->revealer), TRUE);
}

static void
hide (Banner *banner)
{
  g_clear_pointer (&banner->shown, g_free);
  g_object_set (banner->spinner, "active", FALSE, NULL);
  gtk_revealer_set_reveal_child (GTK_REVEALER (banner->revealer), FALSE);
}

static void
look_again (Banner *banner, gint64 milliseconds)
{
  g_clear_handle_id (&banner->timer, g_source_remove);
  banner->timer = g_timeout_add ((guint) MAX (milliseconds, 1), update, banner);
}

static void
show_offline (Banner *banner, gint64 now)
{
  gint64 left = MAX (0, kith_session_retry_at (banner->session) - now);
  guint waiting = kith_session_waiting (banner->session);
  g_autofree char *title = g_strdup_printf (_ ("No connection to %s."), kith_session_server_name (banner->session));
  GString *text = g_string_new (NULL);
  if (left > 0)
    g_string_append_printf (text, _ ("Trying again in %d s… "), (int) ((left + 999999) / G_USEC_PER_SEC));
  else
    g_string_append (text, _ ("Trying… "));
  g_string_append (text, _ ("You can keep writing"));
  if (waiting > 0)
    g_string_append_printf (text, ngettext ("; %u message is waiting", "; %u messages are waiting", waiting), waiting);
  g_string_append_c (text, '.');
  show (banner, "warn", "network-offline-symbolic", title, text->str, &try_now);
  g_string_free (text, TRUE);
  if (left > 0 && gtk_widget_get_mapped (banner->revealer))
    look_again (banner, left % G_USEC_PER_SEC / 1000 + 1);
}

/* What was shown before the attempt stays until it has taken its time: where nobody listens, one ends at once, twice a
 * second. */
static void
show_connecting (Banner *banner, gint64 now)
{
  gint64 patience = banner->attempt + PATIENCE_MS * 1000 - now;
  if (patience > 0) {
    look_again (banner, patience / 1000 + 1);
    return;
  }
  g_autofree char *text = g_strdup_printf (_ ("Connecting to %s…"), kith_session_server_name (banner->session));
  show (banner, "info", NULL, NULL, text, NULL);
}

static void
show_back (Banner *banner, gint64 now)
{
  g_autofree char *text = NULL;
  if (banner->sent > 0)
    text = g_strdup_printf (ngettext ("Back online. %u message sent.", "Back online. %u messages sent.", banner->sent),
                            banner->sent);
  show (banner, "info", "emblem-ok-symbolic", NULL, text != NULL ? text : _ ("Back online."), NULL);
  look_again (banner, (banner->back_until - now) / 1000 + 1);
}

static gboolean
is_undisturbed (Banner *banner)
{
  return kith_session_choice (banner->session)->state == KITH_PRESENCE_DND;
}

static void
show_undisturbed (Banner *banner)
{
  g_autofree char *when = kith_until_words (kith_session_choice (banner->session)->until);
  g_autofree char *text = when != NULL ? g_strdup_printf (_ ("Do not disturb is on until %s."), when)
                                       : g_strdup (_ ("Do not disturb is on."));
  show (banner, NULL, "kith-bell-off-symbolic", NULL, text, &turn_off);
}

static gboolean
is_down (KithClientState state)
{
  return state == KITH_CLIENT_WAITING || state == KITH_CLIENT_STOPPED;
}

static gboolean
update (gpointer data)
{
  Banner *banner = data;
  KithClientState state = kith_session_state (banner->session);
  gint64 now = g_get_monotonic_time ();
  const char *problem = kith_session_problem (banner->session);
  banner->timer = 0;
  if (state == KITH_CLIENT_READY && now < banner->back_until)
    show_back (banner, now);
  else if (state == KITH_CLIENT_READY && is_undisturbed (banner))
    show_undisturbed (banner);
  else if (state == KITH_CLIENT_READY)
    hide (banner);
  else if (state == KITH_CLIENT_KEY_CHANGED)
    show (banner, "error", "dialog-error-symbolic", _ ("The server's key has changed."),
          _ ("Nothing is sent until you have looked at it."), &look);
  else if (state == KITH_CLIENT_REFUSED)
    show (banner, "error", "dialog-error-symbolic", _ ("Signed out."), problem != NULL ? problem : "", &sign_in);
  else if (kith_session_is_locked (banner->session))
    show (banner, "info", NULL, NULL, _ ("Unlock the keyring: it has the key to your account."), NULL);
  else if (is_down (state))
    show_offline (banner, now);
  else
    show_connecting (banner, now);
  return G_SOURCE_REMOVE;
}

static Banner *
banner_of (GtkWidget *revealer)
{
  return g_object_get_data (G_OBJECT (revealer), "kith-banner");
}

static void
refresh (GtkWidget *revealer)
{
  Banner *banner = banner_of (revealer);
  g_clear_handle_id (&banner->timer, g_source_remove);
  update (banner);
}

/* Whoever showed the window has shown all that is hidden here, too. */
static void
on_map (GtkWidget *revealer)
{
  g_clear_pointer (&banner_of (revealer)->shown, g_free);
  refresh (revealer);
}

static void
on_state (GtkWidget *revealer)
{
  Banner *banner = banner_of (revealer);
  gint64 now = g_get_monotonic_time ();
  gboolean ready = kith_session_is_online (banner->session);
  if (ready || is_down (kith_session_state (banner->session)))
    banner->attempt = 0;
  else if (banner->attempt == 0)
    banner->attempt = now;
  banner->was_down |= is_down (kith_session_state (banner->session));
  if (ready && banner->was_down && banner->since != 0 && now - banner->since > PATIENCE_MS * 1000) {
    banner->back_until = now + BACK_MS * 1000;
    banner->sent = 0;
  }
  if (ready)
    banner->was_down = FALSE;
  banner->since = ready ? 0 : banner->since != 0 ? banner->since : now;
  refresh (revealer);
}

static void
on_sent (GtkWidget *revealer, guint n)
{
  banner_of (revealer)->sent = n;
  refresh (revealer);
}

static GtkWidget *
new_button (const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);
  let_shrink (button);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  return button;
}

static void
build (Banner *banner)
{
  banner->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  kith_add_classes (banner->box, "banner");
  banner->icon = kith_icon_new ("network-offline-symbolic", 16, NULL);
  banner->spinner = gtk_spinner_new ();
  banner->now = new_button (_ ("_Try now"), "win.try-now");
  banner->problem = new_button (_ ("_Find the problem…"), "win.doctor");
  banner->what = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  banner->remedies = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  gtk_container_add (GTK_CONTAINER (banner->what), banner->icon);
  gtk_container_add (GTK_CONTAINER (banner->what), banner->spinner);
  banner->text = kith_text_new ("", "t-small", 80);
  gtk_box_pack_start (GTK_BOX (banner->what), banner->text, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (banner->remedies), banner->now);
  gtk_container_add (GTK_CONTAINER (banner->remedies), banner->problem);
  gtk_box_pack_start (GTK_BOX (banner->box), banner->what, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (banner->box), banner->remedies);
  atk_object_set_role (gtk_widget_get_accessible (banner->box), ATK_ROLE_ALERT);
  gtk_container_add (GTK_CONTAINER (banner->revealer), banner->box);
  gtk_widget_show_all (banner->box);
}

/* Whether words and buttons have room in one line. What the words need at least is never less than what is given then, so
 * more is asked for: or a line that does not fit would stay. */
static GtkOrientation
orientation_for (Banner *banner, int width)
{
  int words, buttons;
  gtk_widget_get_preferred_width (banner->what, &words, NULL);
  gtk_widget_get_preferred_width (banner->remedies, NULL, &buttons);
  return width < words + buttons + ROOM ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL;
}

static gboolean
fit (gpointer revealer)
{
  GtkAllocation space;
  Banner *banner = banner_of (revealer);
  gtk_widget_get_allocation (revealer, &space);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (banner->box), orientation_for (banner, space.width));
  return G_SOURCE_REMOVE;
}

/* Where there is no room beside the words, the buttons stand below. Not while sizes are being given: it would be
 * lost. */
static void
on_size (GtkWidget *revealer, const GtkAllocation *space)
{
  Banner *banner = banner_of (revealer);
  if (orientation_for (banner, space->width) != gtk_orientable_get_orientation (GTK_ORIENTABLE (banner->box)))
    g_idle_add_full (G_PRIORITY_HIGH_IDLE, fit, g_object_ref (revealer), g_object_unref);
}

GtkWidget *
kith_banner_new (KithSession *session)
{
  Banner *banner = g_new0 (Banner, 1);
  GtkWidget *revealer = gtk_revealer_new ();
  banner->session = g_object_ref (session);
  banner->revealer = revealer;
  g_object_set_data_full (G_OBJECT (revealer), "kith-banner", banner, free_banner);
  build (banner);
  g_signal_connect (revealer, "size-allocate", G_CALLBACK (on_size), NULL);
  static const struct {
    const char *signal;
    GCallback callback;
  } handlers[] = {{"notify::state", G_CALLBACK (on_state)},
                  {"notify::retry-at", G_CALLBACK (refresh)},
                  {"notify::waiting", G_CALLBACK (refresh)},
                  {"notify::choice", G_CALLBACK (refresh)},
                  {"sent", G_CALLBACK (on_sent)}};
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (session, handlers[i].signal, handlers[i].callback, revealer, G_CONNECT_SWAPPED);
  g_signal_connect (revealer, "map", G_CALLBACK (on_map), NULL);
  on_state (revealer);
  return revealer;
}
