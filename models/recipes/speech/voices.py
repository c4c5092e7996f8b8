"""espeak-ng voices as accent+variant: those the recognizer trains on, and those it never hears."""
ACCENTS = ["en-us", "en", "en-gb-x-rp", "en-gb-scotland", "en-029"]
VARIANTS = ["", "m1", "m2", "m3", "m4", "m6", "m7", "f1", "f2", "f4", "f5", "klatt", "klatt2", "klatt4",
            "Alex", "Andy", "Annie", "steph", "edward", "linda"]
HELD_ACCENTS = ["en-us-nyc", "en-gb-x-gbcwmd"]
HELD_VARIANTS = ["m5", "m8", "f3", "klatt3", "Michael", "belinda"]


def pick(rng, held=False):
    """A voice name; a held-out one has an accent and a variant that no training voice has."""
    accent = rng.choice(HELD_ACCENTS if held else ACCENTS)
    variant = rng.choice(HELD_VARIANTS if held else VARIANTS)
    return f"{accent}+{variant}" if variant else accent
