"""Where results are written before they are renamed: a reader never sees half a file.

The names follow from those of the results and are always the same, so that what a killed run left
behind is written over by the next one and does not stay.
"""

from __future__ import annotations

import shutil
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_TERMINATED = 128 + signal.SIGTERM
"""Exit status of a program that was told to end."""


def unfinished(path: Path) -> Path:
    """The name beside `path` under which it is written."""
    return path.with_name(f".{path.name}.unfinished")


@contextmanager
def unfinished_folder(path: Path, *others: Path) -> Iterator[Path]:
    """An empty folder beside `path` in which it, and others, are made; removed at the end.

    Also where the program is told to end (SIGTERM), as by a batch system whose time is over. The
    folders of these files are made where they are not there, and stay only if nothing is raised.
    """
    folder = unfinished(path)
    if folder.exists():
        shutil.rmtree(folder)
    with _ending_in_order(), _folders_of((path, *others)):
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


@contextmanager
def _folders_of(files: Sequence[Path]) -> Iterator[None]:
    """The folders of some files, made where they are not there; after an error no new one stays."""
    folders = {folder for file in files for folder in file.parents}
    new = sorted((one for one in folders if not one.exists()), key=lambda one: len(one.parts))
    try:
        for folder in new:
            folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for folder in reversed(new):
            with suppress(OSError):  # another program has put something there
                folder.rmdir()
        raise


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """SIGTERM ends the program as an exception does, unless something else handles it."""
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def replace_all(made: Sequence[Path], targets: Sequence[Path]) -> None:
    """Rename files to their places; when one cannot be, take back those already renamed.

    Raises:
        OSError: a file could not be renamed; none of them is in its place then.
    """
    done: list[Path] = []
    try:
        for source, target in zip(made, targets, strict=True):
            source.replace(target)
            done.append(target)
    except OSError:
        for target in done:
            target.unlink()
        raise


@contextmanager
def all_or_none(*paths: Path) -> Iterator[tuple[Path, ...]]:
    """Drafts of several files, in the same order: they get their places together, at the end.

    What is raised before leaves all of them as they were. Their folders are made where they are not
    there.
    """
    with unfinished_folder(*paths) as folder:
        drafts = tuple(folder / f"{number}.{path.name}" for number, path in enumerate(paths))
        yield drafts
        replace_all(drafts, paths)
