/* session-presence.c - how we are, and whether others learn how far we have read. */
#include "core/session-private.h"

#include "proto/message.h"

const KithPresence *
kith_session_choice (KithSession *session)
{
  return kith_client_choice (session->client);
}

static void
on_answered (KithSession *session, const KithAnswer *answer, gpointer data)
{
  if (answer->error != NULL)
    kith_session_tell (session, KITH_SIGNAL_NOTICE, answer->error->message, NULL);
}

void
kith_session_choose (KithSession *session, KithPresenceState state, const char *text, gint64 until)
{
  json_object *request = kith_client_message ("status", 0, FALSE);
  kith_add_string (request, "state", kith_presence_name (state));
  if (text != NULL && *text != '\0')
    kith_add_string (request, "text", text);
  if (until > 0)
    kith_add_integer (request, "until", until);
  kith_session_ask (session, request, KITH_REQUEST_KEEP, on_answered, NULL, NULL);
}

void
kith_session_set_idle (KithSession *session, gboolean idle)
{
  kith_client_set_idle (session->client, idle);
}

/* Receipts are a setting of the account. What this computer does not want to be told is never told; switching it on is
 * done here on a change only, so that a new device does not undo what another one has chosen. */
static void
set_receipts (KithSession *session, gboolean on)
{
  if (kith_session_is_online (session) && kith_client_receipts (session->client) != on)
    kith_client_set_receipts (session->client, on, NULL, NULL);
}

static void
on_send_receipts (KithSettings *settings, GParamSpec *spec, gpointer data)
{
  set_receipts (data, kith_settings_get_boolean (settings, "send-receipts"));
}

void
kith_session_watch_settings (KithSession *session)
{
  if (session->settings != NULL)
    g_signal_connect_object (session->settings, "notify::send-receipts", G_CALLBACK (on_send_receipts), session, 0);
}

void
kith_session_came_online (KithSession *session)
{
  if (!kith_session_setting (session, "send-receipts"))
    set_receipts (session, FALSE);
}
