/* sign-in-private.h - sign-in.c has the page, sign-in-show.c what it shows, sign-in-text.c its words. */
#pragma once

#include "widgets/ask.h"
#include "widgets/sign-in.h"
#include "widgets/trust-card.h"

#include <handy.h>

typedef enum { KITH_SIGN_IN_NEW, KITH_SIGN_IN_ACCOUNT, KITH_SIGN_IN_CODE } KithSignInMode;

typedef enum {
  KITH_SIGN_IN_FIELD_NONE,
  KITH_SIGN_IN_FIELD_NAME,       /* another name is needed */
  KITH_SIGN_IN_FIELD_PASSWORD,   /* of an account */
  KITH_SIGN_IN_FIELD_CODE,       /* of another device */
  KITH_SIGN_IN_FIELD_INVITATION, /* an invitation is needed, or another one */
  KITH_SIGN_IN_FIELD_NETWORK     /* the doctor may help */
} KithSignInField;

/* The sentence for an error, to be freed, and the field that it is about. */
char *kith_sign_in_problem (const GError *error, KithSignInMode mode, KithSignInField *field);
/* "Sam Okafor" becomes "Sam Okafor 2", then "Sam Okafor 3". To be freed. */
char *kith_sign_in_other_name (const char *name);
/* "192.168.10.4 · 14 people · encrypted"; address NULL: without it; people: not above 0: without them. To be freed. */
char *kith_sign_in_about (const char *address, int people);
/* What the button says; asks: the key of the server is to be trusted first. */
const char *kith_sign_in_go (KithSignInMode mode, KithClientState state, gboolean asks);
/* What the system calls this person. */
const char *kith_sign_in_system_name (void);
/* Under way, so that nothing can be asked of it just now. */
gboolean kith_sign_in_is_busy (KithClientState state);
/* Somebody was here before: whether what is kept of them may go. func is called with page (taken) on yes. */
void kith_sign_in_ask_anew (GtkWidget *widget, const char *name, KithAskFunc func, gpointer page);

struct _KithSignIn {
  GtkScrolledWindow parent;
  KithSession *session;
  char *address, *pin, *code; /* of the target */
  char *notice;               /* the same, until the person has tried; NULL: none */
  char *asked;                /* the key that the person is asked about; NULL: none */
  gboolean mistrusted;        /* the words did not match */
  gboolean use_code;
  int people; /* there now; not above 0: unknown */

  HdyAvatar *server_avatar, *avatar;
  GtkLabel *server_name, *server_about, *problem, *progress;
  GtkContainer *tag_place, *trust_place;
  KithTrustCard *card;
  GtkToggleButton *new_here, *have_account, *protect;
  GtkStack *forms;
  GtkEntry *name, *new_password, *handle, *password, *code_entry, *invitation;
  GtkRevealer *protect_form;
  GtkWidget *segments, *invitation_form, *problem_box, *find_problem, *mismatch, *go;
  GtkSpinner *spinner;
};

/* sign-in-show.c */
KithSignInMode kith_sign_in_mode (KithSignIn *page);
KithClientState kith_sign_in_state (KithSignIn *page); /* of its session; STOPPED: none */
gboolean kith_sign_in_is_filled (GtkEntry *entry);
void kith_sign_in_refresh (KithSignIn *page); /* something has changed */
void kith_sign_in_mark (GtkEntry *entry, gboolean wrong);
void kith_sign_in_clear_problem (KithSignIn *page);
void kith_sign_in_show_problem (KithSignIn *page, const char *sentence, gboolean network);
void kith_sign_in_show_error (KithSignIn *page, const GError *error); /* and which field it is about */
