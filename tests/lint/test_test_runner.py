"""scripts/test never hides a failure: crashes, time-outs and missing tests are counted as failed."""

from __future__ import annotations

import sys

import layers
import pytest
import steps
import test_main

PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:pytest_qgis", "--rootdir=."]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a step with a test file of the given text, in a folder of its own."""
    monkeypatch.setattr(steps, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(steps, "ROOT", tmp_path)

    def go(text: str | None, **more: object) -> steps.Outcome:
        (tmp_path / "suite").mkdir()
        if text is not None:
            (tmp_path / "suite" / "test_x.py").write_text(text, encoding="utf-8")
        step = steps.Step("a step", [*PYTEST, "-c", "/dev/null", "suite"], {}, ("suite",), **more)
        return steps.run(step, quiet=True)

    return go


def outcome(found: steps.Outcome) -> tuple[int, int, int]:
    return found.passed, found.failed, found.skipped


def test_counts_are_those_of_pytest(run):
    text = (
        "import pytest\ndef test_a(): pass\ndef test_b(): pass\ndef test_c(): assert 0\n"
        "def test_d(): pytest.skip('why')\n"
    )
    assert outcome(run(text)) == (2, 1, 1)


def test_a_crash_after_good_tests_is_a_failure(run):
    found = run("import os\ndef test_a(): pass\ndef test_b(): os._exit(139)\n")
    assert found.failed == 1
    assert "exit code 139" in found.note


def test_a_crash_with_exit_code_nought_is_a_failure(run):
    found = run("import os\ndef test_a(): os._exit(0)\n")
    assert found.failed == 1
    assert "no report" in found.note


def test_tests_that_are_there_but_not_collected_are_a_failure(run):
    found = run("class NoTest: pass\n")
    assert found.failed == 1
    assert "collected no test" in found.note


def test_a_broken_file_is_a_failure(run):
    assert run("import nothing_of_this_name\n").failed == 1


def test_a_folder_without_test_files_is_told(run):
    found = run(None)
    assert outcome(found) == (0, 0, 0)
    assert "no tests in suite" in found.note


def test_a_step_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(steps, "LOGS", tmp_path)
    found = steps.run(steps.Step("slow", ["/bin/sleep", "30"], limit_s=0.3), quiet=True)
    assert found.failed == 1
    assert "124" in found.note
    assert found.seconds < 20


def test_other_commands_are_one_check(tmp_path, monkeypatch):
    monkeypatch.setattr(steps, "LOGS", tmp_path)
    assert outcome(steps.run(steps.Step("good", ["/bin/true"]), quiet=True)) == (1, 0, 0)
    assert outcome(steps.run(steps.Step("bad", ["/bin/false"]), quiet=True)) == (0, 1, 0)


def test_without_its_chroot_every_step_of_a_suite_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(steps, "LOGS", tmp_path)
    found = test_main.chain([steps.Step("chroot", ["/bin/false"]), steps.Step("golden", ["/bin/true"])])
    assert [o.failed for o in found] == [1, 1]


def test_closing_line_and_exit_code(monkeypatch, capsys):
    found = [steps.Outcome("a", 3, 0, 1), steps.Outcome("b", 2, 1, 0)]
    monkeypatch.setattr(test_main, "run_layer", lambda name, opt: found)
    assert test_main.main(["--layer", "L0"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "5 passed, 1 failed, 1 skipped"
    monkeypatch.setattr(test_main, "run_layer", lambda name, opt: [])
    assert test_main.main(["--layer", "L0"]) == 1


def test_every_layer_is_what_the_help_says():
    opt = layers.Options(long=False, extra=[])
    titles = [step.title for step in (*layers.layer0(opt), *layers.layer1(opt), *layers.layer2(opt))]
    assert len(titles) == len(set(titles))
    for suite in layers.SUITES:
        assert [step.prefix for step in layers.layer3(opt, suite) if step.pytest_folders] == ["/repo", "/repo"]
    assert sum(layers.BUDGETS_S.values()) <= 45 * 60 / 2
