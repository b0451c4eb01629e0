/* main-window.c - which session and which conversation the window shows, and where one has been.
 *
 * A conversation's view is made when it is first shown; the last six stay alive in the stack. */
#include "widgets/main-window-private.h"

#include "widgets/app.h"
#include "widgets/empty-state.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

#define VIEWS_KEPT 6
#define HISTORY_MAX 50
#define UI "/org/kith/ui/main-window.ui"

G_DEFINE_FINAL_TYPE (KithMainWindow, kith_main_window, HDY_TYPE_APPLICATION_WINDOW)

static void
visit_free (gpointer data)
{
  KithVisit *visit = data;
  g_object_unref (visit->session);
  g_object_unref (visit->chat);
  g_free (visit);
}

static const KithVisit *
visit_at (KithMainWindow *self, guint position)
{
  return position < self->history->len ? g_ptr_array_index (self->history, position) : NULL;
}

/* A new place ends what lay ahead. */
static void
remember (KithMainWindow *self)
{
  const KithVisit *here = visit_at (self, self->visit);
  if (here != NULL && here->chat == self->chat && here->session == self->session)
    return;
  if (self->visit + 1 < self->history->len)
    g_ptr_array_set_size (self->history, (int) self->visit + 1);
  if (self->history->len == HISTORY_MAX)
    g_ptr_array_remove_index (self->history, 0);
  KithVisit *visit = g_new (KithVisit, 1);
  *visit = (KithVisit){g_object_ref (self->session), g_object_ref (self->chat)};
  g_ptr_array_add (self->history, visit);
  self->visit = self->history->len - 1;
}

KithConversationView *
kith_main_window_view (KithMainWindow *self)
{
  GtkWidget *page = gtk_stack_get_visible_child (self->pages);
  return KITH_IS_CONVERSATION_VIEW (page) ? KITH_CONVERSATION_VIEW (page) : NULL;
}

static void
drop_view (KithMainWindow *self, KithConversationView *view)
{
  g_queue_remove (&self->views, view);
  gtk_widget_destroy (GTK_WIDGET (view));
}

static KithConversationView *
find_view (KithMainWindow *self, KithChat *chat)
{
  for (GList *link = self->views.head; link != NULL; link = link->next)
    if (kith_conversation_view_chat (link->data) == chat) {
      g_queue_unlink (&self->views, link);
      g_queue_push_head_link (&self->views, link);
      return link->data;
    }
  return NULL;
}

static KithConversationView *
make_view (KithMainWindow *self, KithChat *chat)
{
  GtkWidget *view = kith_conversation_view_new (self->session, self->settings, chat);
  gtk_widget_show (view);
  gtk_container_add (GTK_CONTAINER (self->pages), view);
  g_queue_push_head (&self->views, view);
  kith_conversation_view_set_narrow (KITH_CONVERSATION_VIEW (view), kith_main_window_is_narrow (self));
  return KITH_CONVERSATION_VIEW (view);
}

static void
update_title (KithMainWindow *self)
{
  g_autofree char *title = NULL;
  if (self->chat != NULL)
    title = g_strdup_printf ("%s · %s", kith_chat_title (self->chat), kith_session_server_name (self->session));
  else if (self->session != NULL)
    title = g_strdup (kith_session_server_name (self->session));
  gtk_window_set_title (GTK_WINDOW (self), title != NULL ? title : "Kith");
}

static void
set_chat (KithMainWindow *self, KithChat *chat)
{
  if (self->chat != NULL)
    g_signal_handlers_disconnect_by_data (self->chat, self);
  g_set_object (&self->chat, chat);
  if (chat != NULL)
    g_signal_connect_object (chat, "notify::title", G_CALLBACK (update_title), self, G_CONNECT_SWAPPED);
  update_title (self);
}

/* Without looking at whether the person is at the list of conversations just now. */
static void
show_chat (KithMainWindow *self, KithChat *chat)
{
  KithConversationView *view = find_view (self, chat);
  if (view == NULL)
    view = make_view (self, chat);
  set_chat (self, chat);
  remember (self);
  kith_session_set_last_chat (self->session, chat);
  gtk_stack_set_visible_child (self->pages, GTK_WIDGET (view));
  while (self->views.length > VIEWS_KEPT)
    drop_view (self, g_queue_peek_tail (&self->views));
  kith_sidebar_select (self->sidebar, chat);
  kith_main_window_page_changed (self);
}

void
kith_main_window_show_chat (KithMainWindow *self, KithChat *chat)
{
  g_return_if_fail (KITH_IS_MAIN_WINDOW (self) && KITH_IS_CHAT (chat) && self->session != NULL);
  g_autoptr (KithChat) held = g_object_ref (chat);
  show_chat (self, held);
  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->content));
  kith_conversation_view_focus_composer (kith_main_window_view (self));
}

void
kith_main_window_jump (KithMainWindow *self, KithChat *chat, gint64 seq, gboolean back)
{
  kith_main_window_show_chat (self, chat);
  kith_conversation_view_jump (kith_main_window_view (self), seq, back);
}

static void
show_nothing (KithMainWindow *self)
{
  set_chat (self, NULL);
  gtk_stack_set_visible_child (self->pages, self->empty);
  kith_sidebar_select (self->sidebar, NULL);
  kith_main_window_page_changed (self);
}

/* Else the window gives the focus to its first button. */
static void
focus_composer_if_shown (KithMainWindow *self)
{
  if (!hdy_leaflet_get_folded (self->leaflet) ||
      hdy_leaflet_get_visible_child (self->leaflet) == GTK_WIDGET (self->content))
    kith_conversation_view_focus_composer (kith_main_window_view (self));
}

/* Where one was last in this session, or before it was started; else where everybody begins. */
static void
show_first (KithMainWindow *self)
{
  KithChat *chat = NULL;
  for (guint i = self->history->len; i > 0 && chat == NULL; i--)
    if (visit_at (self, i - 1)->session == self->session)
      chat = visit_at (self, i - 1)->chat;
  if (chat == NULL)
    chat = kith_session_last_chat (self->session);
  if (chat == NULL)
    chat = kith_session_lobby (self->session);
  if (chat == NULL) {
    show_nothing (self);
    return;
  }
  if (self->begins) {
    self->begins = FALSE;
    kith_main_window_show_chat (self, chat);
    return;
  }
  show_chat (self, chat);
  focus_composer_if_shown (self);
}

void
kith_main_window_begin (KithMainWindow *self)
{
  g_return_if_fail (KITH_IS_MAIN_WINDOW (self));
  self->begins = TRUE;
  show_first (self);
}

static gboolean
on_chats_there (gpointer data)
{
  KithMainWindow *self = data;
  self->first = 0;
  if (self->chat == NULL && self->session != NULL)
    show_first (self);
  return G_SOURCE_REMOVE;
}

/* Somebody new begins in one of several conversations, which come one after the other. */
static void
on_chats (KithMainWindow *self)
{
  if (self->chat == NULL && self->session != NULL && self->begins)
    self->first = self->first != 0 ? self->first : g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_chats_there, self, NULL);
  else if (self->chat == NULL && self->session != NULL)
    show_first (self);
  else if (self->chat != NULL)
    kith_sidebar_select (self->sidebar, self->chat);
}

static void
on_notice (KithMainWindow *self, const char *sentence)
{
  kith_main_window_toast (self, sentence, NULL, NULL, NULL, NULL);
}

/* In the room itself its end says so. */
static void
on_expelled (KithMainWindow *self, KithChat *chat, const char *sentence)
{
  if (chat != self->chat)
    kith_main_window_toast (self, sentence, NULL, NULL, NULL, NULL);
}

static void
unwatch (KithMainWindow *self)
{
  if (self->session == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->session, self);
  g_signal_handlers_disconnect_by_data (kith_session_chats (self->session), self);
}

void
kith_main_window_set_session (KithMainWindow *self, KithSession *session)
{
  g_return_if_fail (KITH_IS_MAIN_WINDOW (self));
  if (self->session == session)
    return;
  unwatch (self);
  self->begins = FALSE;
  g_set_object (&self->session, session);
  set_chat (self, NULL);
  kith_sidebar_set_session (self->sidebar, session);
  if (session == NULL) {
    show_nothing (self);
    return;
  }
  g_object_set (self->settings, "last-server", kith_session_id (session), NULL);
  g_signal_connect_object (session, "notice", G_CALLBACK (on_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "expelled", G_CALLBACK (on_expelled), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::server-name", G_CALLBACK (update_title), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (kith_session_chats (session), "items-changed", G_CALLBACK (on_chats), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  show_first (self);
}

KithSession *
kith_main_window_session (KithMainWindow *self)
{
  return self->session;
}

KithChat *
kith_main_window_chat (KithMainWindow *self)
{
  return self->chat;
}

gboolean
kith_main_window_looks_at (KithMainWindow *self, KithChat *chat)
{
  gboolean at_list =
      kith_main_window_is_narrow (self) && hdy_leaflet_get_visible_child (self->leaflet) == GTK_WIDGET (self->side);
  return self->chat == chat && !at_list && gtk_window_is_active (GTK_WINDOW (self));
}

void
kith_main_window_go (KithMainWindow *self, int step)
{
  const KithVisit *visit = visit_at (self, self->visit + (guint) step);
  if (visit == NULL)
    return;
  self->visit += (guint) step;
  g_autoptr (KithSession) session = g_object_ref (visit->session);
  g_autoptr (KithChat) chat = g_object_ref (visit->chat);
  guint here = self->visit;
  if (session != self->session) {
    /* set_session shows the last place of that session, which must not count as a step. */
    kith_main_window_set_session (self, session);
    self->visit = here;
  }
  kith_main_window_show_chat (self, chat);
}

void
kith_main_window_to_sidebar (KithMainWindow *self)
{
  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->side));
  kith_sidebar_focus (self->sidebar, KITH_SIDEBAR_LIST);
}

void
kith_main_window_toast (KithMainWindow *self, const char *text, const char *button, GCallback undo, gpointer data,
                        GDestroyNotify destroy)
{
  g_return_if_fail (KITH_IS_MAIN_WINDOW (self));
  kith_toast_show (self->toast, text, button, undo, data, destroy);
}

KithMainWindow *
kith_main_window_of (GtkWidget *widget)
{
  GtkWidget *top = gtk_widget_get_toplevel (widget);
  while (top != NULL && !KITH_IS_MAIN_WINDOW (top) && GTK_IS_WINDOW (top))
    top = GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (top)));
  return KITH_IS_MAIN_WINDOW (top) ? KITH_MAIN_WINDOW (top) : NULL;
}

static void
on_chosen (KithMainWindow *self, KithChat *chat)
{
  if (self->session != NULL)
    kith_main_window_show_chat (self, chat);
}

static void
on_search (KithMainWindow *self, const char *text)
{
  if (self->session != NULL)
    kith_main_window_search (self, NULL, text);
}

/* A server that is not used any more takes its conversations with it. */
static void
forget_session (KithMainWindow *self, KithSession *session)
{
  for (guint i = self->history->len; i > 0; i--)
    if (visit_at (self, i - 1)->session == session)
      g_ptr_array_remove_index (self->history, i - 1);
  self->visit = self->history->len > 0 ? self->history->len - 1 : 0;
}

void
kith_main_window_forget (KithMainWindow *self, KithSession *session)
{
  g_return_if_fail (KITH_IS_MAIN_WINDOW (self));
  forget_session (self, session);
  if (self->session == session)
    kith_main_window_set_session (self, NULL);
  GListModel *chats = G_LIST_MODEL (kith_session_chats (session));
  for (guint i = 0; i < g_list_model_get_n_items (chats); i++) {
    g_autoptr (KithChat) chat = g_list_model_get_item (chats, i);
    KithConversationView *view = find_view (self, chat);
    if (view != NULL)
      drop_view (self, view);
  }
}

static gboolean
kith_main_window_key_press (GtkWidget *widget, GdkEventKey *event)
{
  return GTK_WIDGET_CLASS (kith_main_window_parent_class)->key_press_event (widget, event) ||
         kith_main_window_key (KITH_MAIN_WINDOW (widget), event);
}

static void
kith_main_window_dispose (GObject *object)
{
  KithMainWindow *self = KITH_MAIN_WINDOW (object);
  unwatch (self);
  g_clear_handle_id (&self->first, g_source_remove);
  g_queue_clear (&self->views);
  g_clear_object (&self->session);
  g_clear_object (&self->chat);
  if (self->history != NULL)
    g_ptr_array_set_size (self->history, 0);
  G_OBJECT_CLASS (kith_main_window_parent_class)->dispose (object);
}

static void
kith_main_window_finalize (GObject *object)
{
  KithMainWindow *self = KITH_MAIN_WINDOW (object);
  g_ptr_array_unref (self->history);
  G_OBJECT_CLASS (kith_main_window_parent_class)->finalize (object);
}

static void
kith_main_window_class_init (KithMainWindowClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = kith_main_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = kith_main_window_finalize;
  widget->key_press_event = kith_main_window_key_press;
  g_type_ensure (KITH_TYPE_PANE);
  g_type_ensure (KITH_TYPE_SIDEBAR);
  g_type_ensure (KITH_TYPE_DETAILS_PANE);
  gtk_widget_class_set_template_from_resource (widget, UI);
  gtk_widget_class_bind_template_child (widget, KithMainWindow, shell);
  gtk_widget_class_bind_template_child (widget, KithMainWindow, leaflet);
  gtk_widget_class_bind_template_child (widget, KithMainWindow, side);
  gtk_widget_class_bind_template_child (widget, KithMainWindow, sidebar);
  gtk_widget_class_bind_template_child (widget, KithMainWindow, content);
  gtk_widget_class_bind_template_child (widget, KithMainWindow, flap);
  gtk_widget_class_bind_template_child (widget, KithMainWindow, pages);
  gtk_widget_class_bind_template_child (widget, KithMainWindow, details);
  gtk_widget_class_bind_template_child (widget, KithMainWindow, aside);
  gtk_widget_class_bind_template_child (widget, KithMainWindow, empty);
  gtk_widget_class_bind_template_child (widget, KithMainWindow, empty_bar);
}

static void
fill_empty (KithMainWindow *self)
{
  GtkWidget *state =
      kith_empty_state_new ("kith-bubbles-symbolic", _ ("Pick a conversation"), _ ("Or press Ctrl+K and type a name."));
  kith_empty_state_add_button (state, _ ("New message"), "win.new-message", TRUE);
  kith_empty_state_add_button (state, _ ("Browse rooms"), "win.browse-rooms", FALSE);
  gtk_widget_show_all (state);
  gtk_box_pack_start (GTK_BOX (self->empty), state, TRUE, TRUE, 0);
}

static void
kith_main_window_init (KithMainWindow *self)
{
  self->history = g_ptr_array_new_with_free_func (visit_free);
  g_queue_init (&self->views);
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_empty (self);
  self->switcher = KITH_SWITCHER (kith_switcher_new ());
  self->toast = KITH_TOAST (kith_toast_new ());
  gtk_overlay_add_overlay (self->shell, GTK_WIDGET (self->switcher));
  gtk_overlay_add_overlay (self->shell, GTK_WIDGET (self->toast));
  kith_toast_set_window (self->toast, GTK_WINDOW (self));
  g_signal_connect_swapped (self->sidebar, "opened", G_CALLBACK (on_chosen), self);
  g_signal_connect_swapped (self->switcher, "chosen", G_CALLBACK (on_chosen), self);
  g_signal_connect_swapped (self->switcher, "search", G_CALLBACK (on_search), self);
}

KithMainWindow *
kith_main_window_new (GtkApplication *app)
{
  KithMainWindow *self = g_object_new (KITH_TYPE_MAIN_WINDOW, "application", app, NULL);
  self->settings = kith_app_settings (KITH_APP (app));
  kith_main_window_actions_init (self);
  kith_main_window_layout_init (self);
  return self;
}
