"""Logistic regression by gradient descent: python3 train.py --lr 0.5 --epochs 20 --out model.json"""

import argparse
import json
from math import log

from data import FEATURES, points, probability

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.5)
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--out", default="")
options = parser.parse_args()

model = {"bias": 0.0, "weights": [0.0] * FEATURES}
training = points(2000, seed="train")
for epoch in range(1, options.epochs + 1):
    loss = 0.0
    slopes = [0.0] * (FEATURES + 1)
    for features, label in training:
        guess = probability(model, features)
        loss -= log(max(1e-12, guess if label else 1 - guess))
        for index, x in enumerate(features + [1.0]):
            slopes[index] += (guess - label) * x
    step = options.lr / len(training)
    model["weights"] = [w - step * slope for w, slope in zip(model["weights"], slopes)]
    model["bias"] -= step * slopes[FEATURES]
    print("epoch %2d  loss %.4f" % (epoch, loss / len(training)))

if options.out:
    with open(options.out, "w") as file:
        json.dump(model, file)
    print("wrote " + options.out)
