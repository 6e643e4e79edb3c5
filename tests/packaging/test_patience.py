"""What makes the browser patient in an emulated Pi still fits the browser's own program."""

import ast
import inspect

from kioskd.browser import devtools, liveness, supervisor
from tests.e2e.image.patience import PROGRAM


def test_the_patient_browser_starts_as_the_unit_starts_its_own() -> None:
    tree = ast.parse(PROGRAM)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    (call,) = (node for node in calls if ast.unparse(node.func) == "main")
    inspect.signature(supervisor.main).bind(*call.args)


def test_what_it_makes_longer_is_there() -> None:
    modules = {"d": devtools, "p": liveness}
    assigned = [node for node in ast.walk(ast.parse(PROGRAM)) if isinstance(node, ast.Assign)]
    set_there = [
        ast.unparse(target)
        for each in assigned
        for target in each.targets
        if isinstance(target, ast.Attribute)
    ]
    assert len(set_there) == 6
    for name in set_there:
        module, limit = name.split(".")
        assert isinstance(getattr(modules[module], limit), float), name
