"""What a document template may say: name a value, choose, and go through a list; nothing that computes.

A template comes from an office and is filled in here, so it is held to a short list of what Jinja knows.
There are no calls, no sums and no texts put together, and a list inside a list belongs to the outer one:
what a template costs is what its values are long, whoever wrote it.
"""

from collections.abc import Iterator
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS

LOOPS_MAX = 20
FILTERS_ALLOWED = ("upper", "lower", "capitalize", "length", "first", "last", "join", "e", "escape")
TESTS_ALLOWED = ("defined", "none", "odd", "even")
NODES_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const),
    *(nodes.For, nodes.If, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand),
    *(nodes.And, nodes.Or, nodes.Not, nodes.CondExpr),
)
FAULTS = (TemplateSyntaxError, UndefinedError, SecurityError)
"""What a template raises that asks for something that is not there, or is not allowed."""


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Reads templates, and refuses those that say more than they may."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.globals = {}
        self.filters = {name: FILTERS[name] for name in FILTERS_ALLOWED}
        self.tests = {name: TESTS[name] for name in TESTS_ALLOWED}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Read a template; every part of a document comes by here.

        Raises:
            TemplateSyntaxError: It is broken, or says something that is not allowed.
        """
        tree = super()._parse(source, name, filename)
        for node in _below(tree):
            if not isinstance(node, NODES_ALLOWED):
                _refuse(f"{type(node).__name__.lower()} is not allowed", node)
        loops = list(tree.find_all(nodes.For))
        if len(loops) > LOOPS_MAX:
            _refuse(f"more than {LOOPS_MAX} loops", loops[-1])
        _require_lists_of_their_own(tree, ())
        return tree


def _below(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _below(child)


def _require_lists_of_their_own(node: nodes.Node, targets: tuple[str, ...]) -> None:
    """Return if every loop inside another goes through a list of what the other one is at."""
    if isinstance(node, nodes.For):
        if node.recursive or not isinstance(node.target, nodes.Name):
            _refuse("a loop names one thing and does not call itself", node)
        if targets and _root(node.iter) != targets[-1]:
            _refuse(f"a loop inside another goes through a list of “{targets[-1]}”", node)
        targets = (*targets, node.target.name)  # type: ignore[attr-defined]
    for child in node.iter_child_nodes():
        _require_lists_of_their_own(child, targets)


def _root(node: Any) -> str:
    while isinstance(node, nodes.Getattr):
        node = node.node
    return node.name if isinstance(node, nodes.Name) else ""


def _refuse(detail: str, node: nodes.Node) -> None:
    raise TemplateSyntaxError(detail, node.lineno)
