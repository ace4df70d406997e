"""Look through the columns of a result in a terminal, and correct their roles."""
