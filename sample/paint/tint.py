"""The shades in which a coloured thing is painted."""

from dataclasses import dataclass

from sample.paint.canvas import Colour, mixed

BLACK: Colour = (22, 22, 28)
WHITE: Colour = (255, 255, 255)
SHADE: Colour = (30, 28, 60)


@dataclass(frozen=True, slots=True)
class Tint:
    """A thing's own colour, and the darker and the lighter one that give it form."""

    main: Colour
    dark: Colour
    light: Colour

    @property
    def is_pale(self) -> bool:
        """Whether dark details show on it better than light ones."""
        return sum(self.main) > 330


def tint_of(colour: Colour) -> Tint:
    """The shades around one colour."""
    pale = sum(colour) > 690
    dark = mixed(colour, SHADE, 0.18 if pale else 0.3)
    light = mixed(colour, WHITE, 0.18 if sum(colour) < 160 else 0.32)
    return Tint(colour, dark, light)
