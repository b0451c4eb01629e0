/* message-text.h - what somebody wrote, as widgets: labels with attributes, blocks of code, quotes. Nothing of it ever
 * becomes markup. */
#pragma once

#include "core/rich.h"
#include "core/session.h"

#include <gtk/gtk.h>

/* A box. The labels in it carry their spans. */
GtkWidget *kith_message_text_new (KithSession *session, const char *text, const GArray *mentions);
/* The same without the box where one part is all there is. */
GtkWidget *kith_message_text_new_bare (KithSession *session, const char *text, const GArray *mentions);
/* A label with spans over it; spans are copied. */
GtkWidget *kith_message_label_new (const char *text, const GArray *spans, const char *classes);
/* The link or mention of a label made here that is at a point of the label; NULL: none. Valid as long as the label. */
const KithSpan *kith_message_label_span_at (GtkWidget *label, double x, double y);
const KithSpan *kith_message_label_first_link (GtkWidget *label);
/* Calls func for each label made here, in and below widget. */
void kith_message_text_each_label (GtkWidget *widget, GtkCallback func, gpointer data);
/* Opens an address as its kind allows; asks first where it should. */
void kith_message_open_link (GtkWidget *widget, const char *address);
