"""The verbs of the command line, thin: each reads its arguments, calls the package and prints. Exit codes are made in `__main__`."""
