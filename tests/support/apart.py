"""Programs in a network of their own, which has nothing but what they make in it."""

import subprocess

import pytest

APART = ["unshare", "--net", "--map-root-user"]
"""The command before a program's own."""

needs_a_network_of_its_own = pytest.mark.skipif(
    subprocess.run([*APART, "true"], capture_output=True).returncode != 0,
    reason="no network namespace can be made here",
)
