/* message-text.c - spans become Pango attributes. Their colours follow the theme: they are made anew when the style of
 * the label changes. */
#include "widgets/message-text.h"

#include "widgets/open-link.h"
#include "widgets/parts.h"
#include "widgets/theme.h"
#include "widgets/wrapped-label.h"

#include <glib/gi18n.h>
#include <string.h>

#define WIDE_CHARS 104 /* the longest line */

static void
insert (PangoAttrList *list, PangoAttribute *attribute, const KithSpan *span)
{
  attribute->start_index = span->start;
  attribute->end_index = span->end;
  pango_attr_list_insert (list, attribute);
}

static guint16
channel (double value)
{
  return (guint16) (value * 65535);
}

static void
insert_color (PangoAttrList *list, GtkWidget *widget, const char *name, gboolean background, const KithSpan *span)
{
  GdkRGBA c;
  if (!kith_theme_color (widget, name, &c))
    return;
  insert (list,
          background ? pango_attr_background_new (channel (c.red), channel (c.green), channel (c.blue))
                     : pango_attr_foreground_new (channel (c.red), channel (c.green), channel (c.blue)),
          span);
}

/* What each kind of span looks like. */
typedef struct {
  PangoWeight weight; /* 0: as around */
  gboolean italic, strike, underline, mono;
  const char *color, *background;
} Look;

static const Look looks[] = {
    [KITH_SPAN_BOLD] = {.weight = PANGO_WEIGHT_BOLD},
    [KITH_SPAN_ITALIC] = {.italic = TRUE},
    [KITH_SPAN_STRIKE] = {.strike = TRUE},
    [KITH_SPAN_CODE] = {.mono = TRUE, .background = "k_sunken"},
    [KITH_SPAN_LINK] = {.underline = TRUE, .color = "k_link"},
    [KITH_SPAN_MENTION] = {.weight = PANGO_WEIGHT_SEMIBOLD, .color = "k_link", .background = "k_accent_soft"},
};

static void
insert_look (PangoAttrList *list, GtkWidget *label, const KithSpan *span)
{
  const Look *look = &looks[span->kind];
  if (look->weight != 0)
    insert (list, pango_attr_weight_new (look->weight), span);
  if (look->italic)
    insert (list, pango_attr_style_new (PANGO_STYLE_ITALIC), span);
  if (look->strike)
    insert (list, pango_attr_strikethrough_new (TRUE), span);
  if (look->underline)
    insert (list, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), span);
  if (look->mono)
    insert (list, pango_attr_family_new ("JetBrains Mono, Cascadia Mono, Consolas, DejaVu Sans Mono, monospace"), span);
  if (look->color != NULL)
    insert_color (list, label, look->color, FALSE, span);
  if (look->background != NULL)
    insert_color (list, label, look->background, TRUE, span);
}

static GQuark
spans_quark (void)
{
  return g_quark_from_static_string ("kith-spans");
}

static void
update_attributes (GtkWidget *label)
{
  const GArray *spans = g_object_get_qdata (G_OBJECT (label), spans_quark ());
  PangoAttrList *list = pango_attr_list_new ();
  pango_attr_list_insert (list, pango_attr_insert_hyphens_new (FALSE)); /* nobody typed them */
  for (guint i = 0; spans != NULL && i < spans->len; i++)
    insert_look (list, label, &g_array_index (spans, KithSpan, i));
  gtk_label_set_attributes (GTK_LABEL (label), list);
  pango_attr_list_unref (list);
}

static void
clear_span (gpointer span)
{
  g_free (((KithSpan *) span)->target);
}

static GArray *
copy_spans (const GArray *spans)
{
  GArray *copy = g_array_sized_new (FALSE, FALSE, sizeof (KithSpan), spans->len);
  g_array_set_clear_func (copy, clear_span);
  for (guint i = 0; i < spans->len; i++) {
    KithSpan span = g_array_index (spans, KithSpan, i);
    span.target = g_strdup (span.target);
    g_array_append_val (copy, span);
  }
  return copy;
}

GtkWidget *
kith_message_label_new (const char *text, const GArray *spans, const char *classes)
{
  GtkWidget *widget = kith_wrapped_label_new (text, WIDE_CHARS);
  kith_add_classes (widget, classes);
  update_attributes (widget);
  if (spans == NULL || spans->len == 0)
    return widget;
  g_object_set_qdata_full (G_OBJECT (widget), spans_quark (), copy_spans (spans), (GDestroyNotify) g_array_unref);
  g_signal_connect (widget, "style-updated", G_CALLBACK (update_attributes), NULL);
  return widget;
}

static gboolean
is_target (const KithSpan *span)
{
  return span->kind == KITH_SPAN_LINK || span->kind == KITH_SPAN_MENTION;
}

const KithSpan *
kith_message_label_span_at (GtkWidget *label, double x, double y)
{
  const GArray *spans = g_object_get_qdata (G_OBJECT (label), spans_quark ());
  int left, top, index, trailing;
  if (spans == NULL)
    return NULL;
  GtkAllocation at;
  gtk_widget_get_allocation (label, &at);
  gtk_label_get_layout_offsets (GTK_LABEL (label), &left, &top);
  PangoLayout *layout = gtk_label_get_layout (GTK_LABEL (label));
  if (!pango_layout_xy_to_index (layout, (int) (x - (left - at.x)) * PANGO_SCALE,
                                 (int) (y - (top - at.y)) * PANGO_SCALE, &index, &trailing))
    return NULL;
  for (guint i = 0; i < spans->len; i++) {
    const KithSpan *span = &g_array_index (spans, KithSpan, i);
    if (is_target (span) && (int) span->start <= index && index < (int) span->end)
      return span;
  }
  return NULL;
}

const KithSpan *
kith_message_label_first_link (GtkWidget *label)
{
  const GArray *spans = g_object_get_qdata (G_OBJECT (label), spans_quark ());
  for (guint i = 0; spans != NULL && i < spans->len; i++)
    if (g_array_index (spans, KithSpan, i).kind == KITH_SPAN_LINK)
      return &g_array_index (spans, KithSpan, i);
  return NULL;
}

typedef struct {
  GtkCallback func;
  gpointer data;
} Each;

static void
visit (GtkWidget *widget, gpointer data)
{
  Each *each = data;
  if (GTK_IS_LABEL (widget) && gtk_style_context_has_class (gtk_widget_get_style_context (widget), "msg-body"))
    each->func (widget, each->data);
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), visit, data);
}

void
kith_message_text_each_label (GtkWidget *widget, GtkCallback func, gpointer data)
{
  Each each = {func, data};
  visit (widget, &each);
}

/* ---- blocks ---- */

static void
on_copy_code (GtkButton *button, gpointer text)
{
  gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button), GDK_SELECTION_CLIPBOARD), text, -1);
}

static void
free_text (gpointer text, GClosure *closure)
{
  g_free (text);
}

static GtkWidget *
new_copy_button (const char *text)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic", GTK_ICON_SIZE_MENU);
  gtk_image_set_pixel_size (GTK_IMAGE (gtk_button_get_image (GTK_BUTTON (button))), 13);
  kith_add_classes (button, "flat");
  kith_add_classes (button, "small");
  gtk_widget_set_tooltip_text (button, _ ("Copy code"));
  atk_object_set_name (gtk_widget_get_accessible (button), _ ("Copy code"));
  g_signal_connect_data (button, "clicked", G_CALLBACK (on_copy_code), g_strdup (text), free_text, 0);
  return button;
}

/* Code is not wrapped: it scrolls sideways. */
static GtkWidget *
new_code (const KithBlock *block)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2), *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  g_autofree char *name = g_utf8_strup (block->language != NULL ? block->language : "", -1);
  GtkWidget *language = gtk_label_new (name), *text = gtk_label_new (block->text);
  kith_add_classes (box, "code");
  kith_add_classes (language, "lang");
  kith_add_classes (text, "t-mono");
  gtk_label_set_xalign (GTK_LABEL (language), 0);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_widget_set_can_focus (text, FALSE);
  gtk_box_pack_start (GTK_BOX (head), language, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (head), new_copy_button (block->text));
  GtkWidget *scroll = gtk_scrolled_window_new (NULL, NULL);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scroll), TRUE);
  gtk_scrolled_window_set_max_content_width (GTK_SCROLLED_WINDOW (scroll), 640);
  gtk_container_add (GTK_CONTAINER (scroll), text);
  /* Code begins at the left in every language. */
  for (GtkWidget *part = text; part != NULL; part = part == scroll ? NULL : gtk_widget_get_parent (part))
    gtk_widget_set_direction (part, GTK_TEXT_DIR_LTR);
  gtk_container_add (GTK_CONTAINER (box), head);
  gtk_container_add (GTK_CONTAINER (box), scroll);
  gtk_widget_set_margin_top (box, 3);
  gtk_widget_set_margin_bottom (box, 3);
  gtk_widget_set_halign (box, GTK_ALIGN_START);
  return box;
}

static GtkWidget *
new_quote (const KithBlock *block)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  kith_add_classes (box, "quote");
  gtk_widget_set_halign (box, GTK_ALIGN_START);
  GtkWidget *text = kith_message_label_new (block->text, block->spans, "msg-body");
  kith_wrapped_label_set_snug (text);
  gtk_container_add (GTK_CONTAINER (box), text);
  return box;
}

static const char *
name_of (gint64 account, guint nth, gpointer session)
{
  KithContact *contact = kith_session_contact (session, account);
  switch (nth) {
  case 0:
    return kith_contact_name (contact);
  case 1:
    return kith_contact_handle (contact);
  default:
    return NULL;
  }
}

static GtkWidget *
new_block (const KithBlock *block)
{
  switch (block->kind) {
  case KITH_BLOCK_CODE:
    return new_code (block);
  case KITH_BLOCK_QUOTE:
    return new_quote (block);
  default:
    return kith_message_label_new (block->text, block->spans, "msg-body");
  }
}

static GtkWidget *
new_text (KithSession *session, const char *text, const GArray *mentions, gboolean bare)
{
  g_autoptr (GPtrArray) blocks = kith_rich_parse (text, mentions, name_of, session);
  gboolean big = kith_rich_is_big_emoji (text);
  GtkWidget *box = bare && blocks->len == 1 ? NULL : gtk_box_new (GTK_ORIENTATION_VERTICAL, 3), *block = NULL;
  for (guint i = 0; i < blocks->len; i++) {
    block = new_block (blocks->pdata[i]);
    if (big)
      kith_add_classes (block, "emoji-big");
    if (box != NULL)
      gtk_container_add (GTK_CONTAINER (box), block);
  }
  return box != NULL ? box : block;
}

GtkWidget *
kith_message_text_new (KithSession *session, const char *text, const GArray *mentions)
{
  return new_text (session, text, mentions, FALSE);
}

GtkWidget *
kith_message_text_new_bare (KithSession *session, const char *text, const GArray *mentions)
{
  return new_text (session, text, mentions, TRUE);
}

/* ---- links ---- */

static void
open_now (GtkWidget *widget, const char *address)
{
  g_autoptr (GError) error = NULL;
  GtkWidget *top = gtk_widget_get_toplevel (widget);
  if (!kith_open_link (GTK_IS_WINDOW (top) ? GTK_WINDOW (top) : NULL, address, &error))
    g_message ("%s cannot be opened: %s", address, error->message);
}

static void
on_answer (GtkDialog *dialog, int response, gpointer address)
{
  if (response == GTK_RESPONSE_ACCEPT)
    open_now (GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (dialog))), address);
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
ask (GtkWidget *widget, const char *address)
{
  GtkWidget *top = gtk_widget_get_toplevel (widget);
  GtkWidget *dialog = gtk_message_dialog_new (GTK_WINDOW (top), GTK_DIALOG_MODAL, GTK_MESSAGE_QUESTION,
                                              GTK_BUTTONS_NONE, "%s", _ ("Open what this message points to?"));
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", address);
  gtk_dialog_add_buttons (GTK_DIALOG (dialog), _ ("_Cancel"), GTK_RESPONSE_CANCEL, _ ("_Open"), GTK_RESPONSE_ACCEPT,
                          NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_answer), g_strdup (address), free_text, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
kith_message_open_link (GtkWidget *widget, const char *address)
{
  switch (kith_rich_link_rule (address)) {
  case KITH_LINK_OPEN:
    open_now (widget, address);
    break;
  case KITH_LINK_ASK:
    ask (widget, address);
    break;
  default:
    break;
  }
}
