"""The parts of the accuracy benchmark (`benchmarks/accuracy.py`), from labelled documents to tables."""
