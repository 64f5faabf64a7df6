"""Which SQL a plant's store is asked while something is acted out, and whether it names the plant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from storage.store import Store

NAMED = re.compile(
    r"enterprise = \$1|^(?:UPDATE|SELECT \w+ FROM) enterprise\b.* WHERE id = \$1"
    r"|^INSERT INTO \w+ \([^)]*\benterprise\b.*\$1",
    re.S,
)


@contextmanager
def asked() -> Iterator[set[str]]:
    """Every statement that a store is asked meanwhile."""
    found: set[str] = set()

    def noting(real: Callable[..., Any]) -> Callable[..., Any]:
        def noted(store: Store, sql: str, *args: Any, **more: Any) -> Any:
            found.add(sql)
            return real(store, sql, *args, **more)

        return noted

    with ExitStack() as stack:
        for name in ("run", "one", "all", "value", "insert"):
            stack.enter_context(patch.object(Store, name, noting(getattr(Store, name))))
        yield found


def nameless(statements: set[str]) -> list[str]:
    """Those that reach into every plant."""
    return sorted(sql for sql in statements if not NAMED.search(sql))
