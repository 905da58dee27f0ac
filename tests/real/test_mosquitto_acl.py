"""The access list we ship, with TLS, against a real Mosquitto."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from surfacebridge.errors import LinkError, LinkUnavailable
from surfacebridge.protocols.studio.payloads import Order, encode
from surfacebridge.protocols.studio.topics import Topic
from surfacebridge.transports.opener import open_link
from tests.helpers.mosquitto import Mosquitto, mosquitto, onlooker
from tests.helpers.studio import START, STEP, agree, desk_of, fader, guest_rig, holder_rig, room
from tests.helpers.waiting import until

ACL = Path(__file__).parents[2] / "packaging/mosquitto/surfacebridge.acl"
USERS = ("desks", "stage", "eve")


def password(passwords: Path, user: str) -> None:
    """Let ``user`` in with the secret of his name."""
    command = ("mosquitto_passwd", "-b", str(passwords), user, f"secret of {user}")
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603


def certificates(folder: Path) -> None:
    """Make an authority, a server certificate for this machine and one for a client."""

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)  # noqa: S603, S607

    ca = ("-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=studio")
    openssl("req", *ca, "-keyout", "ca.key", "-out", "ca.crt")
    (folder / "san").write_text("subjectAltName=IP:127.0.0.1", encoding="utf-8")
    for name in ("server", "stage"):
        request = ("-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}")
        openssl("req", *request, "-keyout", f"{name}.key", "-out", f"{name}.csr")
        sign = ("-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial")
        openssl("x509", "-req", *sign, "-days", "2", "-extfile", "san", "-out", f"{name}.crt")


@asynccontextmanager
async def guarded(
    folder: Path, monkeypatch: pytest.MonkeyPatch, more: str = ""
) -> AsyncIterator[Mosquitto]:
    """Run a broker with TLS, passwords and our access list."""
    certificates(folder)
    passwords = folder / "passwords"
    passwords.touch()
    for user in USERS:
        monkeypatch.setenv(f"STUDIO_{user.upper()}", f"secret of {user}")
        password(passwords, user)
    lines = [
        f"cafile {folder}/ca.crt",
        f"certfile {folder}/server.crt",
        f"keyfile {folder}/server.key",
        f"password_file {passwords}",
        f"acl_file {ACL}",
        more,
    ]
    async with mosquitto(folder, more="\n".join(lines), anonymous=False) as broker:
        yield broker


def address_of(broker: Mosquitto, folder: Path, user: str) -> str:
    where = broker.address.replace("mqtt:", "mqtts:")
    return f"{where}?user={user}&password=env:STUDIO_{user.upper()}&ca={folder}/ca.crt"


async def test_with_tls_and_the_access_list_a_studio_works_and_forgers_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = ", users: {stage: {control: ['desk.ch.[1-4].fader']}}"
    async with guarded(tmp_path, monkeypatch) as broker, desk_of() as (desk, where):
        desks, stages = (address_of(broker, tmp_path, user) for user in ("desks", "stage"))
        async with (
            room(holder_rig(desks, more=users), tmp_path / "foh", where) as foh,
            room(guest_rig(stages), tmp_path / "stage") as stage,
            onlooker(address_of(broker, tmp_path, "eve"), "surfacebridge/#") as eve,
        ):
            await until(lambda: foh.is_connected() and stage.is_connected(), START)
            await agree(desk, foh, stage)
            # She may see, and ask in her own name, which is refused.
            await until(lambda: eve.heard)
            epoch = foh.desk.epoch
            forged = Order(10.0, stage.guest.session, 1_000_000, epoch)
            for user in ("eve", "stage"):
                topic = Topic("set", "house", "desk", user, "stage", "ch.1.fader").text
                eve.say(topic, encode(forged) if user == "stage" else b"10")
            # Nor can she speak for a desk or say that a bridge is gone.
            for said in (
                Topic("value", "house", "desk", parameter="ch.1.fader"),
                Topic("desk", "house", "desk"),
                Topic("bridge", "house", user="desks", bridge="foh"),
                Topic("guest", "house", "desk", "stage", "stage"),
            ):
                eve.say(said.text, b"", retain=True)
            await until(lambda: foh.desk.counts["refused"])
            await asyncio.sleep(0.3)
            assert foh.desk.counts["refused"] == 1
            assert foh.desk.lease.is_mine
            assert stage.is_connected()
            assert fader(desk, 1) == pytest.approx(0.5, abs=STEP)

            stage.surface.touch(1)
            stage.surface.move(1, 0.8, 0.1)
            await until(lambda: fader(desk, 1) == pytest.approx(0.8, abs=STEP))
            await until(lambda: foh.desk.owners == {"ch.1.fader": "stage/stage/x"})
            stage.surface.release(1)
            stage.surface.touch(5)
            stage.surface.move(5, 0.8, 0.1)
            await until(lambda: stage.guest.health.notes)
            stage.surface.release(5)
            await agree(desk, foh, stage)
            assert fader(desk, 5) == pytest.approx(0.5, abs=STEP)


async def test_who_has_no_password_or_does_not_trust_the_authority_stays_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with guarded(tmp_path, monkeypatch) as broker:
        monkeypatch.setenv("STUDIO_MALLORY", "guess")
        with pytest.raises(LinkError, match="user 'mallory'"):
            await open_link(address_of(broker, tmp_path, "mallory"))
        with pytest.raises(LinkError, match="TLS with the broker fails") as refused:
            await open_link(address_of(broker, tmp_path, "stage").partition("&ca=")[0])
        assert not isinstance(refused.value, LinkUnavailable)


# paho leaves the socket of a failed handshake to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_client_certificate_is_a_name_and_needs_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = "require_certificate true\nuse_identity_as_username true"
    async with guarded(tmp_path, monkeypatch, more) as broker:
        start = f"{broker.address.replace('mqtt:', 'mqtts:')}?ca={tmp_path}/ca.crt"
        own = f"&cert={tmp_path}/stage.crt&key={tmp_path}/stage.key"
        async with onlooker(f"{start}{own}", "surfacebridge/#") as stage:
            for user in ("stage", "eve"):
                stage.say(Topic("set", "house", "desk", user, "stage", "ch.1.fader").text, b"0")
            await until(lambda: stage.heard)
            await asyncio.sleep(0.1)
            assert [one.topic for one in stage.heard] == [
                Topic("set", "house", "desk", "stage", "stage", "ch.1.fader").text
            ]
        with pytest.raises(LinkError):
            await open_link(start)
