"""Refusals: sentences for the person, each with the status its answer carries.

Anything else that goes wrong is a bug and answers 500 with a request id.
"""


class Refused(Exception):
    """The act cannot be done, and `sentence` tells the person why and what to do instead.

    `field` names the form field the sentence belongs beside, where there is one.
    """

    status = 422

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Invalid(Refused):
    """What was given cannot be read or is not acceptable (422)."""


class NotFound(Refused):
    """There is no such thing, or the viewer may not know that there is (404)."""

    status = 404


class Forbidden(Refused):
    """The person's role does not allow this act (403)."""

    status = 403


class NotAllowed(Refused):
    """The state of the thing does not allow this act now (409)."""

    status = 409


class TakenByAnother(NotAllowed):
    """Somebody else changed the same thing at the same moment and was first (409)."""

    def __init__(
        self,
        sentence: str = (
            "Somebody else has just changed this. Nothing of yours was saved. "
            "Look at it again and try once more."
        ),
        *,
        field: str | None = None,
    ) -> None:
        super().__init__(sentence, field=field)
