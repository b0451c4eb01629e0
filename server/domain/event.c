/* event.c - the table of event kinds, and events by reference. */
#include "domain/event.h"

static const struct {
  const char *name;
  gboolean has_target, changes_rules;
} kinds[KITHD_N_EVENT_KINDS] = {
  [KITHD_EVENT_MESSAGE] = { "message", FALSE, FALSE }, [KITHD_EVENT_EDIT] = { "edit", TRUE, FALSE },
  [KITHD_EVENT_DELETE] = { "delete", TRUE, FALSE },    [KITHD_EVENT_REACT] = { "react", TRUE, FALSE },
  [KITHD_EVENT_UNREACT] = { "unreact", TRUE, FALSE },  [KITHD_EVENT_PIN] = { "pin", TRUE, FALSE },
  [KITHD_EVENT_UNPIN] = { "unpin", TRUE, FALSE },      [KITHD_EVENT_TOPIC] = { "topic", FALSE, TRUE },
  [KITHD_EVENT_RENAME] = { "rename", FALSE, TRUE },    [KITHD_EVENT_JOIN] = { "join", FALSE, TRUE },
  [KITHD_EVENT_LEAVE] = { "leave", FALSE, TRUE },      [KITHD_EVENT_INVITE] = { "invite", FALSE, TRUE },
  [KITHD_EVENT_KICK] = { "kick", FALSE, TRUE },        [KITHD_EVENT_BAN] = { "ban", FALSE, TRUE },
  [KITHD_EVENT_UNBAN] = { "unban", FALSE, TRUE },      [KITHD_EVENT_MUTE] = { "mute", FALSE, TRUE },
  [KITHD_EVENT_RETENTION] = { "retention", FALSE, TRUE },
  [KITHD_EVENT_UNMUTE] = { "unmute", FALSE, TRUE },    [KITHD_EVENT_ROLE] = { "role", FALSE, TRUE },
};

const char *
kithd_event_kind_name (KithdEventKind kind)
{
  return kind < KITHD_N_EVENT_KINDS ? kinds[kind].name : "unknown";
}

gboolean
kithd_event_kind_parse (const char *name, KithdEventKind *out)
{
  for (guint i = 0; name != NULL && i < KITHD_N_EVENT_KINDS; i++)
    if (g_str_equal (kinds[i].name, name)) {
      *out = i;
      return TRUE;
    }
  return FALSE;
}

gboolean
kithd_event_kind_has_target (KithdEventKind kind)
{
  return kind < KITHD_N_EVENT_KINDS && kinds[kind].has_target;
}

gboolean
kithd_event_kind_changes_rules (KithdEventKind kind)
{
  return kind < KITHD_N_EVENT_KINDS && kinds[kind].changes_rules;
}

KithdEvent *
kithd_event_new (KithdEventKind kind, gint64 conversation, gint64 from)
{
  KithdEvent *event = g_new0 (KithdEvent, 1);
  event->refs = 1;
  event->link.data = event;
  event->kind = kind;
  event->conversation = conversation;
  event->from = from;
  return event;
}

KithdEvent *
kithd_event_ref (KithdEvent *event)
{
  event->refs++;
  return event;
}

void
kithd_event_unref (KithdEvent *event)
{
  if (event == NULL || --event->refs > 0)
    return;
  g_free (event->body);
  g_free (event->value);
  g_free (event->folded);
  g_free (event->mentions);
  g_free (event);
}
