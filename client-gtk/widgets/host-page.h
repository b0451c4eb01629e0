/* host-page.h - "Start a server on this computer": its name, who may join; once it runs, how others find it, and how it
 * is stopped. A page of the first-run window. ui: host-page.ui. */
#pragma once

#include "core/host.h"

#include <gtk/gtk.h>

#define KITH_TYPE_HOST_PAGE (kith_host_page_get_type ())
G_DECLARE_FINAL_TYPE (KithHostPage, kith_host_page, KITH, HOST_PAGE, GtkScrolledWindow)

GtkWidget *kith_host_page_new (KithHost *host);
void kith_host_page_open (KithHostPage *page); /* as the server is now */
/* Signal: "enter" (char *code): the person wants in, with this invitation ("": none is needed). */
