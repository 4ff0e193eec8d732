"""The clerk's verbs. Each is a plain function; the window, the command line and the server call the same ones."""
