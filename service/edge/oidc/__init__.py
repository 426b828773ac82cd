"""OpenID Connect: keys of providers, what their tokens say, and signing in with a browser."""
