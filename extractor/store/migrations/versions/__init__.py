"""One module a revision; what a revision says is frozen, whatever the tables become later."""
