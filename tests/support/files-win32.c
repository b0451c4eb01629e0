/* files-win32.c - access control lists. */
#include "support/files.h"

#include <windows.h>
#include <aclapi.h>
#include <sddl.h>

#include "support/check.h"

void
test_assert_mode (const char *path, guint mode)
{
  assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* OW, BA and SY of SDDL, or the owner by name. */
static gboolean
may_enter (PSID who, PSID owner)
{
  return EqualSid (who, owner) || IsWellKnownSid (who, WinCreatorOwnerRightsSid) ||
         IsWellKnownSid (who, WinBuiltinAdministratorsSid) || IsWellKnownSid (who, WinLocalSystemSid);
}

void
test_assert_private_directory (const char *path)
{
  g_autofree gunichar2 *wide = g_utf8_to_utf16 (path, -1, NULL, NULL, NULL);
  PSECURITY_DESCRIPTOR descriptor = NULL;
  PSID owner = NULL;
  PACL list = NULL;
  assert_int_equal (GetNamedSecurityInfoW ((wchar_t *) wide, SE_FILE_OBJECT,
                                           OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &owner, NULL, &list,
                                           NULL, &descriptor),
                    ERROR_SUCCESS);
  assert_non_null (list);
  for (DWORD i = 0; i < list->AceCount; i++) {
    ACCESS_ALLOWED_ACE *entry = NULL;
    assert_true (GetAce (list, i, (void **) &entry));
    if (entry->Header.AceType == ACCESS_ALLOWED_ACE_TYPE && entry->Mask != 0)
      assert_true (may_enter (&entry->SidStart, owner));
  }
  LocalFree (descriptor);
}
