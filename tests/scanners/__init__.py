"""What opens links besides people: it must change nothing, and a person afterwards everything."""
