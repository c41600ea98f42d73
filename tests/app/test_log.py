"""The log is one JSON object a line on standard error."""

import json
from collections.abc import Iterator

import pytest
import structlog

from app.log import set_up_logging

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_every_message_is_a_line_of_json(capsys: Output) -> None:
    set_up_logging("INFO")
    structlog.get_logger().info("索引を使い始めました", site="mihon", note="a\nb")
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["event"], told["site"], told["note"], told["level"]) == ("索引を使い始めました", "mihon", "a\nb", "info")
    assert told["timestamp"].endswith("Z")
    assert "索引" in line


def test_an_exception_is_part_of_its_line(capsys: Output) -> None:
    set_up_logging("INFO")
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        structlog.get_logger().exception("step failed")
    (line,) = capsys.readouterr().err.splitlines()
    assert "ZeroDivisionError" in json.loads(line)["exception"]


@pytest.mark.parametrize(("level", "told"), [("DEBUG", 4), ("INFO", 3), ("WARNING", 2), ("ERROR", 1)])
def test_messages_below_the_level_are_left_out(capsys: Output, level: str, told: int) -> None:
    set_up_logging(level)
    log = structlog.get_logger()
    for each in (log.debug, log.info, log.warning, log.error):
        each("message")
    assert len(capsys.readouterr().err.splitlines()) == told
