"""Mutated files by the hundred thousand: whatever comes in, the answer is a proposal or a refusal."""
