"""Many kiosks on one broker with the shipped rights; `python -m benchmarks thousand` has 1,000."""

import asyncio
import json
from collections import Counter
from pathlib import Path

from tests.support import many
from tests.support.broker import Broker
from tests.support.linked import Linked, flushed, observer
from tests.support.waiting import until

KIOSKS = 150
GROUP = 50
RETAINED = 3000


async def test_each_of_many_kiosks_obeys_once_and_comes_back_after_the_broker(
    tmp_path: Path,
) -> None:
    many.allow_files(KIOSKS)
    names = many.names(KIOSKS)
    groups = dict.fromkeys(names[:GROUP], ("fifty",))
    broker = await asyncio.to_thread(Broker, tmp_path, users=("operator", *names))
    await asyncio.to_thread(broker.start)
    operator = broker.settings("operator")
    try:
        async with (
            many.running(broker, names, groups) as kiosks,
            observer(operator, "kioskd/+/result", "kioskd/+/availability") as seen,
        ):

            async def obeyed(to: str, number: int, meant: list[str]) -> None:
                order = f'{{"screen": "tickets", "request": "{number}"}}'.encode()
                seen.say(f"kioskd/{to}/set/switch", order)

                def who() -> Counter[str]:
                    told = [m for m in seen.came if m.topic.endswith("/result")]
                    found = [json.loads(message.payload) for message in told]
                    return Counter(a["kiosk"] for a in found if a["request"] == str(number))

                await until(lambda: set(who()) >= set(meant), f"{len(meant)} answers")
                assert who() == Counter(meant)

            await obeyed("group/fifty", 1, names[:GROUP])
            switched = [k.fleet.topics.kiosk for k in kiosks if k.core.screen == "tickets"]
            assert switched == names[:GROUP]
            await obeyed("all", 2, names)
            await asyncio.to_thread(broker.kill)
            await until(lambda: not any(kiosk.proved for kiosk in kiosks), "all have noticed")
            await asyncio.to_thread(broker.start)
            await many.all_proved(kiosks)
            await until(lambda: seen.view.state == "connected")
            await obeyed("all", 3, names)
            assert not any(kiosk.reporter.status().faults for kiosk in kiosks)
    finally:
        broker.kill()


async def test_whoever_comes_anew_hears_all_that_thousands_of_topics_keep(broker: Broker) -> None:
    """More than a Mosquitto queues for one client by itself."""
    topics = [f"kioskd/Kiosk-A/kept/{number}" for number in range(RETAINED)]
    async with Linked(broker.settings()).running() as here:
        for topic in topics:
            here.say(topic, b"x" * 500, retain=True)
        await flushed(here.link)
        async with observer(broker.settings("operator"), "kioskd/Kiosk-A/kept/+") as seen:
            await until(lambda: len(seen.came) >= RETAINED, "all that is kept came")
            assert {message.topic for message in seen.came} == set(topics)
