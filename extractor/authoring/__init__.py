"""The rule author's bench: what helps to write, test and keep rule files. It stands on the pipeline and knows no command line."""
