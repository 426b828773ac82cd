"""Figures of deliveries for Prometheus, read when somebody asks; channels and outcomes, never people."""

from datetime import timedelta

from prometheus_client import CollectorRegistry, Gauge

from service.domain.reading.delivery_health import Installation


def delivery_metrics(
    installation: Installation, oldest_wait: timedelta, *, is_held: bool
) -> CollectorRegistry:
    """Return the present figures of all registers together; every process of an installation has the same."""
    registry = CollectorRegistry()

    def gauge(name: str, words: str, *labels: str) -> Gauge:
        return Gauge(f"dondoc_{name}", words, labels, registry=registry)

    gauge("delivery_oldest_due_seconds", "How long the oldest due delivery waits.").set(
        oldest_wait.total_seconds()
    )
    gauge("held", "1 while this is a restored copy that sends nothing until it is released.").set(is_held)
    gauge("events_untold", "Events that no message was made of yet.").set(installation.untold)
    gauge("nobody_to_tell", "Steps and events that found nobody with an address.").set(
        installation.nobody_to_tell
    )
    due = gauge("deliveries_due", "Deliveries that should have been tried by now.", "channel")
    left = gauge("deliveries_for_a_person", "Messages that no channel could deliver.", "channel")
    tries = gauge(
        "delivery_tries_last_hour", "Tries of the last hour, by how they ended.", "channel", "outcome"
    )
    paused = gauge("channels_paused", "Channels of registers that are paused.", "channel")
    for channel, traffic in installation.traffic.items():
        due.labels(channel).set(traffic.due)
        left.labels(channel).set(traffic.needs_person)
        for outcome, count in traffic.tries.items():
            tries.labels(channel, outcome).set(count)
    for channel, count in installation.paused.items():
        paused.labels(channel).set(count)
    return registry
