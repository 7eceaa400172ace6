"""The command line: data on stdout, narration on stderr, exit codes that scripts can trust."""
