/* roster.c - contacts under a key made of name and id (sorted.h). */
#include "core/roster.h"

#include "core/sorted.h"

struct _KithRoster {
  GObject parent;
  KithSorted *sorted;
};

static GType
roster_item_type (GListModel *model)
{
  return KITH_TYPE_CONTACT;
}

static guint
roster_n_items (GListModel *model)
{
  return kith_sorted_length (KITH_ROSTER (model)->sorted);
}

static gpointer
roster_item (GListModel *model, guint position)
{
  gpointer contact = kith_sorted_get (KITH_ROSTER (model)->sorted, position);
  return contact != NULL ? g_object_ref (contact) : NULL;
}

static void
model_init (GListModelInterface *interface)
{
  interface->get_item_type = roster_item_type;
  interface->get_n_items = roster_n_items;
  interface->get_item = roster_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (KithRoster, kith_roster, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, model_init))

static void
kith_roster_finalize (GObject *object)
{
  kith_sorted_free (KITH_ROSTER (object)->sorted);
  G_OBJECT_CLASS (kith_roster_parent_class)->finalize (object);
}

static void
kith_roster_class_init (KithRosterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kith_roster_finalize;
}

static void
kith_roster_init (KithRoster *roster)
{
  roster->sorted = kith_sorted_new (G_LIST_MODEL (roster));
}

KithRoster *
kith_roster_new (void)
{
  return g_object_new (KITH_TYPE_ROSTER, NULL);
}

static char *
name_key (KithContact *contact)
{
  g_autofree char *name = g_utf8_casefold (kith_contact_name (contact), -1);
  g_autofree char *key = g_utf8_collate_key (name, -1);
  return g_strdup_printf ("%s\x01%016" G_GINT64_MODIFIER "x", key, (guint64) kith_contact_id (contact));
}

void
kith_roster_put (KithRoster *roster, KithContact *contact, gboolean known)
{
  kith_sorted_put (roster->sorted, contact, known && !kith_contact_is_deleted (contact) ? name_key (contact) : NULL);
}

void
kith_roster_flush (KithRoster *roster)
{
  kith_sorted_flush (roster->sorted);
}
