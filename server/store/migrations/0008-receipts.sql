-- How far a member lets others see that messages came (delivered) and were read (seen): seqs that never go back. And who wants no receipts.
ALTER TABLE member ADD COLUMN delivered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN receipts_off INTEGER NOT NULL DEFAULT 0;
