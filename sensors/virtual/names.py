"""What the virtual pods are called on the air: apart from the pods, so that no radio is loaded."""

from typing import Final

NAMES: Final = {
    "movesense": "Movesense 000000000001",
    "polar-sense": "Polar Sense 00000001",
    "polar-h10": "Polar H10 00000001",
    "polar-oh1": "Polar OH1 00000001",
    "openpod": "OpenPod1",
    "metamotion": "MetaWear 000001",
    "witmotion": "WT901BLE 000001",
    "rsc": "StrideGate RSC",
}
"""By the kind in ``sensors.pods``: a name by which the client takes it for a pod of its kind."""
