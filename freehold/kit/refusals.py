"""
Refusals: the ordinary answer "no", with a sentence and a status.

A refusal is raised by an action and shown by whichever door asked. Each says what is wrong; the door adds
whether money moved (it never does when an action refuses: the transaction rolls back).
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Refusal(Exception):
    """
    Base of every refusal.

    :cvar status: the HTTP status a door answers with
    :cvar sentence: what is wrong and what to do, with ``%(name)s`` places for the keyword arguments
    :cvar title: two or three words for a heading
    """

    status = 409
    title: Any = gettext_lazy("That is not possible now")
    sentence: Any = gettext_lazy("The state of things does not allow this. Reload the page to see where it stands.")

    def __init__(self, sentence: Any = None, **places: Any) -> None:
        self.places = places
        if sentence is not None:
            self.sentence = sentence
        super().__init__(type(self).__name__)

    @property
    def code(self) -> str:
        """The refusal's name for machines, e.g. ``illegal-move``."""
        name = type(self).__name__
        return "".join("-" + c.lower() if c.isupper() else c for c in name).lstrip("-")

    def __str__(self) -> str:
        text = _(str(self.sentence)) if isinstance(self.sentence, str) else str(self.sentence)
        return text % self.places if self.places else text


class NotFound(Refusal):
    """What one may not see does not exist."""

    status = 404
    title = gettext_lazy("Nothing here")
    sentence = gettext_lazy("There is nothing at this address, or it is not yours to see.")


class NotAllowed(Refusal):
    """One may see it but not do this."""

    status = 403
    title = gettext_lazy("Not yours to do")
    sentence = gettext_lazy("You may look at this, but doing it is up to somebody else.")


class IllegalMove(Refusal):
    """The lifecycle does not know this move from the present state."""

    sentence = gettext_lazy("This was already done, or something changed meanwhile. No money moved. Reload the page.")


class Stale(Refusal):
    """Somebody changed the thing after the page was drawn."""

    sentence = gettext_lazy("This was changed after you opened the page. Look at the new version, then decide again.")


class TooLate(Refusal):
    """The deadline has passed."""

    sentence = gettext_lazy("The time for this is over.")


class Invalid(Refusal):
    """
    The input cannot be used.

    :ivar fields: field name → sentence, so that a form can show each where it belongs
    """

    status = 422
    title = gettext_lazy("Please check the form")
    sentence = gettext_lazy("Something in the form needs another look. Nothing was saved and no money moved.")

    def __init__(self, sentence: Any = None, *, fields: dict[str, Any] | None = None, **places: Any) -> None:
        self.fields = fields or {}
        if sentence is None and self.fields:
            sentence = next(iter(self.fields.values()))
        super().__init__(sentence, **places)


class NeedsRecheck(Refusal):
    """A sensitive act wants a fresh proof of identity first."""

    status = 403
    title = gettext_lazy("Confirm that it is you")
    sentence = gettext_lazy("For this we ask for your password again.")


class TooMany(Refusal):
    """A limit was reached."""

    status = 429
    title = gettext_lazy("Slow down a little")
    sentence = gettext_lazy("That was tried too often. Wait a few minutes and try again.")
