"""The command line: arguments in, renderer out, no logic; one file per command."""
