/* sign-in-show.c - what the page shows: one function for what its session is at, and one for what went wrong. */
#include "widgets/sign-in-private.h"

#include "widgets/parts.h"
#include "widgets/server-row.h"

#include <glib/gi18n.h>

gboolean
kith_sign_in_is_filled (GtkEntry *entry)
{
  return gtk_entry_get_text_length (entry) > 0;
}

KithSignInMode
kith_sign_in_mode (KithSignIn *page)
{
  if (gtk_toggle_button_get_active (page->new_here))
    return KITH_SIGN_IN_NEW;
  return page->use_code ? KITH_SIGN_IN_CODE : KITH_SIGN_IN_ACCOUNT;
}

KithClientState
kith_sign_in_state (KithSignIn *page)
{
  return page->session != NULL ? kith_session_state (page->session) : KITH_CLIENT_STOPPED;
}

static gboolean
is_complete (KithSignIn *page)
{
  switch (kith_sign_in_mode (page)) {
  case KITH_SIGN_IN_NEW:
    return kith_sign_in_is_filled (page->name) && (!gtk_toggle_button_get_active (page->protect) || kith_sign_in_is_filled (page->new_password));
  case KITH_SIGN_IN_ACCOUNT:
    return kith_sign_in_is_filled (page->handle) && kith_sign_in_is_filled (page->password);
  default:
    return kith_sign_in_is_filled (page->code_entry);
  }
}

static KithAcquaintance
acquaintance (KithSignIn *page)
{
  if (kith_sign_in_state (page) == KITH_CLIENT_KEY_CHANGED)
    return KITH_ACQUAINTANCE_CHANGED;
  if (page->pin != NULL)
    return KITH_ACQUAINTANCE_VERIFIED;
  gboolean known = page->session != NULL && *kith_session_pin (page->session) != '\0' && page->asked == NULL;
  return known ? KITH_ACQUAINTANCE_KNOWN : KITH_ACQUAINTANCE_NONE;
}

static void
show_tag (KithSignIn *page)
{
  KithAcquaintance how = acquaintance (page);
  kith_clear_container (page->tag_place);
  if (how != KITH_ACQUAINTANCE_NONE)
    gtk_container_add (page->tag_place, kith_acquaintance_tag_new (how));
}

static void
show_form (KithSignIn *page)
{
  static const char *const forms[] = {"new", "account", "code"};
  KithSignInMode mode = kith_sign_in_mode (page);
  gtk_stack_set_visible_child_name (page->forms, forms[mode]);
  gtk_widget_set_visible (page->mismatch, page->asked != NULL);
  gtk_widget_set_visible (GTK_WIDGET (page->trust_place), page->asked != NULL);
}

void
kith_sign_in_refresh (KithSignIn *page)
{
  KithClientState state = kith_sign_in_state (page);
  gboolean busy = kith_sign_in_is_busy (state);
  gboolean stuck = page->session == NULL || page->mistrusted || state == KITH_CLIENT_KEY_CHANGED;
  show_form (page);
  show_tag (page);
  gtk_button_set_label (GTK_BUTTON (page->go), kith_sign_in_go (kith_sign_in_mode (page), state, page->asked != NULL));
  kith_button_wrap (page->go);
  gtk_widget_set_sensitive (page->go, !busy && !stuck && is_complete (page));
  gtk_widget_set_sensitive (GTK_WIDGET (page->forms), state != KITH_CLIENT_SIGNING_IN);
  gtk_widget_set_visible (GTK_WIDGET (page->spinner), busy);
  gtk_widget_set_visible (GTK_WIDGET (page->progress), busy);
  gtk_label_set_text (page->progress, state >= KITH_CLIENT_SIGNING_IN ? _("Signing in…") : _("Connecting…"));
  g_object_set (page->spinner, "active", busy, NULL);
}

void
kith_sign_in_mark (GtkEntry *entry, gboolean wrong)
{
  kith_set_class (GTK_WIDGET (entry), "error", wrong);
}

void
kith_sign_in_clear_problem (KithSignIn *page)
{
  gtk_widget_hide (page->problem_box);
  kith_sign_in_mark (page->name, FALSE);
  kith_sign_in_mark (page->password, FALSE);
  kith_sign_in_mark (page->code_entry, FALSE);
  kith_sign_in_mark (page->invitation, FALSE);
}

void
kith_sign_in_show_problem (KithSignIn *page, const char *sentence, gboolean network)
{
  gtk_label_set_text (page->problem, sentence);
  gtk_widget_set_visible (page->find_problem, network);
  gtk_widget_show (page->problem_box);
}

static void
suggest_name (KithSignIn *page)
{
  g_autofree char *other = kith_sign_in_other_name (gtk_entry_get_text (page->name));
  gtk_entry_set_text (page->name, other);
}

void
kith_sign_in_show_error (KithSignIn *page, const GError *error)
{
  KithSignInField field;
  g_autofree char *sentence = kith_sign_in_problem (error, kith_sign_in_mode (page), &field);
  GtkEntry *const entries[] = {[KITH_SIGN_IN_FIELD_NAME] = page->name,
                               [KITH_SIGN_IN_FIELD_PASSWORD] = page->password,
                               [KITH_SIGN_IN_FIELD_CODE] = page->code_entry,
                               [KITH_SIGN_IN_FIELD_INVITATION] = page->invitation,
                               [KITH_SIGN_IN_FIELD_NETWORK] = NULL};
  kith_sign_in_clear_problem (page);
  if (g_error_matches (error, KITH_ERROR, KITH_ERROR_HANDLE_TAKEN))
    suggest_name (page);
  kith_sign_in_show_problem (page, sentence, field == KITH_SIGN_IN_FIELD_NETWORK);
  if (field == KITH_SIGN_IN_FIELD_INVITATION)
    gtk_widget_show (page->invitation_form);
  kith_sign_in_refresh (page);
  if (entries[field] == NULL)
    return;
  kith_sign_in_mark (entries[field], TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (entries[field]));
}
