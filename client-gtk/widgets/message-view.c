/* message-view.c - where the view stands over the rows.
 *
 * At the end it stays at the end, whatever comes, loads or is resized. Anywhere else the first visible row keeps its
 * place: it is the anchor, with the distance of its top from the top of the view, taken whenever the person scrolls and
 * restored after each allocation. */
#include "widgets/message-view.h"

#include "core/wording.h"
#include "widgets/message-actions.h"
#include "widgets/message-list.h"
#include "widgets/message-pointer.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

#define LEAD 2.5          /* screens before an end at which more is loaded */
#define NEAR 24           /* pixels from the end that still are the end */
#define PILL_MS 800       /* the day stays this long after scrolling */
#define SCROLLED_PAGE 0.9 /* of a screen */
#define OWED_MAX 20       /* screens that may be asked for before they are there */

struct _KithMessageView {
  GtkOverlay parent_instance;
  KithSession *session;
  KithLog *log;
  GtkWidget *scroll, *list, *day, *day_label, *jump, *jump_label;
  KithMessageActions *actions;
  KithMessagePointer *pointer;
  KithMessageRow *anchor; /* weak */
  int anchor_offset;
  gboolean at_bottom, ours; /* ours: this change of the adjustment is not the person's */
  gboolean selecting, hold_read;
  gboolean settled; /* rows and adjustment are where they belong since rows came or went */
  double owed;      /* pixels that a person has asked for beyond what is there yet; below zero: upwards */
  int loaded;       /* below zero: older lines, above: newer ones, since the person scrolled */
  gint64 jump_to; /* seq that the log is being moved to; 0: none */
  guint day_timer;
};

G_DEFINE_FINAL_TYPE (KithMessageView, kith_message_view, GTK_TYPE_OVERLAY)

enum { REPLY, EDIT, N_SIGNALS };
static guint signals[N_SIGNALS];

static GtkAdjustment *
adjustment (KithMessageView *self)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroll));
}

static double
end_of (GtkAdjustment *a)
{
  return gtk_adjustment_get_upper (a) - gtk_adjustment_get_page_size (a);
}

static void
set_value (KithMessageView *self, double value)
{
  self->ours = TRUE;
  gtk_adjustment_set_value (adjustment (self), value);
  self->ours = FALSE;
}

/* ---- the anchor ---- */

static void
set_anchor (KithMessageView *self, KithMessageRow *row)
{
  g_set_weak_pointer (&self->anchor, row);
}

/* Top of a row in the list: the list is as high as what is scrolled, its end at the bottom of a short conversation. */
static int
top_of (KithMessageView *self, GtkWidget *row)
{
  int x, y = 0;
  gtk_widget_translate_coordinates (row, gtk_widget_get_parent (self->list), 0, 0, &x, &y);
  return y;
}

static int
list_y (KithMessageView *self, double value)
{
  GtkAllocation at;
  gtk_widget_get_allocation (self->list, &at);
  return (int) value - at.y;
}

static void load_more (KithMessageView *self);

static void
take_anchor (KithMessageView *self)
{
  double value = gtk_adjustment_get_value (adjustment (self));
  KithMessageRow *row = kith_message_list_at_y (KITH_MESSAGE_LIST (self->list), MAX (list_y (self, value), 0));
  set_anchor (self, row);
  if (row != NULL)
    self->anchor_offset = top_of (self, GTK_WIDGET (row)) - (int) value;
}

static void
keep_place (KithMessageView *self)
{
  if (self->at_bottom)
    set_value (self, end_of (adjustment (self)));
  else if (self->anchor != NULL)
    set_value (self, top_of (self, GTK_WIDGET (self->anchor)) - self->anchor_offset);
  load_more (self); /* the rows may be whole only now, and the value the same as before */
}

/* As far as there is something; the rest when it comes. */
static void
scroll_by (KithMessageView *self, double distance)
{
  GtkAdjustment *a = adjustment (self);
  double wanted = gtk_adjustment_get_value (a) + self->owed + distance, most = OWED_MAX * gtk_adjustment_get_page_size (a);
  double there = CLAMP (wanted, 0, MAX (end_of (a), 0));
  gtk_adjustment_set_value (a, there);
  gboolean over = wanted < there ? kith_log_at_start (self->log) : kith_log_at_end (self->log);
  over = over && kith_message_list_is_whole (KITH_MESSAGE_LIST (self->list));
  self->owed = over ? 0 : CLAMP (wanted - there, -most, most);
}

static void
on_allocated (KithMessageView *self)
{
  self->settled = TRUE;
  keep_place (self);
  if (self->owed != 0)
    scroll_by (self, 0);
}

/* ---- read ---- */

static gint64
last_visible_seq (KithMessageView *self)
{
  GtkAdjustment *a = adjustment (self);
  double bottom = gtk_adjustment_get_value (a) + gtk_adjustment_get_page_size (a);
  KithMessageList *list = KITH_MESSAGE_LIST (self->list);
  for (guint i = kith_message_list_count (list); i > 0; i--) {
    KithMessageRow *row = kith_message_list_nth (list, i - 1);
    gint64 seq = kith_post_seq (kith_message_row_post (row));
    if (seq != 0 && top_of (self, GTK_WIDGET (row)) < bottom)
      return seq;
  }
  return 0;
}

static gboolean
is_looked_at (KithMessageView *self)
{
  GtkWidget *top = gtk_widget_get_toplevel (GTK_WIDGET (self));
  return gtk_widget_get_mapped (GTK_WIDGET (self)) && GTK_IS_WINDOW (top) && gtk_window_is_active (GTK_WINDOW (top));
}

static void
mark_read (KithMessageView *self)
{
  if (self->hold_read || !is_looked_at (self))
    return;
  gint64 seq = self->at_bottom && kith_log_at_end (self->log) ? kith_chat_last (kith_log_chat (self->log))
                                                              : last_visible_seq (self);
  if (seq > kith_chat_read (kith_log_chat (self->log)))
    kith_session_mark_read (self->session, kith_log_chat (self->log), seq);
}

/* ---- pills ---- */

static gboolean
hide_day (gpointer data)
{
  KithMessageView *self = data;
  self->day_timer = 0;
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->day), FALSE);
  return G_SOURCE_REMOVE;
}

static void
show_day (KithMessageView *self)
{
  if (self->anchor == NULL)
    return;
  KithPost *post = kith_message_row_post (self->anchor);
  if (kith_post_at (post) == 0)
    return; /* what is not on this computer has no day */
  g_autofree char *words = kith_wording_day (kith_post_at (post), g_get_real_time () / 1000);
  gtk_label_set_text (GTK_LABEL (self->day_label), words);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->day), TRUE);
  g_clear_handle_id (&self->day_timer, g_source_remove);
  self->day_timer = g_timeout_add (PILL_MS, hide_day, self);
}

static void
update_jump (KithMessageView *self)
{
  gint64 unread = kith_chat_unread (kith_log_chat (self->log));
  gboolean shown = !self->at_bottom || !kith_log_at_end (self->log);
  g_autofree char *words = NULL;
  if (unread > 0)
    words = g_strdup_printf (ngettext ("%d new message", "%d new messages", (gulong) unread), (int) MIN (unread, 9999));
  if (shown)
    kith_label_show (self->jump_label, words != NULL ? words : _ ("Newest"));
  gtk_widget_set_visible (self->jump, shown && kith_message_list_count (KITH_MESSAGE_LIST (self->list)) > 0);
}

/* ---- scrolling ---- */

/* The next page makes it drop lines at the other end. */
static gboolean
is_full (KithMessageView *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->log)) + 2 * KITH_LOG_PAGE > KITH_LOG_MAX;
}

/* Pixels before an end at which more is loaded: what is dropped is nothing that is seen. */
static double
lead_of (KithMessageView *self)
{
  double page = gtk_adjustment_get_page_size (adjustment (self)), lead = LEAD * page;
  if (is_full (self))
    lead = MIN (lead, gtk_adjustment_get_upper (adjustment (self)) / 2 - page);
  return MAX (lead, NEAR);
}

/* Who is at the bottom keeps it, even if all lines together are not as high as the window: many who came are one. Where one
 * end drops what the other gets, only a person turns round. */
static void
load_more (KithMessageView *self)
{
  GtkAdjustment *a = adjustment (self);
  double page = gtk_adjustment_get_page_size (a), value = gtk_adjustment_get_value (a);
  if (!self->settled || !kith_message_list_is_whole (KITH_MESSAGE_LIST (self->list)) || page <= 1 ||
      self->jump_to != 0)
    return;
  gboolean full = is_full (self);
  if (value < lead_of (self) && !kith_log_at_start (self->log) && !(full && (self->at_bottom || self->loaded > 0))) {
    self->loaded = -1;
    kith_log_load_older (self->log);
  } else if (end_of (a) - value < lead_of (self) && !kith_log_at_end (self->log) && !(full && self->loaded < 0)) {
    self->loaded = 1;
    kith_log_load_newer (self->log);
  }
}

static void
set_at_bottom (KithMessageView *self, gboolean at_bottom)
{
  self->at_bottom = at_bottom;
  kith_log_set_following (self->log, at_bottom);
  kith_message_list_set_at_end (KITH_MESSAGE_LIST (self->list), at_bottom);
}

static void
on_value (KithMessageView *self)
{
  GtkAdjustment *a = adjustment (self);
  if (!self->ours && self->settled) { /* while lines come and go, the value is cut to what there is */
    self->owed = 0;
    self->loaded = 0;
    self->hold_read = FALSE;
    set_at_bottom (self, gtk_adjustment_get_value (a) >= end_of (a) - NEAR && kith_log_at_end (self->log));
    take_anchor (self);
    kith_message_actions_hide_bar (self->actions);
    show_day (self);
  }
  update_jump (self);
  load_more (self);
  mark_read (self);
}

static void
on_synced (KithMessageView *self)
{
  update_jump (self);
  mark_read (self);
  self->settled = FALSE;
  gtk_widget_queue_allocate (self->list);
}

static void
on_log_changed (KithMessageView *self)
{
  g_autofree char *problem = NULL;
  g_object_get (self->log, "problem", &problem, NULL);
  self->owed = problem != NULL ? 0 : self->owed;
  update_jump (self);
  load_more (self);
}

/* Before anybody is told of what is unread: what comes while somebody looks is not. */
static void
on_lines (KithMessageView *self)
{
  if (self->at_bottom)
    mark_read (self);
}

void
kith_message_view_to_newest (KithMessageView *self)
{
  self->jump_to = 0;
  self->owed = 0;
  set_at_bottom (self, TRUE);
  if (!kith_log_at_end (self->log))
    kith_log_to_newest (self->log);
  set_value (self, end_of (adjustment (self)));
  on_value (self);
}

/* The row stands in the middle, and flashes. */
static void
show_row (KithMessageView *self, KithMessageRow *row)
{
  GtkAdjustment *a = adjustment (self);
  int height = gtk_widget_get_allocated_height (GTK_WIDGET (row));
  self->owed = 0;
  set_at_bottom (self, FALSE);
  set_anchor (self, row);
  self->anchor_offset = (int) (gtk_adjustment_get_page_size (a) - height) / 2;
  gtk_widget_queue_resize (self->list);
  gtk_widget_grab_focus (GTK_WIDGET (row));
  kith_message_row_flash (row);
}

static void
on_jumped (KithMessageView *self, gint64 seq, gboolean found)
{
  if (seq != self->jump_to)
    return;
  self->jump_to = 0;
  KithMessageRow *row = kith_message_list_row (KITH_MESSAGE_LIST (self->list), seq, TRUE);
  if (row != NULL)
    show_row (self, row);
}

void
kith_message_view_jump (KithMessageView *self, gint64 seq)
{
  KithMessageRow *row = kith_message_list_row (KITH_MESSAGE_LIST (self->list), seq, FALSE);
  if (row != NULL) {
    show_row (self, row);
    return;
  }
  self->jump_to = seq;
  self->owed = 0;
  set_at_bottom (self, FALSE);
  kith_log_to (self->log, seq);
}

void
kith_message_view_scroll (KithMessageView *self, GtkScrollType scroll)
{
  GtkAdjustment *a = adjustment (self);
  double page = gtk_adjustment_get_page_size (a) * SCROLLED_PAGE;
  switch (scroll) {
  case GTK_SCROLL_PAGE_UP:
    scroll_by (self, -page);
    break;
  case GTK_SCROLL_PAGE_DOWN:
    scroll_by (self, page);
    break;
  case GTK_SCROLL_START:
    gtk_adjustment_set_value (a, 0);
    break;
  default:
    kith_message_view_to_newest (self);
  }
}

gboolean
kith_message_view_is_at_bottom (KithMessageView *self)
{
  return self->at_bottom && kith_log_at_end (self->log);
}

KithPost *
kith_message_view_find (KithMessageView *self, gboolean mine, guint step)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->log)); i > 0; i--) {
    KithPost *post = kith_log_get (self->log, i - 1);
    if (kith_post_kind (post) != KITH_POST_MESSAGE || kith_post_is_deleted (post) ||
        (mine && !kith_post_is_mine (post)))
      continue;
    if (step-- == 0)
      return post;
  }
  return NULL;
}

void
kith_message_view_focus (KithMessageView *self)
{
  KithMessageList *list = KITH_MESSAGE_LIST (self->list);
  guint n = kith_message_list_count (list);
  if (n > 0)
    gtk_widget_grab_focus (GTK_WIDGET (kith_message_list_nth (list, n - 1)));
}

/* ---- selection of several ---- */

void
kith_message_view_set_selecting (KithMessageView *self, gboolean selecting)
{
  self->selecting = selecting;
  kith_message_list_set_selecting (KITH_MESSAGE_LIST (self->list), selecting);
  kith_message_actions_set_selecting (self->actions, selecting);
}

gboolean
kith_message_view_is_selecting (KithMessageView *self)
{
  return self->selecting;
}

GPtrArray *
kith_message_view_selected (KithMessageView *self)
{
  return kith_message_list_selected (KITH_MESSAGE_LIST (self->list));
}

KithChat *
kith_message_view_chat (KithMessageView *self)
{
  return kith_log_chat (self->log);
}

KithLog *
kith_message_view_log (KithMessageView *self)
{
  return self->log;
}

void
kith_message_view_hold_read (KithMessageView *self)
{
  self->hold_read = TRUE;
}

/* ---- life ---- */

static void
on_reply (KithMessageView *self, KithPost *post)
{
  g_signal_emit (self, signals[REPLY], 0, post);
}

static void
on_edit (KithMessageView *self, KithPost *post)
{
  g_signal_emit (self, signals[EDIT], 0, post);
}

static void
on_map (KithMessageView *self)
{
  mark_read (self);
}

static void
on_active (KithMessageView *self)
{
  mark_read (self);
}

static void
on_hierarchy (GtkWidget *widget, GtkWidget *previous)
{
  GtkWidget *top = gtk_widget_get_toplevel (widget);
  if (GTK_IS_WINDOW (top))
    g_signal_connect_object (top, "notify::is-active", G_CALLBACK (on_active), widget, G_CONNECT_SWAPPED);
}

/* A short conversation stands at the bottom. */
static GtkWidget *
new_scroll (KithMessageView *self)
{
  GtkWidget *holder = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *scroll = gtk_scrolled_window_new (NULL, NULL);
  gtk_style_context_add_class (gtk_widget_get_style_context (holder), "conversation");
  gtk_box_pack_end (GTK_BOX (holder), self->list, FALSE, FALSE, 0);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_container_add (GTK_CONTAINER (scroll), holder);
  gtk_widget_set_vexpand (scroll, TRUE);
  GtkWidget *viewport = gtk_bin_get_child (GTK_BIN (scroll));
  gtk_container_set_focus_vadjustment (GTK_CONTAINER (viewport), NULL);
  return scroll;
}

static void
add_day (KithMessageView *self)
{
  self->day = gtk_revealer_new ();
  self->day_label = gtk_label_new ("");
  gtk_style_context_add_class (gtk_widget_get_style_context (self->day_label), "day-pill");
  gtk_revealer_set_transition_type (GTK_REVEALER (self->day), GTK_REVEALER_TRANSITION_TYPE_CROSSFADE);
  gtk_container_add (GTK_CONTAINER (self->day), self->day_label);
  gtk_widget_set_halign (self->day, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->day, GTK_ALIGN_START);
  gtk_widget_set_margin_top (self->day, 9);
  gtk_overlay_add_overlay (GTK_OVERLAY (self), self->day);
  gtk_overlay_set_overlay_pass_through (GTK_OVERLAY (self), self->day, TRUE);
}

static void
add_jump (KithMessageView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6),
            *icon = gtk_image_new_from_icon_name ("go-down-symbolic", GTK_ICON_SIZE_MENU);
  self->jump = gtk_button_new ();
  self->jump_label = gtk_label_new ("");
  gtk_image_set_pixel_size (GTK_IMAGE (icon), 14);
  gtk_container_add (GTK_CONTAINER (box), icon);
  gtk_container_add (GTK_CONTAINER (box), self->jump_label);
  gtk_container_add (GTK_CONTAINER (self->jump), box);
  gtk_style_context_add_class (gtk_widget_get_style_context (self->jump), "jump-pill");
  gtk_widget_set_halign (self->jump, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->jump, GTK_ALIGN_END);
  gtk_widget_set_margin_bottom (self->jump, 12);
  gtk_widget_set_tooltip_text (self->jump, _ ("To the newest message (End)"));
  atk_object_set_name (gtk_widget_get_accessible (self->jump), _ ("To the newest message"));
  g_signal_connect_swapped (self->jump, "clicked", G_CALLBACK (kith_message_view_to_newest), self);
  gtk_widget_show_all (box);
  gtk_widget_set_no_show_all (self->jump, TRUE);
  gtk_overlay_add_overlay (GTK_OVERLAY (self), self->jump);
}

GtkWidget *
kith_message_view_new (KithSession *session, KithLog *log)
{
  KithMessageView *self = g_object_new (KITH_TYPE_MESSAGE_VIEW, NULL);
  self->session = g_object_ref (session);
  self->log = g_object_ref (log);
  self->list = kith_message_list_new (session, log);
  atk_object_set_name (gtk_widget_get_accessible (self->list), _ ("Messages"));
  self->scroll = new_scroll (self);
  gtk_container_add (GTK_CONTAINER (self), self->scroll);
  add_day (self);
  add_jump (self);
  self->actions = kith_message_actions_new (session, self);
  self->pointer = kith_message_pointer_new (session, KITH_MESSAGE_LIST (self->list), self->actions);
  g_signal_connect_swapped (self->actions, "reply", G_CALLBACK (on_reply), self);
  g_signal_connect_swapped (self->actions, "edit", G_CALLBACK (on_edit), self);
  g_signal_connect_swapped (self->list, "size-allocate", G_CALLBACK (on_allocated), self);
  g_signal_connect_swapped (self->list, "synced", G_CALLBACK (on_synced), self);
  g_signal_connect_swapped (adjustment (self), "changed", G_CALLBACK (keep_place), self);
  g_signal_connect_swapped (adjustment (self), "value-changed", G_CALLBACK (on_value), self);
  g_signal_connect_object (log, "notify", G_CALLBACK (on_log_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (log, "items-changed", G_CALLBACK (on_lines), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (log, "jumped", G_CALLBACK (on_jumped), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (kith_log_chat (log), "notify::unread", G_CALLBACK (update_jump), self, G_CONNECT_SWAPPED);
  gtk_widget_show_all (GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

static void
kith_message_view_dispose (GObject *object)
{
  KithMessageView *self = KITH_MESSAGE_VIEW (object);
  g_clear_handle_id (&self->day_timer, g_source_remove);
  g_clear_weak_pointer (&self->anchor);
  g_clear_object (&self->pointer);
  g_clear_object (&self->actions);
  g_clear_object (&self->session);
  g_clear_object (&self->log);
  G_OBJECT_CLASS (kith_message_view_parent_class)->dispose (object);
}

static void
kith_message_view_map (GtkWidget *widget)
{
  kith_message_list_enter (KITH_MESSAGE_LIST (KITH_MESSAGE_VIEW (widget)->list));
  GTK_WIDGET_CLASS (kith_message_view_parent_class)->map (widget);
}

static void
kith_message_view_class_init (KithMessageViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_message_view_dispose;
  GTK_WIDGET_CLASS (klass)->map = kith_message_view_map;
  GTK_WIDGET_CLASS (klass)->hierarchy_changed = on_hierarchy;
  signals[REPLY] = g_signal_new ("reply", KITH_TYPE_MESSAGE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, KITH_TYPE_POST);
  signals[EDIT] = g_signal_new ("edit", KITH_TYPE_MESSAGE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                KITH_TYPE_POST);
}

static void
kith_message_view_init (KithMessageView *self)
{
  self->at_bottom = TRUE;
  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
}
