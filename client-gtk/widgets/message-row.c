/* message-row.c - what is in the places of a message (message-line.h). A change rebuilds only the part that it touches,
 * and what nobody sees or hears yet is not made: a time while nobody points, a name while no screen reader asks. */
#include "widgets/message-row.h"

#include "core/wording.h"
#include "widgets/avatar.h"
#include "widgets/message-parts.h"
#include "widgets/message-text.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

#define FLASH_MS 1200
#define NAMES 2  /* of several people, that are shown */
#define FACES 48 /* pixels: the readers */

struct _KithMessageRow {
  KithMessageLine parent_instance;
  KithSession *session;
  KithChat *chat;
  KithPost *post;
  char *role;
  GtkWidget *check;    /* in the gutter; NULL: not selecting */
  GArray *came, *left; /* gint64: who, of several that are one line; NULL: alone */
  char *shown_text;    /* what body shows, so that a tick does not lay out the text again */
  gboolean first, hovered, last;
  gboolean named; /* somebody has asked for the accessible name, so it is kept right */
  guint flash;
};

G_DEFINE_FINAL_TYPE (KithMessageRow, kith_message_row, KITH_TYPE_MESSAGE_LINE)

enum { QUOTE, REACT, ADD_REACTION, VERSIONS, RETRY, DISCARD, LOAD, PERSON, SELECTED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
put (KithMessageRow *self, KithMessagePlace place, GtkWidget *part)
{
  kith_message_line_put (KITH_MESSAGE_LINE (self), place, part);
}

static const char *
name_of (gint64 account, gpointer session)
{
  return kith_contact_name (kith_session_contact (session, account));
}

static gboolean
is_message (KithMessageRow *self)
{
  return kith_post_kind (self->post) == KITH_POST_MESSAGE;
}

/* ---- parts that a click leaves from ---- */

static void
on_quote (GtkWidget *part, KithMessageRow *self)
{
  g_signal_emit (self, signals[QUOTE], 0, kith_post_reply_to (self->post));
}

static void
on_edited (GtkWidget *part, KithMessageRow *self)
{
  g_signal_emit (self, signals[VERSIONS], 0);
}

static void
on_person (GtkWidget *part, KithMessageRow *self)
{
  g_signal_emit (self, signals[PERSON], 0, kith_post_from (self->post), part);
}

static void
on_reaction (GtkWidget *part, const char *emoji, gboolean on, KithMessageRow *self)
{
  g_signal_emit (self, signals[REACT], 0, emoji, on);
}

static void
on_add_reaction (GtkWidget *part, KithMessageRow *self)
{
  g_signal_emit (self, signals[ADD_REACTION], 0, part);
}

static void
on_retry (GtkWidget *part, KithMessageRow *self)
{
  g_signal_emit (self, signals[RETRY], 0);
}

static void
on_discard (GtkWidget *part, KithMessageRow *self)
{
  g_signal_emit (self, signals[DISCARD], 0);
}

static void
on_load (GtkWidget *part, KithMessageRow *self)
{
  g_signal_emit (self, signals[LOAD], 0);
}

/* ---- messages ---- */

static void
update_gutter (KithMessageRow *self)
{
  GtkWidget *gutter = NULL;
  if (self->check != NULL)
    return;
  if (self->first) {
    gutter = kith_message_part_avatar (kith_session_contact (self->session, kith_post_from (self->post)));
    g_signal_connect (gutter, "clicked", G_CALLBACK (on_person), self);
  } else if (self->hovered) {
    gutter = kith_message_part_stamp (kith_post_at (self->post));
  }
  put (self, KITH_PLACE_GUTTER, gutter);
}

static void
update_head (KithMessageRow *self)
{
  GtkWidget *head = NULL;
  if (self->first)
    head = kith_message_part_head (kith_session_contact (self->session, kith_post_from (self->post)),
                                   kith_post_at (self->post), self->role, kith_post_is_mine (self->post),
                                   kith_post_is_urgent (self->post));
  put (self, KITH_PLACE_HEAD, head);
}

static char *
deleted_words (KithMessageRow *self)
{
  gint64 by = kith_post_deleted_by (self->post);
  if (by == 0 || by == kith_post_from (self->post))
    return g_strdup (_ ("Message deleted"));
  return g_strdup_printf (_ ("Removed by %s"), name_of (by, self->session));
}

static GtkWidget *
new_body (KithMessageRow *self)
{
  if (kith_post_is_deleted (self->post)) {
    g_autofree char *words = deleted_words (self);
    return kith_message_label_new (words, NULL, "msg-body");
  }
  if (kith_post_edited (self->post) == 0 && kith_post_reply_to (self->post) == 0)
    return kith_message_text_new_bare (self->session, kith_post_text (self->post), kith_post_mentions (self->post));
  GtkWidget *text = kith_message_text_new (self->session, kith_post_text (self->post), kith_post_mentions (self->post));
  if (kith_post_edited (self->post) != 0) {
    GtkWidget *edited = kith_message_part_edited (kith_post_edited (self->post));
    g_signal_connect (edited, "clicked", G_CALLBACK (on_edited), self);
    kith_message_part_append_inline (text, edited);
  }
  if (kith_post_reply_to (self->post) != 0) {
    GtkWidget *quote = kith_message_part_quote (self->session, kith_post_quoted (self->post));
    g_signal_connect (quote, "clicked", G_CALLBACK (on_quote), self);
    gtk_container_add (GTK_CONTAINER (text), quote);
    gtk_box_reorder_child (GTK_BOX (text), quote, 0);
  }
  return text;
}

/* What body depends on. */
static char *
text_key (KithPost *post)
{
  return g_strdup_printf ("%d %" G_GINT64_FORMAT " %p %s", kith_post_is_deleted (post), kith_post_edited (post),
                          (void *) kith_post_quoted (post), kith_post_text (post));
}

static void
update_body (KithMessageRow *self)
{
  g_autofree char *key = text_key (self->post);
  if (g_strcmp0 (key, self->shown_text) == 0)
    return;
  g_free (self->shown_text);
  self->shown_text = g_steal_pointer (&key);
  put (self, KITH_PLACE_BODY, new_body (self));
}

static void
update_reactions (KithMessageRow *self)
{
  const GPtrArray *reactions = kith_post_reactions (self->post);
  GtkWidget *widget = NULL;
  if (reactions != NULL && reactions->len > 0 && !kith_post_is_deleted (self->post)) {
    widget = kith_message_part_reactions (self->session, reactions);
    g_signal_connect (widget, "react", G_CALLBACK (on_reaction), self);
    g_signal_connect (widget, "more", G_CALLBACK (on_add_reaction), self);
  }
  put (self, KITH_PLACE_REACTIONS, widget);
}

static void
update_trouble (KithMessageRow *self)
{
  GtkWidget *widget = NULL;
  if (kith_post_state (self->post) == KITH_POST_FAILED) {
    GtkWidget *retry, *discard;
    widget = kith_message_part_trouble (kith_post_error (self->post), &retry, &discard);
    g_signal_connect (retry, "clicked", G_CALLBACK (on_retry), self);
    g_signal_connect (discard, "clicked", G_CALLBACK (on_discard), self);
  }
  put (self, KITH_PLACE_TROUBLE, widget);
}

/* Whoever wrote it has read it. */
static gboolean
has_other_reader (KithMessageRow *self)
{
  const GArray *readers = kith_post_readers (self->post);
  for (guint i = 0; readers != NULL && i < readers->len; i++)
    if (g_array_index (readers, gint64, i) != kith_post_from (self->post))
      return TRUE;
  return FALSE;
}

/* Pixels. The readers go to a later message, too. */
static int
slot_width (KithMessageRow *self)
{
  gboolean readers =
      kith_chat_kind (self->chat) == KITH_KIND_ROOM && kith_chat_members (self->chat) <= KITH_RECEIPTS_MEMBERS_MAX;
  return readers ? FACES : KITH_SLOT;
}

static void
update_slot (KithMessageRow *self)
{
  KithPostState state = kith_post_state (self->post);
  GtkWidget *widget = NULL;
  if (state == KITH_POST_QUEUED || state == KITH_POST_WRITTEN)
    widget = kith_message_part_clock ();
  else if (self->last && kith_post_is_mine (self->post) && !kith_post_is_deleted (self->post))
    widget = kith_message_part_ticks (state);
  const GArray *readers = kith_post_readers (self->post);
  if (has_other_reader (self) && kith_chat_kind (self->chat) == KITH_KIND_ROOM)
    widget = kith_message_part_readers (self->session, readers);
  if (widget != NULL)
    g_object_set (widget, "valign", GTK_ALIGN_END, "halign", GTK_ALIGN_END, NULL);
  kith_message_line_set_slot (KITH_MESSAGE_LINE (self), slot_width (self));
  put (self, KITH_PLACE_SLOT, widget);
}

static void
update_classes (KithMessageRow *self)
{
  KithPostState state = kith_post_state (self->post);
  GtkWidget *row = GTK_WIDGET (self);
  kith_set_class (row, "group-start", self->first);
  kith_set_class (row, "mention", kith_post_mentions_me (self->post));
  kith_set_class (row, "deleted", kith_post_is_deleted (self->post));
  kith_set_class (row, "failed", state == KITH_POST_FAILED);
  kith_set_class (row, "pending", state == KITH_POST_QUEUED || state == KITH_POST_WRITTEN);
}

/* One string for who cannot see: ui.md 9. The caller's. */
static char *
new_name (KithMessageRow *self)
{
  g_autofree char *time = kith_wording_time (kith_post_at (self->post));
  g_autofree char *deleted = kith_post_is_deleted (self->post) ? deleted_words (self) : NULL;
  const char *text = deleted != NULL ? deleted : kith_post_text (self->post);
  static const char *const states[] = {N_ ("waiting"), N_ ("sending"),   N_ ("not sent"),
                                       NULL,           N_ ("delivered"), N_ ("read")};
  const char *state = kith_post_is_mine (self->post) ? states[kith_post_state (self->post)] : NULL;
  GString *name = g_string_new (NULL);
  g_string_printf (name, "%s, %s, %s", name_of (kith_post_from (self->post), self->session), time, text);
  if (kith_post_is_urgent (self->post))
    g_string_append_printf (name, ", %s", _ ("urgent"));
  const GPtrArray *reactions = kith_post_reactions (self->post);
  if (reactions != NULL && reactions->len > 0)
    g_string_append_printf (name, ngettext (", %u reaction", ", %u reactions", reactions->len), reactions->len);
  if (kith_post_edited (self->post) != 0)
    g_string_append_printf (name, ", %s", _ ("edited"));
  if (state != NULL)
    g_string_append_printf (name, ", %s", _ (state));
  return g_string_free (name, FALSE);
}

static void
update_message (KithMessageRow *self)
{
  update_body (self);
  update_reactions (self);
  update_trouble (self);
  update_slot (self);
  update_classes (self);
}

/* ---- system lines and gaps ---- */

static void update (KithMessageRow *self);

/* The line tells the names as they are now. */
static void
watch_name (KithMessageRow *self, gint64 account)
{
  KithContact *contact = kith_session_contact (self->session, account);
  g_signal_handlers_disconnect_by_data (contact, self);
  g_signal_connect_object (contact, "notify::name", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

static void
watch_names (KithMessageRow *self)
{
  watch_name (self, kith_post_from (self->post));
  watch_name (self, kith_post_account (self->post));
  for (guint i = 0; self->came != NULL && i < NAMES; i++) {
    if (i < self->came->len)
      watch_name (self, g_array_index (self->came, gint64, i));
    if (i < self->left->len)
      watch_name (self, g_array_index (self->left, gint64, i));
  }
}

static char *
new_words (KithMessageRow *self, GArray *names)
{
  if (self->came == NULL)
    return kith_wording_event (self->post, name_of, self->session, names);
  return kith_wording_moves (self->came, self->left, name_of, self->session, names);
}

static void
update_system (KithMessageRow *self)
{
  g_autoptr (GArray) names = g_array_new (FALSE, TRUE, sizeof (KithSpan));
  g_autofree char *words = new_words (self, names);
  KithPostKind kind = kith_post_kind (self->post);
  put (self, KITH_PLACE_GUTTER, kith_message_part_system_icon (kind));
  put (self, KITH_PLACE_BODY, kith_message_label_new (words, names, "system"));
  watch_names (self);
  if (kind != KITH_POST_GAP)
    return;
  GtkWidget *load = gtk_button_new_with_label (_ ("Load"));
  kith_set_class (load, "link-button", TRUE);
  gtk_widget_set_halign (load, GTK_ALIGN_START);
  g_signal_connect (load, "clicked", G_CALLBACK (on_load), self);
  put (self, KITH_PLACE_TROUBLE, load);
}

/* ---- both ---- */

static void
update_name (KithMessageRow *self, AtkObject *accessible)
{
  g_autoptr (GArray) names = g_array_new (FALSE, TRUE, sizeof (KithSpan));
  g_autofree char *name = is_message (self) ? new_name (self) : new_words (self, names);
  atk_object_set_name (accessible, name);
}

static void
update (KithMessageRow *self)
{
  if (is_message (self))
    update_message (self);
  else
    update_system (self);
  if (self->named)
    update_name (self, gtk_widget_get_accessible (GTK_WIDGET (self)));
}

static AtkObject *
kith_message_row_get_accessible (GtkWidget *widget)
{
  KithMessageRow *self = KITH_MESSAGE_ROW (widget);
  AtkObject *accessible = GTK_WIDGET_CLASS (kith_message_row_parent_class)->get_accessible (widget);
  if (!self->named && self->post != NULL) {
    self->named = TRUE;
    update_name (self, accessible);
  }
  return accessible;
}

/* ---- what the list tells ---- */

void
kith_message_row_set_first (KithMessageRow *self, gboolean first)
{
  first = first && is_message (self);
  if (self->first == first)
    return;
  self->first = first;
  update_gutter (self);
  update_head (self);
  update_classes (self);
}

void
kith_message_row_set_role (KithMessageRow *self, const char *role)
{
  if (g_strcmp0 (self->role, role) == 0)
    return;
  g_free (self->role);
  self->role = g_strdup (role);
  if (self->first)
    update_head (self);
}

static void
set_selectable (GtkWidget *label, gpointer on)
{
  gboolean selectable = GPOINTER_TO_INT (on);
  if (!selectable && gtk_label_get_selection_bounds (GTK_LABEL (label), NULL, NULL))
    return;
  gtk_label_set_selectable (GTK_LABEL (label), selectable);
  gtk_widget_set_can_focus (label, FALSE);
}

void
kith_message_row_set_hovered (KithMessageRow *self, gboolean hovered)
{
  if (self->hovered == hovered || !is_message (self))
    return;
  self->hovered = hovered;
  kith_set_class (GTK_WIDGET (self), "hovered", hovered);
  kith_message_text_each_label (GTK_WIDGET (self), set_selectable, GINT_TO_POINTER (hovered));
  if (!self->first)
    update_gutter (self);
}

void
kith_message_row_set_last (KithMessageRow *self, gboolean last)
{
  if (self->last == last || !is_message (self))
    return;
  self->last = last;
  update_slot (self);
}

void
kith_message_row_set_several (KithMessageRow *self, GArray *came, GArray *left)
{
  if (came == NULL && self->came == NULL)
    return;
  g_clear_pointer (&self->came, g_array_unref);
  g_clear_pointer (&self->left, g_array_unref);
  if (came != NULL) {
    self->came = g_array_ref (came);
    self->left = g_array_ref (left);
  }
  update (self);
}

static void
on_check (KithMessageRow *self)
{
  g_signal_emit (self, signals[SELECTED], 0);
}

void
kith_message_row_set_selecting (KithMessageRow *self, gboolean selecting)
{
  if (!is_message (self) || selecting == (self->check != NULL))
    return;
  self->check = selecting ? gtk_check_button_new () : NULL;
  if (!selecting) {
    update_gutter (self);
    return;
  }
  gtk_widget_set_size_request (self->check, KITH_GUTTER, -1);
  gtk_widget_set_valign (self->check, GTK_ALIGN_START);
  atk_object_set_name (gtk_widget_get_accessible (self->check), _ ("Select this message"));
  g_signal_connect_swapped (self->check, "toggled", G_CALLBACK (on_check), self);
  put (self, KITH_PLACE_GUTTER, self->check);
}

gboolean
kith_message_row_is_selected (KithMessageRow *self)
{
  return self->check != NULL && gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->check));
}

static gboolean
on_flash_end (gpointer data)
{
  KithMessageRow *self = data;
  self->flash = 0;
  kith_set_class (GTK_WIDGET (self), "target", FALSE);
  return G_SOURCE_REMOVE;
}

void
kith_message_row_flash (KithMessageRow *self)
{
  g_clear_handle_id (&self->flash, g_source_remove);
  kith_set_class (GTK_WIDGET (self), "target", TRUE);
  self->flash = g_timeout_add (FLASH_MS, on_flash_end, self);
}

KithPost *
kith_message_row_post (KithMessageRow *self)
{
  return self->post;
}

/* ---- life ---- */

GtkWidget *
kith_message_row_new (KithSession *session, KithChat *chat, KithPost *post)
{
  KithMessageRow *self = g_object_new (KITH_TYPE_MESSAGE_ROW, "activatable", FALSE, "selectable", FALSE, NULL);
  self->session = g_object_ref (session);
  self->chat = g_object_ref (chat);
  self->post = g_object_ref (post);
  if (!is_message (self)) {
    kith_set_class (GTK_WIDGET (self), "plain", TRUE);
    kith_set_class (GTK_WIDGET (self), "sysrow", TRUE);
  }
  g_signal_connect_object (post, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  gtk_widget_show (GTK_WIDGET (self));
  update (self);
  return GTK_WIDGET (self);
}

static void
kith_message_row_dispose (GObject *object)
{
  KithMessageRow *self = KITH_MESSAGE_ROW (object);
  g_clear_handle_id (&self->flash, g_source_remove);
  g_clear_object (&self->session);
  g_clear_object (&self->chat);
  g_clear_object (&self->post);
  G_OBJECT_CLASS (kith_message_row_parent_class)->dispose (object);
}

static void
kith_message_row_finalize (GObject *object)
{
  KithMessageRow *self = KITH_MESSAGE_ROW (object);
  g_free (self->role);
  g_free (self->shown_text);
  g_clear_pointer (&self->came, g_array_unref);
  g_clear_pointer (&self->left, g_array_unref);
  G_OBJECT_CLASS (kith_message_row_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, guint n, ...)
{
  va_list types;
  va_start (types, n);
  guint id = g_signal_new_valist (name, KITH_TYPE_MESSAGE_ROW, G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL, G_TYPE_NONE,
                                  n, types);
  va_end (types);
  return id;
}

static void
kith_message_row_class_init (KithMessageRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->dispose = kith_message_row_dispose;
  object_class->finalize = kith_message_row_finalize;
  GTK_WIDGET_CLASS (klass)->get_accessible = kith_message_row_get_accessible;
  /* Not "row": themes have rules that look at what stands before a row, so that the styles of all rows below, and of
   * all that is in them, are made anew when one comes or changes. */
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "message");
  signals[QUOTE] = new_signal ("quote", 1, G_TYPE_INT64);
  signals[REACT] = new_signal ("react", 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[ADD_REACTION] = new_signal ("add-reaction", 1, GTK_TYPE_WIDGET);
  signals[VERSIONS] = new_signal ("versions", 0);
  signals[RETRY] = new_signal ("retry", 0);
  signals[DISCARD] = new_signal ("discard", 0);
  signals[LOAD] = new_signal ("load", 0);
  signals[PERSON] = new_signal ("person", 2, G_TYPE_INT64, GTK_TYPE_WIDGET);
  signals[SELECTED] = new_signal ("selected", 0);
}

static void
kith_message_row_init (KithMessageRow *self)
{
}
