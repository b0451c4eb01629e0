/* contact.c - a person as the session last learned of them; every change of a property is told by its name. */
#include "core/contact-private.h"

#include "core/fields.h"
#include "core/rich.h"

#include <glib/gi18n.h>

struct _KithContact {
  GObject parent;
  gint64 id;
  char *name, *handle, *role, *status;
  gint64 status_until;
  KithPresenceState presence;
  gboolean presence_known, blocked, deleted, me;
};

G_DEFINE_FINAL_TYPE (KithContact, kith_contact, G_TYPE_OBJECT)

enum {
  PROP_NAME = 1,
  PROP_HANDLE,
  PROP_PRESENCE,
  PROP_STATUS,
  PROP_ROLE,
  PROP_BLOCKED,
  PROP_DELETED,
  PROP_ME,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

static void
kith_contact_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  KithContact *contact = KITH_CONTACT (object);
  const char *texts[N_PROPS] = {[PROP_NAME] = contact->name,
                                [PROP_HANDLE] = contact->handle,
                                [PROP_STATUS] = contact->status,
                                [PROP_ROLE] = contact->role};
  gboolean flags[N_PROPS] = {
      [PROP_BLOCKED] = contact->blocked, [PROP_DELETED] = contact->deleted, [PROP_ME] = contact->me};
  if (G_VALUE_HOLDS_STRING (value))
    g_value_set_string (value, texts[id]);
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    g_value_set_boolean (value, flags[id]);
  else
    g_value_set_uint (value, contact->presence);
}

static void
kith_contact_finalize (GObject *object)
{
  KithContact *contact = KITH_CONTACT (object);
  char *texts[] = {contact->name, contact->handle, contact->role, contact->status};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  G_OBJECT_CLASS (kith_contact_parent_class)->finalize (object);
}

static void
kith_contact_class_init (KithContactClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  object->get_property = kith_contact_get_property;
  object->finalize = kith_contact_finalize;
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_HANDLE] = g_param_spec_string ("handle", NULL, NULL, NULL, flags);
  properties[PROP_PRESENCE] =
      g_param_spec_uint ("presence", NULL, NULL, 0, KITH_N_PRESENCES - 1, KITH_PRESENCE_OFFLINE, flags);
  properties[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  properties[PROP_ROLE] = g_param_spec_string ("role", NULL, NULL, NULL, flags);
  properties[PROP_BLOCKED] = g_param_spec_boolean ("blocked", NULL, NULL, FALSE, flags);
  properties[PROP_DELETED] = g_param_spec_boolean ("deleted", NULL, NULL, FALSE, flags);
  properties[PROP_ME] = g_param_spec_boolean ("me", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object, N_PROPS, properties);
}

static void
kith_contact_init (KithContact *contact)
{
  contact->name = g_strdup (_ ("Somebody"));
  contact->handle = g_strdup ("");
  contact->role = g_strdup ("");
  contact->status = g_strdup ("");
  contact->presence = KITH_PRESENCE_OFFLINE;
}

KithContact *
kith_contact_new (gint64 id)
{
  KithContact *contact = g_object_new (KITH_TYPE_CONTACT, NULL);
  contact->id = id;
  return contact;
}

const gint64 *
kith_contact_key (KithContact *contact)
{
  return &contact->id;
}

/* text is taken. */
static void
set_text (KithContact *contact, char **field, char *text, guint property)
{
  if (kith_field_take (field, text))
    g_object_notify_by_pspec (G_OBJECT (contact), properties[property]);
}

static void
set_flag (KithContact *contact, gboolean *field, gboolean value, guint property)
{
  if (*field == value)
    return;
  *field = value;
  g_object_notify_by_pspec (G_OBJECT (contact), properties[property]);
}

void
kith_contact_learn (KithContact *contact, const KithPerson *person, gboolean me)
{
  if (person == NULL)
    return;
  const char *name = *person->display != '\0' ? person->display : person->handle;
  g_object_freeze_notify (G_OBJECT (contact));
  set_text (contact, &contact->name, person->deleted ? g_strdup (_ ("Deleted account")) : kith_rich_clean_name (name),
            PROP_NAME);
  set_text (contact, &contact->handle, g_strdup (person->handle), PROP_HANDLE);
  set_text (contact, &contact->role, g_strdup (person->role), PROP_ROLE);
  set_flag (contact, &contact->blocked, person->blocked, PROP_BLOCKED);
  set_flag (contact, &contact->deleted, person->deleted, PROP_DELETED);
  set_flag (contact, &contact->me, me, PROP_ME);
  g_object_thaw_notify (G_OBJECT (contact));
}

void
kith_contact_set_presence (KithContact *contact, const KithPresence *presence)
{
  KithPresenceState state = presence != NULL ? presence->state : KITH_PRESENCE_OFFLINE;
  gboolean changed = state != contact->presence || (presence != NULL) != contact->presence_known;
  gint64 until = presence != NULL ? presence->until : 0;
  gboolean status_changed = until != contact->status_until;
  contact->presence = state;
  contact->presence_known = presence != NULL;
  contact->status_until = until;
  g_object_freeze_notify (G_OBJECT (contact));
  set_text (contact, &contact->status,
            presence != NULL && *presence->text != '\0' ? kith_rich_clean_name (presence->text) : g_strdup (""),
            PROP_STATUS);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (contact), properties[PROP_PRESENCE]);
  if (status_changed)
    g_object_notify_by_pspec (G_OBJECT (contact), properties[PROP_STATUS]);
  g_object_thaw_notify (G_OBJECT (contact));
}

gint64
kith_contact_id (KithContact *contact)
{
  return contact->id;
}

const char *
kith_contact_name (KithContact *contact)
{
  return contact->name;
}

const char *
kith_contact_handle (KithContact *contact)
{
  return contact->handle;
}

KithPresenceState
kith_contact_presence (KithContact *contact)
{
  return contact->presence;
}

gboolean
kith_contact_presence_known (KithContact *contact)
{
  return contact->presence_known;
}

const char *
kith_contact_status (KithContact *contact)
{
  return contact->status;
}

gint64
kith_contact_status_until (KithContact *contact)
{
  return contact->status_until;
}

const char *
kith_contact_role (KithContact *contact)
{
  return contact->role;
}

gboolean
kith_contact_is_me (KithContact *contact)
{
  return contact->me;
}

gboolean
kith_contact_is_blocked (KithContact *contact)
{
  return contact->blocked;
}

gboolean
kith_contact_is_deleted (KithContact *contact)
{
  return contact->deleted;
}
