"""Tables that people open in an office program: rows in, a file out."""
