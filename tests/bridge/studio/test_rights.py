from surfacebridge.bridge.studio.rights import Rights
from surfacebridge.mapping.document import RightsDecl

SENDS = RightsDecl(control=("desk.ch.*.send.*",), safe=("desk.ch.1.*",))


def test_without_any_rights_everybody_controls_everything_that_is_not_safe() -> None:
    rights = Rights({}, safe=("desk.main.*",))
    assert rights.why_not("anna", "stage", "desk.ch.1.fader") == ""
    assert "safe" in rights.why_not("anna", "stage", "desk.main.st.fader")
    assert rights.may_lead("anna", "stage")


def test_who_is_not_named_sees_and_does_not_control() -> None:
    rights = Rights({"anna": SENDS})
    assert rights.why_not("bert", "stage", "desk.ch.2.send.1.level") == (
        "bert may see it and not control it."
    )
    assert not rights.may_lead("bert", "stage")


def test_a_user_controls_what_he_was_given_but_for_what_is_safe_from_him() -> None:
    rights = Rights({"anna": SENDS})
    assert rights.why_not("anna", "stage", "desk.ch.2.send.1.level") == ""
    assert rights.why_not("anna", "stage", "desk.ch.1.send.1.level") == "It is safe from anna."
    assert "not control it" in rights.why_not("anna", "stage", "desk.ch.2.fader")
    assert not rights.may_lead("anna", "stage")


def test_the_nearest_name_counts() -> None:
    everything = RightsDecl(control=("*",), lead=True)
    rights = Rights({"anna/truck": everything, "anna": SENDS, "*": RightsDecl()})
    assert rights.why_not("anna", "truck", "desk.ch.2.fader") == ""
    assert rights.may_lead("anna", "truck")
    assert rights.why_not("anna", "stage", "desk.ch.2.fader")
    assert rights.why_not("bert", "truck", "desk.ch.2.fader")


def test_what_is_safe_is_so_for_those_who_may_do_everything_else() -> None:
    rights = Rights({"*": RightsDecl(control=("*",))}, safe=("desk.main.*",))
    assert rights.why_not("anna", "stage", "desk.main.st.on")
