"""Every operation of the API, carried out with success in one story of one office."""
