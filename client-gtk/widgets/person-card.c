#include "widgets/person-card.h"

#include "widgets/avatar.h"
#include "widgets/dialogs.h"
#include "widgets/main-window.h"
#include "widgets/moderation.h"
#include "widgets/parts.h"
#include "widgets/presence-text.h"
#include "widgets/request.h"

#include <glib/gi18n.h>

#define FACE 72

typedef struct {
  KithSession *session;
  KithContact *contact;
  KithChat *chat; /* may be NULL */
  GtkWidget *root;
  GtkWidget *name, *handle, *state, *block;
} Card;

static void
card_free (gpointer data)
{
  Card *card = data;
  g_signal_handlers_disconnect_by_data (card->contact, card);
  g_object_unref (card->session);
  g_object_unref (card->contact);
  g_clear_object (&card->chat);
  g_free (card);
}

static void
refresh (Card *card)
{
  KithContact *contact = card->contact;
  g_autofree char *handle = g_strdup_printf ("@%s", kith_contact_handle (contact));
  g_autofree char *status = kith_status_line (kith_contact_status (contact), kith_contact_status_until (contact));
  const char *state =
      kith_contact_presence_known (contact) ? kith_presence_title (kith_contact_presence (contact)) : _("Unknown");
  g_autofree char *line = status != NULL ? g_strdup_printf ("%s · %s", state, status) : g_strdup (state);
  gtk_label_set_text (GTK_LABEL (card->name), kith_contact_name (contact));
  gtk_label_set_text (GTK_LABEL (card->handle), handle);
  gtk_label_set_text (GTK_LABEL (card->state), kith_contact_is_deleted (contact) ? _("Deleted account") : line);
  if (card->block != NULL)
    gtk_button_set_label (GTK_BUTTON (card->block), kith_contact_is_blocked (contact) ? _("Unblock") : _("Block"));
}

/* Where the card is a popover, it is in the way of what comes next. */
static void
close_popover (Card *card)
{
  GtkWidget *popover = gtk_widget_get_ancestor (card->root, GTK_TYPE_POPOVER);
  if (popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (popover));
}

/* The conversation with this person: the one that the sidebar has, else one that begins with the first message. */
static KithChat *
find_chat (KithSession *session, KithContact *contact)
{
  GListModel *chats = G_LIST_MODEL (kith_session_chats (session));
  for (guint i = 0; i < g_list_model_get_n_items (chats); i++) {
    g_autoptr (KithChat) chat = g_list_model_get_item (chats, i);
    if (kith_chat_contact (chat) == contact)
      return g_steal_pointer (&chat);
  }
  return NULL;
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KithChat) chat = kith_session_chat_finish (KITH_SESSION (source), result, &error);
  g_autoptr (KithMainWindow) window = data;
  if (chat != NULL && kith_main_window_session (window) == KITH_SESSION (source))
    kith_main_window_show_chat (window, chat);
  else if (error != NULL)
    kith_main_window_toast (window, error->message, NULL, NULL, NULL, NULL);
}

void
kith_person_message (GtkWidget *widget, KithSession *session, KithContact *contact)
{
  KithMainWindow *window = kith_main_window_of (widget);
  g_autoptr (KithChat) chat = find_chat (session, contact);
  if (window == NULL)
    return;
  if (chat != NULL) {
    kith_main_window_show_chat (window, chat);
  } else {
    gint64 account = kith_contact_id (contact);
    kith_session_open_people_async (session, &account, 1, NULL, on_opened, g_object_ref (window));
  }
}

static void
on_message (Card *card)
{
  kith_person_message (card->root, card->session, card->contact);
  close_popover (card);
}

static void
on_block (Card *card)
{
  gboolean blocked = kith_contact_is_blocked (card->contact);
  json_object *request = kith_client_message (blocked ? "unblock" : "block", 0, FALSE);
  kith_request_add_account (request, kith_contact_id (card->contact));
  g_autofree char *done = g_strdup_printf (
      blocked ? _("%s is not blocked any more.") : _("%s is blocked: you do not see what they write, and they cannot "
                                                     "write to you."),
      kith_contact_name (card->contact));
  kith_request_send (card->root, card->session, request, done);
  close_popover (card);
}

static void
on_silence (Card *card)
{
  kith_moderation_mute (card->root, card->session, card->chat, card->contact, 60 * 60);
  close_popover (card);
}

static void
on_silence_day (Card *card)
{
  kith_moderation_mute (card->root, card->session, card->chat, card->contact, 24 * 60 * 60);
  close_popover (card);
}

static void
on_speak (Card *card)
{
  kith_moderation_mute (card->root, card->session, card->chat, card->contact, 0);
  close_popover (card);
}

static void
on_kick (Card *card)
{
  kith_moderation_kick (card->root, card->session, card->chat, card->contact);
  close_popover (card);
}

static void
on_ban (Card *card)
{
  kith_moderation_ban (card->root, card->session, card->chat, card->contact);
  close_popover (card);
}

static GtkWidget *
centred (const char *classes, int chars)
{
  GtkWidget *label = kith_text_new (NULL, classes, chars);
  gtk_label_set_width_chars (GTK_LABEL (label), -1);
  gtk_label_set_xalign (GTK_LABEL (label), 0.5F);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  return label;
}

static void
add_buttons (Card *card)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *message = gtk_button_new_with_label (_("Message"));
  card->block = gtk_button_new_with_label (_("Block"));
  kith_add_classes (message, "suggested-action");
  gtk_widget_set_halign (buttons, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (buttons, 9);
  gtk_container_add (GTK_CONTAINER (buttons), message);
  gtk_container_add (GTK_CONTAINER (buttons), card->block);
  gtk_container_add (GTK_CONTAINER (card->root), buttons);
  g_signal_connect_swapped (message, "clicked", G_CALLBACK (on_message), card);
  g_signal_connect_swapped (card->block, "clicked", G_CALLBACK (on_block), card);
}

static void
add_moderation (Card *card)
{
  static const struct {
    const char *icon, *label, *classes;
    void (*func) (Card *card);
  } items[] = {{"kith-bell-off-symbolic", N_ ("Mute for an hour"), NULL, on_silence},
               {"kith-bell-off-symbolic", N_ ("Mute for a day"), NULL, on_silence_day},
               {"emblem-ok-symbolic", N_ ("May write again"), NULL, on_speak},
               {"application-exit-symbolic", N_ ("Remove from the room"), "danger-link", on_kick},
               {"action-unavailable-symbolic", N_ ("Ban…"), "danger-link", on_ban}};
  GtkWidget *line = kith_separator_new ();
  gtk_widget_set_margin_top (line, 9);
  gtk_container_add (GTK_CONTAINER (card->root), line);
  for (gsize i = 0; i < G_N_ELEMENTS (items); i++) {
    GtkWidget *item = kith_menu_item_new (items[i].icon, _(items[i].label), NULL, items[i].classes);
    g_signal_connect_swapped (item, "clicked", G_CALLBACK (items[i].func), card);
    gtk_container_add (GTK_CONTAINER (card->root), item);
  }
}

GtkWidget *
kith_person_card_new (KithSession *session, KithContact *contact, KithChat *chat, const char *role)
{
  Card *card = g_new0 (Card, 1);
  card->session = g_object_ref (session);
  card->contact = g_object_ref (contact);
  card->chat = chat != NULL ? g_object_ref (chat) : NULL;
  card->root = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  card->name = centred ("t-title", 24);
  card->handle = centred ("t-small faint", 32);
  card->state = centred ("t-small dim", 28);
  gtk_container_add (GTK_CONTAINER (card->root), kith_avatar_new (contact, FACE, "on-raised big", TRUE));
  gtk_container_add (GTK_CONTAINER (card->root), card->name);
  gtk_container_add (GTK_CONTAINER (card->root), card->handle);
  gtk_container_add (GTK_CONTAINER (card->root), card->state);
  gtk_widget_set_margin_top (card->root, 12);
  gtk_widget_set_margin_bottom (card->root, 9);
  g_object_set_data_full (G_OBJECT (card->root), "card", card, card_free);
  if (!kith_contact_is_me (contact) && !kith_contact_is_deleted (contact)) {
    add_buttons (card);
    if (chat != NULL && kith_moderation_may (session, chat, role))
      add_moderation (card);
  }
  refresh (card);
  g_signal_connect_swapped (contact, "notify", G_CALLBACK (refresh), card);
  gtk_widget_show_all (card->root);
  return card->root;
}

void
kith_person_show_in (GtkWidget *relative_to, KithSession *session, KithContact *contact, KithChat *chat,
                     const char *role)
{
  GtkWidget *popover = gtk_popover_new (NULL);
  GtkWidget *card = kith_person_card_new (session, contact, chat, role);
  gtk_widget_set_size_request (card, 240, -1);
  gtk_container_add (GTK_CONTAINER (popover), card);
  kith_popover_once (popover, relative_to);
}

void
kith_person_show (GtkWidget *relative_to, KithSession *session, gint64 account)
{
  if (account == 0)
    return; /* the server itself */
  KithMainWindow *window = kith_main_window_of (relative_to);
  KithChat *chat = window != NULL && kith_main_window_session (window) == session ? kith_main_window_chat (window) : NULL;
  const char *role = NULL;
  g_autoptr (KithMembers) members = NULL;
  if (chat != NULL && kith_chat_id (chat) != 0 && kith_chat_kind (chat) == KITH_KIND_ROOM) {
    members = kith_session_members (session, chat);
    KithMember *member = kith_members_find (members, account);
    role = member != NULL ? kith_member_role (member) : NULL;
  }
  kith_person_show_in (relative_to, session, kith_session_contact (session, account), chat, role);
}
