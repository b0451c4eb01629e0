/* details-pane.c - what belongs to the conversation that is shown. Nothing is fetched while the pane is hidden: the window
 * gives it a chat only while it is shown. */
#include "widgets/details-pane.h"

#include "core/rights.h"
#include "widgets/member-list.h"
#include "widgets/parts.h"
#include "widgets/person-card.h"
#include "widgets/pinned-list.h"

#include <glib/gi18n.h>

#define UI "/org/kith/ui/details-pane.ui"

struct _KithDetailsPane {
  GtkBox parent;
  HdyHeaderBar *header;
  GtkWidget *back, *about, *foot, *people, *people_box, *card;
  GtkToggleButton *members_tab, *pinned_tab;
  GtkStack *pages;
  GtkLabel *topic;
  KithMemberList *members;
  KithPinnedList *pinned;
  KithSession *session;
  KithChat *chat;
};

G_DEFINE_FINAL_TYPE (KithDetailsPane, kith_details_pane, GTK_TYPE_BOX)

static gboolean
is_pinned_page (KithDetailsPane *self)
{
  return gtk_toggle_button_get_active (self->pinned_tab);
}

static void
on_topic (KithDetailsPane *self)
{
  const char *topic = kith_chat_topic (self->chat);
  gtk_label_set_text (self->topic, topic);
  gtk_widget_set_visible (self->about, *topic != '\0');
}

static void
on_state (KithDetailsPane *self)
{
  gboolean room = kith_chat_kind (self->chat) == KITH_KIND_ROOM;
  gtk_widget_set_visible (self->foot, room && kith_rights_may (self->session, self->chat, KITH_RIGHT_INVITE));
}

/* What stands in the place of members; NULL: there are some. */
static GtkWidget *
new_card (KithDetailsPane *self)
{
  KithContact *contact = kith_chat_contact (self->chat);
  if (contact != NULL)
    return kith_person_card_new (self->session, contact, NULL, NULL);
  if (kith_chat_kind (self->chat) != KITH_KIND_NOTES)
    return NULL;
  GtkWidget *text = kith_text_new (_("What you write here is only for you. All devices on which you are signed in show "
                                     "it."),
                                   "dim", 30);
  g_object_set (text, "margin", 18, "visible", TRUE, NULL);
  return text;
}

/* A room has members, a direct conversation of two has a person, one's notes have nobody. */
static void
show_people (KithDetailsPane *self)
{
  gboolean notes = self->chat != NULL && kith_chat_kind (self->chat) == KITH_KIND_NOTES;
  g_clear_pointer (&self->card, gtk_widget_destroy);
  self->card = self->chat != NULL ? new_card (self) : NULL;
  if (self->card != NULL)
    gtk_container_add (GTK_CONTAINER (self->people_box), self->card);
  gboolean fetch =
      self->chat != NULL && self->card == NULL && kith_chat_id (self->chat) != 0 && !is_pinned_page (self);
  gtk_widget_set_visible (GTK_WIDGET (self->members), self->card == NULL);
  gtk_button_set_label (GTK_BUTTON (self->members_tab),
                        notes ? _("About") : self->card != NULL ? _("Person") : _("Members"));
  kith_member_list_set_chat (self->members, fetch ? self->session : NULL, fetch ? self->chat : NULL);
}

static void
on_tab (KithDetailsPane *self)
{
  gboolean pinned = is_pinned_page (self);
  gtk_stack_set_visible_child (self->pages, pinned ? GTK_WIDGET (self->pinned) : self->people);
  kith_pinned_list_load (self->pinned, pinned ? self->session : NULL, pinned ? self->chat : NULL);
  show_people (self);
}

void
kith_details_pane_set_chat (KithDetailsPane *self, KithSession *session, KithChat *chat)
{
  g_return_if_fail (KITH_IS_DETAILS_PANE (self));
  if (self->chat == chat && self->session == session)
    return;
  if (self->chat != NULL)
    g_signal_handlers_disconnect_by_data (self->chat, self);
  g_set_object (&self->session, session);
  g_set_object (&self->chat, chat);
  if (chat != NULL) {
    g_signal_connect_object (chat, "notify::topic", G_CALLBACK (on_topic), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (chat, "notify::state", G_CALLBACK (on_state), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (chat, "notify::role", G_CALLBACK (on_state), self, G_CONNECT_SWAPPED);
    on_topic (self);
    on_state (self);
  }
  gtk_toggle_button_set_active (self->members_tab, TRUE);
  on_tab (self);
}

void
kith_details_pane_show_pinned (KithDetailsPane *self)
{
  g_return_if_fail (KITH_IS_DETAILS_PANE (self));
  gtk_toggle_button_set_active (self->pinned_tab, TRUE);
}

void
kith_details_pane_set_narrow (KithDetailsPane *self, gboolean narrow)
{
  gtk_widget_set_visible (self->back, narrow);
}

HdyHeaderBar *
kith_details_pane_header (KithDetailsPane *self)
{
  return self->header;
}

static void
kith_details_pane_dispose (GObject *object)
{
  KithDetailsPane *self = KITH_DETAILS_PANE (object);
  if (self->chat != NULL)
    g_signal_handlers_disconnect_by_data (self->chat, self);
  g_clear_object (&self->chat);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kith_details_pane_parent_class)->dispose (object);
}

static void
kith_details_pane_class_init (KithDetailsPaneClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = kith_details_pane_dispose;
  g_type_ensure (KITH_TYPE_MEMBER_LIST);
  g_type_ensure (KITH_TYPE_PINNED_LIST);
  gtk_widget_class_set_template_from_resource (widget, UI);
  gtk_widget_class_bind_template_child (widget, KithDetailsPane, header);
  gtk_widget_class_bind_template_child (widget, KithDetailsPane, back);
  gtk_widget_class_bind_template_child (widget, KithDetailsPane, about);
  gtk_widget_class_bind_template_child (widget, KithDetailsPane, topic);
  gtk_widget_class_bind_template_child (widget, KithDetailsPane, foot);
  gtk_widget_class_bind_template_child (widget, KithDetailsPane, people);
  gtk_widget_class_bind_template_child (widget, KithDetailsPane, people_box);
  gtk_widget_class_bind_template_child (widget, KithDetailsPane, members_tab);
  gtk_widget_class_bind_template_child (widget, KithDetailsPane, pinned_tab);
  gtk_widget_class_bind_template_child (widget, KithDetailsPane, pages);
  gtk_widget_class_bind_template_child (widget, KithDetailsPane, members);
  gtk_widget_class_bind_template_child (widget, KithDetailsPane, pinned);
  gtk_widget_class_bind_template_callback (widget, on_tab);
}

static void
kith_details_pane_init (KithDetailsPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
kith_details_pane_new (void)
{
  return g_object_new (KITH_TYPE_DETAILS_PANE, NULL);
}
