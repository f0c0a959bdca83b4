"""One file per pod: its bytes, its configuration, what it can give. No radio in here."""
