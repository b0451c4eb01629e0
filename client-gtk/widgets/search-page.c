/* search-page.c - this computer is asked at every key, the server a moment after the last one; hits are put where their
 * time belongs. */
#include "widgets/search-page.h"

#include "core/wording.h"
#include "widgets/chip.h"
#include "widgets/empty-state.h"
#include "widgets/pair.h"
#include "widgets/parts.h"
#include "widgets/search-hit.h"

#include <glib/gi18n.h>

#define WAIT_MS 120
#define DAY_MS (24 * 3600 * G_GINT64_CONSTANT (1000))
#define ROWS_MAX 500
#define ROWS_AT_ONCE 12 /* as many as a window shows */
#define ROWS_LATER 6    /* behind each frame */
#define ROWS_KEPT 50    /* for the next query */

struct _KithSearchPage {
  GtkBox parent_instance;
  KithSession *session;
  KithSearch *search;
  GtkWidget *header, *entry, *in, *from, *when, *has, *order, *list, *more, *nothing;
  GtkWidget *status, *count; /* the line about all results; it stands beside the first period (weak), if there is one */
  gint64 begun;   /* monotonic */
  gboolean stale; /* the list still shows what another query has found */
  guint n;           /* hits of this query; those that wait included */
  GPtrArray *rows;   /* KithSearchHit, borrowed from the list: those that show something first */
  guint shown;       /* of rows */
  GQueue waiting;    /* KithHit: they get their rows behind the next frame */
  guint idle;
};

G_DEFINE_FINAL_TYPE (KithSearchPage, kith_search_page, GTK_TYPE_BOX)

enum { JUMP, BACK, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char *const kinds[] = {NULL, "link", "mention", "reply"};

/* ---- results ---- */

static const struct {
  int days;
  const char *words;
} periods[] = {{1, N_ ("TODAY")}, {7, N_ ("THIS WEEK")}, {31, N_ ("THIS MONTH")}};

static const char *
period_of (gint64 at)
{
  int days = kith_wording_day_number (g_get_real_time () / 1000) - kith_wording_day_number (at);
  for (gsize i = 0; i < G_N_ELEMENTS (periods); i++)
    if (days < periods[i].days)
      return _ (periods[i].words);
  return _ ("OLDER");
}

static gint64
at_of (GtkListBoxRow *row)
{
  return kith_search_hit_at (KITH_SEARCH_HIT (row));
}

static GtkWidget *
new_line_end (const char *words)
{
  GtkWidget *label = kith_text_new (words, "t-micro faint", 60);
  g_object_set (label, "xalign", 1.0, "halign", GTK_ALIGN_END, "hexpand", TRUE, "visible", TRUE, NULL);
  return label;
}

static GtkWidget *
new_period (KithSearchPage *self, const char *words, gboolean first)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  g_object_set (box, "margin-top", 12, "margin-bottom", 6, NULL);
  gtk_container_add (GTK_CONTAINER (box), kith_label_new (words, "t-section"));
  if (first) {
    g_set_weak_pointer (&self->count, new_line_end (gtk_label_get_text (GTK_LABEL (self->status))));
    gtk_container_add (GTK_CONTAINER (box), self->count);
  }
  gtk_widget_show_all (box);
  return box;
}

/* What stands between rows is not read to anybody: it is the name of the list, too. An empty line would take room. */
static void
show_status (KithSearchPage *self, const char *words)
{
  atk_object_set_name (gtk_widget_get_accessible (self->list), *words != '\0' ? words : _ ("Results"));
  gtk_label_set_text (GTK_LABEL (self->status), words);
  if (self->count != NULL)
    gtk_label_set_text (GTK_LABEL (self->count), words);
  gtk_widget_set_visible (self->status, self->count == NULL && *words != '\0');
}

/* The rows of a period are one card. */
static void
update_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  const char *period = period_of (at_of (row));
  gboolean first = before == NULL || !g_str_equal (period, period_of (at_of (before)));
  kith_set_class (GTK_WIDGET (row), "first", first);
  if (!first) {
    gtk_list_box_row_set_header (row, NULL);
    return;
  }
  gtk_list_box_row_set_header (row, new_period (data, period, before == NULL));
}

/* A row is the last of its card if the one behind it begins another. */
static void
update_ends (KithSearchPage *self)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0);
  for (guint i = 0; i < self->shown; i++) {
    GtkListBoxRow *next = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), (int) i + 1);
    gboolean last = i + 1 == self->shown || !g_str_equal (period_of (at_of (row)), period_of (at_of (next)));
    kith_set_class (GTK_WIDGET (row), "last", last);
    row = next;
  }
}

static gboolean
is_oldest_first (KithSearchPage *self)
{
  return kith_chip_value (KITH_CHIP (self->order)) != 0;
}

/* What shows nothing stands behind all others. */
static int
compare (GtkListBoxRow *a, GtkListBoxRow *b, gpointer data)
{
  gint64 x = at_of (a), y = at_of (b);
  gboolean a_shows = kith_search_hit_conversation (KITH_SEARCH_HIT (a)) != 0;
  gboolean b_shows = kith_search_hit_conversation (KITH_SEARCH_HIT (b)) != 0;
  if (!a_shows || !b_shows)
    return b_shows - a_shows;
  int newest_first = x > y ? -1 : x < y;
  return is_oldest_first (data) ? -newest_first : newest_first;
}

static void
update_status (KithSearchPage *self, gboolean done, gboolean more, const GError *error)
{
  double seconds = (double) (g_get_monotonic_time () - self->begun) / G_USEC_PER_SEC;
  const char *where =
      kith_session_is_online (self->session) ? _ ("on this computer and on the server") : _ ("on this computer");
  g_autofree char *words = NULL;
  if (error != NULL)
    words = g_strdup (error->message);
  else if (!done)
    words = g_strdup (_ ("Searching…"));
  else
    words = g_strdup_printf (ngettext ("%u result in %.2f s, %s", "%u results in %.2f s, %s", self->n), self->n,
                             seconds, where);
  show_status (self, words);
  gtk_widget_set_visible (self->more, done && more && self->n < ROWS_MAX);
  gtk_widget_set_visible (self->nothing, done && self->n == 0 && error == NULL);
  if (gtk_widget_get_visible (self->nothing)) {
    g_autofree char *title = g_strdup_printf (_ ("Nothing found for “%s”"), gtk_entry_get_text (GTK_ENTRY (self->entry)));
    kith_empty_state_set_title (self->nothing, title);
  }
}

/* ---- rows: those of another query take the hits of this one ---- */

static void
show_one (KithSearchPage *self, KithHit *hit)
{
  if (self->shown == self->rows->len) {
    GtkWidget *row = kith_search_hit_new ();
    gtk_container_add (GTK_CONTAINER (self->list), row);
    g_ptr_array_add (self->rows, row);
  }
  kith_search_hit_show (self->rows->pdata[self->shown], self->session, hit,
                        gtk_entry_get_text (GTK_ENTRY (self->entry)));
  self->shown++;
  kith_hit_free (hit);
}

/* Headers are made once for all rows that change together: whenever the first one goes, the next would get one. */
static void
set_headers (KithSearchPage *self, gboolean on)
{
  gtk_list_box_set_header_func (GTK_LIST_BOX (self->list), on ? update_header : NULL, self, NULL);
}

static void
show_some (KithSearchPage *self, guint n)
{
  for (KithHit *hit; n > 0 && (hit = g_queue_pop_head (&self->waiting)) != NULL; n--)
    show_one (self, hit);
}

static void
drop_waiting (KithSearchPage *self)
{
  g_clear_handle_id (&self->idle, g_source_remove);
  for (KithHit *hit; (hit = g_queue_pop_head (&self->waiting)) != NULL;)
    kith_hit_free (hit);
}

/* What still shows something of another query shows nothing more. */
static void
clear_rest (KithSearchPage *self)
{
  while (self->rows->len > MAX (self->shown, ROWS_KEPT))
    gtk_widget_destroy (g_ptr_array_steal_index (self->rows, self->rows->len - 1));
  for (guint i = self->shown; i < self->rows->len; i++)
    if (kith_search_hit_conversation (self->rows->pdata[i]) != 0)
      kith_search_hit_clear (self->rows->pdata[i]);
}

static gboolean
on_idle (gpointer data)
{
  KithSearchPage *self = data;
  show_some (self, ROWS_LATER);
  update_ends (self);
  if (!g_queue_is_empty (&self->waiting))
    return G_SOURCE_CONTINUE;
  self->idle = 0;
  return G_SOURCE_REMOVE;
}

static void
begin_list (KithSearchPage *self)
{
  drop_waiting (self);
  self->stale = FALSE;
  self->shown = self->n = 0;
}

static void
on_hits (KithSearch *search, GPtrArray *hits, gboolean done, gboolean more, const GError *error, gpointer data)
{
  KithSearchPage *self = data;
  if (self->stale)
    begin_list (self);
  for (guint i = 0; hits != NULL && i < hits->len && self->n < ROWS_MAX; i++, self->n++)
    g_queue_push_tail (&self->waiting, kith_hit_copy (hits->pdata[i]));
  set_headers (self, FALSE);
  if (self->shown < ROWS_AT_ONCE)
    show_some (self, ROWS_AT_ONCE - self->shown);
  clear_rest (self);
  set_headers (self, TRUE);
  update_ends (self);
  if (self->idle == 0 && !g_queue_is_empty (&self->waiting))
    self->idle = g_idle_add (on_idle, self);
  update_status (self, done, more, error);
}

static void
clear (KithSearchPage *self)
{
  g_clear_pointer (&self->search, kith_search_free);
  begin_list (self);
  set_headers (self, FALSE);
  clear_rest (self);
  set_headers (self, TRUE);
  show_status (self, "");
  gtk_widget_hide (self->more);
  gtk_widget_hide (self->nothing);
}

static void
search (KithSearchPage *self)
{
  gint64 days = kith_chip_value (KITH_CHIP (self->when));
  g_autofree char *text = g_strstrip (g_strdup (gtk_entry_get_text (GTK_ENTRY (self->entry))));
  KithQuery query = {.text = text,
                     .conversation = kith_chip_value (KITH_CHIP (self->in)),
                     .from = kith_chip_value (KITH_CHIP (self->from)),
                     .since = days != 0 ? g_get_real_time () / 1000 - days * DAY_MS : 0,
                     .has = kinds[kith_chip_value (KITH_CHIP (self->has))],
                     .patience_ms = WAIT_MS};
  if (*text == '\0' || self->session == NULL) {
    clear (self);
    return;
  }
  g_clear_pointer (&self->search, kith_search_free);
  self->stale = TRUE;
  self->begun = g_get_monotonic_time ();
  update_status (self, FALSE, FALSE, NULL);
  self->search = kith_session_search (self->session, &query, on_hits, self);
}

static void
on_more (KithSearchPage *self)
{
  if (self->search != NULL)
    kith_search_more (self->search);
}

static void
on_activated (KithSearchPage *self, GtkListBoxRow *row)
{
  KithChat *chat = kith_session_chat (self->session, kith_search_hit_conversation (KITH_SEARCH_HIT (row)));
  if (chat != NULL)
    g_signal_emit (self, signals[JUMP], 0, chat, kith_search_hit_seq (KITH_SEARCH_HIT (row)));
}

static GtkListBoxRow *
first_row (KithSearchPage *self)
{
  return self->shown > 0 ? gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0) : NULL;
}

/* Down leads from the entry to the results; Enter there jumps to the first. */
static gboolean
on_key (KithSearchPage *self, GdkEventKey *event)
{
  GtkListBoxRow *first = first_row (self);
  if (event->keyval == GDK_KEY_Escape) {
    g_signal_emit (self, signals[BACK], 0);
    return GDK_EVENT_STOP;
  }
  if (first == NULL || event->keyval != GDK_KEY_Down)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_grab_focus (GTK_WIDGET (first));
  return GDK_EVENT_STOP;
}

static void
on_enter (KithSearchPage *self)
{
  GtkListBoxRow *first = first_row (self);
  if (first != NULL)
    on_activated (self, first);
}

static void
on_back (KithSearchPage *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

static void
on_order (KithSearchPage *self)
{
  gtk_list_box_invalidate_sort (GTK_LIST_BOX (self->list));
  gtk_list_box_invalidate_headers (GTK_LIST_BOX (self->list));
  update_ends (self);
}

/* ---- filters ---- */

static void
fill_in (KithSearchPage *self, KithChat *chat)
{
  KithChip *chip = KITH_CHIP (self->in);
  GListModel *chats = G_LIST_MODEL (kith_session_chats (self->session));
  kith_chip_clear (chip);
  kith_chip_add (chip, 0, _ ("all conversations"));
  for (guint i = 0; i < g_list_model_get_n_items (chats); i++) {
    g_autoptr (KithChat) one = g_list_model_get_item (chats, i);
    g_autofree char *name =
        g_strdup_printf ("%s%s", kith_chat_kind (one) == KITH_KIND_ROOM ? "#" : "", kith_chat_title (one));
    if (kith_chat_id (one) != 0)
      kith_chip_add (chip, kith_chat_id (one), name);
  }
  kith_chip_choose (chip, chat != NULL ? kith_chat_id (chat) : 0);
}

static void
fill_from (KithSearchPage *self)
{
  KithChip *chip = KITH_CHIP (self->from);
  GListModel *contacts = kith_session_contacts (self->session);
  kith_chip_clear (chip);
  kith_chip_add (chip, 0, _ ("anybody"));
  for (guint i = 0; i < g_list_model_get_n_items (contacts) && i < ROWS_MAX; i++) {
    g_autoptr (KithContact) contact = g_list_model_get_item (contacts, i);
    kith_chip_add (chip, kith_contact_id (contact), kith_contact_name (contact));
  }
}

void
kith_search_page_open (KithSearchPage *self, KithSession *session, KithChat *chat, const char *text)
{
  clear (self);
  g_set_object (&self->session, session);
  fill_in (self, chat);
  fill_from (self);
  if (text != NULL)
    gtk_entry_set_text (GTK_ENTRY (self->entry), text);
  gtk_widget_grab_focus (self->entry);
  search (self);
}

HdyHeaderBar *
kith_search_page_header (KithSearchPage *self)
{
  return HDY_HEADER_BAR (self->header);
}

/* ---- making it ---- */

static GtkWidget *
new_chip (KithSearchPage *self, const char *before, const char *const *options, const gint64 *values, guint n)
{
  GtkWidget *chip = kith_chip_new (before);
  for (guint i = 0; i < n; i++)
    kith_chip_add (KITH_CHIP (chip), values[i], _ (options[i]));
  g_signal_connect_swapped (chip, "chosen", G_CALLBACK (search), self);
  return chip;
}

static GtkWidget *
new_chips (KithSearchPage *self)
{
  static const char *const times[] = {N_ ("any date"), N_ ("today"), N_ ("7 days"), N_ ("30 days"), N_ ("a year")};
  static const gint64 days[] = {0, 1, 7, 30, 365};
  static const char *const things[] = {N_ ("anything"), N_ ("a link"), N_ ("a mention"), N_ ("a reply")};
  static const gint64 numbers[] = {0, 1, 2, 3};
  GtkWidget *flow = gtk_flow_box_new ();
  self->in = new_chip (self, _ ("In:"), NULL, NULL, 0);
  self->from = new_chip (self, _ ("From:"), NULL, NULL, 0);
  self->when = new_chip (self, _ ("Within:"), times, days, G_N_ELEMENTS (times));
  self->has = new_chip (self, _ ("Has:"), things, numbers, G_N_ELEMENTS (things));
  GtkWidget *chips[] = {self->in, self->from, self->when, self->has};
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  g_object_set (flow, "column-spacing", 6, "row-spacing", 6, "min-children-per-line", 2, "max-children-per-line", 4,
                "halign", GTK_ALIGN_START, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (chips); i++) {
    gtk_widget_set_halign (chips[i], GTK_ALIGN_START);
    gtk_container_add (GTK_CONTAINER (flow), chips[i]);
    gtk_widget_set_can_focus (gtk_widget_get_parent (chips[i]), FALSE);
  }
  return flow;
}

/* Of what was found so far: what is older comes with "Show more". */
static GtkWidget *
new_order (KithSearchPage *self)
{
  self->order = kith_chip_new (NULL);
  kith_add_classes (self->order, "plain");
  kith_chip_add (KITH_CHIP (self->order), 0, _ ("Newest first"));
  kith_chip_add (KITH_CHIP (self->order), 1, _ ("Oldest first"));
  gtk_widget_set_halign (self->order, GTK_ALIGN_START);
  g_signal_connect_swapped (self->order, "chosen", G_CALLBACK (on_order), self);
  return self->order;
}

static GtkWidget *
new_results (KithSearchPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *clamp = hdy_clamp_new (),
            *scroll = gtk_scrolled_window_new (NULL, NULL);
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_list_box_set_sort_func (GTK_LIST_BOX (self->list), compare, self, NULL);
  gtk_list_box_set_header_func (GTK_LIST_BOX (self->list), update_header, self, NULL);
  kith_add_classes (self->list, "results");
  atk_object_set_name (gtk_widget_get_accessible (self->list), _ ("Results"));
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (on_activated), self);
  self->more = gtk_button_new_with_label (_ ("Show more"));
  g_object_set (self->more, "halign", GTK_ALIGN_CENTER, "margin", 12, "no-show-all", TRUE, NULL);
  g_signal_connect_swapped (self->more, "clicked", G_CALLBACK (on_more), self);
  self->nothing =
      kith_empty_state_new ("system-search-symbolic", NULL, _ ("Try fewer words, or another filter."));
  gtk_widget_show_all (self->nothing);
  g_object_set (self->nothing, "visible", FALSE, "no-show-all", TRUE, NULL);
  self->status = new_line_end ("");
  g_object_set (self->status, "margin-top", 12, "margin-bottom", 6, "no-show-all", TRUE, "visible", FALSE, NULL);
  GtkWidget *filters = kith_pair_new (KITH_PAIR_ENDS, new_chips (self), new_order (self));
  gtk_widget_set_margin_top (filters, 12);
  GtkWidget *parts[] = {filters, self->status, self->list, self->more, self->nothing};
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    gtk_container_add (GTK_CONTAINER (box), parts[i]);
  g_object_set (clamp, "maximum-size", 820, "tightening-threshold", 600, "margin-start", 18, "margin-end", 18, NULL);
  gtk_container_add (GTK_CONTAINER (clamp), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_container_add (GTK_CONTAINER (scroll), clamp);
  gtk_widget_set_vexpand (scroll, TRUE);
  return scroll;
}

static GtkWidget *
new_header (KithSearchPage *self)
{
  GtkWidget *header = hdy_header_bar_new (),
            *back = kith_icon_button_new ("go-previous-symbolic", 16, _ ("Back to the conversation (Esc)"), NULL);
  self->entry = gtk_search_entry_new ();
  gtk_entry_set_max_length (GTK_ENTRY (self->entry), 200);
  gtk_entry_set_width_chars (GTK_ENTRY (self->entry), 8);
  gtk_entry_set_max_width_chars (GTK_ENTRY (self->entry), 40);
  gtk_widget_set_hexpand (self->entry, TRUE);
  gtk_widget_set_valign (back, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->entry, GTK_ALIGN_CENTER);
  atk_object_set_name (gtk_widget_get_accessible (self->entry), _ ("Search messages"));
  g_signal_connect_swapped (back, "clicked", G_CALLBACK (on_back), self);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (search), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (on_enter), self);
  g_signal_connect_swapped (self->entry, "key-press-event", G_CALLBACK (on_key), self);
  hdy_header_bar_pack_start (HDY_HEADER_BAR (header), back);
  hdy_header_bar_set_custom_title (HDY_HEADER_BAR (header), self->entry);
  hdy_header_bar_set_show_close_button (HDY_HEADER_BAR (header), TRUE);
  return header;
}

GtkWidget *
kith_search_page_new (void)
{
  return g_object_new (KITH_TYPE_SEARCH_PAGE, "orientation", GTK_ORIENTATION_VERTICAL, NULL);
}

static void
kith_search_page_dispose (GObject *object)
{
  KithSearchPage *self = KITH_SEARCH_PAGE (object);
  g_clear_pointer (&self->search, kith_search_free);
  drop_waiting (self);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_weak_pointer (&self->count);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kith_search_page_parent_class)->dispose (object);
}

static void
kith_search_page_class_init (KithSearchPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_search_page_dispose;
  signals[JUMP] = g_signal_new ("jump", KITH_TYPE_SEARCH_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                KITH_TYPE_CHAT, G_TYPE_INT64);
  signals[BACK] = g_signal_new ("back", KITH_TYPE_SEARCH_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kith_search_page_init (KithSearchPage *self)
{
  self->rows = g_ptr_array_new ();
  g_queue_init (&self->waiting);
  self->header = new_header (self);
  kith_add_classes (GTK_WIDGET (self), "conversation");
  gtk_container_add (GTK_CONTAINER (self), self->header);
  gtk_container_add (GTK_CONTAINER (self), new_results (self));
  gtk_widget_show_all (GTK_WIDGET (self));
}
