"""The errors of brandpulse: one tree.

BrandpulseError
├── WrongSetting         a setting has a value that it cannot have
├── WrongInput           a file, an option or a name that the user can mend
│   ├── UnreadableFile   nothing can be read from the file
│   ├── UnknownColumn    a column or field that the file or a comment does not have
│   ├── NotFound         no such brand, batch, model or report
│   └── RefusedQuery     `brandpulse sql` does not run this statement
├── ModelError           an artefact cannot be trusted or used
│   ├── CorruptArtefact  its files are not those that were registered
│   └── DownloadFailed   the data set to train on could not be had
├── DatabaseError        the database does not do what is asked
│   ├── DatabaseUnavailable  it cannot be reached, or is locked, read-only or full
│   │   ├── DatabaseGone     it does not answer, broke off or takes nothing for now: what was asked may be asked again
│   │   └── DatabaseBusy     others hold what was asked for
│   └── WrongSchema          it is not at the version this program needs
├── BrokerUnavailable    the queue cannot be reached, or will not do what is asked
├── ScoringFailed        a whole chunk could not be scored; it is tried again
└── DeliveryFailed       a report did not reach a recipient; it is tried again
    ├── DeliveryRefused  the other side will not take it; it is not tried again
    └── DeliveryUnsure   whether it arrived is not known; it is not sent again by itself

The message is one sentence for a person: what is wrong, where, and what to do. The command line prints it and
exits 1. Nothing in the project catches `Exception` and goes on in silence.
"""


class BrandpulseError(Exception):
    """Something went wrong that brandpulse can name."""


class WrongSetting(BrandpulseError):
    """A setting has a value that it cannot have."""


class WrongInput(BrandpulseError):
    """A file, an option or a name that the user can mend."""


class UnreadableFile(WrongInput):
    """Nothing can be read from the file."""


class UnknownColumn(WrongInput):
    """A column or field that the file or a comment does not have."""


class NotFound(WrongInput):
    """No such brand, batch, model or report."""


class RefusedQuery(WrongInput):
    """`brandpulse sql` does not run this statement."""


class ModelError(BrandpulseError):
    """An artefact cannot be trusted or used."""


class CorruptArtefact(ModelError):
    """The files of a model version are not those that were registered."""


class DownloadFailed(ModelError):
    """The data set to train on could not be had."""


class DatabaseError(BrandpulseError):
    """The database does not do what is asked."""


class DatabaseUnavailable(DatabaseError):
    """The database cannot be reached, or is locked, read-only or full."""


class DatabaseGone(DatabaseUnavailable):
    """The database does not answer, broke off, or takes nothing for now: what was asked may be asked again."""


class DatabaseBusy(DatabaseUnavailable):
    """Others hold what was asked for: it was not waited for any longer."""


class WrongSchema(DatabaseError):
    """The database is not at the version that this program needs."""


class BrokerUnavailable(BrandpulseError):
    """The queue cannot be reached, or will not do what is asked."""


class ScoringFailed(BrandpulseError):
    """A whole chunk could not be scored; it is tried again."""


class DeliveryFailed(BrandpulseError):
    """A report did not reach a recipient; it is tried again."""


class DeliveryRefused(DeliveryFailed):
    """The other side will not take a report; it is not tried again."""


class DeliveryUnsure(DeliveryFailed):
    """Whether a report arrived is not known; it is not sent again by itself."""
