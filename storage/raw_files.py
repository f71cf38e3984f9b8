"""KEEPS raw bytes as files named by their own SHA-256, durable before a call returns."""

from __future__ import annotations

import hashlib
import itertools
import os
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from storage import StoreError
from storage.checks import is_raw_key

_SETTLED_SECONDS = 10.0  # a younger file may stand in a directory that its writer has not synced yet
_LEFTOVER_SECONDS = 3600.0
_THREADS = 8

Item = TypeVar("Item")
Result = TypeVar("Result")


class RawFiles:
    """`root/ab/cdef…`, written to `root/tmp` first: whoever reads sees the whole file or none."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._temporary = root / "tmp"
        self._numbers = itertools.count()
        self._has_shelves = False
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="raw")
        with _translated(root):
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._temporary.mkdir(mode=0o700, exist_ok=True)
            _sync_directory(root.parent)
            self._sweep()

    def keep(self, *contents: bytes) -> list[str]:
        """Keep the contents; their keys in order. StoreError where the disk refuses, and then none is promised."""
        keys = [hashlib.sha256(content).hexdigest() for content in contents]
        with _translated(self._root):
            if not self._has_shelves:
                _make_shelves(self._root)
                self._has_shelves = True
            different = dict(zip(keys, contents, strict=True))
            unsettled = self._each(self._make_whole, different.items())
            self._each(_sync_directory, {self._path(key).parent for key in unsettled if key})
        return keys

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown()

    def read(self, key: str) -> bytes:
        """The bytes. KeyError where there are none, StoreError where the disk gives back others than were kept."""
        if not is_raw_key(key):
            raise KeyError(key)
        with _translated(self._root):
            try:
                content = self._path(key).read_bytes()
            except FileNotFoundError:
                raise KeyError(key) from None
        if hashlib.sha256(content).hexdigest() != key:
            raise StoreError(f"{self._path(key)} is damaged: its bytes are not what was kept")
        return content

    def _path(self, key: str) -> Path:
        return self._root / key[:2] / key[2:]

    def _each(self, work: Callable[[Item], Result], items: Collection[Item]) -> list[Result]:
        """Do it for all items at once: a disk that syncs one file syncs the others in the same breath."""
        return list(map(work, items) if len(items) < 2 else self._threads.map(work, items))

    def _make_whole(self, item: tuple[str, bytes]) -> str:
        """Write the file where it is missing or truncated. Its key where its name may still have to be synced."""
        key, content = item
        try:
            status = self._path(key).stat()
        except FileNotFoundError:
            status = None
        if status is None or status.st_size != len(content):
            self._write(key, content)
            return key
        return key if abs(time.time() - status.st_ctime) < _SETTLED_SECONDS else ""

    def _write(self, key: str, content: bytes) -> None:
        temporary = self._temporary / f"{key}.{os.getpid()}.{next(self._numbers)}"
        try:
            _write_synced(temporary, content)
            temporary.replace(self._path(key))
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def _sweep(self) -> None:
        """Remove what a killed process left half written; what is younger may be another process at work."""
        oldest = time.time() - _LEFTOVER_SECONDS
        for leftover in self._temporary.iterdir():
            with suppress(FileNotFoundError):
                if leftover.stat().st_mtime < oldest:
                    leftover.unlink()


def _make_shelves(root: Path) -> None:
    """All 256 at once and synced, so that no later write has a new directory to make durable."""
    for name in {f"{number:02x}" for number in range(256)} - {path.name for path in root.iterdir()}:
        (root / name).mkdir(mode=0o700, exist_ok=True)
    _sync_directory(root)


def _write_synced(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{root}: {error}") from error
