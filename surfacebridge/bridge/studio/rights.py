"""Who may control what from afar.

Owns: reading a rig's rights for one order.  Does not own: who somebody is; the
broker's access list sees to it that the user in a topic is the one who sent it.

Seeing is the broker's to give: whoever may read the topics sees the desk.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Final

from surfacebridge.mapping.document import RightsDecl

EVERYBODY: Final = "*"
_ALL: Final = RightsDecl(control=("*",), safe=(), lead=True)
_NOTHING: Final = RightsDecl(control=(), safe=(), lead=False)


class Rights:
    """The rights of one rig: by user, or by user and bridge (``USER/BRIDGE``).

    Without any, everybody whom the broker lets in may control everything.
    ``safe`` are parameters nobody controls from afar.  All names are whole:
    ``desk.ch.1.fader``, with ``*`` for any run of characters.
    """

    def __init__(self, users: Mapping[str, RightsDecl], safe: tuple[str, ...] = ()) -> None:
        self._users = users
        self._safe = safe

    def why_not(self, user: str, bridge: str, parameter: str) -> str:
        """Return why somebody may not control ``parameter``, in a sentence; empty if he may."""
        if any(fnmatchcase(parameter, one) for one in self._safe):
            return "It is safe: nobody controls it from afar."
        rights = self._of(user, bridge)
        if any(fnmatchcase(parameter, one) for one in rights.safe):
            return f"It is safe from {user}."
        if not any(fnmatchcase(parameter, one) for one in rights.control):
            return f"{user} may see it and not control it."
        return ""

    def may_lead(self, user: str, bridge: str) -> bool:
        """Return whether somebody may say which bridge holds a desk."""
        return self._of(user, bridge).lead

    def _of(self, user: str, bridge: str) -> RightsDecl:
        if not self._users:
            return _ALL
        for name in (f"{user}/{bridge}", user, EVERYBODY):
            if name in self._users:
                return self._users[name]
        return _NOTHING
