"""A run in which every test was skipped proves nothing: it fails, and says so."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped_only = session.testscollected and session.testsfailed == 0
    if reporter is None or not skipped_only or session.config.getoption("collectonly"):
        return
    if exitstatus == pytest.ExitCode.OK and not reporter.stats.get("passed"):
        reporter.write_line("\nEvery test was skipped: nothing was tested.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
