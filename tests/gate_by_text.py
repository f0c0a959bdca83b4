"""The gate a second time, written from the text of its specification alone.

It shares nothing with ``monitor.gate``: raw JSON objects instead of events, a table of the ladder
instead of the programme file, and brute force instead of bookkeeping. Each outcome is worked out
anew from all lines that name the session, missing answers and fails are searched for in the whole
log, and time goes from one moment at which anything can happen to the next. Slow and plain on
purpose: where the two disagree, one of them has not read the text.
"""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

Line = dict[str, Any]

HOUR = 3600
DAY = 24 * HOUR

#      stage, phase, sessions required, min days, min gap h, weekly maximum
LADDER: list[tuple[str, str, int, int, int, int]] = [
    ("P0", "P0", 0, 0, 0, 0),
    ("P1", "P1", 0, 0, 0, 0),
    *[(f"W{i}", "P2", 3, 5, 18, 5) for i in (1, 2, 3, 4, 5)],
    ("L1", "P3", 3, 5, 42, 3),
    *[(f"L{i}", "P3", 2, 5, 42, 3) for i in (2, 3, 4)],
    *[(f"WR{i}", "P4", 3, 7, 42, 3) for i in (0, 1, 2)],
    *[(f"WR{i}", "P4", 2, 5, 42, 3) for i in range(3, 12)],
    ("WR12", "P4", 3, 7, 42, 3),
    *[(f"T{i}", "P5", 3, 7, 18, 4) for i in range(1, 9)],
]
STAGES = [row[0] for row in LADDER]
PHASE = {row[0]: row[1] for row in LADDER}
NEED = {row[0]: row[2] for row in LADDER}
MIN_DAYS = {row[0]: row[3] for row in LADDER}
GAP_H = {row[0]: row[4] for row in LADDER}
WEEKLY = {row[0]: row[5] for row in LADDER}
PHASES = ["P0", "P1", "P2", "P3", "P4", "P5"]

HIGH_RISK = {"fn_compression", "fn_fixed_postop"}
SITE_DAYS: dict[str, dict[str, int]] = {
    "fn_compression": {"P0": 42, "P1": 14, "P2": 28, "P3": 21},
    "fn_fixed_postop": {"P2": 28, "P3": 28},
    "sacrum": {"P0": 7, "P1": 7, "P2": 21, "P3": 21},
    "pubic_ramus": {"P0": 0, "P1": 14, "P2": 21, "P3": 21},
    "femoral_shaft": {"P0": 14, "P1": 14, "P2": 21, "P3": 21},
    "tibia_posteromedial": {"P0": 0, "P1": 7, "P2": 14, "P3": 21},
    "metatarsal_2_4": {"P0": 0, "P1": 7, "P2": 14, "P3": 21},
}

BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


def seconds(text: str) -> int:
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return int((moment - BEGIN).total_seconds())


def written(t: int) -> str:
    return (BEGIN + timedelta(seconds=t)).isoformat().replace("+00:00", "Z")


class Reading:
    """The log read up to a line, with the state of section 5.3 after it."""

    def __init__(self, log: list[Line]) -> None:
        self.log = log
        self.at = [seconds(line["t"]) for line in log]
        enrol = log[0]
        self.high = enrol["site"] in HIGH_RISK
        self.phase_days: dict[str, int] = {
            "P4": 73,
            "P5": 56,
            **SITE_DAYS[enrol["site"]],
            **enrol.get("min_days", {}),
        }
        self.read = 0  # lines read
        self.clock = self.at[0]  # the last moment that was lived through
        self.naming: dict[str, list[int]] = {}  # session -> lines that are or name it
        self.status = "new"
        self.stage: str | None = None
        self.entered = 0
        self.count = 0
        self.phase_entered: int | None = None
        self.completed = False
        self.reasons: list[str] = []
        self.ignored: list[str] = []
        self.too_soon: set[str] = set()
        self.ahead: set[str] = set()
        self.outcomes: dict[str, str] = {}
        self.fallen: set[str] = set()
        self.fails: set[str] = set()
        self.moved: set[str] = set()
        # Every stay: stage, begin, end, the stay that progress came from, sessions counted in it.
        self.stays: list[dict[str, Any]] = []
        self.last_put = 0  # line of the last effective start or unlock
        self.last_unlock = 0
        self.seen_at_unlock: dict[str, int] = {}
        self.discharged_since_put = False
        self.gaps_done: set[tuple[int, int]] = set()

    # --- sessions and their answers ---------------------------------------------------------

    def sessions(self) -> list[str]:
        """The sessions of the lines read, by t and then file order."""
        rows = [(self.at[lines[0]], lines[0], name) for name, lines in self.naming.items()]
        return [name for _, _, name in sorted(rows)]

    def line_of(self, name: str) -> int:
        return self.naming[name][0]

    def t_of(self, name: str) -> int:
        return self.at[self.line_of(name)]

    def stage_of(self, name: str) -> str:
        return str(self.log[self.line_of(name)]["stage"])

    def moment(self, i: int) -> str:
        """The ``when`` that the answer of line i is taken for."""
        line = self.log[i]
        if line["when"] == "next_morning" and self.at[i] < self.t_of(line["session"]) + 6 * HOUR:
            return "evening"
        return str(line["when"])

    def answers(self, name: str) -> dict[str, int]:
        """The answered moments of a session with the highest answer of each."""
        highest: dict[str, int] = {}
        for i in self.naming[name]:
            if self.log[i]["kind"] == "pain":
                when = self.moment(i)
                highest[when] = max(self.log[i]["site"], highest.get(when, 0))
        return highest

    def lacks(self, name: str) -> bool:
        return bool({"during", "after", "next_morning"} - set(self.answers(name)))

    def outcome(self, name: str) -> str:
        """Section 5.2 over every line that names the session."""
        line = self.log[self.line_of(name)]
        told = self.answers(name)
        pain = max(
            (told[w] for w in ("before", "during", "after", "evening") if w in told), default=0
        )
        morning = told.get("next_morning", 0)
        flagged = any(self.log[i]["kind"] == "red_flag" for i in self.naming[name])
        sore = max((self.log[i].get("soreness", 0) for i in self.naming[name]), default=0)
        lock = (pain >= 2 or morning >= 1) if self.high else (pain >= 3 or morning >= 2)
        if flagged or lock:
            return "LOCKOUT"
        if not self.high and pain == 2:
            return "REGRESS"
        if (
            pain == 1
            or (morning == 1 and not self.high)
            or line["red_events"] > 0
            or line["amber_pct"] > 20
            or line["run_pct"] > 110
            or line["load_pct"] > 125
            or sore >= 4
            or name in self.too_soon
            or name in self.ahead
        ):
            return "HOLD"
        no_impact = not line["impact"] and PHASE[line["stage"]] in ("P4", "P5")
        if line["valid_pct"] < 85 or no_impact or line["run_pct"] < 90:
            return "INVALID"
        return "PENDING" if self.lacks(name) else "SUCCESS"

    def answers_missing(self) -> bool:
        return any(
            self.line_of(name) > self.last_put
            and self.outcomes[name] != "LOCKOUT"
            and self.lacks(name)
            for name in self.naming
        )

    # --- stages -----------------------------------------------------------------------------

    def change(self, stage: str, t: int, *, progress: bool = False) -> None:
        before = len(self.stays) - 1
        if self.stays:
            self.stays[-1]["end"] = t
        self.stays.append(
            {
                "stage": stage,
                "begin": t,
                "end": None,
                "from": before if progress else None,
                "counted": set(),
            }
        )
        self.stage, self.entered, self.count, self.completed = stage, t, 0, False

    def back(self, stages: int, t: int) -> None:
        assert self.stage is not None
        for _ in range(stages):
            before = STAGES[STAGES.index(self.stage) - 1]
            same_phase = PHASE[before] == PHASE[self.stage]
            self.change(before if same_phase else self.stage, t)
        if stages == 2:
            # Two single steps were taken for one change: the stay between them never was.
            del self.stays[-2]

    def is_after_stored(self, stage: str) -> bool:
        return STAGES.index(stage) > STAGES.index(self.stage or "P0")

    def was_stored(self, stage: str, t: int) -> bool:
        """Whether a stage was the stored one at any time in (t - 3 h, t]."""
        for stay in self.stays:
            if stay["stage"] != stage:
                continue
            begin, end = stay["begin"], stay["end"]
            if end is None:
                return True
            # The stay holds every instant from begin to before end, and begin in any case. Half
            # seconds tell an instant before end from end itself.
            instants = [begin, end - 0.5] if end > begin else [begin]
            if any(t - 3 * HOUR < instant <= t for instant in instants):
                return True
        return False

    # --- time -------------------------------------------------------------------------------

    def live_until(self, t: int) -> None:
        """Everything due strictly before t, moment by moment."""
        while self.status == "active" and self.stage is not None:
            phase = PHASE[self.stage]
            if phase in ("P0", "P1"):
                break
            anchor = self.anchor(phase)
            ripe = self.entered + MIN_DAYS[self.stage] * DAY
            moments = {
                self.clock,
                ripe,
                anchor + 15 * DAY // 2,
                anchor + 29 * DAY // 2,
                anchor + 28 * DAY,
            }
            for moment in sorted(m for m in moments if self.clock <= m < t):
                if self.happens(moment, ripe, anchor):
                    self.clock = moment
                    break
            else:
                break
        self.clock = t

    def happens(self, moment: int, ripe: int, anchor: int) -> bool:
        """Do the first thing that is due at a moment; False where nothing is."""
        assert self.stage is not None
        done = self.count >= NEED[self.stage] and not self.answers_missing()
        if done and not self.completed and moment >= ripe:
            following = STAGES.index(self.stage) + 1
            if following < len(STAGES) and PHASE[STAGES[following]] == PHASE[self.stage]:
                self.change(STAGES[following], moment, progress=True)
            else:
                self.completed = True
            return True
        for half_days in (15, 29, 56):
            if (
                moment >= anchor + half_days * DAY // 2
                and (anchor, half_days) not in self.gaps_done
            ):
                self.gaps_done.add((anchor, half_days))
                if half_days == 56:
                    self.status, self.reasons = "locked", ["gap-28"]
                elif half_days == 29 and not self.completed:
                    self.back(2, moment)
                elif not self.completed:
                    self.count = 0
                return True
        return False

    def anchor(self, phase: str) -> int:
        assert self.phase_entered is not None
        full = [
            self.t_of(name)
            for name in self.naming
            if PHASE[self.stage_of(name)] == phase and self.log[self.line_of(name)]["run_pct"] >= 90
        ]
        return max([*full, self.phase_entered, self.at[self.last_put]])

    # --- events -----------------------------------------------------------------------------

    def read_line(self) -> None:
        i, line = self.read, self.log[self.read]
        t, kind = self.at[i], line["kind"]
        self.live_until(t)
        self.read += 1
        name = line["id"] if kind == "session" else line.get("session")
        if kind in ("session", "pain", "red_flag"):
            danger = self.danger(i, line)
            if name is not None:
                self.naming.setdefault(name, []).append(i)
            if kind == "session":
                self.judge_once(line["id"], t)
            if danger is not None:
                if self.status != "locked":
                    self.status, self.reasons = "locked", []
                if danger not in self.reasons:
                    self.reasons.append(danger)
            if name is not None:
                self.rejudge(name, t)
        elif kind in ("start", "unlock"):
            self.put(i, line)
        elif kind == "signoff":
            self.sign(line, t)

    def judge_once(self, name: str, t: int) -> None:
        stage = self.stage_of(name)
        others = [self.t_of(other) for other in self.naming if other != name]
        if others and t - max(others) < GAP_H[stage] * HOUR:
            self.too_soon.add(name)
        if sum(t - 7 * DAY < other <= t for other in [*others, t]) > WEEKLY[stage]:
            self.too_soon.add(name)
        stored = self.stage is not None
        if stored and self.is_after_stored(stage) and not self.was_stored(stage, t):
            self.ahead.add(name)

    def danger(self, i: int, line: Line) -> str | None:
        """The reason for which an event is a danger; None where it is none."""
        if line["kind"] == "red_flag":
            return "red-flag"
        if line["kind"] != "pain":
            return None
        morning = self.moment(i) == "next_morning"
        level = {(True, False): 2, (True, True): 1, (False, False): 3, (False, True): 2}[
            self.high, morning
        ]
        if line["site"] < level:
            return None
        if line["site"] <= self.seen_at_unlock.get(line["session"], -1):
            return None
        return "pain-next-morning" if morning else "pain"

    def rejudge(self, name: str, t: int) -> None:
        before = self.outcomes.get(name)
        now = self.outcomes[name] = self.outcome(name)
        if now == before:
            return
        fell = now in ("HOLD", "REGRESS") and name not in self.fallen
        if fell:
            self.fallen.add(name)
        if self.status != "active":
            return
        here = self.stage_of(name) == self.stage and self.t_of(name) >= self.entered
        if now == "SUCCESS" and here:
            self.count += 1
            self.stays[-1]["counted"].add(name)
        if fell:
            self.fails.add(name)
            if self.three_fails():
                self.status, self.reasons = "locked", ["three-fails"]
                return
        if now == "HOLD":
            self.count, self.completed = 0, False
            came_from = self.stays[-1]["from"]
            undone = came_from is not None and name in self.stays[came_from]["counted"]
            if (here and self.second_hold(name)) or undone:
                self.move_back(name, t)
        if now == "REGRESS":
            self.move_back(name, t)

    def move_back(self, name: str, t: int) -> None:
        if name not in self.moved:
            self.moved.add(name)
            self.back(1, t)

    def three_fails(self) -> bool:
        after = [name for name in self.sessions() if self.line_of(name) > self.last_unlock]
        times = [self.t_of(name) for name in after if name in self.fails]
        if any(max(three) - min(three) <= 14 * DAY for three in combinations(times, 3)):
            return True
        told = [name for name in after if self.outcomes[name] not in ("INVALID", "PENDING")]
        return len(told) >= 3 and all(name in self.fails for name in told[-3:])

    def second_hold(self, name: str) -> bool:
        ordered = self.sessions()
        earlier = [
            other
            for other in ordered[: ordered.index(name)]
            if self.stage_of(other) == self.stage
            and self.t_of(other) >= self.entered
            and self.outcomes[other] not in ("INVALID", "PENDING")
        ]
        return bool(earlier) and self.outcomes[earlier[-1]] == "HOLD"

    def put(self, i: int, line: Line) -> None:
        kind, stage, t = line["kind"], line["stage"], self.at[i]
        wrong_time = (self.status == "locked") if kind == "start" else (self.status != "locked")
        unreasoned = not (line.get("ahead") is True and "reason" in line)
        if wrong_time or (self.is_after_stored(stage) and unreasoned):
            self.ignored.append(kind)
            return
        if (
            self.stage is None
            or PHASE[self.stage] != PHASE[stage]
            or self.phase_entered is None
            or self.discharged_since_put
        ):
            self.phase_entered = t
        self.change(stage, t)
        self.status, self.reasons = "active", []
        self.last_put = i
        self.discharged_since_put = False
        if kind == "unlock":
            self.last_unlock = i
            self.seen_at_unlock = {
                name: max(self.answers(name).values(), default=0)
                for name in self.naming
                if self.outcomes[name] == "LOCKOUT"
            }

    def sign(self, line: Line, t: int) -> None:
        if not self.may_sign(line["phase"], t):
            self.ignored.append("signoff")
            return
        following = PHASES.index(line["phase"]) + 1
        if following == len(PHASES):
            self.status, self.discharged_since_put = "discharged", True
            return
        self.change(next(s for s in STAGES if PHASE[s] == PHASES[following]), t)
        self.phase_entered = t

    def may_sign(self, phase: str, t: int) -> bool:
        if self.status != "active" or self.stage is None or PHASE[self.stage] != phase:
            return False
        if phase not in ("P0", "P1") and not (self.completed and not self.old(t)):
            return False
        return not self.answers_missing() and t >= self.phase_end()

    def phase_end(self) -> int:
        assert self.stage is not None
        assert self.phase_entered is not None
        return self.phase_entered + self.phase_days[PHASE[self.stage]] * DAY

    def old(self, t: int) -> bool:
        return t - max((self.t_of(name) for name in self.naming), default=-(10**15)) > 14 * DAY

    # --- the decision -----------------------------------------------------------------------

    def decision(self, now: int) -> Line:
        self.live_until(now)
        answer: Line = {
            "status": self.status,
            "stage": self.stage,
            "count": self.count,
            "may_run": False,
            "reasons": [],
            "earliest": None,
            "ignored": self.ignored,
        }
        if self.status == "new":
            answer |= {"status": "locked", "reasons": ["not-started"]}
        elif self.status == "locked":
            answer["reasons"] = self.reasons
        elif self.status == "active":
            assert self.stage is not None
            waits, earliest = self.waits(now)
            phase = PHASE[self.stage]
            if phase in ("P0", "P1") or self.completed:
                reasons = ["answers-missing"] if self.answers_missing() else []
                if now < self.phase_end():
                    reasons.append("phase-min-days")
                    answer["earliest"] = written(self.phase_end())
                elif phase not in ("P0", "P1") and self.old(now):
                    reasons.append("repeat-session")
                else:
                    reasons.append("phase-complete")
                may_run = phase not in ("P0", "P1") and not waits
                answer |= {"status": "needs_signoff", "reasons": reasons, "may_run": may_run}
            elif waits:
                answer |= {"status": "wait", "reasons": waits}
                answer["earliest"] = None if earliest is None else written(earliest)
            else:
                answer |= {"status": "ready", "may_run": True}
        return answer

    def waits(self, now: int) -> tuple[list[str], int | None]:
        assert self.stage is not None
        waits, clear = [], []
        times = sorted(self.t_of(name) for name in self.naming)
        for name in self.naming:
            if (
                self.outcomes[name] != "LOCKOUT"
                and self.lacks(name)
                and self.t_of(name) + 18 * HOUR <= now
                and (self.line_of(name) > self.last_put or self.t_of(name) > now - 48 * HOUR)
                and "answers-missing" not in waits
            ):
                waits.append("answers-missing")
        gap = GAP_H[self.stage] * HOUR
        if times and now < times[-1] + gap:
            waits.append("gap-hours")
            clear.append(times[-1] + gap)
        if PHASE[self.stage] not in ("P0", "P1"):

            def is_full(moment: int) -> bool:
                assert self.stage is not None
                return sum(moment - 7 * DAY < t <= moment for t in times) >= WEEKLY[self.stage]

            if is_full(now):
                waits.append("week-full")
                leaves = [t + 7 * DAY for t in times if t + 7 * DAY > now]
                clear.append(next(moment for moment in leaves if not is_full(moment)))
        return waits, None if "answers-missing" in waits else max(clear, default=None)


def by_text(log: list[Line], at: str) -> Line:
    """Return the decision of a valid log, as ``gate --json`` prints it without its sentences."""
    reading = Reading(log)
    for _ in log:
        reading.read_line()
    return reading.decision(seconds(at))
