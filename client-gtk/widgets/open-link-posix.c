/* open-link-posix.c - GTK asks the desktop's portal, or starts the program. */
#include "widgets/open-link.h"

gboolean
kith_open_link (GtkWindow *parent, const char *address, GError **error)
{
  return gtk_show_uri_on_window (parent, address, gtk_get_current_event_time (), error);
}
