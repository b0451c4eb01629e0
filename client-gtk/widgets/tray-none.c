/* tray-none.c - built without libayatana-appindicator. */
#include "widgets/tray.h"

KithTray *
kith_tray_new (const char *id, const char *icons, GtkWidget *menu, GtkWidget *open)
{
  return NULL;
}

void
kith_tray_free (KithTray *tray)
{
}

void
kith_tray_set_icon (KithTray *tray, const char *icon, const char *words)
{
}

gboolean
kith_tray_is_shown (KithTray *tray)
{
  return FALSE;
}
