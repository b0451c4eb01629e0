/* settings.h - the numbers and switches that a host may configure, as plain values. Read from the configuration by server/app. */
#pragma once

#include <glib.h>

/* Who may make an account: whoever comes, who has an invitation, nobody. */
typedef enum { KITHD_REGISTRATION_OPEN, KITHD_REGISTRATION_INVITE, KITHD_REGISTRATION_CLOSED } KithdRegistration;

typedef struct {
  char *name;                    /* of the server, for people */
  char *lobby;                   /* name of the room that every new account enters; NULL or empty: none */
  int registration;              /* KithdRegistration */
  gboolean presence;             /* who is there is told */
  gboolean discovery;            /* who looks for servers on the network is answered */
  gboolean keep_versions;        /* earlier texts of edited messages */
  gint64 index_clean_hours;      /* after a deletion, until nothing of it is left in the search index */
  gint64 retention_days;         /* for which what happens is kept; 0: for ever */
  gint64 text_max;               /* bytes of a message */
  gint64 posts_per_second;       /* for an account */
  gint64 posts_burst;
  gint64 searches_per_second;    /* for an account */
  gint64 searches_burst;
  gint64 registrations_per_minute; /* for an address */
  gint64 members_max;            /* of a room */
  gint64 rooms_max;              /* of the server */
  gint64 connections_max;        /* of the process */
  gint64 connections_per_address;/* before sign-in */
  gint64 connections_per_account;/* after it */
  gint64 hello_seconds;          /* for the TLS handshake and hello */
  gint64 sign_in_seconds;
  gint64 ping_seconds;           /* silence until the server asks */
  gint64 dead_seconds;           /* silence until the connection counts as dead */
  gint64 outbound_queue;         /* bytes for a connection */
  gint64 outbound_total;         /* bytes for all */
  gint64 store_queue;            /* bytes submitted above which no connection that posts is read */
  gint64 wrong_passwords;        /* a minute, for a person from one address */
  gint64 wrong_passwords_address;/* a minute, for an address */
  gint64 handshakes_per_turn;
  gint64 accepts_per_turn;
} KithdSettings;

void kithd_settings_init (KithdSettings *settings); /* to the defaults */
void kithd_settings_clear (KithdSettings *settings);
