"""The small server against visitors who mean no good."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from surfacebridge.apps.small_server import MOST_VISITORS, PATIENCE, SmallServer
from tests.helpers.waiting import until


@asynccontextmanager
async def served(path: Path, answer: bytes = b"well\n") -> AsyncIterator[SmallServer]:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(path))
    listening.listen(64)
    listening.setblocking(False)
    server = SmallServer(listening, lambda asked: answer, end=b"\n", longest=64)
    task = asyncio.create_task(server.run())
    yield server
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def visit(path: Path, question: bytes) -> bytes:
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(question)
    async with asyncio.timeout(3 * PATIENCE):
        answer = await reader.read()
    writer.close()
    return answer


async def test_a_question_is_answered_and_the_door_closed(tmp_path: Path) -> None:
    async with served(tmp_path / "s") as server:
        assert await visit(tmp_path / "s", b"how\n") == b"well\n"
        assert await visit(tmp_path / "s", b"how are you\n") == b"well\n"
        assert (server.answered, server.refused) == (2, 0)


async def test_a_question_may_come_in_pieces(tmp_path: Path) -> None:
    async with served(tmp_path / "s"):
        reader, writer = await asyncio.open_unix_connection(tmp_path / "s")
        for byte in b"how\n":
            writer.write(bytes((byte,)))
            await asyncio.sleep(0)
        assert await reader.read() == b"well\n"
        writer.close()


async def test_a_question_without_an_end_is_not_kept(tmp_path: Path) -> None:
    async with served(tmp_path / "s") as server:
        # Closed with much of it unread, which the system calls a reset.
        with suppress(ConnectionResetError):
            assert await visit(tmp_path / "s", b"x" * 10_000) == b""
        await until(lambda: server.refused == 1)


async def test_who_leaves_without_a_word_is_counted(tmp_path: Path) -> None:
    async with served(tmp_path / "s") as server:
        _, writer = await asyncio.open_unix_connection(tmp_path / "s")
        writer.close()
        await until(lambda: server.refused == 1)


async def test_visitors_who_say_nothing_are_sent_away_and_the_next_is_served(
    tmp_path: Path,
) -> None:
    async with served(tmp_path / "s") as server, AsyncExitStack() as stack:
        for _ in range(2 * MOST_VISITORS):
            _, writer = await asyncio.open_unix_connection(tmp_path / "s")
            stack.callback(writer.close)
        assert await visit(tmp_path / "s", b"how\n") == b"well\n"
        assert server.refused >= MOST_VISITORS


async def test_a_visitor_who_does_not_take_the_answer_is_sent_away(tmp_path: Path) -> None:
    async with served(tmp_path / "s", b"long" * 1_000_000) as server:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as lazy:
            lazy.connect(str(tmp_path / "s"))
            lazy.send(b"how\n")
            await until(lambda: server.refused == 1, within=2 * PATIENCE)


async def test_the_loop_goes_on_turning_while_many_press_in(tmp_path: Path) -> None:
    async with served(tmp_path / "s") as server:
        pressing = [asyncio.create_task(visit(tmp_path / "s", b"how\n")) for _ in range(60)]
        loop, worst = asyncio.get_running_loop(), 0.0
        while not all(task.done() for task in pressing):
            before = loop.time()
            await asyncio.sleep(0)
            worst = max(worst, loop.time() - before)
        assert [task.result() for task in pressing] == [b"well\n"] * 60
        assert server.answered == 60
        assert worst < 0.25
