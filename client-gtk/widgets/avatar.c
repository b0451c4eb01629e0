/* avatar.c - the face and the mark over its corner.
 *
 * GtkOverlay gives the overlaid mark the space of the avatar with its margins, so that the mark stands a little outside
 * of the circle. */
#include "widgets/avatar.h"

#include "widgets/parts.h"

#include <glib/gi18n.h>

#define SMALL 26 /* pixels: up to here the mark is a small one */
#define LARGE 40 /* and from here on it stands inside */

struct _KithAvatar {
  GtkOverlay parent;
  HdyAvatar *face;
  GtkWidget *mark; /* NULL: without */
  KithContact *contact;
};

G_DEFINE_FINAL_TYPE (KithAvatar, kith_avatar, GTK_TYPE_OVERLAY)

/* What one sees; the same shapes in the same order as KithPresenceState. */
static const char *const shapes[KITH_N_PRESENCES] = {
    [KITH_PRESENCE_ONLINE] = "online",     [KITH_PRESENCE_AWAY] = "away",       [KITH_PRESENCE_DND] = "dnd",
    [KITH_PRESENCE_INVISIBLE] = "offline", [KITH_PRESENCE_OFFLINE] = "offline",
};

GtkWidget *
kith_presence_mark_new (KithPresenceState state, const char *classes)
{
  GtkWidget *mark = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_halign (mark, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (mark, GTK_ALIGN_CENTER);
  kith_add_classes (mark, "presence");
  kith_add_classes (mark, classes);
  kith_set_decoration (mark);
  kith_presence_mark_set (mark, state);
  return mark;
}

void
kith_presence_mark_set (GtkWidget *mark, KithPresenceState state)
{
  GtkStyleContext *style = gtk_widget_get_style_context (mark);
  for (guint i = 0; i < KITH_N_PRESENCES; i++)
    if (g_strcmp0 (shapes[i], shapes[state]) != 0)
      gtk_style_context_remove_class (style, shapes[i]);
  gtk_style_context_add_class (style, shapes[state]);
}

static void
refresh (KithAvatar *self)
{
  if (self->contact == NULL)
    return;
  hdy_avatar_set_text (self->face, kith_contact_name (self->contact));
  if (self->mark == NULL)
    return;
  gboolean known = kith_contact_presence_known (self->contact);
  kith_presence_mark_set (self->mark, known ? kith_contact_presence (self->contact) : KITH_PRESENCE_OFFLINE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), known ? NULL : _ ("Unknown while you are offline"));
}

void
kith_avatar_set_contact (KithAvatar *self, KithContact *contact)
{
  g_return_if_fail (KITH_IS_AVATAR (self));
  if (self->contact == contact)
    return;
  if (self->contact != NULL)
    g_signal_handlers_disconnect_by_data (self->contact, self);
  g_set_object (&self->contact, contact);
  if (contact == NULL)
    return;
  g_signal_connect_object (contact, "notify::name", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (contact, "notify::presence", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  refresh (self);
}

static void
kith_avatar_dispose (GObject *object)
{
  KithAvatar *self = KITH_AVATAR (object);
  if (self->contact != NULL)
    g_signal_handlers_disconnect_by_data (self->contact, self);
  g_clear_object (&self->contact);
  G_OBJECT_CLASS (kith_avatar_parent_class)->dispose (object);
}

static void
kith_avatar_class_init (KithAvatarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_avatar_dispose;
}

static void
kith_avatar_init (KithAvatar *self)
{
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  kith_set_decoration (GTK_WIDGET (self));
}

static void
add_mark (KithAvatar *self, int size, const char *place)
{
  GtkWidget *face = GTK_WIDGET (self->face);
  if (size <= LARGE) {
    gtk_widget_set_margin_top (face, 1);
    gtk_widget_set_margin_end (face, 3);
    gtk_widget_set_margin_bottom (face, 2);
  }
  self->mark = kith_presence_mark_new (KITH_PRESENCE_OFFLINE, place);
  kith_set_class (self->mark, "mini", size <= SMALL);
  gtk_widget_set_halign (self->mark, GTK_ALIGN_END);
  gtk_widget_set_valign (self->mark, GTK_ALIGN_END);
  gtk_widget_show (self->mark);
  gtk_overlay_add_overlay (GTK_OVERLAY (self), self->mark);
}

GtkWidget *
kith_avatar_new (KithContact *contact, int size, const char *place, gboolean presence)
{
  KithAvatar *self = g_object_new (KITH_TYPE_AVATAR, NULL);
  GtkWidget *face = hdy_avatar_new (size, NULL, TRUE);
  self->face = HDY_AVATAR (face);
  gtk_widget_set_halign (face, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (face, GTK_ALIGN_CENTER);
  kith_set_decoration (face);
  gtk_widget_show (face);
  gtk_container_add (GTK_CONTAINER (self), face);
  if (presence)
    add_mark (self, size, place);
  kith_avatar_set_contact (self, contact);
  return GTK_WIDGET (self);
}
