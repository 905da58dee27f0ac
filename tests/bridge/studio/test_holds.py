from surfacebridge.bridge.studio.holds import held_parameters
from surfacebridge.model.controls import ControlId, LetGo, Touched
from tests.helpers.rigs import Bench, rig


def test_what_hands_hold_is_known_by_target_and_surface() -> None:
    bench = Bench(rig("- fader <> .fader | db"))
    assert held_parameters(bench.engine) == {}
    bench.engine.handle(Touched(ControlId("x.fader.3")), 1.0)
    assert held_parameters(bench.engine) == {"desk": {"ch.3.fader": "x"}}
    bench.engine.handle(LetGo(ControlId("x.fader.3")), 2.0)
    assert held_parameters(bench.engine) == {}
