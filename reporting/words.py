"""Which words can name what comments are about, and which only tell that somebody speaks, and how they feel."""

import re
from collections.abc import Callable, Sequence

#: Links and handles are no words; a hashtag is one.
WORD = r"(?u)(?<![@\w/.])\b[^\W\d_][\w'\u2019]+\b(?![./]\w)"
#: Words of grammar, passed over before pairs are made. The lists that libraries bring count "bill", "call", "fire"
#: and "system" among them (Nothman, Qin and Yurchak 2018), which move shares.
GRAMMAR = frozenset(
    """
    a an the this that these those such some any each every either both all another other others same own
    i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers
    herself it its itself they them their theirs themselves who whom whose which what whatever whoever whichever
    somebody someone something anybody anyone anything everybody everyone everything nobody none noone one ones
    and or but nor so yet if then else than because although though unless until till while whereas whether since as
    about above across after along amid among around at before behind below beneath beside besides between beyond by
    down during except for from in inside into like near of off on onto out outside over past per through throughout
    to toward towards under up upon via with within
    am is are was were be been being do does did doing done have has had having can could may might must shall should
    will would ought
    when whenever where wherever why how here there now again also too very more most much many few less least
    enough several almost already always ever often once only just even still rather quite perhaps maybe however
    therefore thus hence otherwise instead meanwhile moreover nevertheless indeed anyway anyhow somehow somewhere
    anywhere everywhere nowhere together apart away back afterwards beforehand thereby therein whereby
    two three four five six seven eight nine ten hundred thousand first last next further whole thru etc eg ie
    seem seems seemed seeming
    """.split()  # noqa: SIM905 - to be read as a list of words
)
#: Words that turn what follows: "not working" says more than "working".
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
    plain = (GRAMMAR - NEGATIONS) | _own(names)
    return sorted(plain | {word + ending for word in GRAMMAR for ending in CONTRACTED})


def telling(names: Sequence[str]) -> Callable[[str], bool]:
    """Tell whether a word or a pair names something: "not working" does, "so bad" and a brand's name do not."""
    own = [part for part in _own(names) if len(part) >= LEAST_LETTERS]

    def tells(words: str) -> bool:
        return any(word not in _ALONE and not any(part in word for part in own) for word in words.split())

    return tells


def _own(names: Sequence[str]) -> set[str]:
    return {part.lower() for name in names for part in [*_PART.findall(name), *re.findall(r"[^\W\d_][\w]+", name)]}
