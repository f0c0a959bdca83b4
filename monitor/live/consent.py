"""The patient's word on views from other computers: asked in each session, to be taken back."""

from enum import StrEnum


class Consent(StrEnum):
    """Where it stands."""

    NOT_ASKED = "not-asked"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"

    @property
    def may_look(self) -> bool:
        """Whether a viewer from another computer may look."""
        return self is Consent.GIVEN

    @property
    def is_open(self) -> bool:
        """Whether the patient has to be asked now."""
        return self is Consent.ASKED

    @property
    def sentence(self) -> str:
        """Return what a viewer that may not look is told."""
        if self is Consent.REFUSED:
            return "The patient does not want to be watched from another computer."
        return "Waiting for the patient to allow this view on their screen."
