/* message-bar.h - the buttons that float over the message under the pointer: three emoji, add, reply, forward, more. */
#pragma once

#include <gtk/gtk.h>

typedef struct {
  void (*emoji) (GtkButton *button, gpointer data); /* its label is the emoji */
  void (*add) (GtkButton *button, gpointer data);
  void (*reply) (GtkButton *button, gpointer data);
  void (*forward) (GtkButton *button, gpointer data);
  void (*more) (GtkButton *button, gpointer data);
} KithMessageBarHooks;

/* Not shown yet. data lives as long as the bar. */
GtkWidget *kith_message_bar_new (const KithMessageBarHooks *hooks, gpointer data);
/* Its place in the view, beside or over a row in it. row NULL, or not in it any more: above the view, so not to be seen; without a
 * place it would fill the whole view. */
void kith_message_bar_place (GtkWidget *bar, GtkWidget *view, GtkWidget *row, GdkRectangle *at);
void kith_message_bar_refresh (GtkWidget *bar); /* the emoji are those that were taken last */
