"""dondoc (đôn đốc): turns signed directives into duties that named units cannot lose sight of."""
