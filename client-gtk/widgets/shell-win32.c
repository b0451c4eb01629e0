/* shell-win32.c - Shell_NotifyIcon and a hidden window that no thread but GTK's sees; GDK's main loop dispatches its
 * messages. A shell that starts anew (it crashes, people sign in slowly) says so, and gets the icon again. */
#include "widgets/shell-win32.h"

#include <shellapi.h>
#include <string.h>

#define ICON_ID 1
#define WM_ICON (WM_APP + 1)
#define MAX_WATCHERS 8

static struct {
  HWND window; /* NULL: not made */
  UINT shell_started;
  HICON icon, balloon; /* NULL: none shown; made when first needed */
  NOTIFYICONDATAW shown;
  gboolean is_shown;
  struct {
    KithShellIconFunc func;
    gpointer data;
  } icon_watchers[MAX_WATCHERS];
  guint n_icon_watchers;
  KithShellSettingFunc setting;
} shell;

static gboolean
add_icon (void)
{
  shell.shown.uFlags = NIF_MESSAGE | NIF_ICON | NIF_TIP | NIF_SHOWTIP;
  shell.is_shown = Shell_NotifyIconW (NIM_ADD, &shell.shown);
  shell.shown.uVersion = NOTIFYICON_VERSION_4;
  if (shell.is_shown)
    Shell_NotifyIconW (NIM_SETVERSION, &shell.shown);
  return shell.is_shown;
}

static void
tell_icon (guint word)
{
  for (guint i = 0; i < shell.n_icon_watchers; i++)
    shell.icon_watchers[i].func (word, shell.icon_watchers[i].data);
}

static LRESULT CALLBACK
on_message (HWND window, UINT message, WPARAM wide, LPARAM low)
{
  if (message == WM_ICON)
    tell_icon (LOWORD (low));
  else if (message == shell.shell_started && shell.icon != NULL)
    add_icon ();
  else if ((message == WM_SETTINGCHANGE || message == WM_SYSCOLORCHANGE) && shell.setting != NULL)
    shell.setting ();
  return DefWindowProcW (window, message, wide, low);
}

/* A top-level window, for only those hear what is told to all. */
static HWND
window (void)
{
  const WNDCLASSW class = {
      .lpfnWndProc = on_message, .hInstance = GetModuleHandleW (NULL), .lpszClassName = L"KithShell"};
  if (shell.window != NULL)
    return shell.window;
  RegisterClassW (&class);
  shell.shell_started = RegisterWindowMessageW (L"TaskbarCreated");
  shell.window = CreateWindowExW (WS_EX_TOOLWINDOW, class.lpszClassName, L"Kith", WS_POPUP, 0, 0, 0, 0, NULL, NULL,
                                  class.hInstance, NULL);
  return shell.window;
}

void
kith_shell_on_icon (KithShellIconFunc func, gpointer data)
{
  g_return_if_fail (shell.n_icon_watchers < MAX_WATCHERS);
  shell.icon_watchers[shell.n_icon_watchers].func = func;
  shell.icon_watchers[shell.n_icon_watchers++].data = data;
}

void
kith_shell_off_icon (gpointer data)
{
  guint kept = 0;
  for (guint i = 0; i < shell.n_icon_watchers; i++)
    if (shell.icon_watchers[i].data != data)
      shell.icon_watchers[kept++] = shell.icon_watchers[i];
  shell.n_icon_watchers = kept;
}

void
kith_shell_on_setting (KithShellSettingFunc func)
{
  window ();
  shell.setting = func;
}

/* Into a field of n places, cut between characters, closed with a zero. */
static void
put_text (wchar_t *field, gsize n, const char *text)
{
  g_autofree gunichar2 *wide = g_utf8_to_utf16 (text, -1, NULL, NULL, NULL);
  gsize length = wide != NULL ? wcslen ((wchar_t *) wide) : 0;
  if (length > n - 1)
    length = IS_HIGH_SURROGATE (wide[n - 2]) ? n - 2 : n - 1;
  memcpy (field, wide, length * sizeof *field);
  field[length] = 0;
}

static void
remove_icon (void)
{
  if (shell.is_shown)
    Shell_NotifyIconW (NIM_DELETE, &shell.shown);
  shell.is_shown = FALSE;
}

gboolean
kith_shell_set_icon (HICON icon, const char *words)
{
  HICON old = shell.icon;
  shell.icon = icon;
  if (icon == NULL) {
    remove_icon ();
  } else {
    shell.shown.cbSize = sizeof shell.shown;
    shell.shown.hWnd = window ();
    shell.shown.uID = ICON_ID;
    shell.shown.uCallbackMessage = WM_ICON;
    shell.shown.hIcon = icon;
    put_text (shell.shown.szTip, G_N_ELEMENTS (shell.shown.szTip), words);
    shell.shown.uFlags = NIF_MESSAGE | NIF_ICON | NIF_TIP | NIF_SHOWTIP;
    if (!shell.is_shown || !Shell_NotifyIconW (NIM_MODIFY, &shell.shown))
      add_icon ();
  }
  g_clear_pointer (&old, DestroyIcon);
  return shell.is_shown;
}

static void
show_balloon (const char *title, const char *text, DWORD flags)
{
  NOTIFYICONDATAW balloon = shell.shown;
  if (!shell.is_shown)
    return;
  balloon.uFlags = NIF_INFO | NIF_SHOWTIP;
  balloon.dwInfoFlags = flags | NIIF_NOSOUND | NIIF_RESPECT_QUIET_TIME; /* we have a sound of our own */
  balloon.hBalloonIcon = shell.balloon;
  put_text (balloon.szInfoTitle, G_N_ELEMENTS (balloon.szInfoTitle), title);
  put_text (balloon.szInfo, G_N_ELEMENTS (balloon.szInfo), text);
  Shell_NotifyIconW (NIM_MODIFY, &balloon);
}

void
kith_shell_balloon (const char *title, const char *text)
{
  if (shell.balloon == NULL) {
    g_autoptr (GdkPixbuf) pixbuf = gtk_icon_theme_load_icon (
        gtk_icon_theme_get_default (), "kith", GetSystemMetrics (SM_CXICON), GTK_ICON_LOOKUP_FORCE_SIZE, NULL);
    shell.balloon = pixbuf != NULL ? kith_shell_icon_of_pixbuf (pixbuf) : NULL;
  }
  /* an empty text would take the balloon away */
  show_balloon (title, *text != '\0' ? text : " ", shell.balloon != NULL ? NIIF_USER | NIIF_LARGE_ICON : NIIF_INFO);
}

void
kith_shell_clear_balloon (void)
{
  show_balloon ("", "", NIIF_NONE);
}

/* Lines from the top, blue first, colours multiplied by nothing. */
static void
fill (BYTE *bits, GdkPixbuf *pixbuf)
{
  int width = gdk_pixbuf_get_width (pixbuf), height = gdk_pixbuf_get_height (pixbuf);
  int n = gdk_pixbuf_get_n_channels (pixbuf), stride = gdk_pixbuf_get_rowstride (pixbuf);
  const guint8 *pixels = gdk_pixbuf_read_pixels (pixbuf);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++, bits += 4) {
      const guint8 *from = pixels + (gsize) y * (gsize) stride + (gsize) (x * n);
      bits[0] = from[2];
      bits[1] = from[1];
      bits[2] = from[0];
      bits[3] = n == 4 ? from[3] : 255;
    }
}

HICON
kith_shell_icon_of_pixbuf (GdkPixbuf *pixbuf)
{
  int width = gdk_pixbuf_get_width (pixbuf), height = gdk_pixbuf_get_height (pixbuf);
  BITMAPV5HEADER header = {.bV5Size = sizeof header,
                           .bV5Width = width,
                           .bV5Height = -height,
                           .bV5Planes = 1,
                           .bV5BitCount = 32,
                           .bV5Compression = BI_BITFIELDS,
                           .bV5RedMask = 0x00ff0000,
                           .bV5GreenMask = 0x0000ff00,
                           .bV5BlueMask = 0x000000ff,
                           .bV5AlphaMask = 0xff000000};
  void *bits = NULL;
  HBITMAP colors = CreateDIBSection (NULL, (BITMAPINFO *) &header, DIB_RGB_COLORS, &bits, NULL, 0);
  HBITMAP mask = CreateBitmap (width, height, 1, 1, NULL);
  HICON icon = NULL;
  if (colors != NULL && mask != NULL) {
    ICONINFO info = {.fIcon = TRUE, .hbmMask = mask, .hbmColor = colors};
    fill (bits, pixbuf);
    icon = CreateIconIndirect (&info);
  }
  g_clear_pointer (&colors, DeleteObject);
  g_clear_pointer (&mask, DeleteObject);
  return icon;
}
