/* search.c - a search owns its words and its places. */
#include "domain/search.h"

#include "domain/read.h"

static void
free_place (gpointer data)
{
  KithdPlace *place = data;
  g_array_unref (place->ranges);
  g_free (place);
}

KithdSearch *
kithd_search_new (void)
{
  KithdSearch *search = g_new0 (KithdSearch, 1);
  search->words = g_ptr_array_new_with_free_func (g_free);
  search->places = g_ptr_array_new_with_free_func (free_place);
  search->before = G_MAXINT64;
  return search;
}

void
kithd_search_free (KithdSearch *search)
{
  if (search == NULL)
    return;
  g_ptr_array_unref (search->words);
  g_ptr_array_unref (search->places);
  g_free (search);
}

KithdPlace *
kithd_search_add_place (KithdSearch *search, gint64 conversation)
{
  KithdPlace *place = g_new (KithdPlace, 1);
  place->conversation = conversation;
  place->ranges = g_array_new (FALSE, FALSE, sizeof (KithdRange));
  g_ptr_array_add (search->places, place);
  return place;
}
