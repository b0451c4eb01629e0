/* bulletin-win32.c - the balloon of our icon in the tray, which Windows 10 and 11 show as a notification. There is one
 * at a time; a click on it opens what it tells of. It has no buttons. */
#include "widgets/bulletin.h"

#include "widgets/shell-win32.h"

#include <shellapi.h>

struct _KithBulletin {
  GApplication *application; /* borrowed */
  char *id;                  /* of what is shown; NULL: nothing */
  GVariant *target;
};

static void
forget (KithBulletin *self)
{
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->target, g_variant_unref);
}

static void
on_icon (guint word, gpointer data)
{
  KithBulletin *self = data;
  if (word == NIN_BALLOONUSERCLICK && self->target != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (self->application), "open-chat", self->target);
  if (word == NIN_BALLOONUSERCLICK || word == NIN_BALLOONTIMEOUT)
    forget (self);
}

KithBulletin *
kith_bulletin_new (GApplication *application, void (*ready) (gpointer data), gpointer data)
{
  KithBulletin *self = g_new0 (KithBulletin, 1);
  self->application = application;
  kith_shell_on_icon (on_icon, self);
  return self;
}

void
kith_bulletin_free (KithBulletin *self)
{
  kith_shell_off_icon (self);
  forget (self);
  g_free (self);
}

gboolean
kith_bulletin_is_ready (KithBulletin *self)
{
  return TRUE;
}

void
kith_bulletin_show (KithBulletin *self, const char *id, const char *title, const char *body, GVariant *target)
{
  forget (self);
  self->id = g_strdup (id);
  self->target = g_variant_ref_sink (target);
  kith_shell_balloon (title, body);
}

void
kith_bulletin_withdraw (KithBulletin *self, const char *id)
{
  if (g_strcmp0 (self->id, id) != 0)
    return;
  kith_shell_clear_balloon ();
  forget (self);
}
