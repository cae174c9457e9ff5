"""Points of two classes, generated: those above a line, with some noise, and those below."""

import random

FEATURES = 8


def points(count, seed):
    """So many pairs of features and class, the same for the same seed."""
    dice = random.Random(seed)
    line = random.Random("line")
    weights = [line.uniform(-1, 1) for _ in range(FEATURES)]
    made = []
    for _ in range(count):
        features = [dice.gauss(0, 1) for _ in range(FEATURES)]
        score = sum(w * x for w, x in zip(weights, features)) + dice.gauss(0, 0.3)
        made.append((features, 1 if score > 0 else 0))
    return made


def probability(model, features):
    """Of class 1, as the model sees it."""
    from math import exp

    score = model["bias"] + sum(w * x for w, x in zip(model["weights"], features))
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))
