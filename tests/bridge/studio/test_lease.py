"""The lease of a desk, with a broker of a few lines that says everything to all in one order."""

from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.bridge.studio.lease import CLAIM_AGAIN, LOOK_FIRST, STAGGER, Lease
from surfacebridge.protocols.studio.payloads import Desk


class Broker:
    """Bridges that share a desk, and what the broker keeps for them."""

    def __init__(self, *names: str) -> None:
        self.leases = {name: Lease(f"u/{name}") for name in names}
        self.sessions: dict[str, str] = {}
        self.kept: Desk | None = None
        self.now = 0.0
        self.claims: list[tuple[str, int]] = []
        self._count = 0

    def connect(self, name: str) -> None:
        self._count += 1
        session = self.sessions[name] = f"{name}{self._count}"
        self.leases[name].connected(session, self.now)
        for other, theirs in self.sessions.items():
            self.leases[other].hear_bridge(f"u/{name}", session, online=True, now=self.now)
            self.leases[name].hear_bridge(f"u/{other}", theirs, online=True, now=self.now)
        if self.kept is not None:
            self.leases[name].hear_desk(self.kept, self.now)

    def kill(self, name: str) -> None:
        session = self.sessions.pop(name)
        self.leases[name].disconnected()
        for other in self.sessions:
            self.leases[other].hear_bridge(f"u/{name}", session, online=False, now=self.now)

    def publish(self, desk: Desk) -> None:
        self.kept = desk
        for name in self.sessions:
            if self.leases[name].hear_desk(desk, self.now) and self.leases[name].desk is not None:
                self.kept = self.leases[name].desk

    def run(self, seconds: float, step: float = 0.02) -> None:
        end = self.now + seconds
        while self.now < end:
            self.now += step
            due = [(name, self.leases[name].wake(self.now)) for name in list(self.sessions)]
            # Claims of one moment cross: nobody hears of another's before his own is on its way.
            for name, term in due:
                if term is not None and name in self.sessions:
                    self.claims.append((name, term))
                    self.publish(Desk(f"u/{name}", self.sessions[name], term, "", "", ""))

    @property
    def leaders(self) -> list[str]:
        return [name for name in self.sessions if self.leases[name].is_leading]

    @property
    def holders(self) -> list[str]:
        return [name for name in self.sessions if self.leases[name].is_mine]


def test_a_bridge_alone_leads_before_and_after_it_has_a_broker() -> None:
    broker = Broker("a")
    assert broker.leases["a"].may_write
    broker.connect("a")
    broker.run(LOOK_FIRST - 0.05)
    assert not broker.holders
    assert broker.leases["a"].may_write
    broker.run(0.1)
    assert broker.holders == broker.leaders == ["a"]
    assert broker.claims == [("a", 1)]


def test_the_second_follows_and_its_hands_do_not_write() -> None:
    broker = Broker("a", "b")
    broker.connect("a")
    broker.run(1.0)
    broker.connect("b")
    broker.run(2.0)
    assert broker.leaders == ["a"]
    assert not broker.leases["b"].may_write


def test_two_that_come_together_agree_on_one() -> None:
    broker = Broker("a", "b")
    broker.connect("a")
    broker.connect("b")
    broker.run(2.0)
    assert broker.leaders == broker.holders
    assert len(broker.holders) == 1


def test_a_follower_takes_over_from_who_dies_well_within_two_seconds() -> None:
    broker = Broker("a", "b", "c")
    for name in "abc":
        broker.connect(name)
        broker.run(1.0)
    broker.kill("a")
    broker.run(3 * STAGGER)
    assert broker.leaders == broker.holders == ["b"]
    assert broker.kept is not None
    assert broker.kept.term == 2


def test_who_comes_back_follows_and_leads_again_only_when_asked() -> None:
    broker = Broker("a", "b")
    broker.connect("a")
    broker.run(1.0)
    broker.connect("b")
    broker.run(1.0)
    broker.kill("a")
    broker.run(1.0)
    broker.connect("a")
    broker.run(2.0)
    assert broker.leaders == ["b"]
    for name in "ab":
        broker.leases[name].ask("a", broker.now)
    broker.run(0.1)
    assert broker.leaders == broker.holders == ["a"]


def test_whoever_leads_goes_on_without_a_broker_and_a_follower_has_hands_of_its_own() -> None:
    broker = Broker("a", "b")
    broker.connect("a")
    broker.run(1.0)
    broker.connect("b")
    broker.run(1.0)
    for lease in broker.leases.values():
        lease.disconnected()
    assert broker.leases["a"].is_leading
    assert not broker.leases["b"].is_leading
    assert broker.leases["b"].may_write


def test_a_lease_the_broker_kept_of_somebody_who_is_gone_is_void() -> None:
    broker = Broker("a")
    broker.kept = Desk("u/z", "old", 7, "old.1", "connected", "x")
    broker.connect("a")
    broker.run(1.0)
    assert broker.holders == ["a"]
    assert broker.claims == [("a", 8)]


def test_a_late_word_of_an_old_session_takes_nothing_away() -> None:
    broker = Broker("a", "b")
    broker.connect("a")
    broker.run(1.0)
    broker.connect("b")
    broker.run(1.0)
    broker.leases["b"].hear_bridge("u/a", "some old session", online=False, now=broker.now)
    broker.run(1.0)
    assert broker.leaders == ["a"]


def test_a_claim_that_got_lost_is_made_again() -> None:
    lease = Lease("u/a")
    lease.connected("s", 0.0)
    assert lease.wake(LOOK_FIRST) == 1
    assert lease.wake(LOOK_FIRST + CLAIM_AGAIN / 2) is None
    assert lease.wake(LOOK_FIRST + CLAIM_AGAIN) == 1
    assert not lease.is_mine


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0.0, 0.6)), max_size=30))
def test_whatever_comes_and_goes_soon_exactly_one_leads(steps: list[tuple[str, float]]) -> None:
    broker = Broker("a", "b", "c")
    broker.connect("a")
    for name, wait in steps:
        if name in broker.sessions:
            broker.kill(name)
        else:
            broker.connect(name)
        broker.run(wait)
        assert len(broker.holders) <= 1
    if not broker.sessions:
        broker.connect("a")
    broker.run(3.0)
    assert len(broker.holders) == 1
    assert broker.leaders == broker.holders
