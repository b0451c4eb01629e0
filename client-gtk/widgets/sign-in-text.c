/* sign-in-text.c - the words of the page. A table has what the server refused, in which way of signing in, and what a
 * person is told. */
#include "widgets/sign-in-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define ANY (-1)

static const struct {
  KithError code;
  int mode; /* KithSignInMode, or ANY */
  KithSignInField field;
  const char *sentence; /* NULL: the error's own */
} problems[] = {
    {KITH_ERROR_HANDLE_TAKEN, ANY, KITH_SIGN_IN_FIELD_NAME, N_("That name is taken here. Is this one free?")},
    {KITH_ERROR_BAD_NAME, ANY, KITH_SIGN_IN_FIELD_NAME, NULL},
    {KITH_ERROR_BAD_CREDENTIALS, KITH_SIGN_IN_ACCOUNT, KITH_SIGN_IN_FIELD_PASSWORD,
     N_("That name and password don’t match. Check both, or use a code from a device where you are signed in.")},
    {KITH_ERROR_BAD_CREDENTIALS, KITH_SIGN_IN_CODE, KITH_SIGN_IN_FIELD_CODE,
     N_("That code is wrong or too old. A code is good for 10 minutes and for one device: get a new one.")},
    {KITH_ERROR_REGISTRATION_CLOSED, ANY, KITH_SIGN_IN_FIELD_INVITATION,
     N_("This server lets in people with an invitation only. Ask somebody who is there for a link, and paste it here.")},
    {KITH_ERROR_NOT_FOUND, KITH_SIGN_IN_NEW, KITH_SIGN_IN_FIELD_INVITATION,
     N_("That invitation is used up or too old. Ask for a new link, and paste it here.")},
    {KITH_ERROR_RATE_LIMITED, ANY, KITH_SIGN_IN_FIELD_NONE, N_("Too many tries. Wait a minute, then try again.")},
    {KITH_ERROR_LIMIT, ANY, KITH_SIGN_IN_FIELD_NONE, N_("The server is full. Ask the person who runs it to make room.")},
};

char *
kith_sign_in_problem (const GError *error, KithSignInMode mode, KithSignInField *field)
{
  *field = KITH_SIGN_IN_FIELD_NONE;
  if (error->domain != KITH_ERROR) {
    *field = KITH_SIGN_IN_FIELD_NETWORK;
    return g_strdup (error->message);
  }
  for (guint i = 0; i < G_N_ELEMENTS (problems); i++) {
    gboolean fits = problems[i].mode == ANY || problems[i].mode == (int) mode;
    if (!fits || error->code != (int) problems[i].code)
      continue;
    *field = problems[i].field;
    return g_strdup (problems[i].sentence != NULL ? _(problems[i].sentence) : error->message);
  }
  return g_strdup (error->message);
}

char *
kith_sign_in_other_name (const char *name)
{
  g_autofree char *base = g_strchomp (g_strdup (name));
  gsize end = strlen (base), digits = end;
  while (digits > 0 && g_ascii_isdigit (base[digits - 1]))
    digits--;
  guint64 number = 1;
  if (digits > 0 && digits < end && base[digits - 1] == ' ' && end - digits < 6) {
    number = g_ascii_strtoull (base + digits, NULL, 10);
    base[digits - 1] = '\0';
  }
  return g_strdup_printf ("%s %" G_GUINT64_FORMAT, base, number + 1);
}

char *
kith_sign_in_about (const char *address, int people)
{
  g_autofree char *words = NULL;
  const char *parts[4] = {NULL};
  guint n = 0;
  if (people > 0)
    words = g_strdup_printf (ngettext ("%d person", "%d people", (gulong) people), people);
  if (address != NULL)
    parts[n++] = address;
  if (words != NULL)
    parts[n++] = words;
  parts[n] = _("encrypted");
  return g_strjoinv (" · ", (char **) parts);
}

const char *
kith_sign_in_system_name (void)
{
  const char *name = g_get_real_name ();
  return name == NULL || *name == '\0' || g_str_equal (name, "Unknown") ? g_get_user_name () : name;
}

const char *
kith_sign_in_go (KithSignInMode mode, KithClientState state, gboolean asks)
{
  gboolean is_new = mode == KITH_SIGN_IN_NEW;
  if (state == KITH_CLIENT_WAITING)
    return _("Try again");
  if (asks)
    return is_new ? _("Trust and join") : _("Trust and sign in");
  return is_new ? _("Join") : _("Sign in");
}

gboolean
kith_sign_in_is_busy (KithClientState state)
{
  static const gboolean busy[] = {[KITH_CLIENT_CONNECTING] = TRUE, [KITH_CLIENT_SECURING] = TRUE,
                                  [KITH_CLIENT_GREETING] = TRUE,   [KITH_CLIENT_SIGNING_IN] = TRUE,
                                  [KITH_CLIENT_SYNCING] = TRUE,    [KITH_CLIENT_REFUSED] = FALSE};
  return busy[state];
}

void
kith_sign_in_ask_anew (GtkWidget *widget, const char *name, KithAskFunc func, gpointer page)
{
  g_autofree char *title = g_strdup_printf (_ ("Begin anew instead of coming back as %s?"), name);
  g_autofree char *text =
      g_strdup_printf (_ ("What this computer has kept of %s on this server is deleted: messages, drafts, and what still "
                          "waits to be sent. To come back as %s, choose “I have an account”."),
                       name, name);
  kith_ask (GTK_WINDOW (gtk_widget_get_toplevel (widget)), title, text, _ ("Delete and begin anew"), func, page,
            g_object_unref);
}
