"""Writes `docs/measures.md` from the measures themselves: `python -m docs.measures`."""

from collections.abc import Iterator
from pathlib import Path

from reports.measures import MEASURES
from reports.rules import PENDING, SHARED, Measure

PAGE = Path(__file__).with_suffix(".md")
HEAD = f"""# What the board's figures are

Written from the measures in `reports/rules.py` by `python -m docs.measures`. Change the measure,
not this page. Page, rows and files are all made from the one definition.

{PENDING} {SHARED}

A measure that settles has a control chart, as NHS *Making Data Count* draws it: the average, limits
at 2.66 mean moving ranges (ranges above 3.267 times their mean are screened out first), and four
rules for what is more than chance. Months that are not over are left out, and there are no limits
before twelve months. A target is judged by the limits: outside them it is always met or never.
"""


def told(measure: Measure) -> Iterator[str]:
    """One measure as its part of the page."""
    yield f"\n## {measure.code} {measure.name}\n"
    yield f"{measure.meaning}\n"
    target = "none set"
    if measure.target is not None:
        target = f"{measure.unit.written(measure.target)} ({measure.target_from})"
    facts = {
        "Formula": measure.formula,
        "Unit": f"{measure.unit}, {measure.better} is better",
        "By": " and ".join(measure.bases),
        "Target": target,
        "Answers for it": measure.owner,
        "Control chart": "yes" if measure.settled else "no",
    }
    if measure.version:
        facts["Factors"] = measure.version
    yield "\n".join(f"- **{name}**: {fact}" for name, fact in facts.items())
    yield "- **Leaves out**:"
    yield "\n".join(f"  - {one}" for one in measure.exclusions)


def written() -> str:
    """The page as the measures say it today."""
    return HEAD + "\n".join(line for one in MEASURES.values() for line in told(one)) + "\n"


if __name__ == "__main__":
    PAGE.write_text(written())
