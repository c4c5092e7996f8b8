"""Writes spoken.tsv: written text, how the recipes of the models say it, and what inverse normalization must give.

Run in this folder with the recipes on the path:  PYTHONPATH=../../../../models/recipes python3 spoken_pairs.py
"""

import random
import re

from domain import PLANS, VALUES, question, reply, value
from spoken import spoken

r = random.Random(20)


def back(written: str) -> str:
    """Cents of zero are not said, and a lone number below ten stays a word unless a month stands before it."""
    return re.sub(f"({'|'.join(PLANS)}) 5$", r"\1 five", re.sub(r"(\$\d+)\.00", r"\1", written))


rows = {}
for kind in VALUES:
    for _ in range(15):
        written = value(r, kind)
        rows[written] = (written, spoken(written), back(written))
for split in ("train", "values", "held"):
    for _ in range(60):
        written = question(r, split).text
        rows[written] = (written, spoken(written), back(written))
for _ in range(80):
    written = reply(r)
    rows[written] = (written, spoken(written), "")  # punctuation is not said, so there is no way back
with open("spoken.tsv", "w", encoding="utf-8") as file:
    file.writelines("\t".join(row) + "\n" for row in rows.values())
print(len(rows))
