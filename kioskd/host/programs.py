"""Runs a program that soon answers, and ends it when it does not."""

import asyncio


async def output_of(argv: tuple[str, ...], seconds: float, errors: bool) -> tuple[int, bytes]:
    """The exit code of a program, and what it printed; ``errors``: on standard error, too.

    Raises ``OSError`` or ``ValueError`` when it can't be started, ``TimeoutError`` when it has not
    ended after so many seconds: then it is killed.
    """
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT if errors else asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(seconds):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, said
