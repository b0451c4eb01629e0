/* sign-in-private.h - sign-in.c has the page, sign-in-problem.c the words for what went wrong. */
#pragma once

#include "widgets/sign-in.h"

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
