/* instance-win32.c - the options travel as WM_COPYDATA, in GVariant's own form. Any program of the same person can send
 * such a message: what does not have that form, or is too long, is dropped. */
#include "widgets/instance.h"

#include <windows.h>

#define CLASS L"KithInstance"
#define KIND 0x4b697468 /* "Kith" */
#define MAX_BYTES (64 * 1024)

const GApplicationFlags kith_instance_flags = G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_NON_UNIQUE;

static struct {
  HWND window;
  GApplication *application; /* borrowed */
  KithInstanceFunc func;
} instance;

static wchar_t *
name_of (GApplication *application)
{
  return (wchar_t *) g_utf8_to_utf16 (g_application_get_application_id (application), -1, NULL, NULL, NULL);
}

static HWND
find (GApplication *application)
{
  g_autofree wchar_t *name = name_of (application);
  return FindWindowW (CLASS, name);
}

gboolean
kith_instance_is_first (GApplication *application)
{
  return find (application) == NULL;
}

/* The process that we ask may come to the front: the person has just started us. */
gboolean
kith_instance_hand_over (GApplication *application, GVariantDict *options)
{
  DWORD process = 0;
  HWND other = find (application);
  if (other == NULL)
    return FALSE;
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_dict_end (options));
  COPYDATASTRUCT data = {KIND, (DWORD) g_variant_get_size (value), (void *) g_variant_get_data (value)};
  GetWindowThreadProcessId (other, &process);
  AllowSetForegroundWindow (process);
  SendMessageW (other, WM_COPYDATA, 0, (LPARAM) &data);
  return TRUE;
}

static gboolean
take (const COPYDATASTRUCT *data)
{
  if (data->dwData != KIND || data->cbData > MAX_BYTES)
    return FALSE;
  g_autoptr (GBytes) bytes = g_bytes_new (data->lpData, data->cbData);
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));
  if (!g_variant_is_normal_form (value))
    return FALSE;
  g_autoptr (GVariantDict) options = g_variant_dict_new (value);
  instance.func (instance.application, options);
  return TRUE;
}

static LRESULT CALLBACK
on_message (HWND window, UINT message, WPARAM wide, LPARAM low)
{
  if (message == WM_COPYDATA)
    return take ((const COPYDATASTRUCT *) low);
  return DefWindowProcW (window, message, wide, low);
}

void
kith_instance_begin (GApplication *application, KithInstanceFunc func)
{
  const WNDCLASSW class = {.lpfnWndProc = on_message, .hInstance = GetModuleHandleW (NULL), .lpszClassName = CLASS};
  g_autofree wchar_t *name = name_of (application);
  g_setenv ("HDY_DISABLE_PORTAL", "1", TRUE); /* nothing is to look for a session bus, which GLib would start */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
  instance.application = application;
  instance.func = func;
  RegisterClassW (&class);
  instance.window =
      CreateWindowExW (WS_EX_TOOLWINDOW, CLASS, name, WS_POPUP, 0, 0, 0, 0, NULL, NULL, class.hInstance, NULL);
}

void
kith_instance_end (void)
{
  g_clear_pointer (&instance.window, DestroyWindow);
}
