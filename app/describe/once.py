"""A property that is worked out when it is first asked for and then kept in the instance.

`functools.cached_property` does the same, but up to Python 3.11 it takes a lock for each: pages have thousands of lines and pieces of
lines, and no two threads share them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class _Once(Generic[T]):
    def __init__(self, work_out: Callable[[Any], T]) -> None:
        self._work_out = work_out
        self.__doc__ = work_out.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> _Once[T]: ...

    @overload
    def __get__(self, instance: object, owner: type | None = None) -> T: ...

    def __get__(self, instance: object | None, owner: type | None = None) -> T | _Once[T]:
        """Only asked where the instance has no value yet: one in `__dict__` goes before a descriptor that can't be set."""
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._work_out(instance)
        return value


def once(work_out: Callable[[Any], T]) -> _Once[T]:
    """For methods of classes whose instances have a `__dict__`, frozen ones too."""
    return _Once(work_out)
