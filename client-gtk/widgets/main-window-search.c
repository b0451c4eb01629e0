/* main-window-search.c - the page of search results among the pages of the window: made when it is first asked for. */
#include "widgets/main-window-private.h"

#include "widgets/search-page.h"

static void
on_jump (KithMainWindow *self, KithChat *chat, gint64 seq)
{
  kith_main_window_jump (self, chat, seq, TRUE);
}

static void
on_back (KithMainWindow *self)
{
  if (self->chat != NULL)
    kith_main_window_show_chat (self, self->chat);
}

static KithSearchPage *
search_page (KithMainWindow *self)
{
  if (self->search != NULL)
    return KITH_SEARCH_PAGE (self->search);
  self->search = kith_search_page_new ();
  gtk_container_add (GTK_CONTAINER (self->pages), self->search);
  g_signal_connect_swapped (self->search, "jump", G_CALLBACK (on_jump), self);
  g_signal_connect_swapped (self->search, "back", G_CALLBACK (on_back), self);
  return KITH_SEARCH_PAGE (self->search);
}

void
kith_main_window_results (KithMainWindow *self)
{
  gtk_stack_set_visible_child (self->pages, GTK_WIDGET (search_page (self)));
  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->content));
  kith_main_window_page_changed (self);
}

void
kith_main_window_search (KithMainWindow *self, KithChat *chat, const char *text)
{
  KithSearchPage *page = search_page (self);
  kith_main_window_results (self);
  kith_search_page_open (page, self->session, chat, text);
}

void
kith_main_window_search_here (KithMainWindow *self)
{
  kith_main_window_search (self, self->chat, NULL);
}

void
kith_main_window_search_all (KithMainWindow *self)
{
  kith_main_window_search (self, NULL, NULL);
}
