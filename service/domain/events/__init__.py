"""Every fact worth telling: past tense, a versioned kind, ids and values as they were."""
