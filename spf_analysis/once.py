"""Answers of a frozen value that are worked out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

S = TypeVar("S")
P = ParamSpec("P")
T = TypeVar("T")


def once(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """A method that works its answer out once for the same arguments, which are compared as text: a year and its name are alike.

    For values that never change, as `cached_property` is for answers without arguments: the answers lie with the value itself, so that
    `dataclasses.replace` begins without any. An error is no answer: it is met anew each time.
    """

    taken = signature(method)

    @wraps(method)
    def asked(self: S, *arguments: P.args, **named: P.kwargs) -> T:
        given = taken.bind(self, *arguments, **named)
        given.apply_defaults()
        question = (method.__name__, *map(str, given.args[1:]), *map(str, given.kwargs.values()))
        answers: dict[Any, Any] = self.__dict__.setdefault("_answers", {})
        if question not in answers:
            answers[question] = method(self, *arguments, **named)
        return cast("T", answers[question])

    return cast("Callable[Concatenate[S, P], T]", asked)
