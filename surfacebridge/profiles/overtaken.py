"""Places of a fader that a newer one overtook before anybody looked.

Owns: which chunks of one wake-up need not be told.  Does not own: what a chunk
means; a profile says whose place it is.
"""

from collections.abc import Callable, Hashable, Sequence


def without_overtaken(
    chunks: Sequence[bytes], fader_of: Callable[[bytes], Hashable | None]
) -> Sequence[bytes]:
    """Return ``chunks`` without the places of a fader that came before a newer one of it.

    ``fader_of`` says whose place a chunk is, ``None`` for anything else.  Anything
    else keeps its place, and nothing before it is overtaken by what comes after.
    """
    if len(chunks) == 1:
        return chunks
    kept: list[bytes] = []
    newest: dict[Hashable, bytes] = {}
    for data in chunks:
        fader = fader_of(data)
        if fader is None:
            kept += newest.values()
            newest.clear()
            kept.append(data)
        else:
            newest[fader] = data
    return [*kept, *newest.values()]
