"""From what must be told to who was told: planning, delivery and the channels."""
