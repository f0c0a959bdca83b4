"""What a patient reads when the link fails: one sentence for each reason, with what to do."""

from sensors.errors import LinkError, LinkFault

ASLEEP = "No pod found yet: tap the pod or take ten steps to wake it."
HELD = "Still no pod found: wake it with ten steps, and close any other app or watch that holds it."
BUSY = (
    "Your pod does not show itself: perhaps it sleeps, or another app, watch or computer holds it."
    " Take ten steps, and close the other one."
)
HELD_HERE = (
    "Your pod is connected to another program of this computer: close that program, or switch"
    " Bluetooth off and on."
)
SILENT = "The pod sends nothing: checking the connection."
STILL = "No steps from the pod: it waits for you to walk."
DATA_AGAIN = "Data again."
QUIET_LOST = "The pod sent nothing any more: connecting anew."
BROKEN_OFF = "The connection broke off: searching for the pod."

SEARCH_ENDED = "Bluetooth was switched or restarted during the search: searching anew."
STUCK = "Bluetooth is stuck with an old connection: switch it off and on again."

SENTENCES = {
    LinkFault.NO_BLUETOOTH: "No Bluetooth was found: plug in a Bluetooth LE adapter, or start the"
    " system's Bluetooth service.",
    LinkFault.POWERED_OFF: "Bluetooth is switched off: switch it on.",
    LinkFault.NOT_PERMITTED: "Bluetooth is not permitted: allow it for this terminal in the"
    " system's settings.",
    LinkFault.NOT_FOUND: ASLEEP,
    LinkFault.CONNECT_FAILED: "The pod did not let itself be connected: bring it closer.",
    LinkFault.CONFIGURE_FAILED: "The pod cannot be started: update its firmware, or use another.",
    LinkFault.STRANGER: "Another pod answers for yours: put that one away and wake your own.",
    LinkFault.LOCKED: "The pod lets nobody set it up: unlock it in the maker's app, or remove it"
    " there and pair it with this computer.",
}


def advise(fault: LinkFault, cause: str = "") -> LinkError:
    """Return the error for a reason, with its sentence.

    Parameters
    ----------
    fault : LinkFault
        Why the radio or the pod cannot be used.
    cause : str
        What the system said, for whoever helps; put in brackets behind the sentence.
    """
    return LinkError(fault, SENTENCES[fault] + (f" ({cause})" if cause else ""))
