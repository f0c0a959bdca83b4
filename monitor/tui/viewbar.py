"""How old a view from elsewhere is: said always, and not to be overlooked where it stands still."""

from typing import Final

from textual.content import Content

from monitor.freshness import Freshness, freshness
from monitor.live.client import Viewing
from monitor.tui.panel import Line

TEXT: Final = " View of a session that runs elsewhere"


class ViewBar(Line):
    """One line above the session.

    Parameters
    ----------
    view : Viewing
        What is seen.
    id : str, optional
        The widget's id.
    """

    def __init__(self, view: Viewing, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._view = view

    @property
    def _is_over(self) -> bool:
        return self._view.snapshot is not None and self._view.snapshot.is_over

    @property
    def is_lost(self) -> bool:
        """Whether what is seen is not now; the end of a session stays as it was."""
        if self._is_over:
            return False
        return bool(self._view.notice) or freshness(self._view.age_s) is not Freshness.FRESH

    def show_age(self) -> None:
        """Say how old the view is."""
        age_s = self._view.age_s
        notice = self._view.notice
        if not self.is_lost:
            state = "the session is over" if self._is_over else "live"
            self.say(Content.styled(f"{TEXT} · {state}", "$soft"))
            return
        age = "" if age_s is None else f" · {age_s:.0f} s old: what you see is not now"
        said = f" · {notice}" if notice else ""
        self.say(Content.styled(f" ? VIEW LOST{age}{said} ", "bold $blank-ink on $blank-fill"))
