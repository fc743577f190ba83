"""A small safe language for what people compute of a record: arithmetic, comparisons, a few functions.

Its text is Python's grammar for expressions with nearly all of it left out: no attributes, no indexing, no calls but
those in FUNCTIONS, no powers. Numbers are decimals, never binary. What is missing makes the answer missing: a sum
with an empty field is empty, and so is a division by zero.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, DecimalException, localcontext
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import money, refusals
from onmaru.kernel.refusals import Refused

Value = Decimal | date | str | bool | None

LONGEST = 500
DEEPEST = 25
LONGEST_TEXT = 2_000

EXPRESSION_UNREADABLE = refusals.reason(
    "expression_unreadable", _("The formula cannot be read near “{part}”.")
)
EXPRESSION_TOO_LONG = refusals.reason("expression_too_long", _("A formula has at most {limit} characters."))
EXPRESSION_NAME = refusals.reason(
    "expression_name", _("The formula names “{name}”, which is not a field here.")
)
EXPRESSION_MISFIT = refusals.reason(
    "expression_misfit", _("The formula mixes kinds of values that do not go together.")
)


class Misfit(Exception):
    """Values of kinds that do not go together (a text plus a number)."""


@dataclass(frozen=True)
class Expression:
    """A formula that was read; ``names`` are the fields it asks for."""

    tree: ast.expr
    names: frozenset[str]

    def value(self, values: Mapping[str, Any]) -> Value:
        """What it comes to; None where something is missing, out of reach or does not go together."""
        try:
            with localcontext(money.EXACT) as exact:
                exact.prec = 34
                value = _walk(self.tree, values)
                return value[:LONGEST_TEXT] if isinstance(value, str) else value
        except (Misfit, DecimalException, OverflowError):
            return None


def parse(text: str, *, field: str = "") -> Expression:
    """Read a formula. Raises Refused with where it cannot be."""
    if len(text) > LONGEST:
        raise Refused(EXPRESSION_TOO_LONG(field, limit=LONGEST))
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Refused(EXPRESSION_UNREADABLE(field, part=text.strip()[:30])) from error
    _allow(tree, text.strip(), field)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return Expression(tree, frozenset(names - FUNCTIONS.keys()))


def check(text: str, samples: Mapping[str, Value], *, field: str = "") -> type:
    """The kind of what a formula comes to, tried on a sample of each field. Raises Refused with every reason."""
    found = parse(text, field=field)
    refusals.check(EXPRESSION_NAME(field, name=name) for name in sorted(found.names - samples.keys()))
    try:
        with localcontext(money.EXACT):
            value = _walk(found.tree, samples)
    except Misfit as error:
        raise Refused(EXPRESSION_MISFIT(field)) from error
    except (DecimalException, OverflowError):
        value = None
    return type(value) if value is not None else Decimal


def _allow(tree: ast.expr, text: str, field: str) -> None:
    """Refuse every kind of node that has no rule below, and a nesting that would exhaust the stack."""
    waiting: list[tuple[ast.expr, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if type(node) not in _RULES or depth > DEEPEST or not _plain(node):
            part = ast.get_source_segment(text, node) or text
            raise Refused(EXPRESSION_UNREADABLE(field, part=part[:30]))
        inner = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
        waiting += [(one, depth + 1) for one in inner if isinstance(one, ast.expr)]


def _plain(node: ast.expr) -> bool:
    """Whether a node that has a rule is also of the form that the rule knows."""
    if isinstance(node, ast.Call):
        known = isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS
        return known and not node.keywords and bool(node.args)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float | str | bool) and len(repr(node.value)) <= 100
    operators = [getattr(node, "op", None), *getattr(node, "ops", [])]
    return all(one is None or type(one) in _OPERATORS for one in operators)


def _walk(node: ast.expr, values: Mapping[str, Any]) -> Any:
    return _RULES[type(node)](node, values)


def _constant(node: Any, values: Mapping[str, Any]) -> Any:
    number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return Decimal(repr(node.value)) if number else node.value


def _name(node: Any, values: Mapping[str, Any]) -> Any:
    value = values.get(node.id)
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return None if value == "" else value


def _binary(node: Any, values: Mapping[str, Any]) -> Any:
    left, right = _walk(node.left, values), _walk(node.right, values)
    if left is None or right is None:
        return None
    return _OPERATORS[type(node.op)](left, right)


def _unary(node: Any, values: Mapping[str, Any]) -> Any:
    value = _walk(node.operand, values)
    return None if value is None else _OPERATORS[type(node.op)](value)


def _compare(node: Any, values: Mapping[str, Any]) -> Any:
    sides = [_walk(one, values) for one in (node.left, *node.comparators)]
    if None in sides:
        return None
    pairs = zip(node.ops, sides, sides[1:], strict=False)
    return all(_OPERATORS[type(op)](left, right) for op, left, right in pairs)


def _both(node: Any, values: Mapping[str, Any]) -> bool:
    found = (bool(_walk(one, values)) for one in node.values)
    return all(found) if isinstance(node.op, ast.And) else any(found)


def _call(node: Any, values: Mapping[str, Any]) -> Any:
    name, given = node.func.id, [_walk(one, values) for one in node.args]
    if name == "coalesce":
        return next((one for one in given if one is not None), None)
    if None in given:
        return None
    try:
        return FUNCTIONS[name](*given)
    except (TypeError, AttributeError, ValueError) as error:
        raise Misfit from error


def _numbers(function: Callable[..., Any]) -> Callable[..., Any]:
    """Arithmetic of decimals only."""

    def of(*given: Any) -> Any:
        if not all(isinstance(one, Decimal) for one in given):
            raise Misfit
        return function(*given)

    return of


def _plus(left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, date) and isinstance(right, Decimal):
        return left + timedelta(days=int(right))
    return _numbers(operator.add)(left, right)


def _minus(left: Any, right: Any) -> Any:
    if isinstance(left, date) and isinstance(right, date):
        return Decimal((left - right).days)
    if isinstance(left, date) and isinstance(right, Decimal):
        return left - timedelta(days=int(right))
    return _numbers(operator.sub)(left, right)


def _divide(left: Any, right: Any) -> Any:
    return _numbers(lambda one, other: one / other if other else None)(left, right)


def _ordered(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Comparison of what is of one kind."""

    def of(left: Any, right: Any) -> Any:
        if type(left) is not type(right):
            raise Misfit
        return function(left, right)

    return of


def _round(value: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    if not -12 <= digits <= 12:
        raise Misfit
    rounded: Decimal = _numbers(lambda one: money.round_money(one, int(digits)))(value)
    return rounded


def _extreme(function: Callable[[Iterable[Any]], Any]) -> Callable[..., Any]:
    def of(*given: Any) -> Any:
        if len({type(one) for one in given}) > 1:
            raise Misfit
        return function(given)

    return of


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "abs": _numbers(abs),
    "round": _round,
    "min": _extreme(min),
    "max": _extreme(max),
    "coalesce": lambda *given: None,
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "length": lambda text: Decimal(len(text)),
    "upper": lambda text: str.upper(text),
    "lower": lambda text: str.lower(text),
}
"""What may be called, by its name in a formula."""

_OPERATORS: Mapping[Any, Callable[..., Any]] = {
    ast.Add: _plus,
    ast.Sub: _minus,
    ast.Mult: _numbers(operator.mul),
    ast.Div: _divide,
    ast.USub: _numbers(operator.neg),
    ast.Not: operator.not_,
    ast.And: operator.and_,
    ast.Or: operator.or_,
    ast.Eq: _ordered(operator.eq),
    ast.NotEq: _ordered(operator.ne),
    ast.Lt: _ordered(operator.lt),
    ast.LtE: _ordered(operator.le),
    ast.Gt: _ordered(operator.gt),
    ast.GtE: _ordered(operator.ge),
}
_RULES: Mapping[Any, Callable[[Any, Mapping[str, Any]], Any]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _both,
    ast.IfExp: lambda node, values: _walk(node.body if _walk(node.test, values) else node.orelse, values),
    ast.Call: _call,
}
