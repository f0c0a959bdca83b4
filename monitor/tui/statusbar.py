"""The link to the pod in a sentence, its age, and the pod's battery: always in sight."""

from textual.content import Content

from monitor.snapshot import LOW_BATTERY_PCT, Snapshot
from monitor.text import NOT_KNOWN, clock_text, known
from monitor.tui.panel import Panel, spread
from monitor.wording import DRAFT, LINK_GLYPHS, NOT_DEVICE, OLD_S, link_sentence
from sensors.linkstate import LinkState

WIDE = 110
"""Cells. From here on there is room for whole sentences."""


class TitleBar(Panel):
    """Whose session of what, and that nobody should take it for a medical device."""

    def lines(self, snapshot: Snapshot) -> list[Content]:
        """Return the one line."""
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
        if s.link is LinkState.STREAMING and (s.data_age_s is None or s.data_age_s > OLD_S):
            since = "yet" if s.data_age_s is None else f"for {s.data_age_s:.0f} s"
            text = f" {LINK_GLYPHS[LinkState.SILENT]} Connected, but no data {since} "
        elif s.link is LinkState.STREAMING:
            return Content.assemble((text, "bold"), (f"for {age}", "$soft"))
        # A long sentence gives way to its age.
        said = Content.styled(text, "bold $blank-ink on $blank-fill")
        said = said.truncate(max(1, cells - len(age) - 1), ellipsis=True)
        return Content.assemble(said, (f" {age}", "$soft"))

    def _pod(self, s: Snapshot) -> Content:
        rate = NOT_KNOWN if s.fs_hz is None else f"{s.fs_hz:.0f} Hz"
        charge = NOT_KNOWN if s.battery_pct is None else f"{known(s.battery_pct)} %"
        if s.battery_pct is not None and s.battery_pct < LOW_BATTERY_PCT:
            battery = Content.styled(f" battery {charge} low ", "bold $amber-ink on $amber-fill")
        else:
            battery = Content.assemble(("battery ", "$soft"), (f"{charge} ", "bold"))
        return Content.assemble((rate, "bold"), "   ", battery)
