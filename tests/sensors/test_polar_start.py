"""The conversation that starts a Polar stream, and what a replay knows of it."""

import struct
from collections.abc import Callable

import pytest
from polar_streams import said

from sensors.errors import BadPacketError, LinkError, LinkFault, PacketFault
from sensors.pods.pod import Await, Read, Write
from sensors.pods.polar import H10, MODELS, OH1, VERITY_SENSE, Model, Polar
from sensors.pods.polar_control import CONTROL_UUID, Status, parse_answer, parse_features
from sensors.pods.polar_settings import Choice, Setting, choose, factor_of, parse_settings
from sensors.pods.polar_start import REASONS
from sensors.samples import FullScale, Notification
from sensors.virtual import polar_mode
from sensors.virtual.polar_mode import ControlPoint
from sensors.virtual.polar_wire import Key

Answers = Callable[[bytes], list[bytes]]

WARES = {VERITY_SENSE: polar_mode.SENSE, H10: polar_mode.H10, OH1: polar_mode.OH1}
WIDE_MTU = 232


def converse(
    pod: Polar, answers: Answers, features: bytes | None
) -> tuple[list[bytes], list[Notification]]:
    """Drive the configuration as the link does: the requests, and all that was heard."""
    steps = pod.configure()
    requests: list[bytes] = []
    waiting: list[Notification] = []
    heard: list[Notification] = []
    answer: Notification | None = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration:
            return requests, heard
        answer = None
        match step:
            case Write(uuid=uuid, payload=payload, with_response=True):
                assert uuid == CONTROL_UUID
                requests.append(payload)
                told = [said(one, CONTROL_UUID) for one in answers(payload)]
                waiting += told
                heard += told
            case Read(uuid=uuid):
                assert uuid == CONTROL_UUID
                answer = None if features is None else said(features, CONTROL_UUID)
                heard += [] if answer is None else [answer]
            case Await(accepts=accepts):
                answer = next((one for one in waiting if accepts(one)), None)
                if answer is not None:
                    waiting.remove(answer)


def with_pod(model: Model, state: ControlPoint | None = None) -> list[bytes]:
    state = state or ControlPoint(WARES[model])
    return converse(Polar(model), lambda r: [state.answer(r, WIDE_MTU)], state.features())[0]


def test_requests_are_those_of_the_protocol() -> None:
    sense = with_pod(VERITY_SENSE)
    assert sense[0].hex() == "0302"
    assert [one.hex() for one in sense[-4:]] == [
        "0402",
        "0209",
        "0102",
        "0202" + "0001d000" + "01011000" + "02011000" + "040103",
    ]
    assert [one.hex() for one in with_pod(H10)] == [
        "0302",
        "0300",
        "0102",
        "0202" + "0001c800" + "01011000" + "02010800",
    ]
    assert with_pod(OH1)[-1].hex() == "0202" + "00013200" + "01011000" + "02010800"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.kind)
def test_what_runs_already_is_stopped_first(model: Model) -> None:
    state = ControlPoint(WARES[model])
    state.streams = {kind: {} for kind in WARES[model].measurements}
    state.in_sdk_mode = model.has_sdk_mode
    with_pod(model, state)
    assert list(state.streams) == [2]
    assert state.in_sdk_mode is model.has_sdk_mode


def test_a_stream_that_is_there_all_the_same_is_stopped_and_started_again() -> None:
    state = ControlPoint(polar_mode.H10)
    starts = 0

    def back_at_once(request: bytes) -> list[bytes]:
        nonlocal starts
        starts += request[0] == 2
        if request[0] == 2 and starts == 1:
            return [bytes([0xF0, 2, 2, Status.ALREADY])]
        return [state.answer(request, WIDE_MTU)]

    converse(Polar(H10), back_at_once, state.features())
    assert starts == 2
    with pytest.raises(LinkError, match="other apps"):
        converse(
            Polar(H10),
            lambda r: [bytes([0xF0, *r[:2], 6]) if r[0] == 2 else state.answer(r, WIDE_MTU)],
            None,
        )


@pytest.mark.parametrize("status", [*Status, 77])
@pytest.mark.parametrize(
    ("model", "at"), [(VERITY_SENSE, "0209"), (VERITY_SENSE, "0202"), (H10, "0102"), (OH1, "0202")]
)
def test_every_refusal_tells_the_patient_what_to_do(model: Model, at: str, status: int) -> None:
    if status == Status.DONE or (at == "0209" and status == Status.ALREADY):
        return
    state = ControlPoint(WARES[model])

    def refusing(request: bytes) -> list[bytes]:
        refused = request[:2].hex() == at
        return [bytes([0xF0, *request[:2], status]) if refused else state.answer(request, WIDE_MTU)]

    with pytest.raises(LinkError) as caught:
        converse(Polar(model), refusing, state.features())
    assert caught.value.reason is LinkFault.CONFIGURE_FAILED
    assert model.title in caught.value.sentence
    assert REASONS.get(status, f"status {status}") in caught.value.sentence


@pytest.mark.parametrize(
    ("features", "answers", "word"),
    [
        ("0f0100", "", "no accelerometer"),
        ("0f0400", "", "no SDK mode"),
        ("0f6e02", "f004020000" + "00013400" + "02010800", "offers no 208 Hz"),
        ("0f6e02", "f004020000" + "0001d0", "cannot be read"),
        ("0f6e02", "f004020000" + "0901d000", "cannot be read"),
        ("0f6e02", "f00402", "cut off"),
    ],
)
def test_what_a_pod_lacks_is_said(features: str, answers: str, word: str) -> None:
    def lacking(request: bytes) -> list[bytes]:
        if request == bytes([4, 2]):
            return [bytes.fromhex(answers)]
        return [bytes([0xF0, *request[:2], 0, 0])]

    with pytest.raises(LinkError, match=word):
        converse(Polar(VERITY_SENSE), lacking, bytes.fromhex(features))


def test_a_pod_that_never_answers_is_given_up() -> None:
    with pytest.raises(LinkError, match="does not answer"):
        converse(Polar(H10), lambda _request: [], None)


def test_a_pod_need_not_say_that_nothing_was_to_be_stopped() -> None:
    state = ControlPoint(polar_mode.SENSE)
    requests, _ = converse(
        Polar(VERITY_SENSE),
        lambda r: [] if r[0] == 3 else [state.answer(r, WIDE_MTU)],
        state.features(),
    )
    assert [one.hex() for one in requests if one[0] == 3] == [
        "0302",
        "0301",
        "0303",
        "0305",
        "0306",
    ]
    assert 2 in state.streams


def test_a_pod_that_hides_its_features_is_started_all_the_same() -> None:
    state = ControlPoint(polar_mode.SENSE)
    for features in (None, b"", b"\x0f\x04"):
        state.streams.clear()
        converse(Polar(VERITY_SENSE), lambda r: [state.answer(r, WIDE_MTU)], features)
        assert 2 in state.streams


def test_a_long_answer_comes_in_parts() -> None:
    state = ControlPoint(polar_mode.SENSE)

    def in_parts(request: bytes) -> list[bytes]:
        answer = state.answer(request, WIDE_MTU)
        if request[0] not in (1, 4):
            return [answer]
        return [answer[:4] + b"\1" + answer[5:12], answer[:4] + b"\0" + answer[12:]]

    pod = Polar(VERITY_SENSE)
    requests, heard = converse(pod, in_parts, state.features())
    assert requests[-1].hex() == "0202" + "0001d000" + "01011000" + "02011000" + "040103"
    decoder = pod.decoder()
    assert [value for one in heard for value in decoder.decode(one)] == [FullScale(16.0)]


def test_the_range_that_the_pod_really_got_is_told_in_a_replay_too() -> None:
    narrow = polar_mode.Ware(
        "Polar H10", (0, 2), {**polar_mode.H10.offer, Key.RANGE: (2, 4)}, None,
        polar_mode.H10.layout,
    )  # fmt: skip
    state = ControlPoint(narrow)
    pod = Polar(H10)
    _, heard = converse(pod, lambda r: [state.answer(r, WIDE_MTU)], state.features())
    decoder = pod.decoder()
    assert [value for one in heard for value in decoder.decode(one)] == [FullScale(4.0)]
    assert pod.abilities.full_scale_g == 8.0


def test_settings_by_hand() -> None:
    offer = parse_settings(bytes.fromhex("0002 3400d000 010110000202 08001000 040103"))
    assert offer == {
        Setting.RATE: (52, 208),
        Setting.RESOLUTION: (16,),
        Setting.RANGE: (8, 16),
        Setting.CHANNELS: (3,),
    }
    assert choose(offer, 208) == Choice(208, 16, with_channels=True)
    assert choose(offer, 104) is None
    assert choose({**offer, Setting.CHANNELS: (2,)}, 208) is None
    assert choose({**offer, Setting.RESOLUTION: (8,)}, 208) is None
    assert choose({**offer, Setting.RANGE: ()}, 208) is None
    assert Choice(52, 8, with_channels=False).request().hex() == "000134000101100002010800"
    milli = bytes.fromhex("0301e8030000" + "0601" + "11" * 16)
    assert parse_settings(milli)[Setting.RANGE_MILLIUNIT] == (1000,)


def test_settings_cut_off_anywhere_give_no_wrong_value() -> None:
    whole = bytes.fromhex("000200001000" + "01011000" + "05010000fa3e")
    offer = parse_settings(whole)
    ends = {0, 6, 10, len(whole)}
    for size in range(len(whole) + 1):
        if size in ends:
            assert parse_settings(whole[:size]).items() <= offer.items()
            continue
        with pytest.raises(BadPacketError) as caught:
            parse_settings(whole[:size])
        assert caught.value.reason is PacketFault.TRUNCATED


def test_factors() -> None:
    assert factor_of(bytes.fromhex("05010000fa3e")) == 0.48828125
    assert factor_of(b"") is None
    assert factor_of(b"\x01") is None
    assert factor_of(bytes.fromhex("0001d000")) is None
    for wrong in (0.0, -1.0, float("inf"), float("nan")):
        with pytest.raises(BadPacketError, match="factor"):
            factor_of(b"\x05\x01" + struct.pack("<f", wrong))


def test_answers_and_features_by_hand() -> None:
    answer = parse_answer(bytes.fromhex("f00282000005010000803f"))
    assert answer is not None
    assert (answer.operation, answer.measurement, answer.status) == (2, 2, 0)
    assert answer.values.hex() == "05010000803f"
    assert not answer.more
    masked = parse_answer(bytes.fromhex("f0028200"))
    assert masked is not None
    assert masked.measurement == 2
    refused = parse_answer(bytes.fromhex("f002020a01"))
    assert refused is not None
    assert (refused.status, refused.more, refused.values) == (Status.BAD_MTU, False, b"")
    assert parse_answer(b"\x0f\x04\x00") is None
    for size in (1, 2, 3):
        with pytest.raises(BadPacketError, match="at least 4"):
            parse_answer(bytes.fromhex("f00202")[:size])
    assert parse_features(bytes.fromhex("0f6e02")) == (1, 2, 3, 5, 6, 9)
    assert parse_features(b"\xf0\x04\x00") is None


@pytest.mark.parametrize(
    ("payload", "reason"),
    [("", PacketFault.EMPTY), ("f002", PacketFault.TRUNCATED), ("33", PacketFault.UNKNOWN)],
)
def test_words_that_are_none_are_refused(payload: str, reason: PacketFault) -> None:
    with pytest.raises(BadPacketError) as caught:
        Polar(H10).decoder().decode(said(bytes.fromhex(payload), CONTROL_UUID))
    assert caught.value.reason is reason


def test_only_the_fast_ones_are_for_impacts() -> None:
    impact = {model.kind: Polar(model).abilities.impact for model in MODELS}
    assert impact == {"polar-sense": True, "polar-h10": True, "polar-oh1": False}
    assert all(Polar(model).abilities.timing for model in MODELS)
