"""How the recipe `cnn` is trained: as every network."""

from functools import partial

from model_store.recipes import cnn
from model_store.training import networks

Options, SEARCHED, VALIDATION, NEUTRAL = cnn.Options, cnn.SEARCHED, cnn.VALIDATION, False

steps = networks.steps
introduce = partial(networks.introduce, cnn)
train = partial(networks.train, cnn)
