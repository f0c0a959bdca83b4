"""``make sessions``: 50 recorded sessions replayed, and the alarms of 200 against the truth."""

import sys
import tempfile
from pathlib import Path

from alarm_sessions import Count, cases, counted
from recorded_sessions import played

RECORDED, WITH_ALARMS = 50, 200


def main() -> int:
    """Run both; return 0 where both are as asked."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(RECORDED):
            _, differences = played(Path(folder), seed)
            wrong += bool(differences)
            if differences:
                print(f"session {seed} is decided otherwise: {', '.join(differences)}")
    print(f"{RECORDED - wrong} of {RECORDED} recorded sessions replay to the same log and event")
    total = sum((counted(case) for case in cases(WITH_ALARMS)), Count())
    print(
        f"{total.found} of {total.due} alarms found in time ({total.found_pct:.1f} %), "
        f"{total.false} false in {total.run_h:.2f} h of running ({total.false_per_h:.2f}/h)"
    )
    return 0 if not wrong and total.is_enough else 1


if __name__ == "__main__":
    sys.exit(main())
