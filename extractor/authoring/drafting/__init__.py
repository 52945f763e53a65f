"""Drafting a rule file from samples of a vendor: what stands on them, who issued them, how each value is found again."""
