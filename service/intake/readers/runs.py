"""What the runs of a Word paragraph show: without deleted and hidden text, capitals where Word draws them."""

from .symbols import drawn
from .xml import Node

DELETED = frozenset({"del", "moveFrom", "rPr", "pPr", "sdtPr", "delText", "instrText", "sectPr"})
BREAKS = {"br": "\n", "cr": "\n", "tab": "    ", "ptab": "    ", "noBreakHyphen": "-"}
"""A tab parts columns, as wide as the readers of laid-out text expect."""
_OFF = frozenset({"0", "false", "off", "none"})


def run_text(node: Node) -> str:
    """The text of a paragraph's runs; nested paragraphs (text boxes) are left out."""
    return "".join(_run_texts(node))


def _run_texts(node: Node) -> list[str]:
    out: list[str] = []
    for child in node.children:
        if child.name in DELETED or child.name == "txbxContent" or _is_prompt(child):
            continue
        if child.name == "t":
            out.append("".join(child.text))
        elif child.name == "sym":
            out.append(_symbol(child))
        elif child.name in BREAKS:
            out.append(BREAKS[child.name])
        elif child.name == "r":
            out += _run(child)
        else:
            out += _run_texts(child)
    return out


def _run(run: Node) -> list[str]:
    properties = run.child("rPr")
    if properties and _is_on(properties, "vanish"):
        return []
    texts = _run_texts(run)
    return [text.upper() for text in texts] if properties and _is_on(properties, "caps") else texts


def _is_on(properties: Node, name: str) -> bool:
    found = properties.child(name)
    return found is not None and found.attributes.get("val") not in _OFF


def _is_prompt(node: Node) -> bool:
    """A content control that nobody has filled in shows a prompt."""
    properties = node.child("sdtPr") if node.name == "sdt" else None
    return properties is not None and properties.child("showingPlcHdr") is not None


def _symbol(node: Node) -> str:
    try:
        return drawn(int(node.attributes.get("char", ""), 16))
    except ValueError:
        return ""


def box_texts(node: Node) -> list[list[str]]:
    """The texts of each text box that is anchored in a paragraph."""
    out: list[list[str]] = []
    for child in node.children:
        if child.name == "txbxContent":
            out.append([run_text(paragraph) for paragraph in _paragraphs(child)])
        elif child.name not in DELETED:
            out += box_texts(child)
    return out


def _paragraphs(node: Node) -> list[Node]:
    out: list[Node] = []
    for child in node.children:
        if child.name == "p":
            out.append(child)
        out += _paragraphs(child)
    return out


def is_mark_deleted(paragraph: Node) -> bool:
    """A tracked deletion took the end of the paragraph, so that it runs on into the next."""
    properties = paragraph.child("pPr")
    runs = properties.child("rPr") if properties else None
    return runs is not None and runs.child("del") is not None
