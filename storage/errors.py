"""What storage can meet. `app` puts these facts into a clerk's words; storage itself speaks to programmers."""

from __future__ import annotations


class StorageError(Exception):
    """`code` is dotted and stable; the message is English and for the log."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
