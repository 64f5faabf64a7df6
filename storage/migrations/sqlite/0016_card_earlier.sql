-- Where a card stood before, on platforms that show what became of it as a new message: a tap there still finds it.
CREATE TABLE card_earlier (
  card INTEGER NOT NULL REFERENCES card (id) ON DELETE CASCADE,
  ref TEXT NOT NULL,
  PRIMARY KEY (ref, card)
) STRICT, WITHOUT ROWID;
CREATE INDEX card_earlier_card ON card_earlier (card);
