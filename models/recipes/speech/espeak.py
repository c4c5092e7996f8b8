"""Speech and phoneme alignments from libespeak-ng through ctypes (about 600 times faster than real time).

The library is only used to make training material; nothing of it is shipped.
"""
import ctypes

import numpy as np
from scipy.signal import resample_poly

SAMPLE_RATE = 16000
_NATIVE_RATE = 22050
_WORD, _PHONEME = 1, 7
_RATE, _PITCH, _RANGE = 1, 3, 4
_SYNCHRONOUS, _CHARS_UTF8 = 2, 1
_PHONEME_EVENTS, _PHONEME_IPA = 1, 2


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("unique_identifier", ctypes.c_uint), ("text_position", ctypes.c_int),
                ("length", ctypes.c_int), ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
                ("user_data", ctypes.c_void_p), ("id", _Id)]


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Speaker:
    """One per process: the C library is a singleton with global state."""

    def __init__(self):
        self._lib = ctypes.CDLL("libespeak-ng.so.1")
        rate = self._lib.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONEME_EVENTS | _PHONEME_IPA)
        if rate != _NATIVE_RATE:
            raise RuntimeError(f"espeak-ng gave sample rate {rate}, expected {_NATIVE_RATE}")
        self._pcm, self._events, self._voice = [], [], None
        self._callback = _CALLBACK(self._receive)  # kept alive: C holds a pointer to it
        self._lib.espeak_SetSynthCallback(self._callback)

    def _receive(self, samples, count, events):
        if samples and count:
            self._pcm.append(np.ctypeslib.as_array(samples, (count,)).copy())
        i = 0
        while events[i].type != 0:
            event = events[i]
            if event.type == _PHONEME:
                self._events.append((event.sample, event.id.string.decode("utf8", "replace")))
            elif event.type == _WORD:
                self._events.append((event.sample, None))
            i += 1
        return 0

    def say(self, text, voice="en-us", rate=175, pitch=50, pitch_range=50):
        """Speak `text`: samples (float32 in [-1,1], 16 kHz) and events (sample at 16 kHz, IPA or None at a word start)."""
        self._pcm.clear()
        self._events.clear()
        if voice != self._voice:
            if self._lib.espeak_SetVoiceByName(voice.encode()) != 0:
                raise ValueError(f"espeak-ng has no voice {voice!r}")
            self._voice = voice
        for parameter, value in ((_RATE, rate), (_PITCH, pitch), (_RANGE, pitch_range)):
            self._lib.espeak_SetParameter(parameter, value, 0)
        data = text.encode() + b"\0"
        self._lib.espeak_Synth(data, len(data), 0, 0, 0, _CHARS_UTF8, None, None)
        self._lib.espeak_Synchronize()
        pcm = np.concatenate(self._pcm).astype(np.float32) / 32768 if self._pcm else np.zeros(0, np.float32)
        scale = SAMPLE_RATE / _NATIVE_RATE
        return (resample_poly(pcm, 320, 441).astype(np.float32),
                [(sample * scale, phoneme) for sample, phoneme in self._events])
