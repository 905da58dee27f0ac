from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.rcp.messages import Line, decode, encode


def test_an_answer_a_change_and_a_refusal() -> None:
    level = "MIXER:Current/InCh/Fader/Level"
    assert decode(f'OK set {level} 0 0 -1000 "-10.00"') == Line(
        "OK", "set", (level, "0", "0", "-1000", "-10.00")
    )
    assert decode(f"NOTIFY set {level} 3 0 -32768") == Line(
        "NOTIFY", "set", (level, "3", "0", "-32768")
    )
    assert decode("ERROR set UnknownAddress") == Line("ERROR", "set", ("UnknownAddress",))
    assert decode("OKm set a 0 0 5") == Line("OK", "set", ("a", "0", "0", "5"))


def test_a_name_with_blanks_and_quotes_is_one_word() -> None:
    assert decode(r'OK get MIXER:Current/InCh/Label/Name 0 0 "Lead \"B\" Vox"') == Line(
        "OK", "get", ("MIXER:Current/InCh/Label/Name", "0", "0", 'Lead "B" Vox')
    )
    assert decode('OK get name 0 0 ""') == Line("OK", "get", ("name", "0", "0", ""))


def test_what_is_no_line_of_a_console_is_malformed() -> None:
    for line in ("", "HELLO", "OK", "set a 0 0 1", '"'):
        assert isinstance(decode(line), Malformed)


def test_a_command_quotes_only_what_needs_it() -> None:
    assert encode("set", "MIXER:Current/InCh/Fader/Level", 0, 0, -1000) == (
        b"set MIXER:Current/InCh/Fader/Level 0 0 -1000\n"
    )
    assert encode("set", "n", 0, 0, 'Lead "B"') == b'set n 0 0 "Lead \\"B\\""\n'
    assert encode("set", "n", 0, 0, "") == b'set n 0 0 ""\n'


@given(st.text(max_size=60))
def test_a_text_comes_back_as_it_was_and_is_one_line(text: str) -> None:
    data = encode("set", "n", 0, 0, text)
    assert data.count(b"\n") == 1
    line = decode("OK " + data.decode().rstrip("\n"))
    assert isinstance(line, Line)
    flat = "".join(" " if ord(letter) < 0x20 or ord(letter) == 0x7F else letter for letter in text)
    assert line.words[3:] in {(flat,), (text,)}


@given(st.text())
def test_no_line_raises(text: str) -> None:
    assert isinstance(decode(text), Line | Malformed)
