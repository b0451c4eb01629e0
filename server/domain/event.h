/* event.h - one entry of a conversation's log. Immutable once committed. One thread at a time has it and what refers to it: they are handed
 * over together, so counting references needs no locks. */
#pragma once

#include <glib.h>

typedef enum {
  KITHD_EVENT_MESSAGE,
  KITHD_EVENT_EDIT,
  KITHD_EVENT_DELETE,
  KITHD_EVENT_REACT,
  KITHD_EVENT_UNREACT,
  KITHD_EVENT_PIN,
  KITHD_EVENT_UNPIN,
  KITHD_EVENT_TOPIC,
  KITHD_EVENT_RENAME,
  KITHD_EVENT_RETENTION,
  KITHD_EVENT_JOIN,
  KITHD_EVENT_LEAVE,
  KITHD_EVENT_INVITE,
  KITHD_EVENT_KICK,
  KITHD_EVENT_BAN,
  KITHD_EVENT_UNBAN,
  KITHD_EVENT_MUTE,
  KITHD_EVENT_UNMUTE,
  KITHD_EVENT_ROLE,
  KITHD_N_EVENT_KINDS
} KithdEventKind;

/* The word of the wire and of the store; never NULL. */
const char *kithd_event_kind_name (KithdEventKind kind);
gboolean kithd_event_kind_parse (const char *name, KithdEventKind *out);
/* Whether it touches an older message of the conversation (has a target). */
gboolean kithd_event_kind_has_target (KithdEventKind kind);
/* Whether it changes who may do what: later requests of the conversation wait until it has committed. */
gboolean kithd_event_kind_changes_rules (KithdEventKind kind);

typedef struct {
  guint refs;
  GList link;        /* in the events of the change that has committed it */
  KithdEventKind kind;
  gint64 conversation;
  gint64 from;       /* the account that did it; 0: the administrator, at the server's own socket */
  gint64 target;     /* seq of the older message, or 0 */
  gint64 subject;    /* the account that it was done to (invite, kick, ban, mute, role ...), or 0 */
  char *body;        /* the members of the wire's body as the text of a JSON object, checked and canonical; NULL where the kind
                        has none. Message and edit {"text",...}; react and unreact {"emoji"}; topic {"topic"}; rename {"name"}; kick, ban {"reason"};
                        role {"role"}; mute {"until","reason"}.
                        Opaque to the domain. */
  char *value;       /* what the domain and the store need of body in plain: emoji, topic, name, reason of a ban; else NULL */
  char *folded;      /* rename: the name's folded form; else NULL */
  gint64 number;     /* role: the KithdRole given; retention: days; mute: until when, ms since 1970; else 0 */
  gint64 *mentions;  /* accounts named by a message or an edit; n_mentions of them; NULL when 0 */
  guint n_mentions;
  gboolean to_all;   /* a message or an edit: everybody in the conversation is named */
  gboolean has_nonce;
  guint8 nonce[16];
  /* given by the store when it commits */
  gint64 seq;        /* 1, 2, 3 ... in the conversation */
  gint64 n;          /* messages up to and with this event */
  gint64 at;         /* ms since 1970 */
  gint64 rev;        /* the server-wide number of the change */
} KithdEvent;

KithdEvent *kithd_event_new (KithdEventKind kind, gint64 conversation, gint64 from);
KithdEvent *kithd_event_ref (KithdEvent *event);
void kithd_event_unref (KithdEvent *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithdEvent, kithd_event_unref)
