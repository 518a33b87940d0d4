"""The app's pages: each shows what the same functions as the command line's give."""
