from tests.helpers.commands import surfacebridge


def test_products_are_listed_and_narrowed_by_words() -> None:
    everything = surfacebridge("devices").stdout
    assert "behringer/x-touch " in everything
    assert "behringer/x32 " in everything
    only = surfacebridge("devices", "midas").stdout
    assert "midas/m32" in only
    assert "x-touch" not in only


def test_a_whole_name_tells_how_it_is_found_and_how_each_figure_is_known() -> None:
    told = surfacebridge("devices", "presonus/faderport").stdout
    assert "found:  by a MIDI port like" in told
    assert "USB 194f:0201" in told
    assert "the answer 00 01 06 02 00 01 00 to the universal inquiry" in told
    assert "key     mute, solo, rec" in told
    assert "motor 1023, documented: Ardour libs/surfaces/faderport" in told


def test_a_surface_on_the_network_says_what_to_write() -> None:
    told = surfacebridge("devices", "behringer/x-touch-xctl").stdout
    assert "port: udp://ADDRESS:10111" in told
    assert "On each of 8 strips" in told


def test_words_that_nothing_has_are_said_to_be_so() -> None:
    assert "No sheet has these words" in surfacebridge("devices", "theremin").stdout


def test_a_target_tells_its_parameters_numbers_as_lists() -> None:
    said = surfacebridge("devices", "behringer/x32").stdout
    assert "ch.{1..32}.fader" in said
    assert "ch.{1..32}.send.{1,3,5,7,9,11,13,15}.pan" in said
    assert "main.st.fader" in said
    assert max(len(line) for line in said.splitlines()) <= 80
