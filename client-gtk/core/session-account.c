/* session-account.c - the account of a session: from the keyring, which may have to be unlocked, made anew, signed in to,
 * forgotten. */
#include "core/session-private.h"

#include "core/store.h"

#include "proto/limits.h"
#include "proto/text.h"

#include <string.h>

/* From the keyring. */

static void
on_unlocked (gpointer data)
{
  KithSession *session = data;
  session->unlocking = FALSE;
  if (kith_session_has_account (session))
    kith_session_start (session);
  else
    kith_session_tell (session, KITH_SIGNAL_LOCKED, NULL, NULL);
  session->new_state = TRUE;
  kith_session_stir (session);
}

void
kith_session_resume (KithSession *session)
{
  if (kith_session_has_account (session))
    kith_session_start (session);
  else
    session->unlocking = kith_store_unlock (session->storage, on_unlocked, session);
}

gboolean
kith_session_is_locked (KithSession *session)
{
  return session->unlocking;
}

/* Signing in. */

/* A handle that the server takes, made of what somebody calls themselves: "Mara Lindqvist" is "mara-lindqvist". */
static char *
make_handle (const char *name)
{
  g_autofree char *lower = g_utf8_strdown (name, -1);
  g_autoptr (GString) handle = g_string_new (NULL);
  glong length = 0;
  for (const char *at = lower; *at != '\0' && length < KITH_HANDLE_MAX; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);
    gboolean kept = g_unichar_isalnum (c) || g_unichar_ismark (c) || (c < 128 && strchr ("-_.", (int) c) != NULL);
    if (!kept && (handle->len == 0 || handle->str[handle->len - 1] == '-'))
      continue;
    g_string_append_unichar (handle, kept ? c : '-');
    length++;
  }
  while (handle->len > 0 && strchr ("-.", handle->str[handle->len - 1]) != NULL)
    g_string_truncate (handle, handle->len - 1);
  return g_strdup (handle->str);
}

static const char *
device_name (void)
{
  return g_get_host_name ();
}

static void
go_on (KithSession *session)
{
  kith_session_set_error (session, NULL);
  kith_client_start (session->client);
  session->new_state = TRUE;
  kith_session_stir (session);
}

gboolean
kith_session_register (KithSession *session, const char *name, const char *password, GError **error)
{
  g_autofree char *display = g_strstrip (g_strdup (name));
  g_autofree char *handle = make_handle (display);
  if (!kith_text_check_display (display, KITH_DISPLAY_MAX, error) || !kith_text_check_handle (handle, error) ||
      !kith_client_register (session->client, handle, display, device_name (), password, error))
    return FALSE;
  g_free (session->handle);
  session->handle = g_steal_pointer (&handle);
  go_on (session);
  return TRUE;
}

void
kith_session_login (KithSession *session, const char *handle, const char *password)
{
  kith_client_login (session->client, handle, password, device_name ());
  g_free (session->handle);
  session->handle = g_strdup (handle);
  go_on (session);
}

void
kith_session_link (KithSession *session, const char *code)
{
  kith_client_link (session->client, code, device_name ());
  go_on (session);
}

void
kith_session_use_invitation (KithSession *session, const char *code)
{
  kith_client_use_invitation (session->client, code);
  session->invited = TRUE;
}

gboolean
kith_session_has_account (KithSession *session)
{
  return session->unlocking || kith_client_has_token (session->client);
}

void
kith_session_forget (KithSession *session)
{
  kith_client_stop (session->client);
  kith_client_forget_account (session->client);
  kith_state_clear (kith_client_known (session->client));
  kith_cache_clear (session->cache);
  kith_cache_forget_local (session->cache);
  session->forgotten = session->new_state = TRUE;
  kith_session_stir (session);
}
