-- How many days what happens in a room is kept (0: no limit of its own), and how many messages are gone with the beginning of a log.
ALTER TABLE conversation ADD COLUMN retention INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
-- What an account that was deleted had noted for itself.
UPDATE conversation SET gone = n WHERE first > last;
