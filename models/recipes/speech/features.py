"""The recognizer's front end: Kaldi log-mel filterbanks, as icefall's streaming models have them."""
import torch
import torchaudio

SAMPLE_RATE = 16000
MELS = 80
LEFT_CONTEXT = 8      # frames in front of the first one
SILENCE = -15.9       # what those frames hold at the start: about log(float32 epsilon)


def fbank(samples):
    """float32 numpy [n] in [-1,1] -> torch float32 [round(n / 160), 80]."""
    return torchaudio.compliance.kaldi.fbank(
        torch.from_numpy(samples)[None], num_mel_bins=MELS, snip_edges=False, dither=0.0, high_freq=-400.0,
        sample_frequency=float(SAMPLE_RATE))


def batch(features):
    """A list of [T_i, 80] -> [N, LEFT_CONTEXT + max T, 80], padded with silence in front and behind."""
    longest = max(len(f) for f in features)
    x = torch.full((len(features), LEFT_CONTEXT + longest, MELS), SILENCE)
    for i, f in enumerate(features):
        x[i, LEFT_CONTEXT:LEFT_CONTEXT + len(f)] = f.float()
    return x
