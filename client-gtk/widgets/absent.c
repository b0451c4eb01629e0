/* absent.c - the windows whose files are not in the tree yet (the build tells which): asked for, they say so. It goes
 * with the last of them. */
#include "widgets/ask.h"
#include "widgets/dialogs.h"

#include <glib/gi18n.h>

#ifdef KITH_WITHOUT_PREFERENCES
void
kith_preferences_show (GtkWindow *parent, const char *page)
{
  kith_tell (parent, _("Preferences"), _("This version has no preferences."));
}
#endif

#ifdef KITH_WITHOUT_ROOM_SETTINGS
void
kith_room_settings_show (GtkWindow *parent, KithSession *session, KithChat *chat, const char *page)
{
  kith_tell (parent, _("Room settings"), _("This version has no settings of rooms. Use kith-cli."));
}
#endif
