"""HTML compared by what it means to a browser: no difference in white space, order of attributes or of classes."""

from html.parser import HTMLParser
from typing import TypeAlias

Node: TypeAlias = "str | tuple[str, tuple[tuple[str, str], ...], tuple[Node, ...]]"

_VOID = {"br", "hr", "img", "input", "link", "meta", "path", "source", "wbr"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, tuple[tuple[str, str], ...], list[Node]]] = [("", (), [])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = tuple(sorted((name, self._value(name, value)) for name, value in attrs))
        self.open.append((tag, known, []))
        if tag in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID and self.open[-1][0] != tag:
            return
        opened, known, inside = self.open.pop()
        assert opened == tag, f"<{opened}> is closed by </{tag}>"
        self.open[-1][2].append((opened, known, tuple(inside)))

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words:
            self.open[-1][2].append(words)

    @staticmethod
    def _value(name: str, value: str | None) -> str:
        return " ".join(sorted((value or "").split())) if name == "class" else value or ""


def normalised(html: str) -> tuple[Node, ...]:
    """What `html` consists of; fails when a tag is closed in the wrong place or never."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"never closed: {[tag for tag, _known, _inside in reader.open[1:]]}"
    return tuple(reader.open[0][2])
