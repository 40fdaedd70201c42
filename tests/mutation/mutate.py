"""Small wrong changes of a module's source, each compiled and named so that one can speak of it.

Changed are comparisons, boolean and arithmetic operators, conditions, numbers, truth values and
words (one ahead, one behind, another), elements, operands, filters, slices, keywords, statements,
results, and pairs of calls that are easily confused. Left alone are annotations, decorators,
docstrings, names of type variables, what stands behind `pragma: no cover`, and prose: strings
with a space in them, and the texts of errors.
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from types import CodeType
from typing import TypeVar

import attrs

PAIRS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitXor: (ast.BitOr,),
}
CALLS = {
    "all": "any",
    "any": "all",
    "endswith": "startswith",
    "lower": "upper",
    "lstrip": "rstrip",
    "max": "min",
    "min": "max",
    "partition": "rpartition",
    "rpartition": "partition",
    "rstrip": "lstrip",
    "sorted": "list",
    "startswith": "endswith",
}
T = TypeVar("T")
Change = tuple[str, ast.AST | None]
SKIPPED = {"annotation", "returns", "decorator_list", "type_comment", "ctx", "bases", "op", "ops"}
SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return, ast.Raise, ast.Assert)


@attrs.frozen
class Mutant:
    """One wrong change; `key` names it as long as the code around it stays."""

    module: str
    file: str
    place: str
    change: str
    lines: range
    code: CodeType = attrs.field(repr=False, eq=False)

    @property
    def key(self) -> str:
        """Return the name that stands in lists."""
        return f"{self.place or 'module'}: {self.change}"


@attrs.frozen
class Site:
    """A node and where it hangs."""

    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None
    place: str
    lines: range

    def put(self, replacement: ast.AST | None) -> None:
        """Hang something else there, or nothing."""
        if self.index is None:
            setattr(self.parent, self.field, replacement)
            return
        siblings = getattr(self.parent, self.field)
        siblings[self.index] = replacement or ast.copy_location(ast.Pass(), self.node)


def mutants(source: str, *, module: str, filename: str) -> Iterator[Mutant]:
    """Return every mutant of a module that compiles to something else."""
    tree = ast.parse(source)
    silent = {n for n, line in enumerate(source.splitlines(), 1) if "pragma: no cover" in line}
    original = compile(tree, filename, "exec")
    seen: Counter[str] = Counter()
    for site in list(_sites(tree, "", range(0))):
        if getattr(site.node, "lineno", None) in silent:
            continue
        for what, replacement in list(_changes(site)):
            site.put(replacement)
            code = _compiled(tree, filename)
            site.put(site.node)
            if code is None or code == original:
                continue
            seen[f"{site.place} {what}"] += 1
            nth = seen[f"{site.place} {what}"]
            change = what if nth == 1 else f"{what} ({nth})"
            yield Mutant(module, filename, site.place, change, site.lines, code)


def _compiled(tree: ast.Module, filename: str) -> CodeType | None:
    try:
        return compile(ast.fix_missing_locations(tree), filename, "exec")
    except (SyntaxError, ValueError):
        return None


def _sites(parent: ast.AST, place: str, lines: range) -> Iterator[Site]:
    for field, value in ast.iter_fields(parent):
        if field in SKIPPED or (isinstance(parent, ast.Raise) and field == "cause"):
            continue
        listed = isinstance(value, list)
        for index, node in enumerate(value if listed else [value]):
            if not isinstance(node, ast.AST) or _left_alone(node, parent):
                continue
            within = _within(node, lines)
            yield Site(node, parent, field, index if listed else None, place, within)
            name = getattr(node, "name", None)
            inner = f"{place}.{name}".lstrip(".") if isinstance(name, str) else place
            yield from _sites(node, inner, within)


def _within(node: ast.AST, lines: range) -> range:
    """Return the lines whose execution shows that a change in the node can matter."""
    if isinstance(node, (ast.Lambda, *SIMPLE)):
        return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    if isinstance(node, ast.If | ast.While):
        return range(node.lineno, (node.test.end_lineno or node.lineno) + 1)
    if isinstance(node, ast.stmt):
        return range(node.lineno, node.lineno + 1)
    return lines


def _left_alone(node: ast.AST, parent: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in ("TypeVar", "NewType", "cast")
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    if isinstance(node, ast.Expr):  # a docstring, or the dots of a protocol
        return isinstance(node.value, ast.Constant)
    return isinstance(parent, ast.Raise) and isinstance(node, ast.JoinedStr)


def _changes(site: Site) -> Iterator[Change]:
    node = site.node
    old = _text(node)
    for what, new in _alternatives(node, site):
        if isinstance(new, ast.AST):
            ast.copy_location(new, node)
        if what:
            yield f"{what} in {old}" if len(old) > len(what) else what, new
        else:
            yield f"{old} → {_text(new)}", new


def _text(node: ast.AST | None) -> str:
    return "nothing" if node is None else " ".join(ast.unparse(node).split())[:90]


def _alternatives(node: ast.AST, site: Site) -> Iterator[Change]:
    """Return what could stand there instead; without words, both sides are told."""
    match node:
        case ast.Compare() | ast.BoolOp() | ast.BinOp() | ast.AugAssign() | ast.UnaryOp():
            yield from _operators(node)
        case ast.Constant():
            yield from (("", new) for new in _constants(node, site))
        case ast.Tuple() | ast.List() | ast.Set() | ast.Dict():
            yield from _elements(node)
        case ast.Call():
            yield from _calls(node)
        case ast.Slice():
            bounds = [one for one in ("lower", "upper", "step") if getattr(node, one) is not None]
            yield from (("", _with(node, **{bound: None})) for bound in bounds)
        case ast.comprehension():
            for at, test in enumerate(node.ifs):
                yield f"without if {_text(test)}", _with(node, ifs=_without(node.ifs, at))
        case ast.stmt():
            yield from _statements(node)
    if isinstance(node, ast.AugAssign):
        yield from _statements(node)
    if site.field in ("test", "ifs") and isinstance(node, ast.Name | ast.Attribute | ast.Call):
        yield "", ast.UnaryOp(ast.Not(), node)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def _without(values: list[T], at: int) -> list[T]:
    return [*values[:at], *values[at + 1 :]]


def _operators(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Compare():
            for at, op in enumerate(node.ops):
                for other in PAIRS[type(op)]:
                    yield "", _with(node, ops=[*node.ops[:at], other(), *node.ops[at + 1 :]])
        case ast.BoolOp():
            yield "", _with(node, op=PAIRS[type(node.op)][0]())
            for at, value in enumerate(node.values):
                rest = _without(node.values, at)
                other = rest[0] if len(rest) == 1 else _with(node, values=rest)
                yield f"without {_text(value)}", other
        case ast.BinOp() | ast.AugAssign():
            yield "", _with(node, op=PAIRS[type(node.op)][0]())
        case ast.UnaryOp():
            yield "", node.operand


def _elements(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Dict():
            for at, key in enumerate(node.keys):
                keys, values = _without(node.keys, at), _without(node.values, at)
                yield f"without {_text(key)}", _with(node, keys=keys, values=values)
        case ast.Set(elts=elements):
            for at, value in enumerate(elements):
                yield f"without {_text(value)}", _with(node, elts=_without(elements, at))
        case ast.Tuple(elts=elements, ctx=ast.Load()) | ast.List(elts=elements, ctx=ast.Load()):
            for at, value in enumerate(elements):
                yield f"without {_text(value)}", _with(node, elts=_without(elements, at))


def _statements(node: ast.stmt) -> Iterator[Change]:
    match node:
        case ast.Return(value=ast.expr() as value):
            if not (isinstance(value, ast.Constant) and value.value is None):
                yield "", ast.Return(ast.Constant(None))
        case ast.Expr() | ast.Raise() | ast.AugAssign() | ast.Delete():
            yield f"without {_text(node)}", None
        case ast.Assign(targets=targets):
            if not all(isinstance(one, ast.Name) for one in targets):
                yield f"without {_text(node)}", None
        case ast.Continue():
            yield "", ast.Break()
        case ast.Break():
            yield "", ast.Continue()


def _constants(node: ast.Constant, site: Site) -> Iterator[ast.Constant]:
    match node.value:
        case bool():
            yield ast.Constant(not node.value)
        case int() | float():
            yield ast.Constant(node.value + 1)
            yield ast.Constant(node.value - 1)
        case str() if " " not in node.value or node.value == " ":
            if not isinstance(site.parent, ast.FormattedValue):
                yield ast.Constant(f"Zz{node.value}")
        case bytes():
            yield ast.Constant(b"Zz" + node.value)


def _calls(node: ast.Call) -> Iterator[Change]:
    for at, keyword in enumerate(node.keywords):
        rest = _without(node.keywords, at)
        yield f"without {_text(keyword)}", _with(node, keywords=rest)
    match node.func:
        case ast.Name(id=name) if name in CALLS:
            yield "", _with(node, func=ast.copy_location(ast.Name(CALLS[name], ast.Load()), node))
        case ast.Attribute(attr=name) if name in CALLS:
            yield "", _with(node, func=_with(node.func, attr=CALLS[name]))
