/* shell-win32.h - what the shell of Windows shows of us and tells us: one icon in the tray, its balloons, messages to
 * all windows. Behind it is one hidden window, made when it is first needed. Its thread is the one of GTK. */
#pragma once

#include <gtk/gtk.h>
#include <windows.h>

/* What happened to our icon: word is a NIN_... or WM_... of NOTIFYICON_VERSION_4. */
typedef void (*KithShellIconFunc) (guint word, gpointer data);
void kith_shell_on_icon (KithShellIconFunc func, gpointer data);
void kith_shell_off_icon (gpointer data);

/* A setting of the system has changed (WM_SETTINGCHANGE, WM_SYSCOLORCHANGE). */
typedef void (*KithShellSettingFunc) (void);
void kith_shell_on_setting (KithShellSettingFunc func);

/* Puts the icon there, or another in its place. FALSE: there is no tray (yet; it comes by itself when there is one).
 * words: shown when the pointer rests. NULL for icon: takes it away. Takes the icon. */
gboolean kith_shell_set_icon (HICON icon, const char *words);
/* A balloon of the icon, in the place of the one before; title and text are cut to what Windows takes. */
void kith_shell_balloon (const char *title, const char *text);
void kith_shell_clear_balloon (void);

/* To be destroyed (DestroyIcon). */
HICON kith_shell_icon_of_pixbuf (GdkPixbuf *pixbuf);
