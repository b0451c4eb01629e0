/* message-parts.c - small widgets without a state of their own, but for the reactions (message-reactions.c). */
#include "widgets/message-parts.h"

#include "core/rich.h"
#include "core/wording.h"
#include "widgets/avatar.h"
#include "widgets/message-line.h"
#include "widgets/message-text.h"
#include "widgets/pair.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

#define READERS_SHOWN 3

static GtkWidget *
with_class (GtkWidget *widget, const char *name)
{
  gtk_style_context_add_class (gtk_widget_get_style_context (widget), name);
  return widget;
}

static GtkWidget *
new_label (const char *text, const char *class_name)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  return with_class (label, class_name);
}

/* A button that looks like what is in it, and is no stop of the Tab key: the row is. */
static GtkWidget *
new_plain_button (GtkWidget *child, const char *name)
{
  GtkWidget *button = gtk_button_new ();
  with_class (with_class (button, "flat"), "bare");
  gtk_button_set_relief (GTK_BUTTON (button), GTK_RELIEF_NONE);
  gtk_widget_set_can_focus (button, FALSE);
  gtk_container_add (GTK_CONTAINER (button), child);
  atk_object_set_name (gtk_widget_get_accessible (button), name);
  return button;
}

GtkWidget *
kith_message_part_avatar (KithContact *contact)
{
  GtkWidget *avatar = kith_avatar_new (contact, KITH_GUTTER, "", FALSE);
  g_autofree char *name = g_strdup_printf (_ ("About %s"), kith_contact_name (contact));
  GtkWidget *button = new_plain_button (avatar, name);
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  gtk_widget_set_margin_top (button, 2);
  return button;
}

GtkWidget *
kith_message_part_stamp (gint64 at)
{
  g_autofree char *time = at != 0 ? kith_wording_time (at) : g_strdup ("");
  GtkWidget *label = new_label (time, "stamp");
  gtk_widget_set_size_request (label, KITH_GUTTER, -1);
  gtk_label_set_xalign (GTK_LABEL (label), 0.5);
  gtk_label_set_yalign (GTK_LABEL (label), 0.1f);
  return label;
}

static const struct {
  const char *role, *shown;
} roles[] = {{"owner", N_ ("OWNER")}, {"admin", N_ ("ADMIN")}, {"moderator", N_ ("MODERATOR")}};

static GtkWidget *
new_role (const char *role)
{
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    if (g_strcmp0 (roles[i].role, role) == 0) {
      GtkWidget *label = new_label (_ (roles[i].shown), "role");
      gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
      return label;
    }
  return NULL;
}

GtkWidget *
kith_message_part_head (KithContact *contact, gint64 at, const char *role, gboolean own, gboolean urgent)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *name = new_label (kith_contact_name (contact), "sender");
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  if (own)
    with_class (name, "own");
  g_object_bind_property (contact, "name", name, "label", G_BINDING_DEFAULT);
  gtk_container_add (GTK_CONTAINER (box), name);
  GtkWidget *tag = new_role (role);
  if (tag != NULL)
    gtk_container_add (GTK_CONTAINER (box), tag);
  if (urgent)
    gtk_container_add (GTK_CONTAINER (box),
                       with_class (with_class (new_label (_ ("Urgent"), "tag"), "error"), "t-micro"));
  g_autofree char *time = kith_wording_time (at), *moment = kith_wording_moment (at);
  GtkWidget *stamp = new_label (time, "stamp");
  gtk_label_set_yalign (GTK_LABEL (stamp), 0.8f);
  gtk_widget_set_tooltip_text (stamp, moment);
  gtk_container_add (GTK_CONTAINER (box), stamp);
  return box;
}

GtkWidget *
kith_message_part_quote (KithSession *session, KithPost *quoted)
{
  GtkWidget *box = with_class (gtk_box_new (GTK_ORIENTATION_VERTICAL, 1), "quote");
  const char *who = "";
  g_autofree char *text = NULL;
  if (quoted == NULL) {
    text = g_strdup (_ ("A message that is not here"));
  } else {
    who = kith_contact_name (kith_session_contact (session, kith_post_from (quoted)));
    text = kith_post_is_deleted (quoted) ? g_strdup (_ ("Message deleted"))
                                         : kith_rich_one_line (kith_post_text (quoted), 120);
  }
  GtkWidget *line = new_label (text, "qtext");
  gtk_label_set_ellipsize (GTK_LABEL (line), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (line), 80);
  if (*who != '\0')
    gtk_container_add (GTK_CONTAINER (box), new_label (who, "sender"));
  gtk_container_add (GTK_CONTAINER (box), line);
  GtkWidget *button = new_plain_button (box, _ ("Show the message that this answers"));
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_margin_top (button, 2);
  gtk_widget_set_margin_bottom (button, 2);
  return button;
}

GtkWidget *
kith_message_part_edited (gint64 at)
{
  g_autofree char *moment = kith_wording_moment (at);
  GtkWidget *button = new_plain_button (new_label (_ ("(edited)"), "edited"), _ ("Earlier versions"));
  gtk_widget_set_tooltip_text (button, moment);
  gtk_widget_set_valign (button, GTK_ALIGN_END);
  return button;
}

void
kith_message_part_append_inline (GtkWidget *text, GtkWidget *widget)
{
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (text));
  GList *last = g_list_last (children);
  if (last == NULL || !GTK_IS_LABEL (last->data)) {
    gtk_widget_set_halign (widget, GTK_ALIGN_START);
    gtk_container_add (GTK_CONTAINER (text), widget);
    return;
  }
  GtkWidget *label = g_object_ref (last->data);
  gtk_container_remove (GTK_CONTAINER (text), label);
  gtk_container_add (GTK_CONTAINER (text), kith_pair_new (KITH_PAIR_TAIL, label, widget));
  g_object_unref (label);
}

static GtkWidget *
new_link_button (const char *label, gboolean danger)
{
  GtkWidget *button = with_class (gtk_button_new_with_label (label), "link-button");
  return danger ? with_class (button, "danger-link") : button;
}

GtkWidget *
kith_message_part_trouble (const char *why, GtkWidget **retry, GtkWidget **discard)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = new_label (why != NULL ? why : _ ("Not sent."), "retry");
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  *retry = new_link_button (_ ("Try again"), FALSE);
  *discard = new_link_button (_ ("Delete"), TRUE);
  gtk_container_add (GTK_CONTAINER (box), kith_icon_new ("dialog-warning-symbolic", 14, "error-text"));
  gtk_container_add (GTK_CONTAINER (box), label);
  gtk_container_add (GTK_CONTAINER (box), *retry);
  gtk_container_add (GTK_CONTAINER (box), *discard);
  return box;
}

GtkWidget *
kith_message_part_clock (void)
{
  GtkWidget *icon = kith_icon_new ("preferences-system-time-symbolic", 13, "faint");
  gtk_widget_set_tooltip_text (icon, _ ("Not sent yet"));
  return icon;
}

GtkWidget *
kith_message_part_ticks (KithPostState state)
{
  static const struct {
    const char *icon, *class_name, *words;
  } ticks[] = {[KITH_POST_SENT] = {"kith-tick-symbolic", "faint", N_ ("Sent")},
               [KITH_POST_DELIVERED] = {"kith-ticks-symbolic", "faint", N_ ("Delivered")},
               [KITH_POST_READ] = {"kith-ticks-symbolic", "accent-text", N_ ("Read")}};
  if (state < KITH_POST_SENT)
    return NULL;
  GtkWidget *icon = kith_icon_new (ticks[state].icon, 15, ticks[state].class_name);
  gtk_widget_set_tooltip_text (icon, _ (ticks[state].words));
  return icon;
}

GtkWidget *
kith_message_part_readers (KithSession *session, const GArray *accounts)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GString *names = g_string_new (_ ("Read by "));
  guint shown = accounts->len > READERS_SHOWN ? READERS_SHOWN - 1 : accounts->len; /* or there is no room for the number */
  for (guint i = 0; i < accounts->len; i++) {
    KithContact *contact = kith_session_contact (session, g_array_index (accounts, gint64, i));
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", kith_contact_name (contact));
    if (i < shown)
      gtk_container_add (GTK_CONTAINER (box), kith_avatar_new (contact, 16, "", FALSE));
  }
  if (accounts->len > shown) {
    g_autofree char *more = g_strdup_printf ("+%u", accounts->len - shown);
    gtk_box_pack_start (GTK_BOX (box), new_label (more, "stamp"), FALSE, FALSE, 1);
  }
  gtk_widget_set_tooltip_text (box, names->str);
  g_string_free (names, TRUE);
  return box;
}

static const char *const system_icons[KITH_N_POST_KINDS] = {
    [KITH_POST_TOPIC] = "kith-hash-symbolic",        [KITH_POST_RENAME] = "kith-hash-symbolic",
    [KITH_POST_JOIN] = "list-add-symbolic",          [KITH_POST_LEAVE] = "list-remove-symbolic",
    [KITH_POST_INVITE] = "contact-new-symbolic",     [KITH_POST_KICK] = "list-remove-symbolic",
    [KITH_POST_BAN] = "action-unavailable-symbolic", [KITH_POST_UNBAN] = "list-add-symbolic",
    [KITH_POST_MUTE] = "kith-bell-off-symbolic",     [KITH_POST_UNMUTE] = "list-add-symbolic",
    [KITH_POST_ROLE] = "avatar-default-symbolic",    [KITH_POST_PIN] = "view-pin-symbolic",
    [KITH_POST_UNPIN] = "view-pin-symbolic",         [KITH_POST_GAP] = "content-loading-symbolic",
};

GtkWidget *
kith_message_part_system_icon (KithPostKind kind)
{
  GtkWidget *icon =
      kith_icon_new (system_icons[kind] != NULL ? system_icons[kind] : "dialog-information-symbolic", 14, "faint");
  gtk_widget_set_size_request (icon, KITH_GUTTER, -1);
  return icon;
}

static GtkWidget *
new_separator (void)
{
  GtkWidget *line = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
  gtk_widget_set_valign (line, GTK_ALIGN_CENTER);
  return line;
}

/* Between two rows: they have their own padding, these have margins. */
static GtkWidget *
new_divider (int spacing, const char *class_name, int top)
{
  GtkWidget *box = with_class (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, spacing), class_name);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_widget_set_margin_top (box, top);
  return box;
}

GtkWidget *
kith_message_part_day (gint64 at)
{
  g_autofree char *words = kith_wording_day (at, g_get_real_time () / 1000);
  GtkWidget *box = new_divider (12, "day-sep", 9);
  gtk_widget_set_margin_bottom (box, 3);
  gtk_box_pack_start (GTK_BOX (box), new_separator (), TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (box), gtk_label_new (words));
  gtk_box_pack_start (GTK_BOX (box), new_separator (), TRUE, TRUE, 0);
  return box;
}

GtkWidget *
kith_message_part_new (void)
{
  GtkWidget *box = new_divider (0, "new-sep", 6);
  gtk_box_pack_start (GTK_BOX (box), new_separator (), TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (box), gtk_label_new (_ ("New")));
  return box;
}
