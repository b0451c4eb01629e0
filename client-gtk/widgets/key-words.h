/* key-words.h - a server's key as people compare it: the blocks beside the six words. The words come a moment later. */
#pragma once

#include <gtk/gtk.h>

#define KITH_TYPE_KEY_WORDS (kith_key_words_get_type ())
G_DECLARE_FINAL_TYPE (KithKeyWords, kith_key_words, KITH, KEY_WORDS, GtkBox)

/* Pixels; in a template the blocks are of 60. */
GtkWidget *kith_key_words_new (int blocks_size);
/* pin: 64 hex digits; "" or NULL: nothing is shown. */
void kith_key_words_set_pin (KithKeyWords *words, const char *pin);
/* Signal: "shown" (char *hex): the words are there; hex is the whole fingerprint in groups of four. */
