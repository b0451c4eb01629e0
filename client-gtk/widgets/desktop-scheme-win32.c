/* desktop-scheme-win32.c - Settings, Personalisation, Colours: two values of the registry; and the switch of high
 * contrast. */
#include "widgets/desktop-scheme.h"

#include "widgets/shell-win32.h"

#define PERSONALIZE L"Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize"

/* Windows has no such value before somebody chose: light then. */
static gboolean
is_dark (const wchar_t *value)
{
  DWORD light = 1, size = sizeof light;
  RegGetValueW (HKEY_CURRENT_USER, PERSONALIZE, value, RRF_RT_REG_DWORD, NULL, &light, &size);
  return light == 0;
}

gboolean
kith_desktop_scheme (gboolean *dark, gboolean *high_contrast)
{
  HIGHCONTRASTW contrast = {.cbSize = sizeof contrast};
  *dark = is_dark (L"AppsUseLightTheme");
  *high_contrast = SystemParametersInfoW (SPI_GETHIGHCONTRAST, sizeof contrast, &contrast, 0) &&
                   (contrast.dwFlags & HCF_HIGHCONTRASTON) != 0;
  return TRUE;
}

void
kith_desktop_scheme_watch (void (*changed) (void))
{
  kith_shell_on_setting (changed);
}

gboolean
kith_desktop_bar_is_dark (void)
{
  return is_dark (L"SystemUsesLightTheme");
}
