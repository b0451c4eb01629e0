/* json.c - the reserve: one block, from the same heap. */
#include "proto/json.h"

#include <stdlib.h>

#define RESERVE (256 * 1024)

static gpointer reserve; /* atomic */

void
kith_memory_keep (void)
{
  if (g_atomic_pointer_get (&reserve) != NULL)
    return;
  gpointer block = malloc (RESERVE);
  if (block != NULL && !g_atomic_pointer_compare_and_exchange (&reserve, NULL, block))
    free (block);
}

void
kith_memory_open (void)
{
  gpointer block = g_atomic_pointer_get (&reserve);
  if (block == NULL || !g_atomic_pointer_compare_and_exchange (&reserve, block, NULL))
    return;
  free (block);
  g_warning ("There is hardly any memory left. Stop other programs, or raise the limit of this one.");
}

void
kith_memory_need (gboolean there)
{
  if (!there)
    g_error ("There is no memory left.");
}
