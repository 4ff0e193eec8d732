"""The command line: the same verbs as the window, for scripts, tests and servers without a screen."""
