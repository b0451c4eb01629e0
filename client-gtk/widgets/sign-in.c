/* sign-in.c - what the person does goes to the session, and comes back as its state, which is shown (sign-in-show.c). */
#include "widgets/sign-in-private.h"

#include "core/destination.h"
#include "widgets/app.h"
#include "widgets/dialogs.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

enum { JOINED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KithSignIn, kith_sign_in, GTK_TYPE_SCROLLED_WINDOW)

static KithPlaces *
places (void)
{
  return kith_app_places (kith_app_get ());
}

/* ---- what the session tells --------------------------------------------------------------------------------------------- */

static void
drop_session (KithSignIn *page)
{
  if (page->session != NULL)
    g_signal_handlers_disconnect_by_data (page->session, page);
  g_clear_object (&page->session);
}

static void
finish (KithSignIn *page)
{
  g_autoptr (KithSession) session = g_object_ref (page->session);
  g_autofree char *code = kith_sign_in_mode (page) != KITH_SIGN_IN_NEW ? g_strdup (page->code) : NULL; /* or it is used up */
  drop_session (page);
  gtk_entry_set_text (page->new_password, "");
  gtk_entry_set_text (page->password, "");
  kith_places_keep (places (), session);
  g_signal_emit (page, signals[JOINED], 0, session);
  if (code != NULL)
    kith_app_accept (kith_app_get (), session, code);
}

static void
on_key_changed (KithSignIn *page)
{
  if (page->pin != NULL)
    kith_sign_in_show_problem (page, _("This is not the server of the invitation: its key is another one. Somebody may be listening "
                          "in; ask the person who invited you."),
                  TRUE);
  else
    kith_key_changed_show (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (page))), page->session);
}

static void
show_notice (KithSignIn *page)
{
  if (page->notice != NULL)
    kith_sign_in_show_problem (page, page->notice, FALSE);
}

static void
on_state (KithSignIn *page)
{
  const GError *error = kith_session_error (page->session);
  switch (kith_sign_in_state (page)) {
  case KITH_CLIENT_READY:
    finish (page);
    return;
  case KITH_CLIENT_OPEN:
    kith_sign_in_clear_problem (page);
    show_notice (page);
    break;
  case KITH_CLIENT_KEY_CHANGED:
    on_key_changed (page);
    break;
  case KITH_CLIENT_WAITING:
  case KITH_CLIENT_REFUSED:
    if (error != NULL && !page->mistrusted)
      kith_sign_in_show_error (page, error);
    break;
  default:
    break;
  }
  kith_sign_in_refresh (page);
}

static void
on_trust_asked (KithSignIn *page, const char *pin)
{
  g_free (page->asked);
  page->asked = g_strdup (pin);
  kith_trust_card_set_pin (page->card, pin);
  kith_sign_in_clear_problem (page);
  kith_sign_in_refresh (page);
}

/* As long as there is no name, the address stands in its place. people: at most 0: unknown. */
static void
show_server (KithSignIn *page, const char *name)
{
  gboolean named = name != NULL && *name != '\0' && !g_str_equal (name, page->address);
  g_autofree char *about = kith_sign_in_about (named ? page->address : NULL, page->people);
  gtk_label_set_text (page->server_name, named ? name : page->address);
  hdy_avatar_set_text (page->server_avatar, named ? name : page->address);
  gtk_label_set_text (page->server_about, about);
}

static void
on_server_name (KithSignIn *page)
{
  show_server (page, kith_session_server_name (page->session));
}

/* ---- what the person does ------------------------------------------------------------------------------------------------ */

/* The code of the link in the entry, unless it leads to another server. */
static gboolean
take_invitation (KithSignIn *page, GError **error)
{
  g_auto (KithDestination) link = {0};
  if (!gtk_widget_get_visible (page->invitation_form) || !kith_sign_in_is_filled (page->invitation))
    return TRUE;
  if (!kith_destination_parse (gtk_entry_get_text (page->invitation), &link, error))
    return FALSE;
  const char *shown = page->asked != NULL ? page->asked : kith_session_pin (page->session);
  if (link.code == NULL || (link.pin != NULL && *shown != '\0' && g_ascii_strcasecmp (link.pin, shown) != 0)) {
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST,
                         link.code == NULL ? _("That is no invitation: it has no code in it. Copy the whole link.")
                                           : _("That invitation is for another server."));
    return FALSE;
  }
  kith_session_use_invitation (page->session, link.code);
  return TRUE;
}

/* Somebody who was signed out was here before, and what they have read and written is still kept. */
static gboolean
is_of_somebody (KithSignIn *page)
{
  return kith_sign_in_mode (page) == KITH_SIGN_IN_NEW && page->session != NULL && kith_session_me (page->session) != NULL;
}

static gboolean
submit (KithSignIn *page, GError **error)
{
  KithSession *session = page->session;
  gboolean protect = gtk_toggle_button_get_active (page->protect);
  switch (kith_sign_in_mode (page)) {
  case KITH_SIGN_IN_NEW:
    return take_invitation (page, error) &&
           kith_session_register (session, gtk_entry_get_text (page->name),
                                  protect ? gtk_entry_get_text (page->new_password) : NULL, error);
  case KITH_SIGN_IN_ACCOUNT:
    kith_session_login (session, gtk_entry_get_text (page->handle), gtk_entry_get_text (page->password));
    return TRUE;
  default:
    kith_session_link (session, gtk_entry_get_text (page->code_entry));
    return TRUE;
  }
}

static void
go (KithSignIn *page)
{
  g_autoptr (GError) error = NULL;
  kith_sign_in_clear_problem (page);
  g_clear_pointer (&page->notice, g_free);
  if (!submit (page, &error)) {
    kith_sign_in_show_error (page, error);
    return;
  }
  if (page->asked != NULL) {
    g_clear_pointer (&page->asked, g_free);
    kith_session_trust (page->session, TRUE);
  }
  kith_session_try_now (page->session);
  kith_sign_in_refresh (page);
}

static void
begin_anew (gpointer data)
{
  KithSignIn *page = data;
  if (!is_of_somebody (page))
    return;
  kith_session_forget (page->session);
  go (page);
}

static void
on_go (KithSignIn *page)
{
  if (!gtk_widget_get_sensitive (page->go))
    return;
  if (is_of_somebody (page))
    kith_sign_in_ask_anew (GTK_WIDGET (page), kith_contact_name (kith_session_me (page->session)), begin_anew,
                           g_object_ref (page));
  else
    go (page);
}

/* Nothing is kept of a server whose words do not match. */
static void
on_mismatch (KithSignIn *page)
{
  page->mistrusted = TRUE;
  g_clear_pointer (&page->asked, g_free);
  kith_session_trust (page->session, FALSE);
  kith_sign_in_show_problem (page, _("Then don’t join: somebody may be pretending to be this server. Nothing was sent, and its key "
                        "is forgotten. Tell the person who runs it."),
                TRUE);
  kith_sign_in_refresh (page);
}

static void
on_find_problem (KithSignIn *page)
{
  kith_doctor_show (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (page))), page->session, page->address);
}

static void
on_changed (KithSignIn *page)
{
  const char *name = gtk_entry_get_text (page->name);
  hdy_avatar_set_text (page->avatar, name);
  kith_sign_in_mark (page->password, FALSE);
  kith_sign_in_refresh (page);
}

static void
on_protect (KithSignIn *page)
{
  gboolean protect = gtk_toggle_button_get_active (page->protect);
  gtk_revealer_set_reveal_child (page->protect_form, protect);
  if (protect)
    gtk_widget_grab_focus (GTK_WIDGET (page->new_password));
  kith_sign_in_refresh (page);
}

static void
on_reveal (GtkEntry *entry)
{
  gtk_entry_set_visibility (entry, !gtk_entry_get_visibility (entry));
}

static void
focus_form (KithSignIn *page)
{
  GtkEntry *const first[] = {page->name, page->handle, page->code_entry};
  KithSignInMode mode = kith_sign_in_mode (page);
  gboolean has_handle = mode == KITH_SIGN_IN_ACCOUNT && kith_sign_in_is_filled (page->handle);
  gtk_widget_grab_focus (GTK_WIDGET (has_handle ? page->password : first[mode]));
}

static void
on_segment (KithSignIn *page)
{
  kith_sign_in_clear_problem (page);
  kith_sign_in_refresh (page);
  focus_form (page);
}

static void
on_forgot (KithSignIn *page)
{
  page->use_code = !page->use_code;
  on_segment (page);
}

/* ---- coming and going ------------------------------------------------------------------------------------------------------ */

static void
reset_form (KithSignIn *page, const KithSignInTarget *target)
{
  page->people = target->people;
  show_server (page, target->name);
  gtk_widget_hide (page->invitation_form);
  gtk_entry_set_text (page->invitation, "");
  gtk_entry_set_text (page->code_entry, "");
  gtk_entry_set_text (page->password, "");
  gtk_entry_set_text (page->new_password, "");
  gtk_toggle_button_set_active (page->protect, FALSE);
  page->mistrusted = page->use_code = FALSE;
  kith_sign_in_clear_problem (page);
}

/* Somebody who was there before signs in; everybody else is new. */
static void
choose_segment (KithSignIn *page)
{
  KithContact *me = page->session != NULL ? kith_session_me (page->session) : NULL;
  gtk_toggle_button_set_active (me != NULL ? page->have_account : page->new_here, TRUE);
  if (me != NULL)
    gtk_entry_set_text (page->handle, kith_contact_handle (me));
}

static void
connect_session (KithSignIn *page)
{
  KithSession *session = page->session;
  g_signal_connect_object (session, "notify::state", G_CALLBACK (on_state), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::server-name", G_CALLBACK (on_server_name), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "trust", G_CALLBACK (on_trust_asked), page, G_CONNECT_SWAPPED);
  if (page->pin != NULL)
    kith_session_expect_pin (session, page->pin);
  if (page->code != NULL)
    kith_session_use_invitation (session, page->code);
  if (kith_session_state (session) == KITH_CLIENT_STOPPED)
    kith_session_start (session);
}

void
kith_sign_in_open (KithSignIn *page, const KithSignInTarget *target)
{
  g_autoptr (GError) error = NULL;
  kith_sign_in_leave (page);
  page->address = g_strdup (target->address);
  page->pin = g_strdup (target->pin);
  page->code = g_strdup (target->code);
  page->notice = g_strdup (target->notice);
  reset_form (page, target);
  KithSession *session = kith_places_open (places (), target->address, &error);
  page->session = session;
  choose_segment (page);
  if (session != NULL)
    connect_session (page);
  else
    kith_sign_in_show_error (page, error);
  if (session != NULL && kith_session_is_online (session))
    finish (page);
  show_notice (page);
  kith_sign_in_refresh (page);
  focus_form (page);
}

static gboolean
is_kept (KithSession *session)
{
  guint n = kith_places_count (places ());
  for (guint i = 0; i < n; i++)
    if (kith_places_get (places (), i) == session)
      return TRUE;
  return FALSE;
}

void
kith_sign_in_leave (KithSignIn *page)
{
  char **const texts[] = {&page->address, &page->pin, &page->code, &page->asked, &page->notice};
  if (page->session != NULL && !is_kept (page->session))
    kith_session_stop (page->session);
  drop_session (page);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
}

static void
kith_sign_in_dispose (GObject *object)
{
  kith_sign_in_leave (KITH_SIGN_IN (object));
  G_OBJECT_CLASS (kith_sign_in_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, KithSignIn, child)
  BIND (server_avatar);
  BIND (avatar);
  BIND (server_name);
  BIND (server_about);
  BIND (problem);
  BIND (progress);
  BIND (tag_place);
  BIND (trust_place);
  BIND (new_here);
  BIND (have_account);
  BIND (protect);
  BIND (forms);
  BIND (name);
  BIND (new_password);
  BIND (handle);
  BIND (password);
  BIND (code_entry);
  BIND (invitation);
  BIND (protect_form);
  BIND (segments);
  BIND (invitation_form);
  BIND (problem_box);
  BIND (find_problem);
  BIND (mismatch);
  BIND (go);
  BIND (spinner);
#undef BIND
}

static void
kith_sign_in_class_init (KithSignInClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = kith_sign_in_dispose;
  g_type_ensure (HDY_TYPE_AVATAR);
  g_type_ensure (HDY_TYPE_CLAMP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kith/ui/sign-in.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_segment);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_go);
  gtk_widget_class_bind_template_callback (widget_class, on_protect);
  gtk_widget_class_bind_template_callback (widget_class, on_reveal);
  gtk_widget_class_bind_template_callback (widget_class, on_find_problem);
  gtk_widget_class_bind_template_callback (widget_class, on_mismatch);
  gtk_widget_class_bind_template_callback (widget_class, on_forgot);
  signals[JOINED] = g_signal_new ("joined", KITH_TYPE_SIGN_IN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  KITH_TYPE_SESSION);
}

static void
kith_sign_in_init (KithSignIn *page)
{
  gtk_widget_init_template (GTK_WIDGET (page));
  GtkWidget *const long_ones[] = {GTK_WIDGET (page->new_here), GTK_WIDGET (page->have_account), GTK_WIDGET (page->protect),
                                  page->mismatch};
  for (guint i = 0; i < G_N_ELEMENTS (long_ones); i++)
    kith_button_wrap (long_ones[i]);
  GtkWidget *card = kith_trust_card_new ();
  page->card = KITH_TRUST_CARD (card);
  gtk_container_add (page->trust_place, card);
  gtk_widget_set_hexpand (card, TRUE);
  gtk_widget_show (card); /* its place hides it */
  gtk_entry_set_text (page->name, kith_sign_in_system_name ());
}

GtkWidget *
kith_sign_in_new (void)
{
  return g_object_new (KITH_TYPE_SIGN_IN, "visible", TRUE, NULL);
}
