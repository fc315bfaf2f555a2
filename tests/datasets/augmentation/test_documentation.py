"""docs/augmentation.md says what the constructors say."""

import inspect
import re
from pathlib import Path

import pytest
import yaml

from luminet.datasets.augmentation.augmentation import STEPS, Augmentation

TEXT = (Path(__file__).parents[3] / "docs" / "augmentation.md").read_text("utf-8")
ROWS = {
    name: settings
    for name, settings in re.findall(r"^\| `(\w+)` \| (.*?) ?\| ", TEXT, re.MULTILINE)
}


def test_every_step_has_its_row():
    assert [*ROWS] == [*STEPS]


@pytest.mark.parametrize("name", STEPS)
def test_row_lists_the_settings_and_their_defaults(name):
    listed = {}
    for setting in re.findall(r"`(.+?)`", ROWS[name]):
        listed |= yaml.safe_load(setting)
    parameters = inspect.signature(STEPS[name]).parameters.values()
    in_code = {
        each.name: list(each.default)
        if isinstance(each.default, tuple)
        else each.default
        for each in parameters
    }
    assert listed == in_code
    assert [*map(type, listed.values())] == [*map(type, in_code.values())]


def test_example_is_a_list_of_steps():
    (example,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    steps = yaml.safe_load(example)["dataset"]["augmentation"]
    assert Augmentation(steps).num_partners == 3
