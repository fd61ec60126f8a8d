"""What a target in another process declares of itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from ...spec.formats import FORMATS
from ...spec.operations import operations
from ..told import storable
from .plain import texts, texts_by_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..adapters.target import Target


@dataclass(frozen=True)
class Description:
    """The declarations of a target, as texts, with the operations that it offers and those that are derived."""

    name: str = ""
    """By which a report calls it."""
    version: str = ""
    """Of the target; empty where it has none."""
    formats: tuple[str, ...] = ()
    """By their names in the specification."""
    conventions: Mapping[str, str] = field(default_factory=dict)
    """Values by conventions."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """What else a report says of it."""
    operations: tuple[str, ...] = ()
    """Offered or derived."""
    derived: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What each derived operation is derived from."""

    @classmethod
    def by(cls, target: Target, loading: str) -> Description:
        """Of ``target``; ``loading`` is what loading it changed in its process."""
        return cls(
            str(target.name),
            str(target.version),
            tuple(target.formats),
            {str(name): str(value) for name, value in target.conventions.items()},
            {str(name): str(value) for name, value in target.environment.items()}
            | ({"loading": loading} if loading else {}),
            tuple(name for name in operations() if target.offers(name)),
            {name: tuple(bases) for name, bases in getattr(target, "derived", {}).items()},
        )

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Description:
        """As :meth:`plain` wrote it; raises ValueError or TypeError for what it did not write."""
        match plain:
            case {"name": str(name), "version": str(version), "formats": formats, "derived": dict(derived), **rest} if (
                set(texts(formats)) <= set(FORMATS)
            ):
                return cls(
                    storable(name),
                    storable(version),
                    texts(formats),
                    texts_by_name(rest.get("conventions")),
                    texts_by_name(rest.get("environment")),
                    texts(rest.get("operations")),
                    {storable(each): texts(bases) for each, bases in derived.items()},
                )
        message = f"{plain!r:.200} does not say what a target is"
        raise ValueError(message)

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)
