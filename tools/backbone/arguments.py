"""Arguments of the tools in this folder: what is wrong with them is said in a sentence, before torch has any work."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Callable, NoReturn


def refuse(sentence: str) -> NoReturn:
    """Ends the tool: the sentence on stderr, status 1, no traceback."""
    raise SystemExit(sentence)


def whole_number(least: int, most: int | None = None) -> Callable[[str], int]:
    """A whole number in a range, as argparse's `type`."""
    wanted = f"a whole number of at least {least}" if most is None else f"a whole number from {least} to {most}"

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least or (most is not None and value > most):
            raise argparse.ArgumentTypeError(f"{text}: it takes {wanted}")
        return value

    return read


def file(text: str) -> Path:
    """A file that is there."""
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"{text}: there is no such file")
    return Path(text)


def folder_of(*names: str) -> Callable[[str], Path]:
    """A folder that is there and holds these files."""

    def read(text: str) -> Path:
        if not Path(text).is_dir():
            raise argparse.ArgumentTypeError(f"{text}: there is no such folder")
        for name in names:
            if not (Path(text) / name).is_file():
                raise argparse.ArgumentTypeError(f"{text}: there is no {name} in it")
        return Path(text)

    return read


def out_file(text: str) -> Path:
    """A file that can be written at the end of the work."""
    path = Path(text)
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{text}: it is a folder; name a file to write")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text}: there is no folder {path.parent}; make it first")
    return path


def out_folder(text: str) -> Path:
    """A folder to write to, made where it is missing."""
    try:
        Path(text).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text}: the folder cannot be made ({error.strerror}); name another one") from error
    return Path(text)
