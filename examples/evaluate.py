"""How often a model is right about points that it has not seen: python3 evaluate.py model.json"""

import json
import sys

from data import points, probability

with open(sys.argv[1]) as file:
    model = json.load(file)
unseen = points(1000, seed="test")
right = sum((probability(model, features) > 0.5) == (label == 1) for features, label in unseen)
print("accuracy %.1f %% of %d points" % (100 * right / len(unseen), len(unseen)))
