/* message-list.c - rows are a contiguous part of the log's lines. A change marks them stale; the next frame makes them
 * fresh: what went loses its row, what is at the end of interest gets one, the rest follows frame by frame. */
#include "widgets/message-list.h"

#include "core/wording.h"
#include "widgets/message-parts.h"

#define CHUNK 8              /* rows built together at an end; twice as many where nobody scrolls */
#define BUDGET_US 5000       /* of building rows in one frame; their layout takes longer */
#define AT_ONCE 28           /* rows built in one frame where it is not known yet how high they are */
#define CALM_MS 50           /* without a new line, until rows that nobody sees yet are built */
#define WINDOWS_AT_END 1.5   /* heights of the window that are built where nobody scrolls */
#define REST 6               /* times as long as the last change took, until the next one is taken up */
#define GROUP_MS (5 * 60000) /* between messages of one group */
#define RUN_MS (10 * 60000)  /* between people who come or go as one line */

struct _KithMessageList {
  GtkListBox parent_instance;
  KithSession *session;
  KithLog *log;
  KithMembers *members;
  GPtrArray *rows; /* KithMessageRow, as they stand; borrowed from the list box */
  gboolean at_end, selecting;
  guint tick, filling, idle; /* idle: until filling begins */
  gint64 rest_until;         /* a flood of messages may not take every frame */
};

G_DEFINE_FINAL_TYPE (KithMessageList, kith_message_list, GTK_TYPE_LIST_BOX)

enum { ROW_ADDED, SYNCED, N_SIGNALS };
static guint signals[N_SIGNALS];

static KithPost *
post_of (KithMessageList *self, guint row)
{
  return kith_message_row_post (self->rows->pdata[row]);
}

static const char *
role_of (KithMessageList *self, KithPost *post)
{
  KithMember *member = self->members != NULL ? kith_members_find (self->members, kith_post_from (post)) : NULL;
  return member != NULL ? kith_member_role (member) : NULL;
}

static void on_items_changed (KithMessageList *self);

static void
remove_row (KithMessageList *self, guint at)
{
  GtkWidget *row = self->rows->pdata[at];
  g_signal_handlers_disconnect_matched (post_of (self, at), G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, self);
  g_ptr_array_remove_index (self->rows, at);
  gtk_widget_destroy (row);
}

static void
remove_all (KithMessageList *self)
{
  while (self->rows->len > 0)
    remove_row (self, self->rows->len - 1);
}

/* ---- what a row looks like beside its neighbours ---- */

static gboolean
is_message (KithPost *post)
{
  return kith_post_kind (post) == KITH_POST_MESSAGE;
}

static gboolean
other_day (KithPost *a, KithPost *b)
{
  return kith_wording_day_number (kith_post_at (a)) != kith_wording_day_number (kith_post_at (b));
}

/* Between two numbers of messages there may be others: of reactions, of edits. */
static gboolean
begins_unread (KithMessageList *self, KithPost *before, KithPost *post)
{
  gint64 from = kith_log_unread_from (self->log);
  if (from == 0 || kith_post_seq (post) < from)
    return FALSE;
  return before != NULL ? kith_post_seq (before) < from : kith_log_at_start (self->log);
}

/* Whether post goes on where before left off. What is urgent says so in a head of its own. */
static gboolean
is_grouped (KithMessageList *self, KithPost *before, KithPost *post)
{
  return before != NULL && is_message (before) && kith_post_from (before) == kith_post_from (post) &&
         kith_post_at (post) - kith_post_at (before) < GROUP_MS && kith_post_reply_to (post) == 0 &&
         !kith_post_is_urgent (post) && !other_day (before, post) && !begins_unread (self, before, post);
}

static void
update_first (KithMessageList *self, KithMessageRow *row, KithPost *before)
{
  KithPost *post = kith_message_row_post (row);
  kith_message_row_set_first (row, is_message (post) && !is_grouped (self, before, post));
}

/* For the uppermost row: what it goes on from may be without a row still. */
static KithPost *
line_before (KithMessageList *self, KithPost *post)
{
  guint at = kith_log_position (self->log, kith_post_seq (post));
  return at > 0 && kith_log_get (self->log, at) == post ? kith_log_get (self->log, at - 1) : NULL;
}

/* All that gives it another style is known before it is among the others, whose styles would be looked at, too. */
static void
insert_row (KithMessageList *self, guint at, KithPost *post)
{
  GtkWidget *row = kith_message_row_new (self->session, kith_log_chat (self->log), post);
  kith_message_row_set_role (KITH_MESSAGE_ROW (row), role_of (self, post));
  kith_message_row_set_selecting (KITH_MESSAGE_ROW (row), self->selecting);
  update_first (self, KITH_MESSAGE_ROW (row), at > 0 ? post_of (self, at - 1) : line_before (self, post));
  g_signal_connect_object (post, "changed", G_CALLBACK (on_items_changed), self, G_CONNECT_SWAPPED);
  g_ptr_array_insert (self->rows, (int) at, row);
  gtk_list_box_insert (GTK_LIST_BOX (self), row, (int) at);
  g_signal_emit (self, signals[ROW_ADDED], 0, row);
}

/* A day may begin with what is unread. NULL: neither begins here. */
static GtkWidget *
new_header (KithPost *post, gboolean day, gboolean unread)
{
  if (!day && !unread)
    return NULL;
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  if (day)
    gtk_container_add (GTK_CONTAINER (header), kith_message_part_day (kith_post_at (post)));
  if (unread)
    gtk_container_add (GTK_CONTAINER (header), kith_message_part_new ());
  gtk_widget_show_all (header);
  return header;
}

static void
update_header (GtkListBoxRow *row, GtkListBoxRow *above, gpointer data)
{
  KithMessageList *self = data;
  KithPost *post = kith_message_row_post (KITH_MESSAGE_ROW (row));
  KithPost *before = above != NULL ? kith_message_row_post (KITH_MESSAGE_ROW (above)) : line_before (self, post);
  gboolean dated = kith_post_at (post) != 0; /* or it stands for what is not on this computer */
  gboolean day = dated && (before == NULL ? kith_log_at_start (self->log) : other_day (before, post));
  gtk_list_box_row_set_header (row, new_header (post, day, begins_unread (self, before, post)));
  update_first (self, KITH_MESSAGE_ROW (row), before);
}

/* Ticks stand on the last message that came so far: one for each state. */
static void
update_last (KithMessageList *self)
{
  KithPostState reached = KITH_POST_QUEUED;
  for (guint i = self->rows->len; i > 0; i--) {
    KithPost *post = post_of (self, i - 1);
    if (!is_message (post) || !kith_post_is_mine (post))
      continue;
    KithPostState state = kith_post_state (post);
    kith_message_row_set_last (self->rows->pdata[i - 1], state >= KITH_POST_SENT && state > reached);
    reached = MAX (reached, state);
  }
}

static gboolean
is_move (KithPost *post)
{
  KithPostKind kind = kith_post_kind (post);
  return kind == KITH_POST_JOIN || kind == KITH_POST_LEAVE;
}

/* How many rows from at on are one line of people who came or left. */
static guint
run_length (KithMessageList *self, guint at)
{
  KithPost *first = post_of (self, at);
  guint n = 1;
  while (at + n < self->rows->len) {
    KithPost *next = post_of (self, at + n);
    if (!is_move (next) || kith_post_at (next) - kith_post_at (first) > RUN_MS || other_day (first, next))
      break;
    n++;
  }
  return n;
}

/* Each is named once, however often they came. */
static void
add_account (GArray *accounts, gint64 account)
{
  for (guint i = 0; i < accounts->len; i++)
    if (g_array_index (accounts, gint64, i) == account)
      return;
  g_array_append_val (accounts, account);
}

static void
collapse (KithMessageList *self, guint at, guint n)
{
  g_autoptr (GArray) came = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) left = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < n; i++) {
    KithPost *post = post_of (self, at + i);
    add_account (kith_post_kind (post) == KITH_POST_JOIN ? came : left, kith_post_from (post));
    gtk_widget_set_visible (self->rows->pdata[at + i], i == 0);
  }
  kith_message_row_set_several (self->rows->pdata[at], n > 1 ? came : NULL, left);
}

static void
update_runs (KithMessageList *self)
{
  for (guint i = 0; i < self->rows->len;) {
    guint n = is_move (post_of (self, i)) ? run_length (self, i) : 1;
    if (is_move (post_of (self, i)))
      collapse (self, i, n);
    i += n;
  }
}

/* ---- in step with the log ---- */

static GHashTable *
positions_of (KithLog *log, guint n)
{
  GHashTable *positions = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < n; i++)
    g_hash_table_insert (positions, kith_log_get (log, i), GUINT_TO_POINTER (i + 1));
  return positions;
}

/* Rows whose line went, or stands elsewhere now, go. */
static void
remove_gone (KithMessageList *self, GHashTable *positions)
{
  guint below = G_MAXUINT;
  for (guint i = self->rows->len; i > 0; i--) {
    guint at = GPOINTER_TO_UINT (g_hash_table_lookup (positions, post_of (self, i - 1)));
    if (at == 0 || at >= below)
      remove_row (self, i - 1);
    else
      below = at;
  }
}

static guint
position_of (KithMessageList *self, GHashTable *positions, guint row)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (positions, post_of (self, row))) - 1;
}

/* Lines between the first and the last row that have none get one. */
static void
fill_holes (KithMessageList *self, GHashTable *positions)
{
  if (self->rows->len == 0)
    return;
  guint first = position_of (self, positions, 0), last = position_of (self, positions, self->rows->len - 1);
  for (guint i = 0; first + i <= last; i++)
    if (post_of (self, i) != kith_log_get (self->log, first + i))
      insert_row (self, i, kith_log_get (self->log, first + i));
}

static void
append_rows (KithMessageList *self, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    insert_row (self, self->rows->len, kith_log_get (self->log, i));
}

/* From the end on as many as are seen. */
static void
build_end (KithMessageList *self, guint n)
{
  GtkWidget *scroll = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_SCROLLED_WINDOW);
  int width = gtk_widget_get_allocated_width (GTK_WIDGET (self)), room = 0;
  if (scroll != NULL && gtk_widget_get_mapped (scroll))
    room = gtk_widget_get_allocated_height (scroll);
  if (room == 0)
    append_rows (self, n > AT_ONCE ? n - AT_ONCE : 0, n);
  while (room > 0 && self->rows->len < n) {
    int height;
    insert_row (self, 0, kith_log_get (self->log, n - self->rows->len - 1));
    gtk_widget_get_preferred_height_for_width (self->rows->pdata[0], width, NULL, &height);
    room -= height;
  }
}

/* The line that the first row shows, and the one behind the last row's. */
static gboolean
get_range (KithMessageList *self, guint n, guint *lo, guint *hi)
{
  if (self->rows->len == 0)
    return FALSE;
  KithPost *first = post_of (self, 0);
  for (*lo = 0; *lo < n && kith_log_get (self->log, *lo) != first; (*lo)++)
    ;
  *hi = *lo + self->rows->len;
  return *hi <= n;
}

static gboolean begin_filling (gpointer data);

static gboolean
has_end (KithMessageList *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->log));
  return self->rows->len > 0 && post_of (self, self->rows->len - 1) == kith_log_get (self->log, n - 1);
}

/* Who is at the end sees one window full, and can scroll another one before more is built. */
static gboolean
is_enough (KithMessageList *self)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));
  return self->at_end && has_end (self) &&
         gtk_widget_get_allocated_height (GTK_WIDGET (self)) >=
             WINDOWS_AT_END * gtk_widget_get_allocated_height (window);
}

/* While messages pour in, rows above would be built only to go again; but who has scrolled up gets them. */
static void
fill_later (KithMessageList *self, guint after_ms)
{
  if (self->log == NULL || ((self->idle != 0 || self->filling != 0) && !self->at_end))
    return;
  g_clear_handle_id (&self->idle, g_source_remove);
  if (!kith_message_list_is_whole (self) && !is_enough (self))
    self->idle = g_timeout_add_full (G_PRIORITY_LOW, after_ms, begin_filling, self, NULL);
}

/* What somebody says whom we have blocked is not shown; but for what they say to everybody. */
static void
update_blocked (KithMessageList *self)
{
  if (kith_chat_kind (kith_log_chat (self->log)) == KITH_KIND_BROADCASTS)
    return;
  for (guint i = 0; i < self->rows->len; i++) {
    KithPost *post = post_of (self, i);
    if (is_message (post))
      gtk_widget_set_visible (self->rows->pdata[i],
                              !kith_contact_is_blocked (kith_session_contact (self->session, kith_post_from (post))));
  }
}

static void
finish (KithMessageList *self, guint fill_after_ms)
{
  update_blocked (self);
  update_runs (self);
  update_last (self);
  fill_later (self, fill_after_ms);
  g_signal_emit (self, signals[SYNCED], 0);
}

static void
follow (KithMessageList *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->log)), lo = 0, hi = 0;
  g_autoptr (GHashTable) positions = positions_of (self->log, n);
  remove_gone (self, positions);
  fill_holes (self, positions);
  if (!get_range (self, n, &lo, &hi) || (self->at_end && n - hi > AT_ONCE / 2)) {
    remove_all (self);
    build_end (self, n);
  } else if (self->at_end) {
    append_rows (self, hi, n);
  }
  finish (self, self->at_end ? CALM_MS : 0);
}

/* From above, so that each finds the one that it goes on from. */
static void
insert_above (KithMessageList *self, guint from, guint to)
{
  for (guint i = 0; from + i < to; i++)
    insert_row (self, i, kith_log_get (self->log, from + i));
}

static gboolean
fill_some (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  KithMessageList *self = KITH_MESSAGE_LIST (widget);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->log)), lo = 0, hi = 0;
  gint64 end = g_get_monotonic_time () + BUDGET_US;
  self->filling = 0;
  if (self->tick != 0 || !get_range (self, n, &lo, &hi))
    return G_SOURCE_REMOVE;
  while ((hi < n || lo > 0) && g_get_monotonic_time () < end) {
    guint chunk = self->at_end ? 2 * CHUNK : CHUNK, above = MIN (chunk, lo), below = MIN (chunk, n - hi);
    append_rows (self, hi, hi + below);
    insert_above (self, lo - above, lo);
    hi += below;
    lo -= above;
  }
  finish (self, 0);
  return G_SOURCE_REMOVE;
}

/* With the frames: each gets some rows, and lays them out. */
static gboolean
begin_filling (gpointer data)
{
  KithMessageList *self = data;
  self->idle = 0;
  if (self->filling == 0)
    self->filling = gtk_widget_add_tick_callback (GTK_WIDGET (self), fill_some, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  KithMessageList *self = KITH_MESSAGE_LIST (widget);
  gint64 begin = g_get_monotonic_time ();
  if (begin < self->rest_until)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  follow (self);
  gint64 end = g_get_monotonic_time ();
  self->rest_until = end + REST * (end - begin);
  return G_SOURCE_REMOVE;
}

static void
on_items_changed (KithMessageList *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

static void
on_members_changed (KithMessageList *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    kith_message_row_set_role (self->rows->pdata[i], role_of (self, post_of (self, i)));
}

/* ---- what others ask ---- */

void
kith_message_list_set_at_end (KithMessageList *self, gboolean at_end)
{
  if (self->at_end == at_end)
    return;
  self->at_end = at_end;
  fill_later (self, 0);
}

void
kith_message_list_enter (KithMessageList *self)
{
  if (kith_log_enter (self->log))
    gtk_list_box_invalidate_headers (GTK_LIST_BOX (self));
}

gboolean
kith_message_list_is_whole (KithMessageList *self)
{
  return self->tick == 0 && self->rows->len == g_list_model_get_n_items (G_LIST_MODEL (self->log));
}

static KithMessageRow *
find_row (KithMessageList *self, gint64 seq)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (kith_post_seq (post_of (self, i)) == seq)
      return self->rows->pdata[i];
  return NULL;
}

KithMessageRow *
kith_message_list_row (KithMessageList *self, gint64 seq, gboolean build)
{
  KithMessageRow *row = find_row (self, seq);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->log)), at = kith_log_position (self->log, seq);
  if (row != NULL || !build || at >= n)
    return row;
  remove_all (self);
  append_rows (self, at > AT_ONCE / 2 ? at - AT_ONCE / 2 : 0, MIN (at + AT_ONCE / 2, n));
  finish (self, 0);
  return find_row (self, seq);
}

KithMessageRow *
kith_message_list_nth (KithMessageList *self, guint n)
{
  return n < self->rows->len ? self->rows->pdata[n] : NULL;
}

guint
kith_message_list_count (KithMessageList *self)
{
  return self->rows->len;
}

KithMessageRow *
kith_message_list_at_y (KithMessageList *self, int y)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (GTK_LIST_BOX (self), y);
  return row != NULL ? KITH_MESSAGE_ROW (row) : NULL;
}

void
kith_message_list_set_selecting (KithMessageList *self, gboolean selecting)
{
  self->selecting = selecting;
  for (guint i = 0; i < self->rows->len; i++)
    kith_message_row_set_selecting (self->rows->pdata[i], selecting);
}

GPtrArray *
kith_message_list_selected (KithMessageList *self)
{
  GPtrArray *posts = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < self->rows->len; i++)
    if (kith_message_row_is_selected (self->rows->pdata[i]))
      g_ptr_array_add (posts, g_object_ref (post_of (self, i)));
  return posts;
}

/* ---- life ---- */

GtkWidget *
kith_message_list_new (KithSession *session, KithLog *log)
{
  KithMessageList *self = g_object_new (KITH_TYPE_MESSAGE_LIST, "selection-mode", GTK_SELECTION_NONE, NULL);
  KithChat *chat = kith_log_chat (log);
  self->session = g_object_ref (session);
  self->log = g_object_ref (log);
  if (kith_chat_kind (chat) == KITH_KIND_ROOM && kith_chat_id (chat) != 0) {
    self->members = kith_session_members (session, chat);
    g_signal_connect_object (self->members, "items-changed", G_CALLBACK (on_members_changed), self, G_CONNECT_SWAPPED);
  }
  g_signal_connect_object (log, "items-changed", G_CALLBACK (on_items_changed), self, G_CONNECT_SWAPPED);
  follow (self);
  return GTK_WIDGET (self);
}

/* Now it is known how much is there; what is to be seen may have grown, too. */
static void
kith_message_list_size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  KithMessageList *self = KITH_MESSAGE_LIST (widget);
  GTK_WIDGET_CLASS (kith_message_list_parent_class)->size_allocate (widget, allocation);
  if (self->idle == 0)
    fill_later (self, CALM_MS);
}

/* Nobody needs it, but a scrolled window asks: every text would be laid out for a width that it never gets. */
static void
kith_message_list_get_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  *minimum = *natural = 0;
}

static void
kith_message_list_dispose (GObject *object)
{
  KithMessageList *self = KITH_MESSAGE_LIST (object);
  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  if (self->filling != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->filling);
  self->tick = self->filling = 0;
  g_clear_object (&self->session);
  g_clear_object (&self->log);
  g_clear_object (&self->members);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (kith_message_list_parent_class)->dispose (object);
}

static void
kith_message_list_class_init (KithMessageListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_message_list_dispose;
  GTK_WIDGET_CLASS (klass)->size_allocate = kith_message_list_size_allocate;
  GTK_WIDGET_CLASS (klass)->get_preferred_height = kith_message_list_get_preferred_height;
  signals[ROW_ADDED] = g_signal_new ("row-added", KITH_TYPE_MESSAGE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, KITH_TYPE_MESSAGE_ROW);
  signals[SYNCED] =
      g_signal_new ("synced", KITH_TYPE_MESSAGE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kith_message_list_init (KithMessageList *self)
{
  self->rows = g_ptr_array_new ();
  self->at_end = TRUE;
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (self)), "messages");
  gtk_list_box_set_header_func (GTK_LIST_BOX (self), update_header, self, NULL);
}
