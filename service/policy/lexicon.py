"""What each written word means to one rule set, however it is disguised.

Compiling a rule set files every form of every word that its patterns mention.
Reading a word tries the plain form first and the disguises after it; what has
been read before is remembered.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from service.policy import disguise, morphology, numbers, patterns
from service.policy.meaning import GERUND, NOTHING, Part, Reading
from service.policy.normalise import fold_word
from service.policy.rules import RuleSet

_MEMORY = 50_000  # words remembered, some 10 MB
_LONG = 64  # longer words are read anew each time
_SHORTEST_DISGUISED = 3
_SHORTEST_STEM = 3  # what must stand before a compound's last word: 'skid' is no kid
_SHORTEST_INNER = 6  # forms this long are found inside words without spaces
_SHORTEST_GERUND = 5


@dataclass(slots=True)
class _Compiled:
    """The dictionaries that compiling fills."""

    forms: dict[str, Reading] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    levelled: dict[str, str] = field(default_factory=dict)
    collapsed: dict[str, list[str]] = field(default_factory=dict)
    romanised: dict[str, str] = field(default_factory=dict)
    compounds: dict[str, Reading] = field(default_factory=dict)


class Lexicon:
    """All words that one rule set knows, in all their forms."""

    def __init__(self, rules: RuleSet) -> None:
        self._words = _Compiled()
        self._memory: dict[str, Reading] = {}
        self._tails: set[str] = set()
        self._disguised: set[str] = set()
        for words in rules.classes:
            self._add_class(words.name, words.words)
        for looks, reading in _numbers():
            self._add_number(looks, reading)
        texts = [*(p.text for p in rules.allowed), *(a.text for a in rules.ages)]
        for word in dict.fromkeys(w for text in texts for w in patterns.words_of(text)):
            self._add(word)
        for term in rules.blocked:
            for word in patterns.words_of(term.text):
                single = " " not in term.text
                self._add(word, blocked=single, compounds=term.compounds)
        lengths = {len(form) for form in self._words.compounds}
        self._compound_lengths = sorted(lengths, reverse=True)

    def is_blocked_form(self, word: str) -> bool:
        """Whether the word alone, written plainly, is a refused one."""
        return word in self._words.blocked

    def exact(self, word: str) -> Reading:
        """The meaning of a plainly written word; a possessive means what its owner means."""
        if not word:
            return NOTHING
        found = self._words.forms.get(word) or NOTHING
        if "'" not in word:
            return found
        stem = word.removesuffix("'").removesuffix("'s")
        owner = self._words.forms.get(stem) or self._words.forms.get(word.replace("'", ""))
        if found and owner:
            return (found[0] | owner[0],)
        return found or owner or NOTHING

    def read(self, word: str) -> Reading:
        """The meaning of a word as it stands or as it is meant; nothing for most words."""
        found = self._memory.get(word)
        if found is None:
            found = self._read(word)
            if len(word) <= _LONG:
                if len(self._memory) >= _MEMORY:
                    self._memory.clear()
                self._memory[word] = found
        return found

    def read_disguised(self, word: str) -> Reading:
        """The meaning of plain letters that were set apart: no compounds, which chance makes."""
        plain = disguise.is_latin(word) or disguise.is_cyrillic(word)
        return self._read_stretched(word) if plain else self._read_looks(word)

    def _read(self, word: str) -> Reading:
        found = self.exact(word)
        if found:
            return found
        bare = word.replace("'", "")
        if disguise.is_latin(bare) or disguise.is_cyrillic(bare):
            return self._read_plain(bare)
        return self._read_looks(word)

    def _read_looks(self, word: str) -> Reading:
        for look in disguise.looks(word):
            found = self.exact(look) or self._read_levelled(look) or self._read_plain(look)
            if found:
                return found
        return self._form(self._words.romanised.get(disguise.romanised(word)))  # 4 for ч, 6 for ш

    def _read_plain(self, word: str) -> Reading:
        if len(word) < _SHORTEST_DISGUISED:
            return NOTHING
        found = self._read_stretched(word)
        if not found and disguise.is_latin(word):
            found = self._form(self._words.romanised.get(disguise.romanised(word)))
            found = found or self.exact(disguise.twin(word))
        if not found and word.endswith("ъ"):
            found = self.exact(word[:-1])
        found = found or self._read_compound(word) or self._read_typed(word)
        return (GERUND,) if not found and _is_gerund(word) else found

    def _read_typed(self, word: str) -> Reading:
        """The word on the other keyboard; three Latin letters are too often an abbreviation."""
        latin = disguise.is_latin(word)
        found = self.exact(disguise.other_layout(word))
        if not found or (latin and len(word) == _SHORTEST_DISGUISED):
            return NOTHING
        return NOTHING if not latin and morphology.is_known_russian(word) else found

    def _read_levelled(self, word: str) -> Reading:
        return self._form(self._words.levelled.get(disguise.levelled(word)))

    def _read_stretched(self, word: str) -> Reading:
        if not disguise.is_stretched(word):
            return NOTHING
        forms = self._words.collapsed.get(disguise.collapsed(word), ())
        meant = [form for form in forms if disguise.is_stretch_of(word, form)]
        return self.exact(max(meant, key=len)) if meant else NOTHING

    def _read_compound(self, word: str) -> Reading:
        """'pageboys' by its end, 'kidswear' by its tail, 'ourchildrenplay' by what it holds."""
        known = self._words.compounds
        for length in self._compound_lengths:
            if len(word) - length < _SHORTEST_STEM:
                continue
            found = known.get(word[-length:])
            if not found and word[length:] in self._tails:
                found = known.get(word[:length])
            if not found and length >= _SHORTEST_INNER:
                windows = (word[i : i + length] for i in range(len(word) - length))
                found = next((known[w] for w in windows if w in known), None)
            if found and not morphology.is_known_russian(word):
                return found
        return NOTHING

    def _form(self, form: str | None) -> Reading:
        return self._words.forms[form] if form is not None else NOTHING

    def _add_class(self, name: str, members: Iterable[str]) -> None:
        if name == "tail":
            self._tails.update(map(fold_word, members))
            return
        part, whose, named = (
            Part(frozenset({label})) for label in (f"<{name}>", f"<{name}_of>", f"<{name}_nom>")
        )
        for member in members:
            exact = member.removeprefix("=")
            for form in {exact} if member != exact else morphology.forms(member):
                self._file(fold_word(form), part)
            for form in morphology.genitives(member):
                self._file(fold_word(form), whose)
            for form in morphology.nominatives(member):
                self._file(fold_word(form), named)

    def _add(self, word: patterns.Word, *, blocked: bool = False, compounds: bool = False) -> None:
        part = Part(frozenset({word.label}))
        for form in {word.text} if word.exact else morphology.forms(word.text):
            folded = fold_word(form)
            if blocked and len(self.exact(folded)) > 1:
                self._words.forms[folded] = ()  # a word's own entry counts, not its number
            self._file(folded, part)
            if form not in self._disguised:
                self._disguisable(_looks(form))
            if blocked:
                self._words.blocked.add(folded)
            if compounds:
                self._words.compounds[folded] = self._words.forms[folded]

    def _add_number(self, looks: "_Looks", reading: Reading) -> None:
        """File a number word, or a word that begins with a number."""
        if len(reading) == 1:
            self._file(looks.folded, reading[0])
        else:
            self._words.forms[looks.folded] = reading
        self._disguisable(looks)

    def _file(self, folded: str, part: Part) -> None:
        before = self._words.forms.get(folded)
        if before and len(before) > 1:
            return  # «пятилетка» stays a number and what it counts
        if _is_gerund(folded):
            part |= GERUND
        self._words.forms[folded] = (before[0] | part,) if before else (part,)

    def _disguisable(self, looks: "_Looks") -> None:
        """Let a form also be found stretched, romanised or in leet."""
        folded = looks.folded
        if len(folded) < _SHORTEST_DISGUISED or looks.form in self._disguised:
            return
        self._disguised.add(looks.form)
        listed = self._words.collapsed.setdefault(looks.collapsed, [])
        if folded not in listed:
            listed.append(folded)
        if looks.levelled:
            self._words.levelled[looks.levelled] = folded
        for key in looks.romanised:
            self._words.romanised.setdefault(key, folded)


@dataclass(frozen=True, slots=True)
class _Looks:
    """How a form may be written besides plainly."""

    form: str
    folded: str
    collapsed: str
    levelled: str
    romanised: tuple[str, ...]


def _looks(form: str) -> _Looks:
    """The ways in which a form may be written."""
    folded = fold_word(form)
    latin, cyrillic = disguise.is_latin(folded), disguise.is_cyrillic(folded)
    return _Looks(
        form,
        folded,
        disguise.collapsed(folded),
        disguise.levelled(folded) if latin else "",
        tuple(disguise.romanisations(form)) if cyrillic and not latin else (),
    )


@cache
def _numbers() -> tuple[tuple[_Looks, Reading], ...]:
    """All number words: the same ones for every rule set, so worked out once in a process."""
    return tuple((_looks(form), reading) for form, reading in numbers.readings())


def _is_gerund(word: str) -> bool:
    return word.endswith("ing") and len(word) >= _SHORTEST_GERUND
