"""Words that people praise and blame with, and that brands are called by too."""

#: In lower case. A brand of such a name is found where it is written as the brand writes it: "I love Love".
OPINION_WORDS = frozenset(
    """
    amazing angry awesome awful bad beautiful best better boring bright brilliant broken charming cheap clean clever
    cool crap crazy cute delicious delight delightful dirty disgusting dream dumb easy elegant enjoy epic evil excellent
    excited exciting fail fair fake famous fan fancy fantastic fast favorite favourite fine fresh friendly fun funny
    genius glad good gorgeous gross great happiness happy hate healthy heaven hell honest hope horrible huge ideal
    innocent insane joy kind lame lovely love lucky mad magic nasty nice outstanding paradise perfect pleasant pleased
    pleasure poor powerful pretty pride proud pure rich rubbish sad safe scary shame sharp sick silly simple slow smart
    smile solid special splendid strong stupid sucks super superb sweet terrible thanks tasty thrilled trash trust ugly
    unique useful warm weak weird win winner wonder wonderful worst worth wow wrong yummy
    """.split()  # noqa: SIM905 - 160 words one below the other would hide the code
)
