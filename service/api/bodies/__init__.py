"""What comes in: one class an action, nothing coerced, nothing ignored."""
