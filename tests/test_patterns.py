"""Patterns that are compiled when they are first asked: every one of them can be."""

import gc
import importlib
import pkgutil
import re

import worker.policy
from worker.policy.plain_words import Phrases
from worker.policy.tone_marks import Spoken


def test_every_pattern_of_the_policy_compiles() -> None:
    for module in pkgutil.iter_modules(worker.policy.__path__, "worker.policy."):
        importlib.import_module(module.name)
    gc.unfreeze()  # a worker that ran in this process froze what was there
    found = [one for one in gc.get_objects() if isinstance(one, Phrases | Spoken)]

    assert len(found) > 300
    for one in found:
        ways = (one._strict, one._loose) if isinstance(one, Phrases) else (one._marked, one._bare)
        assert all(isinstance(way, re.Pattern) for way in ways)
