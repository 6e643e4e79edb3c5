"""Threads for calls that may hang: a name server that is mute, a card that takes no more writes."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class DaemonThreads(ThreadPoolExecutor):
    """Runs each call in a daemon thread of its own, and waits for none.

    The standard pool's threads are joined when the loop is closed and when the interpreter ends,
    so that one call that hangs keeps a stopped program alive. Such calls are seldom here: looking
    up a name, writing a file. Set with ``loop.set_default_executor``, which wants this base class.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # whoever awaits it gets it
                future.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing to wait for: daemon threads end with the process."""
