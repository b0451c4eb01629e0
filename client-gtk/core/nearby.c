/* nearby.c - rounds of the finder, one second each, until the search is over; a server that answers again is the same.
 */
#include "core/nearby.h"

#include "core/array-model.h"
#include "core/rich.h"
#include "core/transport.h"

#include "client/finder.h"

#include <string.h>

#define SEARCH_US (10 * G_TIME_SPAN_SECOND)
#define PAUSE_MS 1500 /* between two rounds */
#define SERVERS_MAX 256

struct _KithNearby {
  GObject parent;
  char *name, *address, *pin;
  int people;
};

G_DEFINE_FINAL_TYPE (KithNearby, kith_nearby, G_TYPE_OBJECT)

struct _KithNearbyList {
  GObject parent;
  GPtrArray *servers; /* KithNearby, referenced */
  GPtrArray *fresh;   /* the same, found in this step */
  gboolean round_over;
  KithFinder *finder;
  GSource *source; /* drives the finder, or waits for the next round */
  GMainContext *context;
  gint64 until_us; /* 0: it does not search */
  guint16 port;
  char *problem;
};

KITH_DEFINE_ARRAY_MODEL (KITH_NEARBY_LIST, servers, KITH_TYPE_NEARBY)

G_DEFINE_FINAL_TYPE_WITH_CODE (KithNearbyList, kith_nearby_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, array_model_init))

enum { PROP_SEARCHING = 1, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void
kith_nearby_finalize (GObject *object)
{
  KithNearby *nearby = KITH_NEARBY (object);
  g_free (nearby->name);
  g_free (nearby->address);
  g_free (nearby->pin);
  G_OBJECT_CLASS (kith_nearby_parent_class)->finalize (object);
}

static void
kith_nearby_class_init (KithNearbyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kith_nearby_finalize;
}

static void
kith_nearby_init (KithNearby *nearby)
{
}

const char *
kith_nearby_name (KithNearby *nearby)
{
  return nearby->name;
}

const char *
kith_nearby_address (KithNearby *nearby)
{
  return nearby->address;
}

const char *
kith_nearby_pin (KithNearby *nearby)
{
  return nearby->pin;
}

int
kith_nearby_people (KithNearby *nearby)
{
  return nearby->people;
}

static void
drop_source (KithNearbyList *list)
{
  if (list->source != NULL)
    g_source_destroy (list->source);
  g_clear_pointer (&list->source, g_source_unref);
}

static void
kith_nearby_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_boolean (value, kith_nearby_list_is_searching (KITH_NEARBY_LIST (object)));
}

static void
kith_nearby_list_dispose (GObject *object)
{
  KithNearbyList *list = KITH_NEARBY_LIST (object);
  drop_source (list);
  g_clear_pointer (&list->finder, kith_finder_free);
  g_clear_pointer (&list->servers, g_ptr_array_unref);
  g_clear_pointer (&list->fresh, g_ptr_array_unref);
  g_clear_pointer (&list->context, g_main_context_unref);
  g_clear_pointer (&list->problem, g_free);
  G_OBJECT_CLASS (kith_nearby_list_parent_class)->dispose (object);
}

static void
kith_nearby_list_class_init (KithNearbyListClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS (klass);
  object->get_property = kith_nearby_list_get_property;
  object->dispose = kith_nearby_list_dispose;
  properties[PROP_SEARCHING] = g_param_spec_boolean (
      "searching", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object, N_PROPS, properties);
}

static void
kith_nearby_list_init (KithNearbyList *list)
{
  list->servers = g_ptr_array_new_with_free_func (g_object_unref);
  list->fresh = g_ptr_array_new_with_free_func (g_object_unref);
  list->context = g_main_context_ref_thread_default ();
  list->port = KITH_PORT;
}

KithNearbyList *
kith_nearby_list_new (void)
{
  return g_object_new (KITH_TYPE_NEARBY_LIST, NULL);
}

void
kith_nearby_list_set_port (KithNearbyList *list, guint16 port)
{
  list->port = port;
}

/* Found ones. New ones come last, so that no row moves under a pointer. */

static gboolean
is_same (const KithNearby *nearby, const KithFoundServer *server)
{
  const char *colon = strrchr (nearby->address, ':');
  return g_str_equal (nearby->pin, server->found.pin) && colon != NULL &&
         g_ascii_strtoull (colon + 1, NULL, 10) == server->found.port;
}

static void
on_found (const KithFoundServer *server, gpointer data)
{
  KithNearbyList *list = data;
  char address[KITH_ADDRESS_TEXT];
  for (guint i = 0; i < list->servers->len; i++)
    if (is_same (g_ptr_array_index (list->servers, i), server))
      return;
  if (list->servers->len >= SERVERS_MAX)
    return;
  KithNearby *nearby = g_object_new (KITH_TYPE_NEARBY, NULL);
  nearby->name = kith_rich_clean_name (server->found.name);
  nearby->address = g_strdup (kith_address_format (&server->address, address));
  nearby->pin = g_strdup (server->found.pin);
  nearby->people = (int) CLAMP (server->found.people, 0, G_MAXINT);
  g_ptr_array_add (list->fresh, nearby);
}

/* Rounds. */

static void begin_round (KithNearbyList *list);

static void
set_searching (KithNearbyList *list, gint64 until_us)
{
  gboolean changed = (list->until_us != 0) != (until_us != 0);
  list->until_us = until_us;
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (list), properties[PROP_SEARCHING]);
}

static gboolean
on_pause_over (gpointer data)
{
  KithNearbyList *list = data;
  drop_source (list);
  begin_round (list);
  return G_SOURCE_REMOVE;
}

static void
end_round (KithNearbyList *list)
{
  drop_source (list);
  g_clear_pointer (&list->finder, kith_finder_free);
  if (g_get_monotonic_time () >= list->until_us) {
    set_searching (list, 0);
    return;
  }
  list->source = g_timeout_source_new (PAUSE_MS);
  g_source_set_callback (list->source, on_pause_over, list, NULL);
  g_source_attach (list->source, list->context);
}

static void
finder_watches (gpointer subject, GArray *watches)
{
  kith_finder_watches (((KithNearbyList *) subject)->finder, watches);
}

static gint64
finder_due (gpointer subject)
{
  return kith_finder_due (((KithNearbyList *) subject)->finder);
}

static void
finder_step (gpointer subject, gint64 now_us)
{
  KithNearbyList *list = subject;
  list->round_over = !kith_finder_step (list->finder, now_us);
}

/* After a step of the finder: nobody is told from within. */
static gboolean
on_stepped (gpointer data)
{
  g_autoptr (KithNearbyList) list = g_object_ref (KITH_NEARBY_LIST (data));
  gboolean over = list->round_over;
  guint at = list->servers->len, added = list->fresh->len;
  g_ptr_array_extend_and_steal (list->servers, list->fresh);
  list->fresh = g_ptr_array_new_with_free_func (g_object_unref);
  if (over)
    end_round (list);
  if (added > 0)
    g_list_model_items_changed (G_LIST_MODEL (list), at, 0, added);
  return over ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static void
begin_round (KithNearbyList *list)
{
  static const KithDriven driven = {"kith finder", finder_watches, finder_due, finder_step};
  g_autoptr (GError) error = NULL;
  g_clear_pointer (&list->problem, g_free);
  list->finder = kith_net_start (&error) ? kith_finder_new (list->port, on_found, list, &error) : NULL;
  if (list->finder == NULL) {
    list->problem = g_strdup (error->message);
    set_searching (list, 0);
    return;
  }
  list->source = kith_driven_source_new (&driven, list);
  g_source_set_callback (list->source, on_stepped, list, NULL);
  g_source_attach (list->source, list->context);
}

void
kith_nearby_list_search (KithNearbyList *list)
{
  set_searching (list, g_get_monotonic_time () + SEARCH_US);
  if (list->source == NULL)
    begin_round (list);
}

void
kith_nearby_list_stop (KithNearbyList *list)
{
  drop_source (list);
  g_clear_pointer (&list->finder, kith_finder_free);
  set_searching (list, 0);
}

gboolean
kith_nearby_list_is_searching (KithNearbyList *list)
{
  return list->until_us != 0;
}

const char *
kith_nearby_list_problem (KithNearbyList *list)
{
  return list->problem;
}
