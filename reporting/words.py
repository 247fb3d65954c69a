"""Which words can name what comments are about, and which only tell that somebody speaks, and how they feel."""

import re
from collections.abc import Callable, Sequence

#: Links and handles are no words; a hashtag is one.
WORD = r"(?u)(?<![@\w/.])\b[^\W\d_][\w'\u2019]+\b(?![./]\w)"
#: Words that turn what follows: "not working" says more than "working". Lists of empty words hold them.
NEGATIONS = frozenset(("no", "not", "nor", "never", "nothing", "without", "cannot", "against"))
#: "I'm", "they've": empty words that lists do not hold.
CONTRACTED = tuple(f"{mark}{ending}" for mark in "'\u2019" for ending in ("d", "ll", "m", "re", "s", "ve"))
NEGATED = tuple(f"n{mark}t" for mark in ("'", "\u2019", ""))
_AUXILIARIES = (
    *("are", "ca", "could", "did", "do", "does", "had", "has", "have", "is", "sha", "should", "was", "were", "would"),
)
#: What people say whatever they speak of. Of what was named for seven brands, half was of this list and the two below
#: before they were left out.
FILLER = frozenset(
    """
    absolutely actually all already also always anymore anyone anything apparently basically bit come coming day
    days doing done end especially even ever every everyone everything feel feels finally get gets getting give
    given gives go goes going gone gonna got guess guy guys hear hello hes hey hi honestly however id im instead ive
    just keep keeps kind know knows let lets like liked likes literally little ll lol long look looking looks
    lot made make makes making man maybe mean means need needs new next oh ok okay old omg once one ones people
    person please pls point probably put quite read ready real really right rt said say saying says see seeing seems
    seen set shes side since sir someone something soon start started still stop stuff such sure take taken takes
    talk tell thats theyre thing things think thought time times to today told tomorrow tonight took totally tried
    true try trying turn type unk ur use used using ve via wanna want wanted wants watch way week weeks well
    went whats wish words work world wow wtf ya yall yeah year years yes yesterday yet you youre
    """.split()  # noqa: SIM905 - to be read as a list of words
)
FEELINGS = frozenset(
    """
    amazing angry annoyed annoying awesome awful bad beautiful best better brilliant congrats congratulations cool
    crap damn disappointed disappointing disgusting dumb embarrassing enjoy enjoyed excellent excited exciting fan
    fantastic favorite favourite fine fun funny furious glad good gorgeous great happy hate hated hates hell holy
    hope hopefully horrible idiot idiots incredible interesting joke lame lmao love loved lovely loves loving mad
    nice pathetic perfect poor pretty proud ridiculous sad shame sick sorry stupid suck sucks super terrible thank
    thankful thanks trash ugly upset useless weird win wonderful worse worst worth wrong yay
    """.split()  # noqa: SIM905 - to be read as a list of words
)
SWEARING = frozenset(
    """
    arse ass asshole bastard bastards bitch bitches bloody bullshit cunt dick fuck fucked fucker fuckers fuckin
    fucking fucks goddamn motherfucker piss pissed shit shite shits shitty
    """.split()  # noqa: SIM905 - to be read as a list of words
)
_NEGATED = {stem + end for stem in (*_AUXILIARIES, "wo") for end in NEGATED}
_ALONE = NEGATIONS | FILLER | FEELINGS | SWEARING | _NEGATED | {*_AUXILIARIES}
#: The words of a name, those of "HomeDepot" too.
_PART = re.compile(r"[A-Z]?[a-z]+|[^\W\d_]{2,}")


#: A brand's own name is told from inside a word, as in "lumosupport", where it is as long as this.
LEAST_LETTERS = 4


def empty(names: Sequence[str]) -> list[str]:
    """List the words that are passed over wherever they stand, a brand's own among them."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS  # noqa: PLC0415 - a second

    plain = (ENGLISH_STOP_WORDS - NEGATIONS) | _own(names)
    return sorted(plain | {word + ending for word in ENGLISH_STOP_WORDS for ending in CONTRACTED})


def telling(names: Sequence[str]) -> Callable[[str], bool]:
    """Tell whether a word or a pair names something: "not working" does, "so bad" and a brand's name do not."""
    own = [part for part in _own(names) if len(part) >= LEAST_LETTERS]

    def tells(words: str) -> bool:
        return any(word not in _ALONE and not any(part in word for part in own) for word in words.split())

    return tells


def _own(names: Sequence[str]) -> set[str]:
    return {part.lower() for name in names for part in [*_PART.findall(name), *re.findall(r"[^\W\d_][\w]+", name)]}
