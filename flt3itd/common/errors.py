"""The one family of errors that are a mistake of the user, not of the program."""

from gzip import BadGzipFile


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


def unread_fastq(where: str, error: Exception) -> UserError:
    """The mistake that a FASTQ file is, which a library could not read to its end.

    `where` names the file, or both of a pair.
    """
    mend = (
        "copy the file again, or take .gz from its name if it is plain text"
        if isinstance(error, BadGzipFile)
        else "copy the file again, and give whole FASTQ"
    )
    return UserError(f"{where}: the reads cannot be taken: {one_line(error)}; {mend}")
