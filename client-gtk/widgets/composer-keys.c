/* composer-keys.c - the input method sees every key first, or people who write Chinese or Japanese send half a word. */
#include "widgets/composer-keys.h"

#include "widgets/composer-send.h"

typedef struct {
  guint key;
  GdkModifierType modifiers;
  gboolean (*press) (KithComposer *composer); /* FALSE: not now, the text view may have it */
} Key;

/* ---- while suggestions are shown ---- */

static gboolean
is_suggesting (KithComposer *composer)
{
  return kith_suggest_is_shown (kith_composer_suggest (composer));
}

static gboolean
press_accept (KithComposer *composer)
{
  if (!is_suggesting (composer))
    return FALSE;
  kith_composer_accept_suggestion (composer);
  return TRUE;
}

static gboolean
move (KithComposer *composer, int by)
{
  if (!is_suggesting (composer))
    return FALSE;
  kith_suggest_move (kith_composer_suggest (composer), by);
  return TRUE;
}

/* ---- sending ---- */

static gboolean
press_enter (KithComposer *composer)
{
  if (press_accept (composer))
    return TRUE;
  if (!kith_composer_enter_sends (composer))
    return FALSE;
  kith_composer_send (composer);
  return TRUE;
}

static gboolean
press_ctrl_enter (KithComposer *composer)
{
  kith_composer_send (composer);
  return TRUE;
}

static gboolean
press_ctrl_shift_enter (KithComposer *composer)
{
  if (kith_composer_may_be_urgent (composer))
    kith_composer_send_urgent (composer);
  else
    kith_composer_send (composer);
  return TRUE;
}

/* ---- moving ---- */

static gboolean
press_up (KithComposer *composer)
{
  if (move (composer, -1))
    return TRUE;
  if (!kith_composer_is_empty (composer))
    return FALSE;
  kith_composer_ask_edit_last (composer);
  return TRUE;
}

static gboolean
press_down (KithComposer *composer)
{
  return move (composer, 1);
}

static gboolean
press_ctrl_up (KithComposer *composer)
{
  kith_composer_ask_reply_above (composer);
  return TRUE;
}

static gboolean
press_page_up (KithComposer *composer)
{
  kith_composer_ask_scroll (composer, GTK_SCROLL_PAGE_UP);
  return TRUE;
}

static gboolean
press_page_down (KithComposer *composer)
{
  kith_composer_ask_scroll (composer, GTK_SCROLL_PAGE_DOWN);
  return TRUE;
}

/* ---- marks around the selection ---- */

static gboolean
surround (KithComposer *composer, const char *mark)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (kith_composer_view (composer));
  GtkTextIter begin, end;
  gtk_text_buffer_get_selection_bounds (buffer, &begin, &end);
  g_autofree char *text = gtk_text_buffer_get_text (buffer, &begin, &end, FALSE);
  g_autofree char *marked = g_strconcat (mark, text, mark, NULL);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &begin, &end);
  gtk_text_buffer_insert (buffer, &begin, marked, -1);
  gtk_text_buffer_end_user_action (buffer);
  if (*text == '\0') {
    gtk_text_iter_backward_char (&begin);
    gtk_text_buffer_place_cursor (buffer, &begin);
  }
  return TRUE;
}

static gboolean
press_bold (KithComposer *composer)
{
  return surround (composer, "*");
}

static gboolean
press_italic (KithComposer *composer)
{
  return surround (composer, "_");
}

static gboolean
press_code (KithComposer *composer)
{
  return surround (composer, "`");
}

static const Key keys[] = {
    {GDK_KEY_Return, 0, press_enter},
    {GDK_KEY_KP_Enter, 0, press_enter},
    {GDK_KEY_Return, GDK_CONTROL_MASK, press_ctrl_enter},
    {GDK_KEY_KP_Enter, GDK_CONTROL_MASK, press_ctrl_enter},
    {GDK_KEY_Return, GDK_CONTROL_MASK | GDK_SHIFT_MASK, press_ctrl_shift_enter},
    {GDK_KEY_KP_Enter, GDK_CONTROL_MASK | GDK_SHIFT_MASK, press_ctrl_shift_enter},
    {GDK_KEY_Tab, 0, press_accept},
    {GDK_KEY_Up, 0, press_up},
    {GDK_KEY_Down, 0, press_down},
    {GDK_KEY_Up, GDK_CONTROL_MASK, press_ctrl_up},
    {GDK_KEY_Page_Up, GDK_SHIFT_MASK, press_page_up},
    {GDK_KEY_Page_Down, GDK_SHIFT_MASK, press_page_down},
    {GDK_KEY_b, GDK_CONTROL_MASK, press_bold},
    {GDK_KEY_i, GDK_CONTROL_MASK, press_italic},
    {GDK_KEY_e, GDK_CONTROL_MASK, press_code},
};

static gboolean
on_key (GtkWidget *view, GdkEventKey *event, KithComposer *composer)
{
  GdkModifierType modifiers = event->state & gtk_accelerator_get_default_mod_mask ();
  if (gtk_text_view_im_context_filter_keypress (GTK_TEXT_VIEW (view), event))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].key == event->keyval && keys[i].modifiers == modifiers)
      return keys[i].press (composer);
  return FALSE;
}

void
kith_composer_keys_watch (KithComposer *composer)
{
  g_signal_connect (kith_composer_view (composer), "key-press-event", G_CALLBACK (on_key), composer);
}
