"""A pack on paper: a cover with its contents, then its parts, every page named and numbered.

The same pack gives the same bytes: nothing in it is of the clock, and its order is its own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
)

from core.lettering import BOLD, PLAIN, Font, fitted, printable, width_of, wrapped
from funding.drawing import BLUE, BOTTOM, GREY, HEIGHT, INK, LEFT, RIGHT, TOP, WIDTH, Head, frame
from reports.pack.layout import CROSS, GAP, SMALL, TICK, Anchor, Drawn, Title, Words, grid
from reports.pack.parts import Block, Chart, Check, Heading, Listed, Pack, Part, Said, Table

PAPER = RIGHT - LEFT
CHART = 430
BAND = 330  # how far down the cover's band reaches
ROOM = 160  # under a heading: it, a few lines, and the first rows of a table
WHITE = HexColor("#ffffff")
Places = Mapping[str, int]


def on_paper(pack: Pack) -> bytes:
    """The pack as a PDF, laid out twice: the contents can name a page only when it is known."""
    _, places, pages = _laid_out(pack, {}, 0)
    made, *_ = _laid_out(pack, places, pages)
    return made


class _Document(BaseDocTemplate):
    """A document that remembers on which page each heading came to stand."""

    def __init__(self, out: BytesIO, **said: Any) -> None:
        super().__init__(out, **said)
        self.places: dict[str, int] = {}

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802
        """Note the page of a heading."""
        if isinstance(flowable, Title | Anchor):
            self.places[flowable.key] = self.page


def _laid_out(pack: Pack, places: Places, pages: int) -> tuple[bytes, Places, int]:
    out = BytesIO()
    document = _Document(
        out,
        pagesize=(WIDTH, HEIGHT),
        title=printable(f"{pack.fund}: {pack.title}"),
        author=printable(pack.fund),
        subject=f"Figures {pack.sign}",
        creator="",
        producer="",
        lang="en-GB",
        displayDocTitle=True,
        invariant=1,
    )
    document.addPageTemplates([_cover(pack), *_templates(pack, pages)])
    story: list[Flowable] = [*_contents(pack, places)]
    for number, part in enumerate(pack.parts, 1):
        story += [NextPageTemplate(f"part {number}"), PageBreak(), *_part(part, number)]
    document.build(story)
    return out.getvalue(), document.places, document.page


def _templates(pack: Pack, pages: int) -> Iterator[PageTemplate]:
    """A page of each part has the part's name above it."""
    for number, part in enumerate(pack.parts, 1):
        head = Head(
            band=pack.fund, heading=part.name, under=pack.title, foot=f"Figures {pack.sign}"
        )
        yield PageTemplate(f"part {number}", [_room(TOP)], onPage=_framed(head, pages))


def _room(top: float) -> Frame:
    return Frame(LEFT, BOTTOM, PAPER, top - BOTTOM + SMALL, 0, 0, 0, 0)


def _framed(head: Head, pages: int) -> Callable[[Canvas, Any], None]:
    def draw(canvas: Canvas, _: Any) -> None:
        canvas.saveState()
        frame(canvas, head, f"Page {canvas.getPageNumber()} of {pages}")
        canvas.restoreState()

    return draw


def _cover(pack: Pack) -> PageTemplate:
    def draw(canvas: Canvas, _: Any) -> None:
        canvas.saveState()
        canvas.setFillColor(BLUE)
        canvas.rect(0, HEIGHT - BAND, WIDTH, BAND, stroke=0, fill=1)
        canvas.setFillColor(WHITE)
        y = _written(canvas, wrapped(pack.fund, BOLD, 16, PAPER, 3), BOLD, 16, HEIGHT - 70)
        y = _written(canvas, ("Board pack",), BOLD, 34, y - 50)
        y = _written(canvas, (f"{pack.month:%B %Y}",), BOLD, 24, y - 6)
        about = wrapped(pack.narrowed, PLAIN, 13, PAPER, 3)
        y = _written(canvas, about, PLAIN, 13, y - 8)
        _written(canvas, (pack.meeting,), PLAIN, 13, y - 4)
        canvas.restoreState()

    return PageTemplate("cover", [_room(HEIGHT - BAND - 30)], onPage=draw)


def _written(canvas: Canvas, lines: Sequence[str], font: Font, size: float, y: float) -> float:
    for text in lines:
        line, smaller = fitted(text, font, size, size * 0.6, PAPER)
        canvas.setFont(font, smaller)
        canvas.drawString(LEFT, y - size, line)
        y -= size * 1.3
    return y


def _contents(pack: Pack, places: Places) -> Iterator[Flowable]:
    yield Words("Contents", font=BOLD, size=13)
    for number, part in enumerate(pack.parts, 1):
        yield _Line(part.name, f"part {number}", places.get(f"part {number}", 0))
    yield Spacer(0, 14)
    yield Words(
        f"Figures {pack.sign}. Two packs with the same sign hold the same figures: the same rows"
        " give the same pack, whoever asks for it and whenever. How far the rows go stands under"
        " Data quality.",
        size=9,
        ink=GREY,
    )


class _Line(Flowable):
    """A line of the contents, which leads to its part."""

    def __init__(self, name: str, key: str, page: int) -> None:
        super().__init__()
        self.name, self.key, self.page = name, key, page
        self.width, self.height = PAPER, 20

    def draw(self) -> None:
        """Write the part's name, dots, and its page."""
        number = str(self.page)
        self.canv.setFillColor(INK)
        self.canv.setFont(PLAIN, 11)
        self.canv.drawString(0, 5, printable(self.name))
        self.canv.drawRightString(PAPER, 5, number)
        self.canv.setStrokeColor(GREY)
        self.canv.setDash(1, 3)
        left = width_of(printable(self.name), PLAIN, 11) + 6
        self.canv.line(left, 6, PAPER - width_of(number, PLAIN, 11) - 6, 6)
        self.canv.linkRect("", self.key, (0, 0, PAPER, 20), relative=1, Border="[0 0 0]")


def _part(part: Part, number: int) -> Iterator[Flowable]:
    """A part's blocks, none of which begins at the very foot of a page."""
    yield Anchor(part.name, f"part {number}")
    for place, block in enumerate(part.blocks):
        if isinstance(block, Heading) and place:
            yield PageBreak() if block.fresh else CondPageBreak(ROOM)
        yield from _block(block, f"part {number}.{place}")


def _block(block: Block, key: str) -> Iterator[Flowable]:
    match block:
        case Said():
            yield Words(block.text)
        case Listed():
            yield from (Words(sentence, mark="•", after=4) for sentence in block.sentences)
            yield Spacer(0, 4)
        case Heading():
            yield Title(block.text, key, 1, size=12)
        case Chart():
            yield Drawn(block.picture, block.icons, CHART)
        case Check():
            yield from _check(block)
        case Table():
            yield from _table(block)


def _table(table: Table) -> Iterator[Flowable]:
    yield CondPageBreak(ROOM / 2)
    yield Words(table.name, font=BOLD, size=9, after=3)
    yield grid(table, PAPER)
    yield Spacer(0, GAP * 3)


def _check(check: Check) -> Iterator[Flowable]:
    """A tick and a cross that are told apart by their words, too."""
    if check.holds:
        yield Words(f"Holds. {check.good}", mark=TICK)
        return
    yield Words(f"Does not hold. {check.bad}", font=BOLD, mark=CROSS, after=3)
    yield from (Words(fault, mark="•", after=3) for fault in check.faults)
    yield Spacer(0, 6)
