/* record.c - records own their strings. */
#include "domain/record.h"

void
kithd_account_record_clear (KithdAccountRecord *record)
{
  g_clear_pointer (&record->handle, g_free);
  g_clear_pointer (&record->folded, g_free);
  g_clear_pointer (&record->display, g_free);
  g_clear_pointer (&record->password, g_free);
  g_clear_pointer (&record->status_text, g_free);
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
