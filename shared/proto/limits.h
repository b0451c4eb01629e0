/* limits.h - the numbers of the protocol that both sides build in. What a server can configure is in its answer to hello. */
#pragma once

#define KITH_PORT 5484          /* K-I-T-H on a telephone keypad, TCP and UDP */
#define KITH_PROTOCOL 1
#define KITH_ALPN "kith/1"

#define KITH_FRAME_TO_SERVER (64 * 1024)    /* bytes of a frame, line feed included */
#define KITH_FRAME_TO_CLIENT (256 * 1024)
#define KITH_TOKENS_FRESH 256               /* JSON tokens in a frame before sign-in */
#define KITH_TOKENS_TO_SERVER 1024
#define KITH_TOKENS_TO_CLIENT 32768
#define KITH_DEPTH 8                        /* objects and arrays within each other */

#define KITH_NONCE_BYTES 16                 /* 32 hex digits on the wire */
#define KITH_TOKEN_BYTES 32                 /* 64 hex digits on the wire */
#define KITH_TEXT_MAX (16 * 1024)           /* bytes of UTF-8 in a message */
#define KITH_HANDLE_MAX 32                  /* characters */
#define KITH_DISPLAY_MAX 64
#define KITH_ROOM_NAME_MAX 48
#define KITH_TOPIC_MAX 512
#define KITH_STATUS_TEXT_MAX 256            /* bytes of the text beside a state */
#define KITH_DEVICE_NAME_MAX 64
#define KITH_EMOJI_MAX 32                   /* bytes: one grapheme cluster */
#define KITH_DEVICES_MAX 50                 /* of an account */
#define KITH_PASSWORD_MIN 8
#define KITH_PASSWORD_MAX 256
#define KITH_MENTIONS_MAX 50                /* people named in one message */
#define KITH_DIRECT_MAX 8                   /* people in a direct conversation, the asker included */
#define KITH_REASON_MAX 256                 /* bytes */
#define KITH_INVITATION_SECONDS_MAX (366 * 24 * 3600)
#define KITH_INVITATION_USES_MAX 10000
#define KITH_INVITATIONS_MAX 100            /* of a person, not over */
#define KITH_MUTE_SECONDS_MAX (366 * 24 * 3600)
#define KITH_PAGE_MAX 200                   /* events, people or rooms in one answer */
#define KITH_REACTION_KINDS_MAX 20
#define KITH_REACTION_NAMES_MAX 50
#define KITH_SEARCH_TEXT_MAX 512            /* bytes */
#define KITH_SEARCH_WORDS_MAX 16
#define KITH_SEARCH_PLACES_MAX 1000         /* conversations that one search looks into */
#define KITH_PINS_MAX 100
#define KITH_RETENTION_DAYS_MAX 36500
#define KITH_TYPING_MEMBERS_MAX 50
#define KITH_TYPING_SECONDS 6
#define KITH_RECEIPTS_MEMBERS_MAX 50        /* in larger conversations nobody is told what was delivered and read */
#define KITH_INTEGER_MAX 9007199254740991   /* 2^53 - 1: what every JSON reader keeps exact */
