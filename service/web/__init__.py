"""Pages for people. They call the same actions and readings as the API."""
