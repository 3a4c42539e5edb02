"""A label in front of a camera: printed as ours are, and moved as a hand moves it."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from labels.layouts import LAYOUTS
from labels.rules import address, giai
from labels.sheets import Face, Sender, sheet
from tests.labels.papers import pictures

SCENE = (640, 480)
FRAMES = 30


def show(film: Path, code: str) -> None:
    """Put into the film an item's label that comes into sight, turns and goes by."""
    label = printed(code)
    with film.open("wb") as frames:
        for number in range(FRAMES):
            scene = Image.new("L", SCENE, 110)
            if number >= FRAMES // 5:
                turned = label.rotate(number - FRAMES // 2, expand=True, fillcolor=110)
                scene.paste(turned, (20 + 4 * number, 60 + 3 * number))
            frame = BytesIO()
            scene.convert("RGB").save(frame, "JPEG", quality=70)
            frames.write(frame.getvalue())


def printed(code: str) -> Image.Image:
    """The first label of a printed sheet."""
    layout = LAYOUTS["a4-21"]
    where = address("http://localhost:8000", giai("9521234", code))
    face = Face(address=where, code=code, product_name="Mobile hoist", issue=1)
    paper = sheet(
        [face],
        layout=layout,
        start=1,
        sender=Sender("Commonstore", "0115 496 0000"),
        title="Labels",
    )
    dots = 150 / 25.4
    corner = (layout.left * dots, layout.top * dots)
    size = (layout.width * dots, layout.height * dots)
    box = (*corner, corner[0] + size[0], corner[1] + size[1])
    return pictures(paper, 150)[0].crop(tuple(round(side) for side in box))  # type: ignore[arg-type]
