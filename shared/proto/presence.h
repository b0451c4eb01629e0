/* presence.h - who is there, as the wire has it: the packets of UDP ("K1"), the window against replays, and the bodies,
 * which travel as frames where UDP does not get through. Pure: no clock, no socket, no key (sealing is net/seal.h).
 *
 * A packet: "K1", the kind (1 byte), the session (8), the counter (8), big-endian; then the sealed body and its tag. */
#pragma once

#include <glib.h>
#include "proto/json.h"

#include "proto/limits.h"
#include "proto/value.h"

#define KITH_PACKET_MAX 1200  /* bytes of a whole packet */
#define KITH_PACKET_HEADER 19 /* bytes; associated data of the seal */
#define KITH_PACKET_TAG 16
#define KITH_PACKET_BODY (KITH_PACKET_MAX - KITH_PACKET_HEADER - KITH_PACKET_TAG)

typedef enum { KITH_PACKET_REPORT = 1, KITH_PACKET_NEWS = 2 } KithPacketKind; /* to the server; to the client */

typedef struct {
  guint8 kind;     /* KithPacketKind */
  guint64 session; /* as the answer to hello gives it */
  guint64 counter; /* 1, 2, 3 … in each direction */
} KithPacketHeader;

void kith_packet_write (const KithPacketHeader *header, guint8 out[KITH_PACKET_HEADER]);
/* FALSE: too short, too long, another version, an unknown kind, a counter of 0. */
gboolean kith_packet_read (const guint8 *packet, gsize size, KithPacketHeader *out);

/* Counters that came already (RFC 4303, 3.4.3). To be asked after the seal was found whole, never before. */
typedef struct {
  guint64 newest, seen; /* bit i of seen: newest - i came */
} KithWindow;
/* FALSE: it came before, or is too old to tell. newest (may be NULL): whether it is newer than all before. */
gboolean kith_window_take (KithWindow *window, guint64 counter, gboolean *newest);

/* Stored by value: new ones go before OFFLINE only with a migration. */
typedef enum {
  KITH_PRESENCE_ONLINE,
  KITH_PRESENCE_AWAY,
  KITH_PRESENCE_DND,
  KITH_PRESENCE_INVISIBLE, /* chosen, never told to others */
  KITH_PRESENCE_OFFLINE,   /* told, never chosen */
  KITH_N_PRESENCES
} KithPresenceState;
const char *kith_presence_name (KithPresenceState state);
/* NULL is no name. */
gboolean kith_presence_parse (const char *name, KithPresenceState *out);
extern const char *const kith_presence_choices[]; /* the names that one may choose; ends with NULL */

/* How somebody is. */
typedef struct {
  gint64 account;
  gint64 version; /* the number of the change, within one session; 0: never heard of */
  KithPresenceState state;
  const char *text; /* borrowed; never NULL after reading */
  gint64 until;     /* ms since 1970; 0: open */
} KithPresence;

/* {"idle":false,"seen":4711}, in a frame also "counter". */
typedef struct {
  gboolean idle;
  gboolean probe; /* only asks whether UDP gets through */
  gint64 seen;    /* every change up to this one is known */
  gint64 counter; /* of the packet, or in a frame: counted on with those of the packets */
} KithReport;
/* Writes the members into object. */
void kith_report_write (const KithReport *report, gboolean in_frame, json_object *object);
/* body: what a packet held. FALSE: it makes no sense. */
gboolean kith_report_read (const char *body, gsize size, KithReport *out);
/* From the members of a frame that were checked already. */
void kith_report_take (const KithValue *object, KithReport *out);

/* {"from":4711,"upto":4730,"people":{"u7":["away",4729,"lunch",1795341021123]},"re":17}: any part may be missing. */
typedef struct {
  gboolean has_range;
  gint64 from, upto;
  gint64 re;           /* counter of the report that it answers; 0: none */
  json_object *people; /* borrowed; NULL: nobody */
} KithNews;
/* Reads a body; *root (owned by the caller, json_object_put) holds what news borrows. */
gboolean kith_news_read (const char *body, gsize size, KithNews *news, json_object **root);
/* The same from an object that was parsed already (a frame, a member of sync). FALSE: it makes no sense. */
gboolean kith_news_take (json_object *object, KithNews *news);
/* Calls func for each person that can be read. */
void kith_news_foreach (const KithNews *news, void (*func) (const KithPresence *presence, gpointer data),
                        gpointer data);

/* Appends "u7":["away",4729,"lunch",1795341021123], without what is empty at the end. */
void kith_presence_append (GString *out, const KithPresence *presence);
