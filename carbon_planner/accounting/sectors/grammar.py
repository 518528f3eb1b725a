"""Formulas of rule tables: numbers, names, + − × ÷ and parentheses. A tokenizer and a recursive descent, no more.

A formula is text such as ``area_m2 * plot_ratio`` or ``trips * (1 - green_share) * length``. It is parsed once into a
tree of frozen nodes; :func:`fold` walks the tree with an :class:`Algebra`, so that the same formula gives arrays,
units or amounts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, Union

from ...base.errors import PlannerError

MAX_LENGTH = 400
MAX_DEPTH = 32

_TOKEN = re.compile(r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|"
                    r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>[-+*/()]))")  # fmt: skip


class FormulaError(PlannerError):
    """A formula that cannot be read, or whose parts do not fit together."""


@dataclass(frozen=True)
class Number:
    """A number of the formula."""

    value: float


@dataclass(frozen=True)
class Name:
    """The name of a quantity or a factor."""

    text: str


@dataclass(frozen=True)
class Binary:
    """Two nodes and the sign between them."""

    sign: str
    left: Node
    right: Node


Node = Union[Number, Name, Binary]
T = TypeVar("T")


class Algebra(Protocol, Generic[T]):
    """What the parts of a formula mean."""

    def number(self, value: float) -> T:
        """A plain number."""

    def name(self, text: str) -> T:
        """A named value."""

    def add(self, left: T, right: T) -> T:
        """Sum."""

    def subtract(self, left: T, right: T) -> T:
        """Difference."""

    def multiply(self, left: T, right: T) -> T:
        """Product."""

    def divide(self, left: T, right: T) -> T:
        """Quotient."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._next = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._sum()
        if self._next < len(self._tokens):
            raise self._error(self._tokens[self._next])
        return node

    def _peek(self) -> str:
        return self._tokens[self._next].text if self._next < len(self._tokens) else ""

    def _sum(self) -> Node:
        node = self._product()
        while self._peek() in ("+", "-"):
            sign = self._take().text
            node = Binary(sign, node, self._product())
        return node

    def _product(self) -> Node:
        node = self._factor()
        while self._peek() in ("*", "/"):
            sign = self._take().text
            node = Binary(sign, node, self._factor())
        return node

    def _factor(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FormulaError("FORMULA_TOO_DEEP", formula=self._text, most=MAX_DEPTH)
        token = self._take()
        if token.text == "-":
            node: Node = Binary("-", Number(0.0), self._factor())
        elif token.text == "(":
            node = self._sum()
            if self._peek() != ")":
                raise FormulaError("FORMULA_UNCLOSED", formula=self._text, at=token.at + 1)
            self._take()
        elif token.kind == "number":
            node = Number(self._value(token))
        elif token.kind == "name":
            node = Name(token.text)
        else:
            raise self._error(token)
        self._depth -= 1
        return node

    def _value(self, token: _Token) -> float:
        value = float(token.text)
        if not math.isfinite(value):
            raise self._error(token)
        return value

    def _take(self) -> _Token:
        if self._next >= len(self._tokens):
            raise FormulaError("FORMULA_ENDS", formula=self._text)
        self._next += 1
        return self._tokens[self._next - 1]

    def _error(self, token: _Token) -> FormulaError:
        return FormulaError("FORMULA_SIGN", formula=self._text, sign=token.text, at=token.at + 1)


def _tokens(text: str) -> Iterator[_Token]:
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            blanks = len(text[at:]) - len(text[at:].lstrip())
            where = min(at + blanks, len(text) - 1)
            raise FormulaError("FORMULA_SIGN", formula=text, sign=text[where], at=where + 1)
        kind = match.lastgroup or ""
        yield _Token(kind, match[kind], match.start(kind))
        at = match.end()


def parse(text: str) -> Node:
    """Parse a formula. Raises :class:`FormulaError` for anything that is none; never anything else."""
    if not text.strip():
        raise FormulaError("FORMULA_EMPTY")
    if len(text) > MAX_LENGTH:
        raise FormulaError("FORMULA_TOO_LONG", formula=text[:40] + "…", most=MAX_LENGTH)
    return _Parser(text).whole()


def fold(node: Node, algebra: Algebra[T]) -> T:
    """The value of a formula in an algebra."""
    if isinstance(node, Number):
        return algebra.number(node.value)
    if isinstance(node, Name):
        return algebra.name(node.text)
    left, right = fold(node.left, algebra), fold(node.right, algebra)
    operation = {"+": algebra.add, "-": algebra.subtract, "*": algebra.multiply, "/": algebra.divide}[node.sign]
    return operation(left, right)


def names(node: Node) -> tuple[str, ...]:
    """All names of a formula, in the order of their first mention."""
    if isinstance(node, Name):
        return (node.text,)
    if isinstance(node, Binary):
        return tuple(dict.fromkeys(names(node.left) + names(node.right)))
    return ()


def power_of(node: Node, name: str) -> int | None:
    """With which power a name multiplies the whole formula (1 or −1), 0 where it is absent, None where it is added.

    Only such a name can be taken out of a coefficient and moved to the activity.
    """
    if isinstance(node, Name):
        return 1 if node.text == name else 0
    if isinstance(node, Number) or name not in names(node):
        return 0
    left, right = power_of(node.left, name), power_of(node.right, name)
    if left is None or right is None or node.sign in "+-":
        return None
    return left + right if node.sign == "*" else left - right
