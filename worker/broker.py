"""The Dramatiq broker that settings name: in-memory (embedded), RabbitMQ or Redis. It carries doorbells, never mail.

Retries, time limits and shutdown notices are off: the store knows what is undone and the timer rings again, and an actor
that is handing a letter over must never be interrupted by an exception from outside.
"""

from __future__ import annotations

import dramatiq
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import Middleware, Retries


class BrokerError(Exception):
    """The broker cannot be used; the message says why and what to do."""


def make_broker(url: str) -> dramatiq.Broker:
    """A broker for `memory:`, `amqp://…` or `redis://…`. BrokerError where it cannot be had."""
    scheme = url.partition(":")[0]
    middleware: list[Middleware] = [Retries(max_retries=0)]
    if scheme == "memory":
        return StubBroker(middleware=middleware)
    try:
        return _networked(scheme, url, middleware)
    except ImportError as error:
        extra = "rabbitmq" if scheme.startswith("amqp") else "redis"
        raise BrokerError(f"broker: {error.name} is missing; install support-worker[{extra}]") from None


def _networked(scheme: str, url: str, middleware: list[Middleware]) -> dramatiq.Broker:
    if scheme.startswith("amqp"):
        from dramatiq.brokers.rabbitmq import RabbitmqBroker

        return RabbitmqBroker(url=url, middleware=middleware, confirm_delivery=True)
    from dramatiq.brokers.redis import RedisBroker

    # A dead worker's messages come back within seconds, not after 336 s (measured with the defaults).
    return RedisBroker(  # type: ignore[no-untyped-call]
        url=url, middleware=middleware, heartbeat_timeout=15_000, maintenance_chance=100_000
    )


def check_broker(broker: dramatiq.Broker) -> None:
    """Touch the broker once. BrokerError with the reason where it does not answer."""
    try:
        broker.declare_queue("mail")
        client = getattr(broker, "client", None)
        if client is not None:
            client.ping()
        broker.get_declared_queues()
    except Exception as error:  # noqa: BLE001 - each broker's client has exceptions of its own
        raise BrokerError(f"broker: {type(error).__name__}: {error}") from None
