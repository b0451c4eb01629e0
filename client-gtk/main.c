/* main.c - the desktop client. */
#include "core/language.h"
#include "widgets/app.h"

int
main (int argc, char **argv)
{
  kith_language_begin (KITH_LOCALE_DIR);
  g_autoptr (KithApp) app = kith_app_new ();
  return g_application_run (G_APPLICATION (app), argc, argv);
}
