-- What is said to everybody on the server: one conversation (kind 3) that every account is in, made by the first broadcast.
CREATE UNIQUE INDEX conversation_broadcasts ON conversation (kind) WHERE kind = 3;
