/* main-window-actions.c - what the window can do, and by which keys: one table, from which the actions, their accelerators
 * and the window of shortcuts are made. */
#include "widgets/main-window-private.h"

#include "widgets/app.h"
#include "widgets/ask.h"
#include "widgets/dialogs.h"

#include <glib/gi18n.h>

#define MANY_UNREAD 20 /* messages: so many are not marked as read without a question */
#define SIZE_STEP 10   /* per cent */

/* When an action makes sense. */
typedef enum { ALWAYS, WITH_SESSION, WITH_CHAT } Need;

typedef struct {
  KithShortcut shortcut;
  Need need;
  void (*func) (KithMainWindow *self);
} WindowAction;

static GtkWindow *
as_window (KithMainWindow *self)
{
  return GTK_WINDOW (self);
}

static void
on_switcher (KithMainWindow *self)
{
  kith_switcher_open (self->switcher, self->session);
}

static void
on_browse (KithMainWindow *self)
{
  kith_switcher_browse (self->switcher, self->session);
}

static void
on_new_message (KithMainWindow *self)
{
  kith_new_message_show (as_window (self), self->session);
}

static void
on_new (KithMainWindow *self)
{
  kith_sidebar_show_new (self->sidebar);
}

static void
on_new_room (KithMainWindow *self)
{
  kith_new_room_show (as_window (self), self->session, NULL);
}

static void
on_invite_server (KithMainWindow *self)
{
  kith_invite_show (as_window (self), self->session, NULL);
}

static void
on_invite (KithMainWindow *self)
{
  kith_invite_show (as_window (self), self->session, self->chat);
}

/* The next conversation in the order of the sidebar that fits; it begins again at the end. */
static void
step (KithMainWindow *self, int by, gboolean unread)
{
  KithChats *chats = kith_session_chats (self->session);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (chats));
  guint here = self->chat != NULL ? kith_chats_position (chats, self->chat) : G_MAXUINT;
  if (here == G_MAXUINT)
    here = by > 0 ? n - 1 : 0;
  for (guint i = 1; i <= n; i++) {
    guint position = (here + (by > 0 ? i : n - i)) % n;
    g_autoptr (KithChat) chat = g_list_model_get_item (G_LIST_MODEL (chats), position);
    if (!unread || (kith_chat_unread (chat) > 0 && !kith_chat_is_muted (chat))) {
      kith_main_window_show_chat (self, chat);
      return;
    }
  }
}

static void
on_next (KithMainWindow *self)
{
  step (self, 1, FALSE);
}

static void
on_previous (KithMainWindow *self)
{
  step (self, -1, FALSE);
}

static void
on_next_unread (KithMainWindow *self)
{
  step (self, 1, TRUE);
}

static void
on_previous_unread (KithMainWindow *self)
{
  step (self, -1, TRUE);
}

/* To the results from which one jumped here, from them to the conversation, else to where one was before. */
static void
on_back (KithMainWindow *self)
{
  KithConversationView *view = kith_main_window_view (self);
  if (view != NULL && kith_conversation_view_back (view))
    return;
  if (self->search != NULL && gtk_stack_get_visible_child (self->pages) == self->search && self->chat != NULL)
    kith_main_window_show_chat (self, self->chat);
  else if (!kith_main_window_is_narrow (self))
    kith_main_window_go (self, -1);
  else if (kith_main_window_has_details (self))
    kith_main_window_set_details (self, FALSE);
  else
    kith_main_window_to_sidebar (self);
}

static void
on_forward (KithMainWindow *self)
{
  kith_main_window_go (self, 1);
}

static void
on_details (KithMainWindow *self)
{
  kith_main_window_set_details (self, !kith_main_window_has_details (self));
}

static void
on_sidebar (KithMainWindow *self)
{
  if (kith_main_window_is_narrow (self))
    kith_main_window_to_sidebar (self);
  else
    gtk_widget_set_visible (GTK_WIDGET (self->side), !gtk_widget_get_visible (GTK_WIDGET (self->side)));
}

static void
on_region (KithMainWindow *self)
{
  kith_main_window_region (self, 1);
}

static void
on_region_back (KithMainWindow *self)
{
  kith_main_window_region (self, -1);
}

static void
on_pinned (KithMainWindow *self)
{
  kith_main_window_set_details (self, TRUE);
  kith_details_pane_show_pinned (self->details);
}

static void
on_mute (KithMainWindow *self)
{
  gboolean muted = !kith_chat_is_muted (self->chat);
  kith_chat_set_muted (self->chat, muted);
  g_autofree char *text =
      g_strdup_printf (muted ? _("%s is muted: no sounds, no pop-ups.") : _("%s is not muted any more."),
                       kith_chat_title (self->chat));
  kith_main_window_toast (self, text, NULL, NULL, NULL, NULL);
}

static void
on_emoji (KithMainWindow *self)
{
  kith_conversation_view_pick_emoji (kith_main_window_view (self));
}

static void
on_mark_read (KithMainWindow *self)
{
  kith_session_mark_read (self->session, self->chat, kith_chat_last (self->chat));
}

static void
mark_all (gpointer data)
{
  KithMainWindow *self = data;
  GListModel *chats = G_LIST_MODEL (kith_session_chats (self->session));
  for (guint i = 0; i < g_list_model_get_n_items (chats); i++) {
    g_autoptr (KithChat) chat = g_list_model_get_item (chats, i);
    if (kith_chat_unread (chat) > 0)
      kith_session_mark_read (self->session, chat, kith_chat_last (chat));
  }
}

static void
on_mark_all (KithMainWindow *self)
{
  gint64 unread = kith_session_unread (self->session);
  if (unread <= MANY_UNREAD) {
    mark_all (self);
    return;
  }
  g_autofree char *text = g_strdup_printf (
      g_dngettext (NULL, "%d message is unread.", "%d messages are unread.", (gulong) unread), (int) unread);
  kith_ask (as_window (self), _("Mark everything as read?"), text, _("Mark as read"), mark_all, g_object_ref (self),
            g_object_unref);
}

static void
on_try_now (KithMainWindow *self)
{
  kith_session_try_now (self->session);
}

static void
on_doctor (KithMainWindow *self)
{
  kith_doctor_show (as_window (self), self->session, kith_session_address (self->session));
}

static void
on_key_changed (KithMainWindow *self)
{
  kith_key_changed_show (as_window (self), self->session);
}

static void
on_sign_in (KithMainWindow *self)
{
  kith_app_sign_in (kith_app_get (), kith_session_address (self->session));
}

static void
on_room_settings (KithMainWindow *self)
{
  if (kith_chat_kind (self->chat) == KITH_KIND_ROOM)
    kith_room_settings_show (as_window (self), self->session, self->chat, NULL);
}

static void
on_preferences (KithMainWindow *self)
{
  kith_preferences_show (as_window (self), NULL);
}

static void
on_shortcuts (KithMainWindow *self)
{
  kith_shortcuts_show (as_window (self));
}

static void
resize_text (KithMainWindow *self, int size)
{
  g_object_set (self->settings, "text-size", CLAMP (size, 80, 160), NULL);
}

static void
on_larger (KithMainWindow *self)
{
  resize_text (self, kith_settings_get_int (self->settings, "text-size") + SIZE_STEP);
}

static void
on_smaller (KithMainWindow *self)
{
  resize_text (self, kith_settings_get_int (self->settings, "text-size") - SIZE_STEP);
}

static void
on_normal (KithMainWindow *self)
{
  resize_text (self, 100);
}

static void
on_fullscreen (KithMainWindow *self)
{
  GdkWindow *window = gtk_widget_get_window (GTK_WIDGET (self));
  if (window != NULL && (gdk_window_get_state (window) & GDK_WINDOW_STATE_FULLSCREEN) != 0)
    gtk_window_unfullscreen (as_window (self));
  else
    gtk_window_fullscreen (as_window (self));
}

static void
on_close (KithMainWindow *self)
{
  gtk_window_close (as_window (self));
}

/* For every server at once; the text of the status stays. */
static void
on_dnd (KithMainWindow *self)
{
  KithPlaces *places = kith_app_places (KITH_APP (gtk_window_get_application (as_window (self))));
  gboolean on = kith_session_choice (self->session)->state != KITH_PRESENCE_DND;
  for (guint i = 0; i < kith_places_count (places); i++) {
    KithSession *session = kith_places_get (places, i);
    const KithPresence *choice = kith_session_choice (session);
    g_autofree char *text = g_strdup (choice->text);
    kith_session_choose (session, on ? KITH_PRESENCE_DND : KITH_PRESENCE_ONLINE, text, choice->until);
  }
  kith_main_window_toast (self, on ? _("Do not disturb is on.") : _("Do not disturb is off."), NULL, NULL, NULL, NULL);
}

#define GENERAL N_ ("General")
#define CHATS N_ ("Conversations")
#define HERE N_ ("This conversation")
#define WINDOW N_ ("Window")
#define NO_TITLE NULL /* not in the list of shortcuts */

static const WindowAction actions[] = {
    {{GENERAL, N_ ("Jump to a conversation or a person"), "switcher", {"<Primary>k"}}, WITH_SESSION, on_switcher},
    {{GENERAL, N_ ("New message, room or invitation"), "new", {"<Primary>n"}}, WITH_SESSION, on_new},
    {{NULL, NO_TITLE, "try-now", {NULL}}, WITH_SESSION, on_try_now},
    {{NULL, NO_TITLE, "doctor", {NULL}}, WITH_SESSION, on_doctor},
    {{NULL, NO_TITLE, "key-changed", {NULL}}, WITH_SESSION, on_key_changed},
    {{NULL, NO_TITLE, "sign-in", {NULL}}, WITH_SESSION, on_sign_in},
    {{NULL, NO_TITLE, "back-to-list", {NULL}}, ALWAYS, kith_main_window_to_sidebar},
    {{NULL, NO_TITLE, "new-message", {NULL}}, WITH_SESSION, on_new_message},
    {{NULL, NO_TITLE, "new-room", {NULL}}, WITH_SESSION, on_new_room},
    {{NULL, NO_TITLE, "browse-rooms", {NULL}}, WITH_SESSION, on_browse},
    {{NULL, NO_TITLE, "invite-server", {NULL}}, WITH_SESSION, on_invite_server},
    {{GENERAL, N_ ("Search everywhere"), "search", {"<Primary><Shift>f"}}, WITH_SESSION, kith_main_window_search_all},
    {{NULL, NO_TITLE, "results", {NULL}}, WITH_SESSION, kith_main_window_results},
    {{GENERAL, N_ ("Do not disturb"), "dnd", {"<Primary><Shift>d"}}, WITH_SESSION, on_dnd},
    {{GENERAL, N_ ("Preferences"), "preferences", {"<Primary>comma"}}, ALWAYS, on_preferences},
    {{GENERAL, N_ ("Keyboard shortcuts"), "shortcuts", {"F1", "<Primary>question"}}, ALWAYS, on_shortcuts},
    {{CHATS, N_ ("Next conversation"), "next-chat", {"<Alt>Down"}}, WITH_SESSION, on_next},
    {{CHATS, N_ ("Previous conversation"), "previous-chat", {"<Alt>Up"}}, WITH_SESSION, on_previous},
    {{CHATS, N_ ("Next unread"), "next-unread", {"<Alt><Shift>Down"}}, WITH_SESSION, on_next_unread},
    {{CHATS, N_ ("Previous unread"), "previous-unread", {"<Alt><Shift>Up"}}, WITH_SESSION, on_previous_unread},
    {{CHATS, N_ ("Back"), "back", {"<Alt>Left"}}, WITH_SESSION, on_back},
    {{CHATS, N_ ("Forward"), "forward", {"<Alt>Right"}}, WITH_SESSION, on_forward},
    {{CHATS, N_ ("Mark everything as read"), "mark-all-read", {"<Shift>Escape"}}, WITH_SESSION, on_mark_all},
    {{HERE, N_ ("Menu of the conversation"), "menu", {"F10"}}, WITH_CHAT, kith_main_window_menu},
    {{HERE, N_ ("Mute or unmute"), "mute", {"<Primary><Shift>m"}}, WITH_CHAT, on_mute},
    {{HERE, N_ ("Search here"), "search-here", {"<Primary>f"}}, WITH_CHAT, kith_main_window_search_here},
    {{HERE, N_ ("Emoji"), "emoji", {"<Primary>period"}}, WITH_CHAT, on_emoji},
    {{NULL, NO_TITLE, "mark-read", {NULL}}, WITH_CHAT, on_mark_read},
    {{NULL, NO_TITLE, "pinned", {NULL}}, WITH_CHAT, on_pinned},
    {{NULL, NO_TITLE, "invite", {NULL}}, WITH_CHAT, on_invite},
    {{NULL, NO_TITLE, "room-settings", {NULL}}, WITH_CHAT, on_room_settings},
    {{WINDOW, N_ ("Next region"), "region", {"F6"}}, ALWAYS, on_region},
    {{WINDOW, N_ ("Previous region"), "region-back", {"<Shift>F6"}}, ALWAYS, on_region_back},
    {{WINDOW, N_ ("Show or hide the list of conversations"), "sidebar", {"F9"}}, ALWAYS, on_sidebar},
    {{WINDOW, N_ ("Show or hide details"), "details", {"F8"}}, WITH_CHAT, on_details},
    {{WINDOW, N_ ("Larger text"), "text-larger", {"<Primary>plus", "<Primary>equal"}}, ALWAYS, on_larger},
    {{WINDOW, N_ ("Smaller text"), "text-smaller", {"<Primary>minus"}}, ALWAYS, on_smaller},
    {{WINDOW, N_ ("Normal text"), "text-normal", {"<Primary>0"}}, ALWAYS, on_normal},
    {{WINDOW, N_ ("Full screen"), "fullscreen", {"F11"}}, ALWAYS, on_fullscreen},
    {{WINDOW, N_ ("Close the window"), "close", {"<Primary>w"}}, ALWAYS, on_close},
};

static void
on_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  (void) parameter;
  const char *name = g_action_get_name (G_ACTION (action));
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    if (g_str_equal (actions[i].shortcut.action, name))
      actions[i].func (data);
}

/* Ctrl+1 … Ctrl+9. */
static void
on_nth (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  (void) action;
  KithMainWindow *self = data;
  if (self->session == NULL)
    return;
  GListModel *chats = G_LIST_MODEL (kith_session_chats (self->session));
  int nth = g_variant_get_int32 (parameter);
  g_autoptr (KithChat) chat = nth < 1 ? NULL : g_list_model_get_item (chats, (guint) nth - 1);
  if (chat != NULL)
    kith_main_window_show_chat (self, chat);
}

static void
set_state (KithMainWindow *self, const char *name, gboolean on)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (on));
}

void
kith_main_window_update_actions (KithMainWindow *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++) {
    gboolean on = actions[i].need == ALWAYS || (actions[i].need == WITH_SESSION && self->session != NULL) ||
                  (actions[i].need == WITH_CHAT && kith_main_window_view (self) != NULL);
    GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), actions[i].shortcut.action);
    if (action != NULL)
      g_simple_action_set_enabled (G_SIMPLE_ACTION (action), on);
  }
  if (g_action_map_lookup_action (G_ACTION_MAP (self), "details") != NULL)
    set_state (self, "details", kith_main_window_has_details (self));
}

const KithShortcut *
kith_main_window_shortcuts (gsize *n)
{
  static KithShortcut shown[G_N_ELEMENTS (actions)];
  *n = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    if (actions[i].shortcut.title != NULL)
      shown[(*n)++] = actions[i].shortcut;
  return shown;
}

static void
add_action (KithMainWindow *self, GtkApplication *app, const WindowAction *entry)
{
  gboolean toggles = g_str_equal (entry->shortcut.action, "details");
  GSimpleAction *action =
      toggles ? g_simple_action_new_stateful (entry->shortcut.action, NULL, g_variant_new_boolean (FALSE))
              : g_simple_action_new (entry->shortcut.action, NULL);
  g_signal_connect (action, "activate", G_CALLBACK (on_action), self);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
  g_autofree char *name = g_strconcat ("win.", entry->shortcut.action, NULL);
  if (entry->shortcut.keys[0] != NULL)
    gtk_application_set_accels_for_action (app, name, (const char *const *) entry->shortcut.keys);
  g_object_unref (action);
}

void
kith_main_window_actions_init (KithMainWindow *self)
{
  GtkApplication *app = gtk_window_get_application (GTK_WINDOW (self));
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    add_action (self, app, &actions[i]);
  g_autoptr (GSimpleAction) nth = g_simple_action_new ("chat", G_VARIANT_TYPE_INT32);
  g_signal_connect (nth, "activate", G_CALLBACK (on_nth), self);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (nth));
  for (int i = 1; i <= 9; i++) {
    char name[16], key[16];
    g_snprintf (name, sizeof name, "win.chat(%d)", i);
    g_snprintf (key, sizeof key, "<Primary>%d", i);
    gtk_application_set_accels_for_action (app, name, (const char *const[]) {key, NULL});
  }
}
