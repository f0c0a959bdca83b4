"""The link to the pod in a sentence, its age, and the pod's battery: always in sight."""

from textual.content import Content

from monitor.freshness import BATTERY, Freshness, freshness
from monitor.snapshot import Snapshot
from monitor.text import NOT_KNOWN, clock_text
from monitor.tui.numbers import Look, aged_text, live
from monitor.tui.panel import Panel, message_line, spread
from monitor.wording import DRAFT, LINK_GLYPHS, NOT_DEVICE, link_sentence
from sensors.linkstate import LinkState

WIDE = 110
"""Cells. From here on there is room for whole sentences."""


class TitleBar(Panel):
    """Whose session of what, and that nobody should take it for a medical device."""

    def lines(self, snapshot: Snapshot) -> list[Content]:
        """Return the one line."""
        if snapshot.message is not None:
            return [message_line(snapshot.message.text, self.size.width)]
        notice = f" {NOT_DEVICE} "
        if snapshot.is_draft:
            short = self.size.width < WIDE
            notice = f" {'DRAFT, unsigned' if short else DRAFT} · {NOT_DEVICE} "
        stage = snapshot.stage_title
        if self.size.width >= WIDE:
            stage = f"{snapshot.programme} · {stage}"
        left = Content.assemble(
            (f" {snapshot.patient} ", "bold"), Content.styled(f" {stage}", "$soft")
        )
        return [spread(left, Content.styled(notice, "bold"), self.size.width)]


class StatusBar(Panel):
    """State of the link with its age; sample rate and battery at the right."""

    def lines(self, snapshot: Snapshot) -> list[Content]:
        """Return the one line."""
        pod = self._pod(snapshot)
        link = self._link(snapshot, self.size.width - pod.cell_length - 1)
        return [spread(link, pod, self.size.width)]

    def _link(self, s: Snapshot, cells: int) -> Content:
        age = clock_text(int(s.link_age_s))
        text = f" {LINK_GLYPHS[s.link]} {link_sentence(s)} "
        is_live = freshness(s.data_age_s) is Freshness.FRESH
        if s.link is LinkState.STREAMING and not is_live:
            since = "yet" if s.data_age_s is None else f"for {s.data_age_s:.0f} s"
            text = f" {LINK_GLYPHS[LinkState.SILENT]} Connected, but no data {since} "
        elif s.link is LinkState.STREAMING:
            return Content.assemble((text, "bold"), (f"for {age}", "$soft"))
        # A long sentence gives way to its age.
        said = Content.styled(text, "bold $blank-ink on $blank-fill")
        said = said.truncate(max(1, cells - len(age) - 1), ellipsis=True)
        return Content.assemble(said, (f" {age}", "$soft"))

    def _pod(self, s: Snapshot) -> Content:
        rate, _, rate_look = aged_text(live(s.fs_hz, s), 0)
        rate = rate if rate == NOT_KNOWN else f"{rate} Hz"
        charge, _, charge_look = aged_text(s.battery, 0, BATTERY)
        charge = charge if charge == NOT_KNOWN else f"{charge} %"
        if s.is_battery_low:
            battery = Content.styled(f" battery {charge} low ", "bold $amber-ink on $amber-fill")
        else:
            battery = Content.assemble(("battery ", "$soft"), (f"{charge} ", _style(charge_look)))
        bad = Content("")
        if s.bad_packets:
            bad = Content.styled(f" {s.bad_packets} bad packets ", "bold $blank-ink on $blank-fill")
        return Content.assemble(bad, " ", (rate, _style(rate_look)), "   ", battery)


def _style(look: Look) -> str:
    return "$soft" if look is Look.OLD else "bold"
