"""Doubts about rule files that need no document: each module owns one kind of them, `findings` the table of all.

A check is a function from a `Written` file, or from the book of all files, to its findings. It never raises for what a
file holds, and says one thing about one fault.
"""
