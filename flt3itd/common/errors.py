"""The one family of errors that are a mistake of the user, not of the program."""


class UserError(Exception):
    """A mistake in the input that the user can mend.

    The message is one line: what is wrong, where (file, row, column), and how to mend it.
    Commands print it without a traceback and end with exit status 2.
    """

    exit_status = 2


INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells tell it: 128 and the number of the signal."""


def why(error: OSError) -> str:
    """What the system says of a file, or the library that wrote it, which told no error number."""
    return error.strerror or one_line(error)


def one_line(error: Exception) -> str:
    """The text of an error of a library in one line, or what it is called if it has none."""
    return " ".join(str(error).split()) or type(error).__name__
