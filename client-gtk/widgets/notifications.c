/* notifications.c - from what happens in a session, by core/notifier.h, to the desktop's notifications. */
#include "widgets/notifications.h"

#include "core/notifier.h"
#include "widgets/bulletin.h"

#define SOUND_EVERY_US (2 * G_TIME_SPAN_SECOND)

struct _KithNotifications {
  KithSettings *settings;
  KithLookedAt looked_at;
  gpointer data;
  KithNotifier *notifier;
  KithBulletin *bulletin;
  gboolean quiet;
  gint64 sound_us; /* when it was last heard */
  guint timer;
};

/* ---- when ---- */

static gboolean on_timer (gpointer data);

static void
run (KithNotifications *self)
{
  if (!kith_bulletin_is_ready (self->bulletin))
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  gint64 wait_us = kith_notifier_run (self->notifier, g_get_monotonic_time ());
  if (wait_us >= 0)
    self->timer = g_timeout_add ((guint) (wait_us / 1000 + 1), on_timer, self);
}

static gboolean
on_timer (gpointer data)
{
  KithNotifications *self = data;
  self->timer = 0;
  run (self);
  return G_SOURCE_REMOVE;
}

static void
on_ready (gpointer data)
{
  run (data);
}

/* ---- showing ---- */

static void
sound (KithNotifications *self)
{
  gint64 now_us = g_get_monotonic_time ();
  GdkDisplay *display = gdk_display_get_default ();
  if (display == NULL || now_us - self->sound_us < SOUND_EVERY_US ||
      !kith_settings_get_boolean (self->settings, "notify-sound"))
    return;
  self->sound_us = now_us;
  gdk_display_beep (display);
}

static void
show (const KithNotice *notice, gpointer data)
{
  KithNotifications *self = data;
  gboolean show_text = kith_settings_get_boolean (self->settings, "notify-body");
  g_autofree char *title = kith_notice_title (notice), *body = kith_notice_body (notice, show_text);
  kith_bulletin_show (self->bulletin, notice->id, title, body,
                      g_variant_new (KITH_NOTIFICATION_TARGET, notice->place, notice->conversation));
  sound (self);
}

static void
withdraw (const char *id, gpointer data)
{
  KithNotifications *self = data;
  kith_bulletin_withdraw (self->bulletin, id);
}

/* ---- what happens in a session ---- */

/* What is the same for all messages of a conversation. about: the setting. */
static KithNotifyCase
case_of (KithNotifications *self, KithSession *session, KithChat *chat, const char *about)
{
  return (KithNotifyCase){.about = about,
                          .dnd_mentions = kith_settings_get_boolean (self->settings, "dnd-mentions"),
                          .direct = kith_chat_kind (chat) != KITH_KIND_ROOM,
                          .looked_at = self->looked_at (chat, self->data),
                          .muted = kith_chat_is_muted (chat),
                          .dnd = kith_session_choice (session)->state == KITH_PRESENCE_DND,
                          .quiet = self->quiet};
}

static char *
title_of (KithChat *chat)
{
  gboolean room = kith_chat_kind (chat) == KITH_KIND_ROOM;
  return room ? g_strconcat ("#", kith_chat_title (chat), NULL) : g_strdup (kith_chat_title (chat));
}

static void
on_posted (KithSession *session, KithChat *chat, KithPost *post, gpointer data)
{
  KithNotifications *self = data;
  g_autofree char *about = kith_settings_get_string (self->settings, "notify");
  gboolean room = kith_chat_kind (chat) == KITH_KIND_ROOM;
  KithNotifyCase message = case_of (self, session, chat, about);
  message.mine = kith_post_is_mine (post);
  message.mentions_me = kith_post_mentions_me (post);
  message.read = kith_post_seq (post) <= kith_chat_read (chat);
  message.urgent = kith_post_is_urgent (post);
  if (!kith_notifier_tells (&message))
    return;
  g_autofree char *title = title_of (chat);
  gboolean of_two = !room && kith_chat_contact (chat) != NULL;
  const char *sender = kith_contact_name (kith_session_contact (session, kith_post_from (post)));
  kith_notifier_add (self->notifier, kith_session_id (session), kith_chat_id (chat), kith_post_seq (post), sender,
                     of_two ? NULL : title, kith_post_text (post));
  run (self);
}

/* urgent: one of them that is; NULL: none, or it is not known yet. */
static void
on_missed (KithSession *session, KithChat *chat, KithPost *urgent, gpointer data)
{
  KithNotifications *self = data;
  g_autofree char *about = kith_settings_get_string (self->settings, "notify"), *title = title_of (chat);
  KithNotifyCase message = case_of (self, session, chat, about);
  gboolean of_two = urgent != NULL && kith_chat_contact (chat) != NULL;
  message.mentions_me = kith_chat_mentions (chat) > 0;
  message.urgent = urgent != NULL;
  if (!kith_notifier_tells (&message))
    return;
  const char *sender =
      urgent != NULL ? kith_contact_name (kith_session_contact (session, kith_post_from (urgent))) : NULL;
  kith_notifier_add_missed (self->notifier, kith_session_id (session), kith_chat_id (chat), kith_chat_last (chat),
                            sender, of_two ? NULL : title, urgent != NULL ? kith_post_text (urgent) : NULL,
                            (guint) CLAMP (kith_chat_unread (chat), 1, G_MAXINT));
  run (self);
}

/* Whoever looks at this place sees a line over the window. */
static void
on_expelled (KithSession *session, KithChat *chat, const char *sentence, gpointer data)
{
  KithNotifications *self = data;
  KithChat *open = kith_session_last_chat (session);
  g_autofree char *about = kith_settings_get_string (self->settings, "notify"), *title = title_of (chat);
  KithNotifyCase message = case_of (self, session, chat, about);
  message.mentions_me = TRUE;
  if (!kith_notifier_tells (&message) || (open != NULL && self->looked_at (open, self->data)))
    return;
  kith_notifier_tell (self->notifier, kith_session_id (session), kith_chat_id (chat), title, sentence);
  run (self);
}

static void
on_read (KithSession *session, KithChat *chat, gpointer data)
{
  KithNotifications *self = data;
  kith_notifier_read (self->notifier, kith_session_id (session), kith_chat_id (chat), kith_chat_read (chat));
}

void
kith_notifications_add (KithNotifications *self, KithSession *session)
{
  g_signal_connect (session, "posted", G_CALLBACK (on_posted), self);
  g_signal_connect (session, "missed", G_CALLBACK (on_missed), self);
  g_signal_connect (session, "expelled", G_CALLBACK (on_expelled), self);
  g_signal_connect (session, "read", G_CALLBACK (on_read), self);
}

void
kith_notifications_remove (KithNotifications *self, KithSession *session)
{
  g_signal_handlers_disconnect_by_data (session, self);
  kith_notifier_forget (self->notifier, kith_session_id (session));
}

void
kith_notifications_set_quiet (KithNotifications *self, gboolean quiet)
{
  self->quiet = quiet;
  if (quiet)
    kith_notifier_forget (self->notifier, NULL);
}

KithNotifications *
kith_notifications_new (GApplication *application, KithSettings *settings, KithLookedAt looked_at, gpointer data)
{
  static const KithNotifierHooks hooks = {show, withdraw};
  KithNotifications *self = g_new0 (KithNotifications, 1);
  self->settings = g_object_ref (settings);
  self->looked_at = looked_at;
  self->data = data;
  self->notifier = kith_notifier_new (&hooks, self);
  self->bulletin = kith_bulletin_new (application, on_ready, self);
  self->sound_us = -SOUND_EVERY_US;
  return self;
}

void
kith_notifications_free (KithNotifications *self)
{
  if (self == NULL)
    return;
  kith_notifier_forget (self->notifier, NULL);
  kith_bulletin_free (self->bulletin);
  g_clear_handle_id (&self->timer, g_source_remove);
  kith_notifier_free (self->notifier);
  g_object_unref (self->settings);
  g_free (self);
}
