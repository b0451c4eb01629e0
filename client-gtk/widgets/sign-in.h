/* sign-in.h - the page between choosing a server and being there: who one is, whether this is the right server, and
 * what went wrong. A page of the first-run window. ui: sign-in.ui. */
#pragma once

#include "core/places.h"

#include <gtk/gtk.h>

#define KITH_TYPE_SIGN_IN (kith_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (KithSignIn, kith_sign_in, KITH, SIGN_IN, GtkScrolledWindow)

typedef struct {
  const char *address;
  const char *pin;    /* the key that must be the server's; NULL: the person is asked */
  const char *code;   /* of an invitation; NULL: none */
  const char *name;   /* of the server, as far as it is known; NULL: none */
  int people;         /* -1: not known */
  const char *notice; /* a sentence to begin with ("You were signed out."); NULL: none */
} KithSignInTarget;

GtkWidget *kith_sign_in_new (void);
/* Connects. target and what is in it are copied. */
void kith_sign_in_open (KithSignIn *page, const KithSignInTarget *target);
void kith_sign_in_leave (KithSignIn *page); /* lets go of a session that was not joined */
/* Signal: "joined" (KithSession): signed in, and kept in the places. */
