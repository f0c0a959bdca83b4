"""Every run-time package is locked, under an allowed licence, and stands in NOTICE."""

import licences


def test_each_locked_run_time_package_has_an_allowed_licence_in_the_notice() -> None:
    packages = licences.run_time()
    assert {"bleak", "bumble", "matplotlib", "fhir-resources", "linkify-it-py"} <= set(packages)
    assert licences.faults(packages) == []
    assert licences.NOTICE.read_text(encoding="utf-8") == licences.notice(packages)


def test_the_test_groups_readers_are_none_of_them() -> None:
    # Garmin's SDK has a licence of its own, which is none of those that are allowed.
    assert not {"garmin-fit-sdk", "duckdb", "fhirclient", "fitdecode"} & set(licences.run_time())


def test_a_copyleft_licence_is_refused_and_a_choice_is_not() -> None:
    for licence in ("GPL-3.0-only", "AGPL-3.0-or-later", "LGPL-2.1-only", "", "MIT AND GPL-2.0"):
        assert not licences.is_allowed("any", licence)
    for licence in ("MIT", "GPL-2.0 OR MIT", "BSD-3-Clause AND Zlib", "(Apache-2.0 OR MIT)"):
        assert licences.is_allowed("any", licence)
