"""The command line: one file per verb, each parses, calls one library function and prints.

Results go to stdout, progress and talk to stderr. Exit 0: done; 2: bad usage or bad input.
"""

from beholder.cli.app import main

__all__ = ["main"]
