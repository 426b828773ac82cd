"""What tests hand to the product: a message, a clock, tokens. The fakes themselves are `service.fakes`."""
