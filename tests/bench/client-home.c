/* client-home.c - the profile of a desktop client as somebody has it who has been here before, made by the client's own
 * code: signed in, in the lobby and in the rooms named, and with as many messages as wanted in the store of the server
 * and in the cache.
 *
 *     bench-client-home join PROFILE ADDRESS NAME [ROOM...]    says CONVERSATION ACCOUNT CACHE
 *     bench-client-home fill DATA CACHE CONVERSATION ACCOUNT LAST COUNT
 *
 * fill: while no server runs; LAST is the last seq of the conversation. */
#include "bench/archive.h"

#include "core/cache.h"
#include "core/places.h"

#include <stdio.h>

#define PAGE 200

static void
on_trust (KithSession *session, const char *pin, gpointer data)
{
  kith_session_trust (session, TRUE);
}

/* The server puts whoever is new into its lobby. */
static KithChat *
enter (KithSession *session, const char *name, GError **error)
{
  g_signal_connect (session, "trust", G_CALLBACK (on_trust), NULL);
  if (!kith_session_register (session, name, NULL, error))
    return NULL;
  while (!kith_session_is_online (session) || kith_session_me (session) == NULL || kith_session_lobby (session) == NULL)
    g_main_context_iteration (NULL, TRUE);
  return kith_session_lobby (session);
}

static void
on_joined (GObject *session, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
enter_rooms (KithSession *session, char **rooms, GError **error)
{
  for (; *rooms != NULL; rooms++) {
    GAsyncResult *result = NULL;
    kith_session_join_async (session, g_ascii_strtoll (*rooms, NULL, 10), NULL, on_joined, &result);
    while (result == NULL)
      g_main_context_iteration (NULL, TRUE);
    g_autoptr (KithChat) chat = kith_session_chat_finish (session, result, error);
    g_object_unref (result);
    if (chat == NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
join (char **words, GError **error)
{
  const char *directory = words[0], *address = words[1], *name = words[2];
  g_autoptr (KithProfile) profile = kith_profile_open (directory, error);
  if (profile == NULL)
    return FALSE;
  g_autoptr (KithSettings) settings = kith_settings_new (profile);
  g_autoptr (KithPlaces) places = kith_places_new (profile, settings);
  g_autoptr (KithSession) session = kith_places_open (places, address, error);
  KithChat *lobby = session != NULL ? enter (session, name, error) : NULL;
  if (lobby == NULL || !enter_rooms (session, words + 3, error))
    return FALSE;
  g_autofree char *cache = kith_profile_path (profile, "servers", kith_session_id (session), "cache.db", NULL);
  kith_places_keep (places, session);
  printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s\n", kith_chat_id (lobby),
          kith_contact_id (kith_session_me (session)), cache);
  kith_session_stop (session);
  return TRUE;
}

static json_object *
new_message (gint64 seq, gint64 account, guint number)
{
  g_autofree char *from = g_strdup_printf ("u%" G_GINT64_FORMAT, account);
  g_autofree char *text = archive_text (number);
  json_object *event = json_object_new_object (), *body = json_object_new_object ();
  json_object_object_add (event, "seq", json_object_new_int64 (seq));
  json_object_object_add (event, "at", json_object_new_int64 (g_get_real_time () / 1000));
  json_object_object_add (event, "from", json_object_new_string (from));
  json_object_object_add (event, "kind", json_object_new_string ("message"));
  json_object_object_add (event, "changed", json_object_new_int64 (seq));
  json_object_object_add (body, "text", json_object_new_string (text));
  json_object_object_add (event, "body", body);
  return event;
}

static void
on_page (const KithCachedPage *page, gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* The queue of the cache is bounded: waits until this page is through. */
static void
put_page (KithCache *cache, gint64 conversation, gint64 account, gint64 first, gint64 last, guint number)
{
  json_object *events = json_object_new_array ();
  gboolean done = FALSE;
  for (gint64 seq = first; seq <= last; seq++)
    json_object_array_add (events, new_message (seq, account, number++));
  kith_cache_put_events (cache, conversation, events, first, last);
  json_object_put (events);
  kith_cache_load (cache, conversation, KITH_PAGE_NEWEST, 0, 1, on_page, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
fill (char **words, GError **error)
{
  gint64 conversation = g_ascii_strtoll (words[2], NULL, 10), account = g_ascii_strtoll (words[3], NULL, 10);
  gint64 before = g_ascii_strtoll (words[4], NULL, 10), count = g_ascii_strtoll (words[5], NULL, 10);
  g_autoptr (KithCache) cache = kith_cache_open (words[1], error);
  if (cache == NULL || !archive_fill (words[0], conversation, account, (guint) count, error))
    return FALSE;
  for (gint64 done = 0; done < count; done += PAGE)
    put_page (cache, conversation, account, before + done + 1, before + MIN (done + PAGE, count), (guint) done);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  gboolean sound = FALSE;
  if (argc >= 5 && g_str_equal (argv[1], "join"))
    sound = join (argv + 2, &error);
  else if (argc == 8 && g_str_equal (argv[1], "fill"))
    sound = fill (argv + 2, &error);
  if (!sound)
    fprintf (stderr, "bench-client-home: %s\n", error != NULL ? error->message : "wrong words");
  return sound ? 0 : 1;
}
