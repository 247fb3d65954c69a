"""How the recipe `lstm` is trained: as every network."""

from functools import partial

from model_store.recipes import lstm
from model_store.training import networks

Options, SEARCHED, VALIDATION, NEUTRAL = lstm.Options, lstm.SEARCHED, lstm.VALIDATION, False

steps = networks.steps
introduce = partial(networks.introduce, lstm)
train = partial(networks.train, lstm)
