"""One file per pod: its bytes, its configuration, what it can give. Nothing here touches a radio."""
