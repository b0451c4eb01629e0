/* nearby.h - the servers of this network as they are found: a GListModel of KithNearby; it looks again every few
 * seconds for as long as it searches. */
#pragma once

#include <gio/gio.h>

#define KITH_TYPE_NEARBY (kith_nearby_get_type ())
G_DECLARE_FINAL_TYPE (KithNearby, kith_nearby, KITH, NEARBY, GObject)

const char *kith_nearby_name (KithNearby *nearby);    /* of the server; cleaned */
const char *kith_nearby_address (KithNearby *nearby); /* "192.168.1.7:9490": to connect to */
const char *kith_nearby_pin (KithNearby *nearby);     /* as announced; proves nothing; "" none */
int kith_nearby_people (KithNearby *nearby);          /* how many have an account there, as announced */

#define KITH_TYPE_NEARBY_LIST (kith_nearby_list_get_type ())
G_DECLARE_FINAL_TYPE (KithNearbyList, kith_nearby_list, KITH, NEARBY_LIST, GObject)

KithNearbyList *kith_nearby_list_new (void);
void kith_nearby_list_set_port (KithNearbyList *list, guint16 port); /* of servers; 5484 at first */
void kith_nearby_list_search (KithNearbyList *list);                 /* for 10 s; notify "searching" */
void kith_nearby_list_stop (KithNearbyList *list);
gboolean kith_nearby_list_is_searching (KithNearbyList *list);
const char *kith_nearby_list_problem (KithNearbyList *list); /* why there is nothing to search with; NULL */
