"""The command line: parse, call the application, print."""
