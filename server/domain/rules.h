/* rules.h - who may do what, and read what. Pure questions about the domain; every refusal is a KITH_ERROR with a sentence. */
#pragma once

#include "domain/domain.h"
#include "domain/settings.h"

/* Whether actor may append an event of kind (about subject, or 0) to the conversation. conversation may be NULL (named, but not there).
 * *unchanged is set where it is so already: for join and invite; the answer is the seq at which it became so. */
gboolean kithd_rules_may (const KithdConversation *conversation, const KithdAccount *actor, KithdEventKind kind,
                          const KithdAccount *subject, const KithdSettings *settings, gint64 *unchanged, GError **error);

/* Whether giver may give that role in the room to taker; *unchanged as above: taker has it. The conversation is a room. */
gboolean kithd_rules_may_give (const KithdConversation *conversation, const KithdAccount *giver, const KithdAccount *taker, KithdRole role,
                               gint64 *unchanged, GError **error);

/* Whether actor, who may otherwise do it, is not kept from it by being read-only or muted, or by writing to everybody
 * without a role on the server. now_ms: since 1970. */
gboolean kithd_rules_may_speak (const KithdConversation *conversation, const KithdAccount *actor, KithdEventKind kind, gint64 now_ms,
                                GError **error);

/* Whether inviter (NULL: the administrator) may let strangers in by a link: into the server, and into the conversation where it is not NULL.
 * Asked when the link is made and again when it is used. */
gboolean kithd_rules_may_let_in (const KithdConversation *conversation, const KithdAccount *inviter, const KithdSettings *settings, GError **error);

/* The same of somebody who has an account, guest: into the conversation, which is a room. */
gboolean kithd_rules_may_bring_in (const KithdConversation *conversation, const KithdAccount *inviter, const KithdAccount *guest,
                                   const KithdSettings *settings, GError **error);

/* Whether nobody in a direct conversation of two has blocked actor. */
gboolean kithd_rules_may_reach (const KithdDomain *domain, const KithdConversation *conversation, const KithdAccount *actor,
                                KithdEventKind kind, GError **error);

/* Whether actor may say something to everybody on the server. */
gboolean kithd_rules_may_broadcast (const KithdAccount *actor, GError **error);

/* Whether they may see who is banned from the room. */
gboolean kithd_rules_may_list_bans (const KithdConversation *conversation, const KithdAccount *actor, GError **error);
/* Whether actor may mention everybody there at once. */
gboolean kithd_rules_may_call_all (const KithdConversation *conversation, const KithdAccount *actor, GError **error);

/* Whether actor may delete what others wrote there. */
gboolean kithd_rules_may_moderate (const KithdConversation *conversation, const KithdAccount *actor);

/* Appends the ranges (KithdRange, ascending, not overlapping) that the account may read now. None: KITH_ERROR_NOT_MEMBER or NOT_FOUND. */
gboolean kithd_rules_readable (const KithdConversation *conversation, gint64 account, GArray *ranges, GError **error);
gboolean kithd_rules_readable_contains (const GArray *ranges, gint64 seq);
