/* member.c - one person in one conversation: whether in it, since when, how far read, mentioned where. */
#include "domain/domain-private.h"

void
kithd_member_set_state (KithdConversation *conversation, KithdMember *member, KithdMemberState state)
{
  if (member->record.state == KITHD_MEMBER_IN && state != KITHD_MEMBER_IN)
    conversation->n_in--;
  if (member->record.state != KITHD_MEMBER_IN && state == KITHD_MEMBER_IN)
    conversation->n_in++;
  member->record.state = state;
}

void
kithd_member_open_stay (KithdMember *member, gint64 from)
{
  KithdRange stay = { from, 0 };
  if (member->stays == NULL)
    member->stays = g_array_new (FALSE, FALSE, sizeof (KithdRange));
  g_array_append_val (member->stays, stay);
}

void
kithd_member_close_stay (KithdMember *member, gint64 to)
{
  if (member->stays != NULL && member->stays->len > 0)
    g_array_index (member->stays, KithdRange, member->stays->len - 1).to = to;
}

void
kithd_member_set_cursor (KithdMember *member, gint64 read, gint64 read_n)
{
  member->record.read = read;
  member->record.read_n = read_n;
  guint passed = 0;
  while (member->mentions != NULL && passed < member->mentions->len && g_array_index (member->mentions, gint64, passed) <= read)
    passed++;
  if (passed > 0)
    g_array_remove_range (member->mentions, 0, passed);
  if (member->mentions != NULL && member->mentions->len == 0)
    g_clear_pointer (&member->mentions, g_array_unref);
}

/* The index of seq, or of the first one above it. */
static guint
find_mention (const GArray *mentions, gint64 seq)
{
  guint i = mentions->len;
  while (i > 0 && g_array_index (mentions, gint64, i - 1) >= seq)
    i--;
  return i;
}

static gboolean
has_mention (const GArray *mentions, guint index, gint64 seq)
{
  return index < mentions->len && g_array_index (mentions, gint64, index) == seq;
}

void
kithd_member_add_mention (KithdMember *member, gint64 seq)
{
  if (seq <= member->record.read)
    return;
  if (member->mentions == NULL)
    member->mentions = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint index = find_mention (member->mentions, seq);
  if (!has_mention (member->mentions, index, seq) && member->mentions->len < KITHD_MENTIONS_COUNTED)
    g_array_insert_val (member->mentions, index, seq);
}

void
kithd_member_drop_mentions (KithdMember *member, gint64 before)
{
  if (member->mentions == NULL)
    return;
  g_array_remove_range (member->mentions, 0, find_mention (member->mentions, before));
  if (member->mentions->len == 0)
    g_clear_pointer (&member->mentions, g_array_unref);
}

void
kithd_member_remove_mention (KithdMember *member, gint64 seq)
{
  if (member->mentions == NULL)
    return;
  guint index = find_mention (member->mentions, seq);
  if (has_mention (member->mentions, index, seq))
    g_array_remove_index (member->mentions, index);
  if (member->mentions->len == 0)
    g_clear_pointer (&member->mentions, g_array_unref);
}

gint64
kithd_member_unread (const KithdMember *member, const KithdConversation *conversation)
{
  return conversation->record.n - MIN (MAX (member->record.read_n, conversation->record.gone), conversation->record.n);
}

guint
kithd_member_mentions (const KithdMember *member)
{
  return member->mentions != NULL ? member->mentions->len : 0;
}
