"""Sheets: every square can be read from the coarsest printer, every word fits, always the same."""

import itertools
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from core.codes import new_code
from core.errors import Invalid
from core.lettering import BOLD, LACKING, fitted, printable, width_of, wrapped
from labels import qr
from labels.layouts import LAYOUTS, Layout, layout_by_key
from labels.rules import address, giai, grouped
from labels.sheets import LEADING, Face, Sender, sheet, words
from tests.labels.papers import squares, text_of

OURS = Sender("Commonstore", "0115 496 0000")
LONG = Sender("The Community Equipment of a County with a Very Long Name", "0115 496 0000 ext 1234")
NAUGHTY = [
    "{{7*7}}", "{% if item.pk %}", "${7*7}", "<%= 1 %>", "<b>bold</b>", "<para>x</para>",
    '<img src="http://127.0.0.1:1/x">', "file:///etc/passwd", "data:text/html,x", "&amp;",
    "=1+1", "\\", "(", ")", "%s%n", "Ωmega", "naïve", "Łódź", "'; drop table item; --",
]  # fmt: skip
layouts = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))


def faces(count: int, **but: object) -> list[Face]:
    codes = [new_code() for _ in range(count)]
    facts = {"product_name": "Wheeled walking frame", "issue": 1, **but}
    return [
        Face(
            address=address("https://cs.example.org", giai("9521234", code), facts["issue"]),  # type: ignore[arg-type]
            code=code,
            **facts,  # type: ignore[arg-type]
        )
        for code in codes
    ]


def each(labels: list[Face], layout: Layout) -> list[str]:
    """What the squares of these labels say, each as often as the layout says it."""
    return [face.address for face in labels for _ in range(layout.times)]


def paper(labels: list[Face], layout: Layout, start: int = 1, sender: Sender = OURS) -> bytes:
    return sheet(labels, layout=layout, start=start, sender=sender, title="Labels")


@layouts
def test_every_square_of_a_full_sheet_is_read_at_203_dpi(layout: Layout) -> None:
    labels = faces(layout.per_sheet, issue=2)
    assert squares(paper(labels, layout)) == each(labels, layout)


@layouts
def test_a_long_address_of_the_service_still_prints_squares_that_can_be_read(
    layout: Layout,
) -> None:
    code = new_code()
    long = address("https://equipment.a-county-with-a-long-name.example.nhs.uk", "9521234" + code)
    labels = [Face(long, code, "Bath lift")] * layout.per_sheet
    assert squares(paper(labels, layout)) == each(labels, layout)


@layouts
def test_the_eight_characters_stand_beside_each_square(layout: Layout) -> None:
    labels = faces(layout.per_sheet)
    text = re.sub(r"\s+", " ", text_of(paper(labels, layout)))
    for face in labels:
        assert grouped(face.code) in text
    often = layout.per_sheet * layout.times
    assert text.count("0115 496 0000") == often
    assert len(re.findall("Property of ?Commonstore", text)) == often


@layouts
def test_the_labels_lie_on_the_sheet_and_beside_each_other(layout: Layout) -> None:
    assert layout.across >= layout.width or layout.columns == 1
    assert layout.down >= layout.height or layout.rows == 1
    last = list(itertools.islice(layout.places(1), layout.per_sheet))[-1]
    assert last[1] + layout.width <= layout.page[0] + 0.01
    assert last[2] + layout.height <= layout.page[1] + 0.01
    assert layout.square <= layout.height


@layouts
@pytest.mark.parametrize("name", ["W" * 200, "Bariatric profiling bed with rails " * 6, ""])
def test_the_longest_words_stay_on_their_label(layout: Layout, name: str) -> None:
    face = Face("x", "WMWMWMWM", name, issue=9999)
    lines = words(face, layout, LONG)
    assert sum(size * LEADING for _, _, size in lines) <= (layout.height - 1.5) * mm
    for text, font, size in lines:
        assert width_of(text, font, size) <= layout.column * mm + 0.01


@layouts
def test_a_sheet_begins_at_its_first_free_label(layout: Layout) -> None:
    start = layout.per_sheet
    labels = faces(2)
    both = paper(labels, layout, start=start)
    assert squares(both) == each(labels, layout)
    assert len(re.findall(rb"/Type /Page\b", both)) == 2
    places = list(itertools.islice(layout.places(start), 2))
    assert [new for new, _, _ in places] == [True, True]
    assert places[1][1:] == (layout.left, layout.top)


def test_the_same_labels_are_the_same_bytes() -> None:
    labels = faces(30, product_name="Łóżko")
    one = paper(labels, LAYOUTS["a4-24"])
    paper(faces(3, product_name="something else"), LAYOUTS["a4-8"])
    assert paper(labels, LAYOUTS["a4-24"]) == one


def test_the_same_labels_are_the_same_bytes_tomorrow_and_on_another_machine() -> None:
    program = (
        "import hashlib; from labels.layouts import LAYOUTS; from labels.sheets import *;"
        "f = [Face('https://cs.example.org/8004/9521234HJKM2345', 'HJKM2345', 'Bath lift')] * 30;"
        "p = sheet(f, layout=LAYOUTS['a4-24'], start=3, sender=Sender('C', '1'), title='L');"
        "print(hashlib.sha256(p).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "TZ": zone, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(seen) == 1


@pytest.mark.parametrize("text", NAUGHTY)
def test_what_a_product_is_called_is_drawn_and_never_obeyed(text: str) -> None:
    drawn = text_of(paper(faces(1, product_name=text), LAYOUTS["a4-8"]))
    shown = printable(text)
    assert re.sub(r"\s", "", shown) in re.sub(r"\s", "", drawn)
    assert "49" not in shown


def test_a_name_in_letters_the_font_lacks_is_visibly_replaced() -> None:
    assert printable("Łódź Wiśniewski") == "Łódz Wisniewski"
    assert printable("输液架") == LACKING * 3
    assert printable("a\x00b\u202ec\nd") == "a bc d"
    assert printable("  much   room ") == "much room"


@given(st.text(max_size=300), st.floats(20, 200))
def test_any_text_fits_the_width_it_is_given(text: str, width: float) -> None:
    line, size = fitted(text, BOLD, 10, 7, width)
    assert width_of(line, BOLD, size) <= width + 0.01
    for one in wrapped(text, BOLD, 8, width, 3):
        assert width_of(one, BOLD, 8) <= width + 0.01
    assert len(wrapped(text, BOLD, 8, width, 3)) <= 3


def test_the_square_is_one_path_of_row_runs_in_the_page() -> None:
    """Holds reportlab to the list of operators that squares are written into."""
    canvas = Canvas("unused", pageCompression=0)
    qr.draw(canvas, "https://cs.example.org/8004/9521234HJKM2345", 10, 100, 50)
    written = canvas._code[-1]  # type: ignore[attr-defined]
    dark = sum(sum(row) for row in qr.modules("https://cs.example.org/8004/9521234HJKM2345"))
    assert sum(int(run) for run in re.findall(r"\d+ \d+ (\d+) 1 re", written)) == dark
    assert written.startswith("q 0 g")
    assert written.endswith("f Q")
    assert written.count(" f") <= 1
    assert written.encode("ascii") in canvas.getpdfdata()  # type: ignore[no-untyped-call]


def test_an_unknown_sheet_is_refused() -> None:
    with pytest.raises(Invalid, match="Choose one of the sheets"):
        layout_by_key("../../etc/passwd")
