"""What a document template may say: name a value, choose, and go through a list; nothing that computes.

A template comes from an office and is filled in here, so it is held to a short list of what Jinja knows.
There are no calls, no sums and no texts put together, and a list inside a list belongs to the outer one:
what a template costs is what its values are long, whoever wrote it.
"""

from collections.abc import Iterator
from typing import Any, NoReturn

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.filters import FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS

from service.domain.template_refusals import TemplateFault
from service.reports.template_names import LOOP, Named, Names

LOOPS_MAX = 20
FILTERS_ALLOWED = ("upper", "lower", "capitalize", "length", "first", "last", "join", "e", "escape")
TESTS_ALLOWED = ("defined", "none", "odd", "even")
NODES_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const),
    *(nodes.For, nodes.If, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand),
    *(nodes.And, nodes.Or, nodes.Not, nodes.CondExpr),
)


class NotSoWritten(TemplateSyntaxError):
    """A template says something that it may not; `what` names it."""

    def __init__(self, fault: TemplateFault, what: str, line: int) -> None:
        super().__init__(what, line)
        self.fault, self.what = fault, what


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Reads templates, and refuses those that say more than they may, or use other names than there are."""

    def __init__(self, names: Names) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self._names = names
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
                _refuse(TemplateFault.NOT_ALLOWED, type(node).__name__.lower(), node)
        loops = list(tree.find_all(nodes.For))
        if len(loops) > LOOPS_MAX:
            _refuse(TemplateFault.NOT_ALLOWED, f"more than {LOOPS_MAX} loops", loops[-1])
        _require_lists_of_their_own(tree, ())
        _require_known(tree, self._names)
        return tree


def _below(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _below(child)


def _require_lists_of_their_own(node: nodes.Node, targets: tuple[str, ...]) -> None:
    """Return if every loop inside another goes through a list of what the other one is at."""
    if isinstance(node, nodes.For):
        if node.recursive or not isinstance(node.target, nodes.Name):
            _refuse(TemplateFault.NOT_ALLOWED, "a loop of several names, or one that calls itself", node)
        if targets and _root(node.iter) != targets[-1]:
            _refuse(TemplateFault.NOT_ALLOWED, f"{targets[-1]}: a loop through another list", node)
        targets = (*targets, node.target.name)
    for child in node.iter_child_nodes():
        _require_lists_of_their_own(child, targets)


def _root(node: Any) -> str:
    while isinstance(node, nodes.Getattr):
        node = node.node
    return node.name if isinstance(node, nodes.Name) else ""


def _require_known(node: nodes.Node, names: Names) -> None:
    """Return if everything below a node uses names that there are, and lists only to go through them."""
    if isinstance(node, nodes.For):
        found = _named(node.iter, names)
        if not found.is_list:
            _refuse(TemplateFault.NOT_A_LIST, _written(node.iter), node)
        each = Named(found.meaning, found.fields)
        inside = {**names, node.target.name: each, "loop": LOOP}  # type: ignore[attr-defined]
        for child in (*node.body, *([node.test] if node.test else ())):
            _require_known(child, inside)
        for child in node.else_:
            _require_known(child, names)
        return
    if isinstance(node, nodes.Name | nodes.Getattr):
        _named(node, names)
        return
    if isinstance(node, nodes.Output):
        for child in node.nodes:
            if isinstance(child, nodes.Name | nodes.Getattr):
                found = _named(child, names)
                if found.is_list or found.fields:
                    _refuse(TemplateFault.NOT_ALLOWED, _written(child), child)
    for child in node.iter_child_nodes():
        _require_known(child, names)


def _named(node: nodes.Node, names: Names) -> Named:
    """Return what a name stands for, with what follows after its dots."""
    if isinstance(node, nodes.Name) and node.name in names:
        return names[node.name]
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name | nodes.Getattr):
        owner = _named(node.node, names)
        if not owner.is_list and node.attr in owner.fields:
            return owner.fields[node.attr]
    fault = TemplateFault.UNKNOWN_NAME if _written(node) else TemplateFault.NOT_A_LIST
    return _refuse(fault, _written(node), node)


def _written(node: nodes.Node) -> str:
    """Return a name as it stands in the template; nothing for what is none."""
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else ""


def _refuse(fault: TemplateFault, what: str, node: nodes.Node) -> NoReturn:
    raise NotSoWritten(fault, what, node.lineno)
