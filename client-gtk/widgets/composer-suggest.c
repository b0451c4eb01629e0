/* composer-suggest.c - each kind of word has a function that finds its candidates; the best seven are shown. */
#include "widgets/composer-suggest.h"

#include "core/complete.h"
#include "core/emoji.h"
#include "widgets/app.h"
#include "widgets/avatar.h"
#include "widgets/composer-commands.h"
#include "widgets/emoji-picker.h"
#include "widgets/emoji-table.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>
#include <string.h>

#define SHOWN_MAX 7
#define FOUND_MAX 400
#define SHADOW 24 /* pixels; what is drawn outside of a widget's own place is not redrawn with it */

typedef struct {
  char *insert;         /* what replaces the word */
  char *title, *detail; /* detail may be NULL */
  char *emoji;
  const char *tag; /* static */
  KithContact *contact;
  guint fit, order; /* order: of two that fit alike the lower one comes first; then by title */
} Candidate;

struct _KithSuggest {
  GtkBox parent_instance;
  KithSession *session;
  KithChat *chat;
  KithMembers *members; /* NULL: not a room */
  GtkWidget *title, *list;
  GPtrArray *shown; /* Candidate */
  gsize begin;
};

G_DEFINE_FINAL_TYPE (KithSuggest, kith_suggest, GTK_TYPE_BOX)

static guint clicked_signal;

static void
free_candidate (gpointer data)
{
  Candidate *candidate = data;
  g_free (candidate->insert);
  g_free (candidate->title);
  g_free (candidate->detail);
  g_free (candidate->emoji);
  g_clear_object (&candidate->contact);
  g_free (candidate);
}

typedef struct {
  const char *text;
  gsize length;
  GPtrArray *found; /* Candidate */
} Query;

static Candidate *
add (Query *query, guint fit, char *insert, const char *title, const char *detail)
{
  Candidate *candidate = g_new0 (Candidate, 1);
  *candidate = (Candidate){.insert = insert, .title = g_strdup (title), .detail = g_strdup (detail), .fit = fit};
  g_ptr_array_add (query->found, candidate);
  return candidate;
}

static guint
fit_of (const Query *query, const char *name)
{
  return query->length == 0 ? 1 : kith_complete_fit (query->text, query->length, name);
}

/* ---- people ---- */

/* Who is in the room stands before who is not. */
static gboolean
is_here (KithSuggest *self, KithContact *contact)
{
  if (self->members != NULL)
    return kith_members_find (self->members, kith_contact_id (contact)) != NULL;
  return TRUE;
}

static void
find_people (KithSuggest *self, Query *query)
{
  GListModel *contacts = kith_session_contacts (self->session);
  for (guint i = 0; i < g_list_model_get_n_items (contacts) && query->found->len < FOUND_MAX; i++) {
    g_autoptr (KithContact) contact = g_list_model_get_item (contacts, i);
    guint fit = MAX (fit_of (query, kith_contact_name (contact)), fit_of (query, kith_contact_handle (contact)));
    if (fit == 0 || kith_contact_is_me (contact) || kith_contact_is_deleted (contact))
      continue;
    g_autofree char *handle = g_strdup_printf ("@%s", kith_contact_handle (contact));
    gboolean here = is_here (self, contact);
    Candidate *candidate = add (query, fit + (here ? 10 : 0), g_strdup_printf ("@%s ", kith_contact_handle (contact)),
                                kith_contact_name (contact), handle);
    candidate->contact = g_object_ref (contact);
    candidate->tag = here ? NULL : N_ ("not in this room");
  }
}

/* ---- rooms ---- */

static void
find_rooms (KithSuggest *self, Query *query)
{
  GListModel *chats = G_LIST_MODEL (kith_session_chats (self->session));
  for (guint i = 0; i < g_list_model_get_n_items (chats); i++) {
    g_autoptr (KithChat) chat = g_list_model_get_item (chats, i);
    guint fit = kith_chat_kind (chat) == KITH_KIND_ROOM ? fit_of (query, kith_chat_title (chat)) : 0;
    if (fit != 0)
      add (query, fit, g_strdup_printf ("#%s ", kith_chat_title (chat)), kith_chat_title (chat),
           kith_chat_topic (chat));
  }
}

/* ---- emoji ---- */

static void
find_emoji (KithSuggest *self, Query *query)
{
  guint n;
  const KithEmoji *table = kith_emoji_table (&n);
  g_autoptr (GPtrArray) favourites = kith_emoji_favourites (kith_app_settings (kith_app_get ()));
  for (guint i = 0; i < n; i++) {
    const KithEmoji *emoji = &table[i];
    guint fit = kith_emoji_fit (query->text, query->length, emoji->text, emoji->name, emoji->keywords, favourites);
    if (fit == 0)
      continue;
    Candidate *candidate = add (query, fit, g_strdup_printf ("%s ", emoji->text), emoji->name, NULL);
    candidate->emoji = g_strdup (emoji->text);
    candidate->order = i; /* of Unicode: faces first */
  }
}

/* ---- commands ---- */

static void
find_commands (KithSuggest *self, Query *query)
{
  guint n;
  const KithComposerCommand *commands = kith_composer_commands (&n);
  for (guint i = 0; i < n; i++) {
    guint fit = fit_of (query, commands[i].name);
    const char *arguments = commands[i].arguments;
    g_autofree char *title = g_strdup_printf ("/%s %s", commands[i].name, arguments != NULL ? _ (arguments) : "");
    if ((fit == 3 || query->length == 0) && kith_composer_command_works (&commands[i], self->session, self->chat))
      add (query, fit, g_strdup_printf ("/%s ", commands[i].name), title, _ (commands[i].help));
  }
}

static const struct {
  void (*find) (KithSuggest *self, Query *query);
  const char *title, *matching;
} kinds[] = {[KITH_COMPLETE_PERSON] = {find_people, N_ ("PEOPLE"), N_ ("PEOPLE MATCHING “{t}”")},
             [KITH_COMPLETE_ROOM] = {find_rooms, N_ ("ROOMS"), N_ ("ROOMS MATCHING “{t}”")},
             [KITH_COMPLETE_EMOJI] = {find_emoji, N_ ("EMOJI"), N_ ("EMOJI MATCHING “{t}”")},
             [KITH_COMPLETE_COMMAND] = {find_commands, N_ ("COMMANDS"), N_ ("COMMANDS MATCHING “{t}”")}};

static char *
title_of (KithCompletion kind, const Query *query)
{
  g_autofree char *word = g_strndup (query->text, query->length);
  GString *title = g_string_new (query->length > 0 ? _ (kinds[kind].matching) : _ (kinds[kind].title));
  g_string_replace (title, "{t}", word, 1);
  return g_string_free (title, FALSE);
}

/* ---- showing ---- */

static gint
compare (gconstpointer a, gconstpointer b)
{
  const Candidate *x = *(Candidate *const *) a, *y = *(Candidate *const *) b;
  if (x->fit != y->fit)
    return x->fit > y->fit ? -1 : 1;
  if (x->order != y->order)
    return x->order < y->order ? -1 : 1;
  return g_utf8_collate (x->title, y->title);
}

static GtkWidget *
new_row (const Candidate *candidate)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  if (candidate->contact != NULL)
    gtk_container_add (GTK_CONTAINER (box), kith_avatar_new (candidate->contact, 26, "on-raised", TRUE));
  if (candidate->emoji != NULL)
    gtk_container_add (GTK_CONTAINER (box), kith_label_new (candidate->emoji, "t-title"));
  gtk_container_add (GTK_CONTAINER (box), kith_label_new (candidate->title, "t-strong"));
  if (candidate->detail != NULL)
    gtk_container_add (GTK_CONTAINER (box), kith_label_new (candidate->detail, "t-small faint"));
  if (candidate->tag != NULL) {
    GtkWidget *tag = kith_label_new (_ (candidate->tag), "tag");
    gtk_widget_set_valign (tag, GTK_ALIGN_CENTER);
    gtk_box_pack_end (GTK_BOX (box), tag, FALSE, FALSE, 0);
  }
  GtkWidget *row = kith_row_new (box, NULL), *key = kith_label_new (_ ("Tab"), "kbd");
  kith_set_decoration (key);
  gtk_widget_set_valign (key, GTK_ALIGN_CENTER);
  gtk_box_pack_end (GTK_BOX (box), key, FALSE, FALSE, 0);
  gtk_box_reorder_child (GTK_BOX (box), key, 0); /* at the very end; to be seen where the selection is */
  return row;
}

static void
show (KithSuggest *self, const char *title)
{
  kith_clear_container (GTK_CONTAINER (self->list));
  for (guint i = 0; i < self->shown->len; i++)
    gtk_container_add (GTK_CONTAINER (self->list), new_row (self->shown->pdata[i]));
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_widget_show_all (self->list);
  gtk_list_box_select_row (GTK_LIST_BOX (self->list), gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0));
  gtk_widget_show (GTK_WIDGET (self));
}

void
kith_suggest_update (KithSuggest *self, const char *text, gsize cursor)
{
  Query query = {NULL};
  KithCompletion kind = kith_complete_at (text, cursor, &self->begin, &query.text, &query.length);
  g_ptr_array_set_size (self->shown, 0);
  if (kind != KITH_COMPLETE_NONE) {
    query.found = self->shown;
    kinds[kind].find (self, &query);
    g_ptr_array_sort (self->shown, compare);
    g_ptr_array_set_size (self->shown, (gint) MIN (self->shown->len, SHOWN_MAX));
  }
  if (self->shown->len == 0) {
    kith_suggest_hide (self);
    return;
  }
  g_autofree char *title = title_of (kind, &query);
  show (self, title);
}

void
kith_suggest_hide (KithSuggest *self)
{
  gtk_widget_hide (GTK_WIDGET (self));
}

gboolean
kith_suggest_is_shown (KithSuggest *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self));
}

static int
selected (KithSuggest *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));
  return row != NULL ? gtk_list_box_row_get_index (row) : 0;
}

void
kith_suggest_move (KithSuggest *self, int by)
{
  int n = (int) self->shown->len;
  if (n > 0)
    gtk_list_box_select_row (GTK_LIST_BOX (self->list),
                             gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), (selected (self) + by + n) % n));
}

char *
kith_suggest_take (KithSuggest *self, gsize *begin)
{
  guint at = (guint) selected (self);
  *begin = self->begin;
  kith_suggest_hide (self);
  if (at >= self->shown->len)
    return NULL;
  const Candidate *candidate = self->shown->pdata[at];
  if (candidate->emoji != NULL)
    kith_emoji_took (candidate->emoji);
  return g_strdup (candidate->insert);
}

static void
on_activated (KithSuggest *self, GtkListBoxRow *row)
{
  gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
  g_signal_emit (self, clicked_signal, 0);
}

GtkWidget *
kith_suggest_new (KithSession *session, KithChat *chat)
{
  KithSuggest *self = g_object_new (KITH_TYPE_SUGGEST, NULL);
  self->session = g_object_ref (session);
  self->chat = g_object_ref (chat);
  if (kith_chat_kind (chat) == KITH_KIND_ROOM && kith_chat_id (chat) != 0)
    self->members = kith_session_members (session, chat);
  return GTK_WIDGET (self);
}

static void
kith_suggest_dispose (GObject *object)
{
  KithSuggest *self = KITH_SUGGEST (object);
  g_clear_object (&self->session);
  g_clear_object (&self->chat);
  g_clear_object (&self->members);
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  G_OBJECT_CLASS (kith_suggest_parent_class)->dispose (object);
}

static void
kith_suggest_class_init (KithSuggestClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_suggest_dispose;
  clicked_signal = g_signal_new ("clicked", KITH_TYPE_SUGGEST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kith_suggest_init (KithSuggest *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  self->shown = g_ptr_array_new_with_free_func (free_candidate);
  self->title = kith_label_new ("", "t-section");
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  kith_set_name (self->list, _ ("Suggestions"));
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (on_activated), self);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_container_add (GTK_CONTAINER (box), self->title);
  gtk_container_add (GTK_CONTAINER (box), self->list);
  kith_add_classes (box, "suggest");
  gtk_widget_set_size_request (box, 320, -1);
  gtk_container_add (GTK_CONTAINER (self), box);
  gtk_container_set_border_width (GTK_CONTAINER (self), SHADOW);
  gtk_widget_set_halign (widget, GTK_ALIGN_START);
  gtk_widget_set_valign (widget, GTK_ALIGN_END);
  gtk_widget_show (box);
  gtk_widget_show (self->title);
  gtk_widget_show (self->list);
  gtk_widget_set_no_show_all (widget, TRUE);
}
