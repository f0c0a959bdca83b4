"""From the pod's seconds to the session's, by the packets that had to wait least.

A packet arrives after its last sample, late by a delay that is never negative and often tens of
milliseconds. The line under all points (pod time, arrival minus pod time) is therefore the clock;
what lies above it is delay. Moon, Skelly and Towsley used the same for one-way network delays
(IEEE INFOCOM 1999).
"""

from bisect import bisect_left
from itertools import pairwise
from typing import Final

Point = tuple[float, float]

BUCKET_S: Final = 1.0
"""Seconds of pod time from which only the least delayed packet is kept (design default)."""

BUCKETS: Final = 30
"""Buckets that are remembered: long enough to average the delays, short enough to follow a crystal
that warms up (design default)."""

MAX_SLOPE: Final = 0.05
"""Greatest difference between the two clocks: 5 %. The worst pod clock we met runs 3 % short."""

FEW_BUCKETS: Final = 3
"""Buckets up to which the one that is still filling counts in full (design default)."""

SURE_SPAN_S: Final = 6.0
"""Seconds of data from which the slope is believed in full; below, the clocks count as equal in
part, since one delayed packet tilts a short line (design default)."""


class ArrivalFit:
    """The line under the arrivals of one pod.

    Attributes
    ----------
    slope : float
        Session seconds per pod second.
    """

    def __init__(self) -> None:
        self.slope = 1.0
        self._tilt = 0.0
        self._origin_s = 0.0
        self._offset_s = 0.0
        self._keys: list[int] = []
        self._points: list[Point] = []
        self._corners: list[Point] = []

    def add(self, pod_s: float, arrival_s: float) -> None:
        """Learn one arrival.

        Parameters
        ----------
        pod_s : float
            Pod time of the packet's last sample.
        arrival_s : float
            Session time of its arrival.
        """
        key = int(pod_s // BUCKET_S)
        point = (pod_s, arrival_s - pod_s)
        keys, points = self._keys, self._points
        if keys and keys[-1] == key:
            if point[1] < points[-1][1]:
                points[-1] = point
                self._fit(is_last=True)
            return
        at = bisect_left(keys, key)
        is_new = at == len(keys) or keys[at] != key
        if is_new:
            keys.insert(at, key)
            points.insert(at, point)
            if len(keys) > BUCKETS:
                del keys[0], points[0]
        elif points[at][1] > point[1]:
            points[at] = point
        else:
            return
        self._fit(is_last=False)

    def session_s(self, pod_s: float) -> float:
        """Return the session time of a pod time."""
        return pod_s + self._offset_s + (self.slope - 1.0) * (pod_s - self._origin_s)

    def lateness_s(self, pod_s: float, arrival_s: float) -> float:
        """Return by how much an arrival is behind the least delayed ones."""
        return arrival_s - self.session_s(pod_s)

    def _fit(self, *, is_last: bool) -> None:
        """Draw the line anew, after a change of the last bucket alone or of another one."""
        points = self._points
        # The bucket that is still filling may so far hold a delayed packet only.
        is_settled = len(points) > FEW_BUCKETS
        if not (is_last and is_settled):
            settled = points[:-1] if is_settled else points
            self._corners = _lower_hull(settled)
            self._tilt = _tilt(self._corners, settled[-1][0] - settled[0][0])
            self.slope = 1.0 + self._tilt
        tilt, origin_s = self._tilt, points[-1][0]
        self._origin_s = origin_s
        # Whatever the tilt, the lowest of the settled points is a corner of their hull.
        self._offset_s = min(
            [delay_s - tilt * (pod_s - origin_s) for pod_s, delay_s in (*self._corners, points[-1])]
        )


def _tilt(hull: list[Point], span_s: float) -> float:
    """Return the slope of the line under the points, as far as it can be believed."""
    trust = min(1.0, span_s / SURE_SPAN_S) ** 2
    return max(-MAX_SLOPE, min(MAX_SLOPE, trust * _edge_slope(hull)))


def _lower_hull(points: list[Point]) -> list[Point]:
    """Return the corners of the lower convex hull; the points are in rising order."""
    hull: list[Point] = []
    for x, y in points:
        while len(hull) >= 2:
            (x1, y1), (x2, y2) = hull[-2:]
            if (x2 - x1) * (y - y1) > (y2 - y1) * (x - x1):
                break
            hull.pop()
        hull.append((x, y))
    return hull


def _edge_slope(hull: list[Point]) -> float:
    """Return the slope of the edge over the middle: of all lines below, it is nearest to them."""
    if len(hull) < 2:
        return 0.0
    middle = (hull[0][0] + hull[-1][0]) / 2.0
    for (x1, y1), (x2, y2) in pairwise(hull):
        if x2 >= middle:
            return (y2 - y1) / (x2 - x1)
    return 0.0
