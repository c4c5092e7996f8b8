"""The voice's symbols and Piper's id layout: `^` first, every symbol followed by the pad `_`, `$` last."""
PAD, START, END, SPACE = "_", "^", "$", " "
STRESS = "ˈˌ"
LENGTH = "ː"
PUNCTUATION = ",.?!"
PHONES = "aæɑbdðeəɚɛɜfɡhiɪjklmnŋoɔpɹsʃtθuʊʌvwzʒ"
ID_MAP = {s: [i] for i, s in enumerate([PAD, START, END, SPACE, *PUNCTUATION, *STRESS, LENGTH, *PHONES])}
SILENT = set(STRESS + LENGTH + PAD + START + END + SPACE + PUNCTUATION)  # not sounds of their own

ARPABET = {  # sound: (IPA with stress, IPA without)
    "AA": ("ɑː", "ɑː"), "AE": ("æ", "æ"), "AH": ("ʌ", "ə"), "AO": ("ɔː", "ɔː"), "AW": ("aʊ", "aʊ"), "AY": ("aɪ", "aɪ"),
    "EH": ("ɛ", "ɛ"), "ER": ("ɜː", "ɚ"), "EY": ("eɪ", "eɪ"), "IH": ("ɪ", "ɪ"), "IY": ("iː", "i"), "OW": ("oʊ", "oʊ"),
    "OY": ("ɔɪ", "ɔɪ"), "UH": ("ʊ", "ʊ"), "UW": ("uː", "uː"), "B": "b", "CH": "tʃ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ",
    "HH": "h", "JH": "dʒ", "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t",
    "TH": "θ", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}


def from_arpabet(sounds):
    """["HH","AH","L","OW1"] -> "həlˈoʊ": the stress mark stands right before its vowel, as in espeak's IPA."""
    out = []
    for sound in sounds:
        name, mark = sound.rstrip("12"), sound[len(sound.rstrip("12")):]
        ipa = ARPABET[name]
        out.append(ipa if isinstance(ipa, str) else {"": "", "1": "ˈ", "2": "ˌ"}[mark] + ipa[0 if mark else 1])
    return "".join(out)


def ids(phonemes):
    """Symbols -> ids; a symbol that the map does not have is skipped."""
    out = list(ID_MAP[START])
    for symbol in phonemes:
        if symbol in ID_MAP:
            out += ID_MAP[symbol] + ID_MAP[PAD]
    return out + ID_MAP[END]
