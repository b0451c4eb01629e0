/* emoji-picker.h - a popover with the emoji that are used most, and an entry to find any other. */
#pragma once

#include <gtk/gtk.h>

typedef void (*KithEmojiFunc) (const char *emoji, gpointer data);
/* func is called at most once; then, or when the popover was closed, free_data. */
void kith_emoji_picker_popup (GtkWidget *relative_to, KithEmojiFunc func, gpointer data, GDestroyNotify free_data);
/* The n emoji that are offered first (n up to 32); static. */
const char *kith_emoji_frequent (guint n);
