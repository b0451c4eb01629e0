/* session.c - the life of a session: made, started, trusted, signed in, stopped; and what it tells of itself. */
#include "core/session-private.h"

#include "core/contact-private.h"
#include "core/store.h"
#include "core/transport.h"

#include "client/drive.h"
#include "net/address.h"
#include "proto/limits.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (KithSession, kith_session, G_TYPE_OBJECT)

static GParamSpec *properties[KITH_SESSION_N_PROPERTIES];
static guint signals[KITH_N_SIGNALS];

struct _KithTelling {
  KithSessionSignal signal;
  char *a, *b;
  KithChat *chat;
  KithPost *post;
  guint n;
};

static void
kith_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  KithSession *session = KITH_SESSION (object);
  const gint64 numbers[KITH_SESSION_N_PROPERTIES] = {[KITH_SESSION_UNREAD] = session->unread,
                                                     [KITH_SESSION_MENTIONS] = session->mentions,
                                                     [KITH_SESSION_RETRY_AT] = kith_session_retry_at (session)};
  const guint counts[KITH_SESSION_N_PROPERTIES] = {[KITH_SESSION_STATE] = session->state,
                                                   [KITH_SESSION_WAITING] = session->waiting,
                                                   [KITH_SESSION_CHOICE] = kith_session_choice (session)->state};
  if (G_VALUE_HOLDS_INT64 (value))
    g_value_set_int64 (value, numbers[id]);
  else if (G_VALUE_HOLDS_UINT (value))
    g_value_set_uint (value, counts[id]);
  else if (G_VALUE_HOLDS_OBJECT (value))
    g_value_set_object (value, kith_session_me (session));
  else
    g_value_set_string (value, id == KITH_SESSION_PROBLEM ? kith_session_problem (session)
                                                          : kith_session_server_name (session));
}

static void
telling_free (gpointer data)
{
  KithTelling *telling = data;
  g_free (telling->a);
  g_free (telling->b);
  g_clear_object (&telling->chat);
  g_clear_object (&telling->post);
  g_free (telling);
}

static void
drop_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* The client tells those who wait that it goes; so it goes while the rest is still there. */
static void
kith_session_dispose (GObject *object)
{
  KithSession *session = KITH_SESSION (object);
  drop_source (&session->source);
  g_clear_pointer (&session->client, kith_client_free);
  drop_source (&session->flush);
  drop_source (&session->typing_timer);
  kith_session_models_clear (session);
  g_queue_clear_full (&session->tellings, telling_free);
  g_clear_pointer (&session->cache, kith_cache_close);
  g_clear_pointer (&session->tls, kith_tls_free);
  g_clear_object (&session->settings);
  g_clear_pointer (&session->context, g_main_context_unref);
  G_OBJECT_CLASS (kith_session_parent_class)->dispose (object);
}

static void
kith_session_finalize (GObject *object)
{
  KithSession *session = KITH_SESSION (object);
  char *texts[] = {session->id, session->address, session->server_name, session->handle, session->pin};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_clear_error (&session->error);
  G_OBJECT_CLASS (kith_session_parent_class)->finalize (object);
}

static guint
make_signal (const char *name, guint n, GType a, GType b)
{
  return g_signal_new (name, KITH_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, n, a, b);
}

static void
kith_session_class_init (KithSessionClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  object->get_property = kith_session_get_property;
  object->dispose = kith_session_dispose;
  object->finalize = kith_session_finalize;
  static const char *const texts[] = {[KITH_SESSION_SERVER_NAME] = "server-name", [KITH_SESSION_PROBLEM] = "problem"};
  static const char *const numbers[] = {
      [KITH_SESSION_UNREAD] = "unread", [KITH_SESSION_MENTIONS] = "mentions", [KITH_SESSION_RETRY_AT] = "retry-at"};
  static const char *const counts[] = {
      [KITH_SESSION_STATE] = "state", [KITH_SESSION_WAITING] = "waiting", [KITH_SESSION_CHOICE] = "choice"};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i] != NULL)
      properties[i] = g_param_spec_string (texts[i], NULL, NULL, NULL, flags);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (numbers[i] != NULL)
      properties[i] = g_param_spec_int64 (numbers[i], NULL, NULL, 0, G_MAXINT64, 0, flags);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    if (counts[i] != NULL)
      properties[i] = g_param_spec_uint (counts[i], NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[KITH_SESSION_ME] = g_param_spec_object ("me", NULL, NULL, KITH_TYPE_CONTACT, flags);
  g_object_class_install_properties (object, KITH_SESSION_N_PROPERTIES, properties);
  signals[KITH_SIGNAL_TRUST] = make_signal ("trust", 1, G_TYPE_STRING, 0);
  signals[KITH_SIGNAL_KEY_CHANGED] = make_signal ("key-changed", 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[KITH_SIGNAL_POSTED] = make_signal ("posted", 2, KITH_TYPE_CHAT, KITH_TYPE_POST);
  signals[KITH_SIGNAL_READ] = make_signal ("read", 1, KITH_TYPE_CHAT, 0);
  signals[KITH_SIGNAL_MISSED] = make_signal ("missed", 2, KITH_TYPE_CHAT, KITH_TYPE_POST);
  signals[KITH_SIGNAL_NOTICE] = make_signal ("notice", 1, G_TYPE_STRING, 0);
  signals[KITH_SIGNAL_EXPELLED] = make_signal ("expelled", 2, KITH_TYPE_CHAT, G_TYPE_STRING);
  signals[KITH_SIGNAL_LOCKED] = make_signal ("locked", 0, 0, 0);
  signals[KITH_SIGNAL_SENT] = make_signal ("sent", 1, G_TYPE_UINT, 0);
}

static void
kith_session_init (KithSession *session)
{
  session->context = g_main_context_ref_thread_default ();
  session->server_name = g_strdup ("");
  session->pin = g_strdup ("");
  g_queue_init (&session->tellings);
  kith_session_models_init (session);
}

static void
tell (KithSession *session, KithTelling telling)
{
  g_queue_push_tail (&session->tellings, g_memdup2 (&telling, sizeof telling));
  kith_session_stir (session);
}

void
kith_session_tell (KithSession *session, KithSessionSignal signal, const char *a, const char *b)
{
  tell (session, (KithTelling){.signal = signal, .a = g_strdup (a), .b = g_strdup (b)});
}

void
kith_session_tell_chat (KithSession *session, KithSessionSignal signal, KithChat *chat, KithPost *post)
{
  tell (session, (KithTelling){
                     .signal = signal, .chat = g_object_ref (chat), .post = post != NULL ? g_object_ref (post) : NULL});
}

void
kith_session_tell_words (KithSession *session, KithSessionSignal signal, KithChat *chat, const char *words)
{
  tell (session, (KithTelling){.signal = signal, .chat = g_object_ref (chat), .a = g_strdup (words)});
}

void
kith_session_tell_sent (KithSession *session, guint n)
{
  tell (session, (KithTelling){.signal = KITH_SIGNAL_SENT, .n = n});
}

static void
emit (KithSession *session, const KithTelling *telling)
{
  guint signal = signals[telling->signal];
  if (telling->signal == KITH_SIGNAL_SENT)
    g_signal_emit (session, signal, 0, telling->n);
  else if (telling->chat != NULL && telling->a != NULL)
    g_signal_emit (session, signal, 0, telling->chat, telling->a);
  else if (telling->chat != NULL)
    g_signal_emit (session, signal, 0, telling->chat, telling->post);
  else
    g_signal_emit (session, signal, 0, telling->a, telling->b);
}

void
kith_session_emit_tellings (KithSession *session)
{
  GQueue now = session->tellings;
  g_queue_init (&session->tellings);
  KithTelling *telling;
  while ((telling = g_queue_pop_head (&now)) != NULL) {
    emit (session, telling);
    telling_free (telling);
  }
}

void
kith_session_notify (KithSession *session, KithSessionProperty property)
{
  g_object_notify_by_pspec (G_OBJECT (session), properties[property]);
}

void
kith_session_set_error (KithSession *session, const GError *error)
{
  GError *old = session->error;
  session->error = error != NULL ? g_error_copy (error) : NULL;
  g_clear_error (&old);
}

/* Making it. */

/* What sync taught is kept by the cache, up to where by the storage: what the storage says must not be ahead. */
static json_object *
take_learned (KithSession *session, KithStorage *storage)
{
  json_object *learned = kith_cache_take_learned (session->cache);
  g_autofree char *rev =
      learned != NULL ? g_strdup_printf ("%" G_GINT64_FORMAT, kith_member_integer (learned, "rev", 0)) : NULL;
  kith_storage_set (storage, KITH_KEPT_REV, rev, NULL);
  return learned;
}

static KithStorage *
open_storage (KithSession *session, KithProfile *profile, GError **error)
{
  if (profile == NULL)
    return kith_storage_memory_new ();
  g_autofree char *path = kith_profile_path (profile, "servers", session->id, "outbox.db", NULL);
  g_autofree char *secret = g_strconcat ("kith://", session->address, NULL);
  return kith_store_open (path, secret, error);
}

static gboolean
open_cache (KithSession *session, KithProfile *profile, GError **error)
{
  g_autofree char *path =
      profile != NULL ? kith_profile_path (profile, "servers", session->id, "cache.db", NULL) : NULL;
  session->cache = kith_cache_open (path, error);
  return session->cache != NULL;
}

static void
take_kept (KithSession *session, KithStorage *storage)
{
  g_autofree char *pin = kith_storage_get (storage, KITH_KEPT_PIN);
  session->handle = kith_storage_get (storage, KITH_KEPT_HANDLE);
  if (pin != NULL) {
    g_free (session->pin);
    session->pin = g_strdup (pin);
  }
}

static gboolean
on_stepped (gpointer data)
{
  KithSession *session = data;
  if (session->flush != NULL)
    kith_session_flush (session);
  return G_SOURCE_CONTINUE;
}

static void
attach (KithSession *session)
{
  session->source = kith_transport_source_new (session->client);
  g_source_set_callback (session->source, on_stepped, session, NULL);
  g_source_attach (session->source, session->context);
}

static gboolean
build (KithSession *session, KithProfile *profile, const char *host, guint16 port, GError **error)
{
  KithStorage *storage = NULL;
  session->tls = kith_tls_client_new (error);
  if (session->tls == NULL || !open_cache (session, profile, error) ||
      (storage = open_storage (session, profile, error)) == NULL)
    return FALSE;
  session->storage = storage;
  json_object *learned = take_learned (session, storage);
  take_kept (session, storage);
  KithClientOptions options = {.host = host,
                               .port = port,
                               .name = "kith " KITH_VERSION,
                               .tls = session->tls,
                               .storage = storage,
                               .hooks = &kith_session_hooks,
                               .data = session};
  session->client = kith_client_new (&options, error);
  if (session->client != NULL && learned != NULL)
    kith_client_learn (session->client, learned);
  json_object_put (learned);
  return session->client != NULL;
}

KithSession *
kith_session_new (KithProfile *profile, KithSettings *settings, const char *id, const char *address, GError **error)
{
  g_autofree char *host = NULL;
  guint16 port = 0;
  if (!kith_net_start (error) || !kith_address_split (address, KITH_PORT, &host, &port, error))
    return NULL;
  g_autoptr (KithSession) session = g_object_new (KITH_TYPE_SESSION, NULL);
  session->id = g_strdup (id);
  session->address = g_strdup (address);
  session->settings = settings != NULL ? g_object_ref (settings) : NULL;
  if (!build (session, profile, host, port, error))
    return NULL;
  session->waiting = kith_outbox_count (kith_client_outbox (session->client));
  kith_session_load_locals (session);
  kith_session_load_previews (session);
  kith_session_watch_settings (session);
  session->all_new = TRUE;
  kith_session_flush (session);
  attach (session);
  return g_steal_pointer (&session);
}

/* Life. */

void
kith_session_start (KithSession *session)
{
  kith_client_start (session->client);
}

void
kith_session_stop (KithSession *session)
{
  kith_client_stop (session->client);
  session->new_state = TRUE;
  kith_session_stir (session);
}

void
kith_session_try_now (KithSession *session)
{
  kith_client_try_now (session->client);
}

void
kith_session_trust (KithSession *session, gboolean yes)
{
  kith_client_trust (session->client, yes);
  session->new_state = TRUE;
  kith_session_stir (session);
}

void
kith_session_trust_changed (KithSession *session)
{
  kith_session_trust (session, TRUE);
}

void
kith_session_expect_pin (KithSession *session, const char *pin)
{
  kith_client_expect_pin (session->client, pin);
}

void
kith_session_settle (KithSession *session, gint64 until_us)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KithPoller) poller = kith_poller_new (KITH_POLLER_SELECT_ONLY, &error);
  gboolean good = poller != NULL;
  while (good && !kith_client_is_settled (session->client) && g_get_monotonic_time () < until_us)
    good = kith_drive (&session->client, 1, poller, 0, until_us, &error);
  if (error != NULL)
    g_warning ("%s", error->message);
}

/* What it is asked. */

const char *
kith_session_id (KithSession *session)
{
  return session->id;
}

const char *
kith_session_address (KithSession *session)
{
  return session->address;
}

const char *
kith_session_server_name (KithSession *session)
{
  return *session->server_name != '\0' ? session->server_name : session->address;
}

const char *
kith_session_pin (KithSession *session)
{
  return session->pin;
}

gint64
kith_session_trusted_at (KithSession *session)
{
  g_autofree char *kept = kith_storage_get (session->storage, KITH_KEPT_PIN_AT);
  gint64 at = kept != NULL ? g_ascii_strtoll (kept, NULL, 10) : 0;
  return MAX (at, 0);
}

const char *
kith_session_shown_pin (KithSession *session)
{
  return kith_client_pin (session->client);
}

KithClientState
kith_session_state (KithSession *session)
{
  return kith_client_state (session->client);
}

gboolean
kith_session_is_online (KithSession *session)
{
  return session->client != NULL && kith_client_state (session->client) == KITH_CLIENT_READY;
}

const char *
kith_session_problem (KithSession *session)
{
  return session->error != NULL ? session->error->message : NULL;
}

const GError *
kith_session_error (KithSession *session)
{
  return session->error;
}

gint64
kith_session_retry_at (KithSession *session)
{
  return kith_client_retry_at (session->client);
}

guint
kith_session_waiting (KithSession *session)
{
  return kith_outbox_count (kith_client_outbox (session->client));
}

gint64
kith_session_text_max (KithSession *session)
{
  return kith_client_text_max (session->client);
}

KithContact *
kith_session_me (KithSession *session)
{
  return session->me != 0 ? kith_session_contact (session, session->me) : NULL;
}

gint64
kith_session_unread (KithSession *session)
{
  return session->unread;
}

gint64
kith_session_mentions (KithSession *session)
{
  return session->mentions;
}

KithChats *
kith_session_chats (KithSession *session)
{
  return session->list;
}

GListModel *
kith_session_contacts (KithSession *session)
{
  return G_LIST_MODEL (session->roster);
}
