/* places.c - the sessions in order, and servers.ini beside them: a group for each, named by its id. */
#include "core/places.h"

#include "net/address.h"
#include "proto/limits.h"

#include <glib/gi18n.h>
#include <string.h>

#define FILE_NAME "servers.ini"
#define KEY_ADDRESS "address"

struct _KithPlaces {
  GObject parent;
  KithProfile *profile; /* NULL: nothing is kept */
  KithSettings *settings;
  GPtrArray *sessions; /* referenced */
  GKeyFile *file;
};

static GType
places_item_type (GListModel *model)
{
  return KITH_TYPE_SESSION;
}

static guint
places_n_items (GListModel *model)
{
  return KITH_PLACES (model)->sessions->len;
}

static gpointer
places_item (GListModel *model, guint position)
{
  KithSession *session = kith_places_get (KITH_PLACES (model), position);
  return session != NULL ? g_object_ref (session) : NULL;
}

static void
model_init (GListModelInterface *interface)
{
  interface->get_item_type = places_item_type;
  interface->get_n_items = places_n_items;
  interface->get_item = places_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (KithPlaces, kith_places, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, model_init))

static void
kith_places_dispose (GObject *object)
{
  KithPlaces *places = KITH_PLACES (object);
  g_clear_pointer (&places->sessions, g_ptr_array_unref);
  g_clear_pointer (&places->file, g_key_file_unref);
  g_clear_pointer (&places->profile, kith_profile_unref);
  g_clear_object (&places->settings);
  G_OBJECT_CLASS (kith_places_parent_class)->dispose (object);
}

static void
kith_places_class_init (KithPlacesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_places_dispose;
}

static void
kith_places_init (KithPlaces *places)
{
  places->sessions = g_ptr_array_new_with_free_func (g_object_unref);
  places->file = g_key_file_new ();
}

static char *
file_path (KithPlaces *places)
{
  return places->profile != NULL ? kith_profile_path (places->profile, FILE_NAME, NULL) : NULL;
}

static void
save (KithPlaces *places)
{
  g_autofree char *path = file_path (places);
  g_autoptr (GError) error = NULL;
  if (path != NULL && !g_key_file_save_to_file (places->file, path, &error))
    g_warning ("The list of servers could not be kept: %s", error->message);
}

/* "host:port" in one form, so that a server is known again however its address was written. */
static char *
normalise (const char *address, GError **error)
{
  g_autofree char *host = NULL, *lower = NULL;
  guint16 port;
  if (g_str_has_prefix (address, "unix:"))
    return g_strdup (address);
  if (!kith_address_split (address, KITH_PORT, &host, &port, error))
    return NULL;
  lower = g_ascii_strdown (host, -1);
  return g_strdup_printf (strchr (lower, ':') != NULL ? "[%s]:%u" : "%s:%u", lower, port);
}

/* A name for a directory and a group: letters, digits, dots and dashes of the address, and what makes it unique. */
static char *
make_id (const char *address)
{
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, address, -1);
  g_autofree char *plain = g_strndup (address, 40);
  g_strcanon (plain, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS ".", '-');
  sum[8] = '\0';
  return g_strdup_printf ("%s-%s", *plain == '.' ? "server" : plain, sum);
}

static KithSession *
find (KithPlaces *places, const char *address)
{
  for (guint i = 0; i < places->sessions->len; i++)
    if (g_str_equal (kith_session_address (g_ptr_array_index (places->sessions, i)), address))
      return g_ptr_array_index (places->sessions, i);
  return NULL;
}

static void
append (KithPlaces *places, KithSession *session)
{
  g_ptr_array_add (places->sessions, g_object_ref (session));
  g_list_model_items_changed (G_LIST_MODEL (places), places->sessions->len - 1, 0, 1);
}

/* What is wrong in the file costs that server only. */
static void
load_one (KithPlaces *places, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = g_key_file_get_string (places->file, id, KEY_ADDRESS, NULL);
  g_autofree char *address = kept != NULL ? normalise (kept, &error) : NULL;
  g_autofree char *wanted = address != NULL ? make_id (address) : NULL;
  if (wanted == NULL || !g_str_equal (wanted, id) || find (places, address) != NULL)
    return;
  g_autoptr (KithSession) session = kith_session_new (places->profile, places->settings, id, address, &error);
  if (session != NULL)
    g_ptr_array_add (places->sessions, g_object_ref (session));
  else
    g_warning ("The server %s could not be opened: %s", address, error->message);
}

static void
load (KithPlaces *places)
{
  g_autofree char *path = file_path (places);
  if (path == NULL || !g_key_file_load_from_file (places->file, path, G_KEY_FILE_KEEP_COMMENTS, NULL))
    return;
  gsize n;
  g_auto (GStrv) ids = g_key_file_get_groups (places->file, &n);
  for (gsize i = 0; i < n && places->sessions->len < KITH_PLACES_MAX; i++)
    load_one (places, ids[i]);
}

KithPlaces *
kith_places_new (KithProfile *profile, KithSettings *settings)
{
  KithPlaces *places = g_object_new (KITH_TYPE_PLACES, NULL);
  places->profile = profile != NULL ? kith_profile_ref (profile) : NULL;
  places->settings = settings != NULL ? g_object_ref (settings) : NULL;
  load (places);
  return places;
}

void
kith_places_start (KithPlaces *places)
{
  for (guint i = 0; i < places->sessions->len; i++)
    kith_session_resume (g_ptr_array_index (places->sessions, i));
}

KithSession *
kith_places_open (KithPlaces *places, const char *address, GError **error)
{
  g_autofree char *plain = normalise (address, error);
  if (plain == NULL)
    return NULL;
  KithSession *known = find (places, plain);
  if (known != NULL)
    return g_object_ref (known);
  if (places->sessions->len >= KITH_PLACES_MAX) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_LIMIT, _ ("More than %d servers are not possible. Remove one first."),
                 KITH_PLACES_MAX);
    return NULL;
  }
  g_autofree char *id = make_id (plain);
  return kith_session_new (places->profile, places->settings, id, plain, error);
}

void
kith_places_keep (KithPlaces *places, KithSession *session)
{
  if (find (places, kith_session_address (session)) != NULL)
    return;
  g_key_file_set_string (places->file, kith_session_id (session), KEY_ADDRESS, kith_session_address (session));
  save (places);
  append (places, session);
}

void
kith_places_remove (KithPlaces *places, KithSession *session)
{
  guint at;
  if (!g_ptr_array_find (places->sessions, session, &at))
    return;
  G_GNUC_UNUSED g_autoptr (KithSession) kept = g_object_ref (session);
  kith_session_stop (session);
  g_key_file_remove_group (places->file, kith_session_id (session), NULL);
  save (places);
  g_ptr_array_remove_index (places->sessions, at);
  g_list_model_items_changed (G_LIST_MODEL (places), at, 1, 0);
}

void
kith_places_settle (KithPlaces *places, gint64 span_us)
{
  gint64 until_us = g_get_monotonic_time () + span_us;
  for (guint i = 0; i < kith_places_count (places); i++)
    kith_session_settle (kith_places_get (places, i), until_us);
}

void
kith_places_try_now (KithPlaces *places)
{
  for (guint i = 0; i < places->sessions->len; i++)
    kith_session_try_now (g_ptr_array_index (places->sessions, i));
}

guint
kith_places_count (KithPlaces *places)
{
  return places->sessions->len;
}

KithSession *
kith_places_get (KithPlaces *places, guint position)
{
  return position < places->sessions->len ? g_ptr_array_index (places->sessions, position) : NULL;
}
