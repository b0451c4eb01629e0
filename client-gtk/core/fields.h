/* fields.h - texts that an object keeps and tells of. Private to core. */
#pragma once

#include <glib.h>

/* text is taken. TRUE: it is another one than before. */
static inline gboolean
kith_field_take (char **field, char *text)
{
  g_autofree char *old = *field;
  *field = text;
  return g_strcmp0 (old, text) != 0;
}
