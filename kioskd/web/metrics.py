"""The status as Prometheus text. Owns the package prometheus-client; imported when first asked."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from kioskd.core.status import BoardStatus, Status

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Family = GaugeMetricFamily | CounterMetricFamily | InfoMetricFamily


class _Status(Collector):
    def __init__(self, status: Status) -> None:
        self._status = status

    def collect(self) -> Iterator[Family]:
        status = self._status
        yield InfoMetricFamily(
            "kioskd",
            "The running kioskd.",
            {"version": status.version, "build": status.build},
        )
        yield _gauge("uptime_seconds", "Since kioskd started.", status.uptime)
        yield from _sources(status)
        yield _each(
            "tickets",
            "Tickets held, by severity.",
            ["severity"],
            (([level], count) for level, count in status.tickets.items()),
        )
        yield _gauge("active_alerts", "Alerts nobody has seen to.", status.active_alerts)
        yield _gauge("panels", "Connected panels.", len(status.panels))
        ages = [p.painted for p in status.panels if p.painted is not None]
        if ages:
            yield _gauge("painted_age_seconds", "The oldest panel's last frame.", max(ages))
        yield CounterMetricFamily(
            "kioskd_panels_dropped", "Panels cut off because they did not read.", status.dropped
        )
        yield _gauge("sound_ok", "1 while sounds can be heard.", status.sound.state == "ok")
        yield _gauge("muted_seconds", "What is left of a mute.", status.sound.muted)
        yield _gauge("buttons", "Buttons that work.", status.buttons.count)
        yield _gauge("keyboards", "Keypads and remotes that work.", len(status.keys.devices))
        yield from _board(status.board)
        yield _gauge("display_on", "1 while the display is on.", status.display.state == "on")
        if status.certificate is not None:
            said = "When the certificate of HTTPS ends, in Unix time."
            yield _gauge("certificate_expires_timestamp_seconds", said, status.certificate.expires)
        yield _each(
            "fault",
            "1 for each part at fault.",
            ["part"],
            (([fault.part], 1) for fault in status.faults),
        )


def exposition(status: Status) -> bytes:
    """The text for ``/metrics``, made of what ``/api/status`` says."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Status(status))
    return generate_latest(registry)


def _sources(status: Status) -> Iterator[Family]:
    yield _each(
        "source_connected",
        "1 while the source is connected.",
        ["source"],
        (([s.name], s.state == "connected") for s in status.sources),
    )
    views = [
        ([source.name, view], fresh)
        for source in status.sources
        for view, fresh in source.views.items()
    ]
    yield _each(
        "view_age_seconds",
        "Since the source last confirmed the view; absent when it never did.",
        ["source", "view"],
        ((labels, fresh.age) for labels, fresh in views if fresh.age is not None),
    )
    yield _each(
        "view_stale",
        "1 while the view is older than it should be.",
        ["source", "view"],
        ((labels, fresh.stale) for labels, fresh in views),
    )


def _board(board: BoardStatus) -> Iterator[Family]:
    told = {
        "board_temperature_celsius": ("Of the processor.", board.temperature),
        "board_undervoltage": ("1 while the voltage is too low.", board.undervoltage),
        "board_throttled": ("1 while the board slows itself down.", board.throttled),
    }
    for name, (said, value) in told.items():
        if value is not None:  # what this kernel doesn't tell is absent
            yield _gauge(name, said, value)


def _gauge(name: str, said: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"kioskd_{name}", said, float(value))


def _each(
    name: str, said: str, labels: list[str], values: Iterable[tuple[list[str], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"kioskd_{name}", said, labels=labels)
    for label, value in values:
        family.add_metric(label, float(value))
    return family
