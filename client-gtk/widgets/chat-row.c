/* chat-row.c - it follows its chat: what changes in one turn of the main loop is shown once. */
#include "widgets/chat-row.h"

#include "widgets/avatar.h"
#include "widgets/parts.h"
#include "widgets/presence-text.h"

#include "core/rich.h"
#include "core/wording.h"

#include <glib/gi18n.h>

#define FACE_SMALL 22
#define FACE_LARGE 36
#define COUNT_MAX 999

struct _KithChatRow {
  GtkListBoxRow parent;
  KithChat *chat;
  gboolean two_lines;
  HdyAvatar *face; /* of what has no contact; NULL */
  GtkWidget *title, *mood, *typing, *draft, *muted, *badge;
  GtkWidget *preview, *stamp; /* of two lines */
  guint refresh;
};

G_DEFINE_FINAL_TYPE (KithChatRow, kith_chat_row, GTK_TYPE_LIST_BOX_ROW)

static gboolean
is_room (KithChatRow *self)
{
  return kith_chat_kind (self->chat) == KITH_KIND_ROOM;
}

static char *
count (gint64 n)
{
  return n > COUNT_MAX ? g_strdup_printf ("%d+", COUNT_MAX) : g_strdup_printf ("%" G_GINT64_FORMAT, n);
}

static void
show_text (GtkWidget *label, const char *text)
{
  kith_label_show (label, text != NULL ? text : "");
  gtk_widget_set_visible (label, text != NULL && *text != '\0');
}

/* Mentions are what matters in one line; in two the number of messages is coloured. */
static void
refresh_badge (KithChatRow *self)
{
  gint64 unread = kith_chat_unread (self->chat), mentions = kith_chat_mentions (self->chat);
  gboolean invited = g_str_equal (kith_chat_state (self->chat), "invited");
  g_autofree char *number = count (mentions > 0 && !self->two_lines ? mentions : unread);
  g_autofree char *text = mentions > 0 && !self->two_lines ? g_strconcat ("@", number, NULL) : g_strdup (number);
  show_text (self->badge, invited ? _("Invited") : unread > 0 ? text : NULL);
  kith_set_class (self->badge, "mention", mentions > 0);
  kith_set_class (self->badge, "accent", mentions == 0 && (invited || self->two_lines || !is_room (self)));
}

static char *
when (gint64 at)
{
  return at > 0 ? kith_wording_when (at, g_get_real_time () / 1000) : NULL;
}

static const char *
said (KithChat *chat)
{
  const char *preview = kith_chat_preview (chat), *topic = kith_chat_topic (chat);
  return *preview != '\0' ? preview : *topic != '\0' ? topic : _("No messages yet");
}

static void
refresh_second_line (KithChatRow *self, gboolean typing, gboolean draft)
{
  g_autofree char *stamp = when (kith_chat_last_at (self->chat));
  g_autofree char *line = kith_rich_one_line (kith_chat_draft (self->chat), 80);
  g_autofree char *drafted = draft ? g_strdup_printf (_("Draft: %s"), line) : NULL;
  kith_label_show (self->stamp, stamp != NULL ? stamp : "");
  kith_label_show (self->preview, typing ? _("typing…") : drafted ? drafted : said (self->chat));
  kith_set_class (self->preview, "accent-text", typing || draft);
}

static const char *
kind_name (KithChatRow *self)
{
  switch (kith_chat_kind (self->chat)) {
  case KITH_KIND_ROOM:
    return kith_chat_is_private (self->chat) ? _("private room") : _("room");
  case KITH_KIND_NOTES:
    return _("only for you");
  case KITH_KIND_BROADCASTS:
    return _("to everybody on this server");
  default:
    return kith_chat_contact (self->chat) != NULL ? _("person") : _("group");
  }
}

/* "design-review, room, 3 unread, 1 mention, muted": one string, the parts are no stops of their own. */
static void
refresh_name (KithChatRow *self, gboolean typing, gboolean draft)
{
  KithContact *contact = kith_chat_contact (self->chat);
  gint64 unread = kith_chat_unread (self->chat), mentions = kith_chat_mentions (self->chat);
  GString *name = g_string_new (kith_chat_title (self->chat));
  g_string_append_printf (name, ", %s", kind_name (self));
  if (contact != NULL)
    g_string_append_printf (name, ", %s", kith_presence_word (contact));
  if (contact != NULL && *kith_contact_status (contact) != '\0')
    g_string_append_printf (name, ", %s", kith_contact_status (contact));
  if (unread > 0)
    g_string_append_printf (name, g_dngettext (NULL, ", %d unread", ", %d unread", (gulong) unread), (int) unread);
  if (mentions > 0)
    g_string_append_printf (name, g_dngettext (NULL, ", %d mention", ", %d mentions", (gulong) mentions),
                            (int) mentions);
  if (typing)
    g_string_append (name, _(", typing"));
  if (draft)
    g_string_append (name, _(", draft"));
  if (kith_chat_is_muted (self->chat))
    g_string_append (name, _(", muted"));
  kith_set_name (GTK_WIDGET (self), name->str);
  g_string_free (name, TRUE);
}

static gboolean
refresh (gpointer data)
{
  KithChatRow *self = data;
  self->refresh = 0;
  gboolean typing = kith_chat_typing (self->chat)->len > 0;
  gboolean draft = *kith_chat_draft (self->chat) != '\0';
  gboolean muted = kith_chat_is_muted (self->chat);
  KithContact *contact = kith_chat_contact (self->chat);
  g_autofree char *emoji = contact != NULL ? kith_status_emoji (kith_contact_status (contact), NULL) : NULL;
  kith_label_show (self->title, kith_chat_title (self->chat));
  if (self->face != NULL)
    hdy_avatar_set_text (self->face, kith_chat_title (self->chat));
  refresh_badge (self);
  kith_set_class (GTK_WIDGET (self), "unread", kith_chat_unread (self->chat) > 0);
  kith_set_class (GTK_WIDGET (self), "muted", muted);
  if (self->two_lines) {
    refresh_second_line (self, typing, draft);
  } else {
    show_text (self->mood, emoji);
    gtk_widget_set_visible (self->typing, typing);
    gtk_widget_set_visible (self->draft, draft && !typing);
    gtk_widget_set_visible (self->muted, muted);
  }
  refresh_name (self, typing, draft);
  return G_SOURCE_REMOVE;
}

static void
queue_refresh (KithChatRow *self)
{
  if (self->refresh == 0)
    self->refresh = g_idle_add_full (G_PRIORITY_HIGH_IDLE, refresh, self, NULL);
}

static const char *
icon_of (KithChat *chat)
{
  switch (kith_chat_kind (chat)) {
  case KITH_KIND_ROOM:
    return kith_chat_is_private (chat) ? "kith-lock-symbolic" : "kith-hash-symbolic";
  case KITH_KIND_NOTES:
    return "user-bookmarks-symbolic";
  case KITH_KIND_BROADCASTS:
    return "kith-broadcast-symbolic";
  default:
    return "system-users-symbolic";
  }
}

static GtkWidget *
make_face (KithChatRow *self)
{
  GtkWidget *face = hdy_avatar_new (FACE_LARGE, NULL, FALSE);
  self->face = HDY_AVATAR (face);
  hdy_avatar_set_icon_name (self->face, icon_of (self->chat));
  gtk_widget_set_margin_end (face, 3);
  gtk_widget_set_valign (face, GTK_ALIGN_CENTER);
  kith_set_decoration (face);
  return face;
}

static GtkWidget *
make_lead (KithChatRow *self)
{
  KithContact *contact = kith_chat_contact (self->chat);
  if (contact != NULL)
    return kith_avatar_new (contact, self->two_lines ? FACE_LARGE : FACE_SMALL, "on-sidebar", TRUE);
  if (self->two_lines)
    return make_face (self);
  GtkWidget *icon = kith_icon_new (icon_of (self->chat), 14, "faint");
  gtk_widget_set_margin_start (icon, 4);
  gtk_widget_set_margin_end (icon, 4);
  kith_set_decoration (icon);
  return icon;
}

static void
pack (GtkWidget *box, GtkWidget *child, gboolean expand)
{
  gtk_box_pack_start (GTK_BOX (box), child, expand, expand, 0);
}

static GtkWidget *
make_one_line (KithChatRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  self->mood = kith_label_new (NULL, "t-small");
  gtk_label_set_ellipsize (GTK_LABEL (self->mood), PANGO_ELLIPSIZE_NONE);
  self->typing = kith_label_new ("•••", "faint t-micro");
  gtk_label_set_ellipsize (GTK_LABEL (self->typing), PANGO_ELLIPSIZE_NONE);
  self->draft = kith_icon_new ("document-edit-symbolic", 13, "faint");
  self->muted = kith_icon_new ("kith-bell-off-symbolic", 13, "faint");
  pack (box, make_lead (self), FALSE);
  pack (box, self->title, FALSE);
  pack (box, self->mood, FALSE);
  pack (box, gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0), TRUE);
  pack (box, self->typing, FALSE);
  pack (box, self->draft, FALSE);
  pack (box, self->muted, FALSE);
  pack (box, self->badge, FALSE);
  return box;
}

static GtkWidget *
make_two_lines (KithChatRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *bottom = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->stamp = kith_label_new (NULL, "stamp");
  gtk_label_set_ellipsize (GTK_LABEL (self->stamp), PANGO_ELLIPSIZE_NONE);
  self->preview = kith_label_new (NULL, "preview");
  gtk_widget_set_valign (lines, GTK_ALIGN_CENTER);
  pack (top, self->title, TRUE);
  pack (top, self->stamp, FALSE);
  pack (bottom, self->preview, TRUE);
  pack (bottom, self->badge, FALSE);
  pack (lines, top, FALSE);
  pack (lines, bottom, FALSE);
  pack (box, make_lead (self), FALSE);
  pack (box, lines, TRUE);
  kith_add_classes (GTK_WIDGET (self), "two-line");
  return box;
}

static void
watch (KithChatRow *self)
{
  static const char *const of_chat[] = {"title", "unread", "mentions", "muted",  "draft",
                                        "state", "typing", "preview",  "last-at"};
  static const char *const of_contact[] = {"name", "presence", "status"};
  KithContact *contact = kith_chat_contact (self->chat);
  for (gsize i = 0; i < G_N_ELEMENTS (of_chat); i++) {
    g_autofree char *signal = g_strconcat ("notify::", of_chat[i], NULL);
    g_signal_connect_object (self->chat, signal, G_CALLBACK (queue_refresh), self, G_CONNECT_SWAPPED);
  }
  for (gsize i = 0; contact != NULL && i < G_N_ELEMENTS (of_contact); i++) {
    g_autofree char *signal = g_strconcat ("notify::", of_contact[i], NULL);
    g_signal_connect_object (contact, signal, G_CALLBACK (queue_refresh), self, G_CONNECT_SWAPPED);
  }
}

static void
kith_chat_row_dispose (GObject *object)
{
  KithChatRow *self = KITH_CHAT_ROW (object);
  g_clear_handle_id (&self->refresh, g_source_remove);
  g_clear_object (&self->chat);
  G_OBJECT_CLASS (kith_chat_row_parent_class)->dispose (object);
}

static void
kith_chat_row_class_init (KithChatRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_chat_row_dispose;
}

static void
kith_chat_row_init (KithChatRow *self)
{
  self->title = kith_label_new (NULL, NULL);
  self->badge = kith_badge_new (NULL, NULL);
}

GtkWidget *
kith_chat_row_new (KithChat *chat, gboolean two_lines)
{
  KithChatRow *self = g_object_new (KITH_TYPE_CHAT_ROW, NULL);
  self->chat = g_object_ref (chat);
  self->two_lines = two_lines;
  gtk_container_add (GTK_CONTAINER (self), two_lines ? make_two_lines (self) : make_one_line (self));
  gtk_widget_show_all (GTK_WIDGET (self));
  refresh (self);
  watch (self);
  return GTK_WIDGET (self);
}

KithChat *
kith_chat_row_chat (KithChatRow *self)
{
  return self->chat;
}
