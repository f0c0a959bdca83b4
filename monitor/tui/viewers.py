"""Who watches, on the patient's screen: asked before, shown meanwhile, ended with one key."""

from typing import TYPE_CHECKING

from monitor.live.consent import Consent
from monitor.tui.dialogs import AskDialog, TextDialog

if TYPE_CHECKING:
    # It loads the sockets, and the first frame waits for nothing.
    from monitor.live.publisher import Publisher

CONSENT = "Somebody wants to watch this session from another computer. Let them?"

WITHOUT = (
    "Nobody watches from another computer. On this one: stridegate watch\n\n"
    "To let a physio on another computer watch, start the session with --watch HOST:PORT. You are "
    "asked before anybody sees anything, and can end it at any time."
)


def consent_dialog() -> AskDialog:
    """Return the question whether others may look."""
    return AskDialog(CONSENT, "let them watch", "do not")


def end_dialog(publisher: "Publisher") -> AskDialog:
    """Return the question whether the view from other computers ends now."""
    return AskDialog(
        f"{viewers_text(publisher)}. End the view from other computers?", "end", "go on"
    )


def viewers_dialog(publisher: "Publisher | None") -> TextDialog:
    """Return who watches, and what opens the session from elsewhere."""
    if publisher is None or publisher.ticket is None:
        return TextDialog("Watching", WITHOUT)
    text = (
        f"{viewers_text(publisher)}.\n\nFrom another computer:\nstridegate watch {publisher.ticket}"
    )
    if publisher.consent is Consent.REFUSED:
        text += (
            "\n\nYou did not want to be watched from another computer: nobody there sees anything."
        )
    return TextDialog("Watching", text)


def viewers_text(publisher: "Publisher") -> str:
    """Return how many watch, in words."""
    n = publisher.viewers
    return "Nobody watches" if n == 0 else "1 person watches" if n == 1 else f"{n} people watch"
