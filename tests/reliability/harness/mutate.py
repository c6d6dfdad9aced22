# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of code that are located by names, so that its texts and lines can be reworded.

Each change has a function ("Class.method", or "" for the module) and what the place mentions: names of variables,
attributes and called functions, and complete strings; "!" means not mentioned. Exactly one place must match.
"""

from __future__ import annotations

import ast
import dataclasses
import typing as t

Place = t.Union[ast.stmt, ast.expr, ast.keyword]


@dataclasses.dataclass(frozen=True)
class Change:
    """One change of the function *where*."""

    where: str
    mentions: tuple[str, ...]
    candidates: t.Callable[[ast.AST], t.Iterable[Place]]
    apply: t.Callable[[ast.AST, Place], None]

    def __call__(self, source: str) -> str:
        """Return *source* with the change. Raises LookupError unless exactly one place matches."""
        tree = ast.parse(source)
        scope = _scope(tree, self.where)
        wanted = {name for name in self.mentions if not name.startswith("!")}
        unwanted = {name[1:] for name in self.mentions if name.startswith("!")}
        found = [(place, _names(place)) for place in self.candidates(scope)]
        places = [place for place, names in found if wanted <= names and not unwanted & names]
        if len(places) != 1:
            raise LookupError(f"{len(places)} places in {self.where or 'the module'} mention {self.mentions}")
        self.apply(scope, places[0])
        return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def never(where: str, *mentions: str) -> Change:
    """The condition that mentions these is false."""
    return Change(where, mentions, _conditions, lambda scope, place: _replace(scope, place, ast.Constant(False)))


def always(where: str, *mentions: str) -> Change:
    """The condition that mentions these is true."""
    return Change(where, mentions, _conditions, lambda scope, place: _replace(scope, place, ast.Constant(True)))


def condition(where: str, value: str, *mentions: str) -> Change:
    """The condition that mentions these is *value*."""
    return Change(where, mentions, _conditions, lambda scope, place: _replace(scope, place, _expression(value)))


def without(where: str, *mentions: str) -> Change:
    """The statement that mentions these is removed."""
    return Change(where, mentions, _statements, lambda scope, place: _replace(scope, place, ast.Pass()))


def returning(where: str, value: str, *mentions: str) -> Change:
    """The `return` that mentions these, by default the only one, returns *value*."""

    def apply(scope: ast.AST, place: Place) -> None:
        t.cast("ast.Return", place).value = _expression(value)

    return Change(where, mentions, lambda scope: _nodes(scope, ast.Return), apply)


def instead(where: str, statements: str, *mentions: str) -> Change:
    """The statement that mentions these is replaced."""

    def apply(scope: ast.AST, place: Place) -> None:
        _replace(scope, place, *ast.parse(statements).body)

    return Change(where, mentions, _statements, apply)


def last(where: str, *mentions: str) -> Change:
    """The statement of the function that mentions these is moved to the end."""

    def apply(scope: ast.AST, place: Place) -> None:
        body = t.cast("t.Any", scope).body
        body.remove(place)
        body.append(place)

    return Change(where, mentions, lambda scope: t.cast("t.Any", scope).body, apply)


def setting(where: str, name: str, value: str, *mentions: str) -> Change:
    """The variable, attribute or keyword argument *name*, whose value mentions these, gets another value."""

    def candidates(scope: ast.AST) -> t.Iterable[Place]:
        body = getattr(scope, "body", []) if not where else ast.walk(scope)
        for node in body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and any(_name(target) == name for target in targets):
                yield node
            if isinstance(node, ast.keyword) and node.arg == name:
                yield node

    def apply(scope: ast.AST, place: Place) -> None:
        t.cast("t.Any", place).value = _expression(value)

    return Change(where, mentions, candidates, apply)


def _scope(tree: ast.Module, where: str) -> ast.AST:
    scope: ast.AST = tree
    for name in filter(None, where.split(".")):
        found = [node for node in ast.iter_child_nodes(scope) if getattr(node, "name", None) == name]
        if not found:
            raise LookupError(f"there is no {where}")
        scope = found[0]
    return scope


def _nodes(scope: ast.AST, *kinds: type[ast.AST]) -> t.Iterable[t.Any]:
    return (node for node in ast.walk(scope) if isinstance(node, kinds))


def _conditions(scope: ast.AST) -> t.Iterable[Place]:
    return (node.test for node in _nodes(scope, ast.If, ast.IfExp, ast.While))


def _statements(scope: ast.AST) -> t.Iterable[Place]:
    return _nodes(scope, ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Raise)


def _names(place: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(place):
        found |= {getattr(node, kind, None) for kind in ("id", "attr", "arg")}
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return {name for name in found if isinstance(name, str)}


def _name(target: ast.AST | None) -> str | None:
    return getattr(target, "id", None) or getattr(target, "attr", None)


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _replace(scope: ast.AST, old: Place, *new: ast.AST) -> None:
    for parent in ast.walk(scope):
        for field, value in ast.iter_fields(parent):
            if value is old:
                (replacement,) = new
                setattr(parent, field, replacement)
            elif isinstance(value, list) and any(item is old for item in value):
                value[:] = [node for item in value for node in (new if item is old else (item,))]
