/* search-page.h - search with filters and results that jump: a page of the main window. */
#pragma once

#include "core/session.h"

#include <handy.h>

#define KITH_TYPE_SEARCH_PAGE (kith_search_page_get_type ())
G_DECLARE_FINAL_TYPE (KithSearchPage, kith_search_page, KITH, SEARCH_PAGE, GtkBox)

GtkWidget *kith_search_page_new (void);
/* chat NULL: everywhere. text NULL: as it was. */
void kith_search_page_open (KithSearchPage *page, KithSession *session, KithChat *chat, const char *text);
HdyHeaderBar *kith_search_page_header (KithSearchPage *page);
/* Signals: "jump" (KithChat, gint64 seq), "back". */
