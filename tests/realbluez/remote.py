"""In the guest: asks the host about the pods, and what to do to them."""

import asyncio
import json
from typing import Any

from realbluez.bridge import port


class Pods:
    """The host's pods; one question at a time."""

    def __init__(self) -> None:
        self._port = port("control").open("r+b", buffering=0)

    async def ask(self, do: str, **more: Any) -> Any:
        """Return the host's answer."""
        return await asyncio.to_thread(self._asked, {"do": do, **more})

    async def drop(self, for_s: float, pod: int = 0) -> None:
        """Put a pod out of range for a while."""
        await self.ask("drop", pod=pod, for_s=for_s)

    async def sent(self, pod: int = 0) -> list[int]:
        """Return the counter of each packet that a pod has sent, in ms, in order."""
        ticks: list[int] = await self.ask("sent", pod=pod)
        return ticks

    def _asked(self, question: dict[str, Any]) -> Any:
        self._port.write(json.dumps(question).encode() + b"\n")
        answer = b""
        while not answer.endswith(b"\n"):
            answer += self._port.read(65536) or b""
        return json.loads(answer)
