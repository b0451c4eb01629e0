/* fetch.c - events of a conversation by page, and all of them up to the present. */
#include "client/client-private.h"

typedef struct {
  gint64 conversation;
  KithPageFunc func;
  gpointer data;
  gint64 after;
} CatchUp;

/* A page that was asked for, with who wants it. */
typedef struct {
  gint64 conversation;
  KithAnswerFunc func;
  gpointer data;
} Asked;

static void
add_bound (json_object *request, const char *name, gint64 value)
{
  if (value >= 0)
    kith_add_integer (request, name, value);
}

static void
on_fetched (KithClient *client, const KithAnswer *answer, gpointer data)
{
  g_autofree Asked *asked = data;
  json_object *events = NULL;
  if (answer->root != NULL && json_object_object_get_ex (answer->root, "events", &events))
    for (gsize i = 0; i < json_object_array_length (events); i++)
      kith_client_note_come (client, asked->conversation, json_object_array_get_idx (events, i));
  if (asked->func != NULL)
    asked->func (client, answer, asked->data);
}

void
kith_client_fetch (KithClient *client, gint64 conversation, const KithFetch *fetch, KithAnswerFunc func, gpointer data)
{
  json_object *request = kith_client_message ("fetch", conversation, FALSE);
  add_bound (request, "after", fetch->after);
  add_bound (request, "before", fetch->before);
  add_bound (request, "changed_after", fetch->changed_after);
  add_bound (request, "upto", fetch->upto);
  if (fetch->limit > 0)
    kith_add_integer (request, "limit", MIN (fetch->limit, KITH_PAGE_MAX));
  Asked *asked = g_new (Asked, 1);
  *asked = (Asked){conversation, func, data};
  kith_client_request (client, request, KITH_REQUEST_KEEP, on_fetched, asked);
}

static void on_page (KithClient *client, const KithAnswer *answer, gpointer data);

static void
ask_page (KithClient *client, CatchUp *catch_up)
{
  KithFetch fetch = KITH_FETCH_NEWEST;
  fetch.after = catch_up->after;
  fetch.limit = KITH_PAGE_MAX;
  kith_client_fetch (client, catch_up->conversation, &fetch, on_page, catch_up);
}

static void
end (KithClient *client, CatchUp *catch_up, const GError *error)
{
  catch_up->func (client, catch_up->conversation, NULL, error, catch_up->data);
  g_free (catch_up);
}

static void
on_page (KithClient *client, const KithAnswer *answer, gpointer data)
{
  CatchUp *catch_up = data;
  json_object *events = NULL;
  if (answer->error != NULL || !json_object_object_get_ex (answer->root, "events", &events)) {
    end (client, catch_up, answer->error);
    return;
  }
  gsize n = json_object_array_length (events);
  gint64 last = n > 0 ? kith_member_integer (json_object_array_get_idx (events, n - 1), "seq", 0) : 0;
  gboolean more = kith_member_boolean (answer->root, "more", FALSE);
  if (n > 0)
    catch_up->func (client, catch_up->conversation, events, NULL, catch_up->data);
  if (!more || last <= catch_up->after) {
    end (client, catch_up, NULL);
    return;
  }
  catch_up->after = last;
  ask_page (client, catch_up);
}

void
kith_client_catch_up (KithClient *client, gint64 conversation, gint64 after, KithPageFunc func, gpointer data)
{
  CatchUp *catch_up = g_new0 (CatchUp, 1);
  *catch_up = (CatchUp){conversation, func, data, after};
  ask_page (client, catch_up);
}
