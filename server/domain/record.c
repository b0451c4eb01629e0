/* record.c - records own their strings. */
#include "domain/record.h"

KithdRole
kithd_role_after (KithdRole role, gboolean first)
{
  return first ? KITHD_ROLE_OWNER : MIN (role, KITHD_ROLE_MEMBER);
}

void
kithd_account_record_clear (KithdAccountRecord *record)
{
  g_clear_pointer (&record->handle, g_free);
  g_clear_pointer (&record->folded, g_free);
  g_clear_pointer (&record->display, g_free);
  g_clear_pointer (&record->password, g_free);
  g_clear_pointer (&record->status_text, g_free);
}

gint64
kithd_day_of (gint64 ms)
{
  const gint64 day = G_GINT64_CONSTANT (24) * 3600 * 1000;
  return ms - ms % day;
}

void
kithd_device_record_clear (KithdDeviceRecord *record)
{
  g_clear_pointer (&record->name, g_free);
}

void
kithd_conversation_record_clear (KithdConversationRecord *record)
{
  g_clear_pointer (&record->name, g_free);
  g_clear_pointer (&record->folded, g_free);
  g_clear_pointer (&record->topic, g_free);
}

KithdBanRecord *
kithd_ban_record_copy (const KithdBanRecord *record)
{
  KithdBanRecord *copy = g_memdup2 (record, sizeof *record);
  copy->reason = g_strdup (record->reason);
  return copy;
}

void
kithd_ban_record_free (KithdBanRecord *record)
{
  g_free (record->reason);
  g_free (record);
}
