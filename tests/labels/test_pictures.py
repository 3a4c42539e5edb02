"""The pictures in the documents are what the program prints today."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from docs.labels import GREYS, PICTURES, papers, picture

GUIDE = Path(PICTURES.parent) / "labels.md"


PAPERS = papers()


@pytest.mark.parametrize("name", PAPERS)
def test_a_picture_is_what_the_program_prints_today(name: str) -> None:
    kept = PICTURES / f"{name}.png"
    drawn = picture(PAPERS[name]).quantize(GREYS).convert("L")
    with Image.open(kept) as there:
        shown = there.convert("L")
    assert shown.size == drawn.size, "run: python -m docs.labels"
    # Another version of the library that draws pages may shade an edge otherwise.
    assert ImageStat.Stat(ImageChops.difference(shown, drawn)).mean[0] < 2, "python -m docs.labels"


def test_every_picture_stands_in_the_guide_and_none_is_left_over() -> None:
    said = GUIDE.read_text()
    names = {path.stem for path in PICTURES.glob("label-*.png")}
    assert names == PAPERS.keys()
    assert all(f"pictures/{name}.png" in said for name in names)
