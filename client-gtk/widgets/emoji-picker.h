/* emoji-picker.h - a popover with the emoji that this person uses, and an entry to find any other. */
#pragma once

#include <gtk/gtk.h>

typedef void (*KithEmojiFunc) (const char *emoji, gpointer data);
/* func is called at most once; then, or when the popover was closed, free_data. */
void kith_emoji_picker_popup (GtkWidget *relative_to, KithEmojiFunc func, gpointer data, GDestroyNotify free_data);
/* One was taken in another way: it is among the first from now on. */
void kith_emoji_took (const char *emoji);
