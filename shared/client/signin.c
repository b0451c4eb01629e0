/* signin.c - hello, then one of: the stored token, a registration, a handle with its password, the code of another
 * device.
 *
 * A registration is kept (nonce and token) before it is sent, and sent again until it was answered: a lost answer makes
 * no second account. From then on the token signs in. */
#include "client/client-private.h"

#include "proto/id.h"

#define HELLO_US (10 * G_TIME_SPAN_SECOND)
#define SIGNIN_US (60 * G_TIME_SPAN_SECOND) /* a busy server hashes one password after the other */

static void
set_text (char **field, const char *value)
{
  char *old = *field;
  *field = g_strdup (value);
  g_free (old);
}

static void
meet_history (KithClient *client, const char *history)
{
  gboolean another = client->history != NULL && !g_str_equal (client->history, history);
  if (client->history != NULL && !another)
    return;
  set_text (&client->history, history);
  client->rev = 0;
  kith_state_clear (client->known);
  kith_client_keep (client, KITH_KEPT_REV, NULL);
  kith_client_keep (client, KITH_KEPT_HISTORY, history);
  if (another && client->hooks->forgotten != NULL)
    client->hooks->forgotten (client, client->data);
}

/* Only one who has proved to be the server may announce its next key. */
static void
meet_next_pin (KithClient *client, const char *next_pin)
{
  guint8 bytes[32];
  g_autofree char *kept = kith_storage_get (client->storage, KITH_KEPT_PIN);
  if (next_pin != NULL && kept != NULL && g_ascii_strcasecmp (kept, client->pin) == 0 &&
      kith_hex_parse (next_pin, bytes, sizeof bytes))
    kith_client_keep (client, KITH_KEPT_NEXT_PIN, next_pin);
}

static void
on_hello (KithClient *client, const KithAnswer *answer, gpointer data)
{
  if (answer->lost)
    return;
  if (answer->error != NULL) {
    gboolean stranger = g_error_matches (answer->error, KITH_ERROR, KITH_ERROR_UNSUPPORTED);
    if (stranger)
      kith_client_end (client, KITH_CLIENT_REFUSED, g_error_copy (answer->error));
    else
      kith_client_break (client, g_error_copy (answer->error), answer->retry_after_ms);
    return;
  }
  set_text (&client->server_name, kith_member_string (kith_member_object (answer->root, "server"), "name"));
  gint64 text = kith_member_integer (kith_member_object (answer->root, "limits"), "text", KITH_TEXT_MAX);
  client->text_max = CLAMP (text, 1, KITH_FRAME_TO_SERVER);
  meet_next_pin (client, kith_member_string (answer->root, "next_pin"));
  meet_history (client, kith_member_string (answer->root, "history"));
  if (client->link.phase == KITH_LINK_UP)
    kith_client_presence_greet (client, answer->root);
  if (client->link.phase == KITH_LINK_UP)
    kith_client_sign_in (client);
}

void
kith_client_greet (KithClient *client)
{
  json_object *hello = kith_client_message ("hello", 0, FALSE);
  kith_add_integer (hello, "protocol", KITH_PROTOCOL);
  kith_add_string (hello, "client", client->name);
  kith_client_enter (client, KITH_CLIENT_GREETING, NULL);
  kith_client_allow (client, HELLO_US);
  kith_client_ask (client, hello, on_hello, NULL);
}

static void
signed_in (KithClient *client, json_object *answer)
{
  json_object *account = kith_member_object (answer, "account");
  if (client->mode != KITH_SIGNIN_TOKEN) {
    kith_client_keep (client, KITH_KEPT_TOKEN, client->token);
    kith_client_keep (client, KITH_KEPT_JOIN_NONCE, NULL);
    kith_client_keep (client, KITH_KEPT_HANDLE, kith_member_string (account, "handle"));
    client->mode = KITH_SIGNIN_TOKEN;
    g_clear_pointer (&client->password, g_free);
  }
  client->me = kith_member_id (account, "id", 'u');
  kith_state_learn_person (client->known, account);
  kith_client_enter (client, KITH_CLIENT_SYNCING, NULL);
  if (client->link.phase == KITH_LINK_UP)
    kith_client_sync (client);
}

/* Whether a refusal passes by itself. Somebody who types a password or a code is told of the limit at once. */
static gboolean
is_passing (KithClient *client, const GError *error)
{
  return g_error_matches (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE) ||
         g_error_matches (error, KITH_ERROR, KITH_ERROR_STORAGE_FULL) ||
         (g_error_matches (error, KITH_ERROR, KITH_ERROR_RATE_LIMITED) && client->mode != KITH_SIGNIN_PASSWORD &&
          client->mode != KITH_SIGNIN_LINK);
}

static void
on_signed_in (KithClient *client, const KithAnswer *answer, gpointer data)
{
  if (answer->lost)
    return;
  if (answer->error == NULL) {
    signed_in (client, answer->root);
  } else if (is_passing (client, answer->error)) {
    kith_client_break (client, g_error_copy (answer->error), answer->retry_after_ms);
  } else if (client->mode == KITH_SIGNIN_REGISTER &&
             g_error_matches (answer->error, KITH_ERROR, KITH_ERROR_NONCE_CONFLICT)) {
    /* Accepted in an earlier life of this program, with another name for the device, say: the token is that account's.
     */
    kith_client_keep (client, KITH_KEPT_JOIN_NONCE, NULL);
    client->mode = KITH_SIGNIN_TOKEN;
    kith_client_sign_in (client);
  } else {
    if (client->mode == KITH_SIGNIN_REGISTER) {
      kith_client_keep (client, KITH_KEPT_JOIN_NONCE, NULL);
      kith_client_keep (client, KITH_KEPT_TOKEN, NULL);
    }
    client->mode = KITH_SIGNIN_TOKEN;
    kith_client_end (client, KITH_CLIENT_REFUSED, g_error_copy (answer->error));
  }
}

static json_object *
make_sign_in (KithClient *client)
{
  g_autofree char *kept = kith_storage_get (client->storage, KITH_KEPT_TOKEN);
  gboolean joining = client->mode == KITH_SIGNIN_REGISTER;
  if (client->mode == KITH_SIGNIN_TOKEN && !kith_client_has_token (client))
    return NULL;
  static const char *const types[] = {"login", "register", "login", "link"}; /* by mode */
  json_object *request = kith_client_message (types[client->mode], 0, FALSE);
  kith_add_string (request, "token", client->mode == KITH_SIGNIN_TOKEN ? kept : client->token);
  if (client->mode == KITH_SIGNIN_TOKEN)
    return request;
  kith_add_string (request, "nonce", joining ? client->join_nonce : NULL);
  kith_add_string (request, "device", client->device);
  if (client->mode == KITH_SIGNIN_LINK) {
    kith_add_string (request, "code", client->code);
    return request;
  }
  kith_add_string (request, "handle", client->handle);
  kith_add_string (request, "display", joining ? client->display : NULL);
  kith_add_string (request, "invite", joining ? client->code : NULL);
  kith_add_string (request, "password", client->password);
  return request;
}

void
kith_client_sign_in (KithClient *client)
{
  json_object *request = make_sign_in (client);
  client->sign_in_now = FALSE;
  if (request == NULL) {
    kith_client_enter (client, KITH_CLIENT_OPEN, NULL);
    return;
  }
  kith_client_enter (client, KITH_CLIENT_SIGNING_IN, NULL);
  kith_client_allow (client, SIGNIN_US);
  kith_client_ask (client, request, on_signed_in, NULL);
}

gboolean
kith_client_has_token (KithClient *client)
{
  g_autofree char *token = kith_storage_get (client->storage, KITH_KEPT_TOKEN);
  g_autofree char *joining = kith_storage_get (client->storage, KITH_KEPT_JOIN_NONCE);
  return token != NULL && joining == NULL;
}

void
kith_client_forget_account (KithClient *client)
{
  static const KithKept account[] = {KITH_KEPT_TOKEN, KITH_KEPT_JOIN_NONCE, KITH_KEPT_HANDLE, KITH_KEPT_REV};
  for (guint i = 0; i < G_N_ELEMENTS (account); i++)
    kith_client_keep (client, account[i], NULL);
}

/* Whoever waits in OPEN signs in with the next step. */
static void
set_mode (KithClient *client, KithSignInMode mode)
{
  client->mode = mode;
  client->sign_in_now = TRUE;
  client->stirred = TRUE;
}

gboolean
kith_client_register (KithClient *client, const char *handle, const char *display, const char *device,
                      const char *password, GError **error)
{
  if (kith_client_has_token (client)) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_STATE, "There is an account on this server already. Log out first.");
    return FALSE;
  }
  g_autofree char *kept_handle = kith_storage_get (client->storage, KITH_KEPT_HANDLE);
  g_autofree char *kept_token = kith_storage_get (client->storage, KITH_KEPT_TOKEN);
  g_autofree char *kept_nonce = kith_storage_get (client->storage, KITH_KEPT_JOIN_NONCE);
  gboolean again = kept_nonce != NULL && kept_token != NULL && g_strcmp0 (kept_handle, handle) == 0;
  if (again) {
    g_strlcpy (client->join_nonce, kept_nonce, sizeof client->join_nonce);
    g_strlcpy (client->token, kept_token, sizeof client->token);
  } else {
    kith_random_hex (client->join_nonce, KITH_NONCE_BYTES);
    kith_random_hex (client->token, KITH_TOKEN_BYTES);
  }
  if (!kith_storage_set (client->storage, KITH_KEPT_JOIN_NONCE, client->join_nonce, error) ||
      !kith_storage_set (client->storage, KITH_KEPT_TOKEN, client->token, error) ||
      !kith_storage_set (client->storage, KITH_KEPT_HANDLE, handle, error))
    return FALSE;
  set_text (&client->handle, handle);
  set_text (&client->display, display);
  set_text (&client->device, device);
  set_text (&client->password, password);
  set_mode (client, KITH_SIGNIN_REGISTER);
  return TRUE;
}

void
kith_client_login (KithClient *client, const char *handle, const char *password, const char *device)
{
  kith_random_hex (client->token, KITH_TOKEN_BYTES);
  set_text (&client->handle, handle);
  set_text (&client->device, device);
  set_text (&client->password, password);
  set_mode (client, KITH_SIGNIN_PASSWORD);
}

void
kith_client_link (KithClient *client, const char *code, const char *device)
{
  kith_random_hex (client->token, KITH_TOKEN_BYTES);
  set_text (&client->code, code);
  set_text (&client->device, device);
  set_mode (client, KITH_SIGNIN_LINK);
}

void
kith_client_use_invitation (KithClient *client, const char *code)
{
  set_text (&client->code, code);
}
